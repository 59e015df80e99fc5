-- A page of the tier moves of a month, of the zone of each one's version, in order of the account and its numbers.
WITH promise (version, zone) AS (
    SELECT * FROM unnest(%(versions)s::int[], %(zones)s::text[])
)
SELECT account_id, seq, at, event_id, version, source, target, why, progress, until_on
FROM tier_move LEFT JOIN promise USING (version)
WHERE at >= %(since)s AND at < %(until)s AND (account_id, seq) > (%(account)s, %(seq)s)
    AND date_trunc('month', at AT TIME ZONE coalesce(zone, %(zone)s))::date = %(month)s
ORDER BY account_id, seq
LIMIT %(page)s
