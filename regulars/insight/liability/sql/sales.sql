-- By calendar month (in UTC) and month, of the entries that `moved` looks at, the price of the purchases that gave
-- points which stood for money at that month's end, each once, and the part of it that was paid with points; both in
-- minor units.
WITH promise (version, zone) AS (
    SELECT * FROM unnest(%(versions)s::int[], %(zones)s::text[])
), valued (currency, since, until) AS (
    SELECT * FROM unnest(%(valued)s::text[], %(valued_since)s::date[], %(valued_until)s::date[])
), gave AS (
    SELECT DISTINCT account_id, event_id, date_trunc('month', at AT TIME ZONE 'UTC')::date AS dated,
        date_trunc('month', at AT TIME ZONE zone)::date AS month
    FROM entry JOIN promise USING (version)
    WHERE at < %(until)s AND at >= %(since)s AND kind = 'accrual'
        AND EXISTS (SELECT FROM valued WHERE valued.currency = entry.currency
            AND date_trunc('month', at AT TIME ZONE zone)::date >= valued.since
            AND date_trunc('month', at AT TIME ZONE zone)::date < valued.until)
        AND NOT version || ' ' || rule = ANY (%(given)s::text[])
        AND (at >= %(begin)s OR date_trunc('month', at AT TIME ZONE 'UTC')::date = ANY (%(months)s::date[]))
)
SELECT dated, month, sum(net)::bigint, sum(least(net, coalesce((attributes ->> '_tendered')::bigint, 0)))::bigint
FROM gave JOIN event ON event.account_id = gave.account_id AND event.id = gave.event_id
WHERE type = 'purchase'
GROUP BY dated, month
