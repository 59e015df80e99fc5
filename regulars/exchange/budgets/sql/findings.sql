-- The hourly proof counts budgets.
ALTER TABLE proof_finding
    DROP CONSTRAINT IF EXISTS proof_finding_part_check,
    ADD CONSTRAINT proof_finding_part_check CHECK (part IN ('account', 'key', 'budget')) NOT VALID;
