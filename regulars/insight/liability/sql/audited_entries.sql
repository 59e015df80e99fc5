-- A page of the entries of a span, in order of the account and its numbers.
SELECT account_id, seq, at, event_id, version, currency, kind, source, target, amount, rule, base, granted,
    array_to_string(lots, ' '), available_on, expires_on, reverses
FROM entry
WHERE at >= %(since)s AND at < %(until)s AND (account_id, seq) > (%(account)s, %(seq)s)
ORDER BY account_id, seq
LIMIT %(page)s
