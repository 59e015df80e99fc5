-- A page of the entries of a month, of the zone of each one's version, in order of the account and its numbers; and
-- whether rules gave it without a sale. `since` and `until` stand a day outside of the month.
WITH promise (version, zone) AS (
    SELECT * FROM unnest(%(versions)s::int[], %(zones)s::text[])
)
SELECT account_id, seq, at, event_id, version, currency, kind, source, target, amount, rule, base, granted,
    array_to_string(lots, ' '), available_on, expires_on, reverses,
    kind = 'accrual' AND (version || ' ' || rule = ANY (%(given)s::text[])
        OR version || ' ' || rule = ANY (%(either)s::text[]) AND NOT EXISTS (SELECT FROM event
            WHERE event.account_id = entry.account_id AND event.id = event_id AND type = 'purchase'))
FROM entry LEFT JOIN promise USING (version)
WHERE at >= %(since)s AND at < %(until)s AND (account_id, seq) > (%(account)s, %(seq)s)
    AND date_trunc('month', at AT TIME ZONE coalesce(zone, %(zone)s))::date = %(month)s
ORDER BY account_id, seq
LIMIT %(page)s
