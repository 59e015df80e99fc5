-- A page of the tier moves of a span, in order of the account and its numbers.
SELECT account_id, seq, at, event_id, version, source, target, why, progress, until_on
FROM tier_move
WHERE at >= %(since)s AND at < %(until)s AND (account_id, seq) > (%(account)s, %(seq)s)
ORDER BY account_id, seq
LIMIT %(page)s
