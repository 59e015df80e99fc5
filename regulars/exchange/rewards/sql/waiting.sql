-- Rewards that were set aside, to be found over all members, the next to be handed over first: few, and of late.
CREATE INDEX entry_waiting ON entry (at, account_id) WHERE kind = 'hold' AND rule IS NOT NULL;
