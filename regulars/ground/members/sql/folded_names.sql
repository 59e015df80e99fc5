-- Names are found as people type them: folded by the application (`folding.py`), in either order.
ALTER TABLE member
    ADD COLUMN IF NOT EXISTS family_key text NOT NULL DEFAULT '',
    ADD COLUMN IF NOT EXISTS whole_key text NOT NULL DEFAULT '';
