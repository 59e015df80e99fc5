-- What the accounts of a bucket drew in all, less what they gave back: so much the budget is short of `most`, wherever the
-- rest of it lies. A bucket that others' purchases came back to may be below zero.
ALTER TABLE budget_lease ADD COLUMN drawn bigint NOT NULL DEFAULT 0;
INSERT INTO budget_lease AS l (bucket, budget, per, period, left_over, drawn)
SELECT (e.account_id % 16)::int, d ->> 0, d ->> 1, (d ->> 2)::int, 0, sum((d ->> 4)::bigint)::bigint
FROM event e, jsonb_array_elements(e.outcome -> 'drawn') AS d
WHERE EXISTS (SELECT FROM budget_pool) AND e.outcome ? 'drawn'
GROUP BY 1, 2, 3, 4
ON CONFLICT (bucket, budget, per, period) DO UPDATE SET drawn = EXCLUDED.drawn;

-- The hourly proof counts them.
ALTER TABLE proof_finding DROP CONSTRAINT proof_finding_part_check;
ALTER TABLE proof_finding ADD CONSTRAINT proof_finding_part_check CHECK (part IN ('account', 'key', 'budget'));
