-- Points that are held, forfeited, or on their way between two accounts. Every movement still has two ends.
ALTER TABLE balance
    ADD COLUMN held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    ADD COLUMN forfeited bigint NOT NULL DEFAULT 0 CHECK (forfeited >= 0),
    ADD COLUMN transit bigint NOT NULL DEFAULT 0,
    DROP CONSTRAINT balance_check;
ALTER TABLE balance
    ADD CONSTRAINT balance_check
    CHECK (available + pending + held + debt + issued + redeemed + expired + forfeited + transit = 0);
