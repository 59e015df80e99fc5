-- Where an account's points are when they are not its own any more: the account it leads to, since when and why. Of two
-- members merged, one leads to the other; of a household, its members lead to it. No account that leads on is led to, but by
-- way of what came first, so that nobody walks in a circle. `kin` are all accounts that it was ever merged with.
ALTER TABLE account
    ADD COLUMN leads_to bigint CHECK (leads_to <> account_id),
    ADD COLUMN leads_why text CHECK (leads_why IN ('merged', 'household')),
    ADD COLUMN leads_since timestamptz,
    ADD COLUMN kin bigint[] NOT NULL DEFAULT '{}',
    ADD CHECK ((leads_to IS NULL) = (leads_why IS NULL) AND (leads_to IS NULL) = (leads_since IS NULL));
GRANT UPDATE (leads_to, leads_why, leads_since, kin) ON account TO regulars_app;
