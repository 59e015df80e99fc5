-- After `parts`: by calendar month (in UTC), currency, cohort, month and line the points that moved.
SELECT dated, currency, cohort, month, line, sum(points)::bigint
FROM parts
GROUP BY dated, currency, cohort, month, line
