-- Months that were closed, for good. `state` is what the month after goes on from; `digest` is over all the rest and
-- over the digest of the month closed before (`after`), so that no closed month can be changed unseen.
CREATE TABLE month_closing (
    month date PRIMARY KEY CHECK (extract(day FROM month) = 1),
    at timestamptz NOT NULL,
    by text NOT NULL CHECK (by <> ''),
    version int NOT NULL REFERENCES programme_version (number),
    figures jsonb NOT NULL,
    state jsonb NOT NULL,
    after text NOT NULL UNIQUE,
    digest text NOT NULL
);

-- What a till counted by itself: receipts of members (purchases and returns) and their net, purchases less returns, of
-- a day and store. Told again, the latest counts.
CREATE TABLE till_total (
    day date NOT NULL,
    store text NOT NULL,
    told_at timestamptz NOT NULL,
    told_by text NOT NULL,
    receipts bigint NOT NULL CHECK (receipts >= 0),
    net bigint NOT NULL,
    PRIMARY KEY (day, store, told_at)
);

GRANT SELECT, INSERT ON month_closing, till_total TO regulars_app;
