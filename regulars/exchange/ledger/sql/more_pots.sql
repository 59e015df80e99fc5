-- Points that are held, forfeited, or on their way between two accounts. Every movement still has two ends. What is there
-- already is checked by the migration `checked`, beside those who write.
ALTER TABLE balance
    ADD COLUMN held bigint NOT NULL DEFAULT 0,
    ADD COLUMN forfeited bigint NOT NULL DEFAULT 0,
    ADD COLUMN transit bigint NOT NULL DEFAULT 0,
    DROP CONSTRAINT balance_check;
ALTER TABLE balance
    ADD CONSTRAINT balance_held_check CHECK (held >= 0) NOT VALID,
    ADD CONSTRAINT balance_forfeited_check CHECK (forfeited >= 0) NOT VALID,
    ADD CONSTRAINT balance_check
    CHECK (available + pending + held + debt + issued + redeemed + expired + forfeited + transit = 0) NOT VALID;
