-- By currency, kind and ends what was moved before a month, of the zone of each entry's version: entries and points.
-- `since` and `until` stand a day before and after the month's first.
WITH promise (version, zone) AS (
    SELECT * FROM unnest(%(versions)s::int[], %(zones)s::text[])
)
SELECT currency, kind, source, target, count(*), sum(amount)::bigint
FROM entry LEFT JOIN promise USING (version)
WHERE at < %(until)s AND (at < %(since)s OR (at AT TIME ZONE coalesce(zone, %(zone)s))::date < %(month)s)
GROUP BY currency, kind, source, target
ORDER BY currency, kind, source, target
