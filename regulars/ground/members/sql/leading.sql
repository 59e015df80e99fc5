-- Where an account's points are when they are not its own any more: the account it leads to, since when and why. Of two
-- members merged, one leads to the other; of a household, its members lead to it. No account that leads on is led to, but by
-- way of what came first, so that nobody walks in a circle. `kin` are all accounts that it was ever merged with. What is there
-- already is checked by the migration `checked`, beside those who write.
ALTER TABLE account
    ADD COLUMN leads_to bigint,
    ADD COLUMN leads_why text,
    ADD COLUMN leads_since timestamptz,
    ADD COLUMN kin bigint[] NOT NULL DEFAULT '{}';
ALTER TABLE account
    ADD CONSTRAINT account_check CHECK (leads_to <> account_id) NOT VALID,
    ADD CONSTRAINT account_leads_why_check CHECK (leads_why IN ('merged', 'household')) NOT VALID,
    ADD CONSTRAINT account_check1
    CHECK ((leads_to IS NULL) = (leads_why IS NULL) AND (leads_to IS NULL) = (leads_since IS NULL)) NOT VALID;
GRANT UPDATE (leads_to, leads_why, leads_since, kin) ON account TO regulars_app;
