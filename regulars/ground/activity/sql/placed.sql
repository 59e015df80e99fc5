-- When and in which store an event happened that is set aside, as far as that could be read: a till's day counts them.
ALTER TABLE quarantine
    ADD COLUMN occurred_at timestamptz,
    ADD COLUMN store text NOT NULL DEFAULT '';
