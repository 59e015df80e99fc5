-- In a transaction of its own: what waits for one table keeps no other from those who write it.
ALTER TABLE programme_draft
    DROP CONSTRAINT IF EXISTS programme_draft_base_fkey,
    ADD CONSTRAINT programme_draft_base_fkey FOREIGN KEY (base) REFERENCES programme_version (number);
