-- By currency, kind and ends what was moved before an instant: entries and points.
SELECT currency, kind, source, target, count(*), sum(amount)::bigint
FROM entry
WHERE at < %(until)s
GROUP BY currency, kind, source, target
ORDER BY currency, kind, source, target
