-- How many entries each calendar month (in UTC) before an instant has.
SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date, count(*)
FROM entry
WHERE at < %(begin)s
GROUP BY 1
