-- What is left of a budget in one period (its number within periods of that length). `left_over` is what no bucket has
-- leased (below zero: a later version allows less than was drawn already), `most` the budget as it was last counted, and
-- `scattered` says that some bucket may have something left.
CREATE TABLE budget_pool (
    budget text NOT NULL,
    per text NOT NULL,
    period int NOT NULL,
    most bigint NOT NULL CHECK (most > 0),
    left_over bigint NOT NULL CHECK (left_over <= most),
    scattered boolean NOT NULL DEFAULT false,
    PRIMARY KEY (budget, per, period)
);

-- What a bucket of accounts has leased of it and did not draw yet.
CREATE TABLE budget_lease (
    bucket int NOT NULL,
    budget text NOT NULL,
    per text NOT NULL,
    period int NOT NULL,
    left_over bigint NOT NULL CHECK (left_over >= 0),
    PRIMARY KEY (bucket, budget, per, period)
);
CREATE INDEX budget_lease_budget ON budget_lease (budget, per, period, bucket);

GRANT SELECT, INSERT, UPDATE ON budget_pool, budget_lease TO regulars_app;
