-- A purchase that a member misses, above the limit: `id` is its id as well, and `source` under whose name it is recorded
-- when somebody else confirms it. Empty: goodwill.
ALTER TABLE proposal ADD COLUMN source text NOT NULL DEFAULT '';
