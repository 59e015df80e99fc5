-- What has lapsed while it waited was never had: it is there again for others, as it is from now on when something lapses.
CREATE TEMP TABLE lapsed ON COMMIT DROP AS
SELECT (l.account_id % 16)::int AS bucket, d ->> 0 AS budget, d ->> 1 AS per, (d ->> 2)::int AS period,
    sum(l.lots[place + 1])::bigint AS points
FROM entry l
CROSS JOIN generate_series(1, cardinality(l.lots), 2) AS place
JOIN entry n ON n.account_id = l.account_id AND n.seq = l.lots[place] AND n.kind = 'accrual'
JOIN event e ON e.account_id = n.account_id AND e.id = n.event_id,
jsonb_array_elements(e.outcome -> 'drawn') AS d
WHERE EXISTS (SELECT FROM budget_pool) AND l.kind = 'lapse' AND d -> 5 ? n.rule
GROUP BY 1, 2, 3, 4;

UPDATE budget_lease l SET drawn = l.drawn - a.points
FROM lapsed a WHERE (l.bucket, l.budget, l.per, l.period) = (a.bucket, a.budget, a.per, a.period);

UPDATE budget_pool p SET left_over = p.left_over + a.points
FROM (SELECT budget, per, period, sum(points)::bigint AS points FROM lapsed GROUP BY 1, 2, 3) a
WHERE (p.budget, p.per, p.period) = (a.budget, a.per, a.period);
