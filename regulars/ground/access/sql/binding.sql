-- The source that a key tells of, and no other; empty: whichever it names.
ALTER TABLE api_key ADD COLUMN source text NOT NULL DEFAULT '';
