-- What the accounts of a bucket drew in all, less what they gave back: so much the budget is short of `most`, wherever the
-- rest of it lies. A bucket that others' purchases came back to may be below zero.
ALTER TABLE budget_lease ADD COLUMN IF NOT EXISTS drawn bigint NOT NULL DEFAULT 0;
