-- What a text is compared with while it is tried: the text in force when that was asked for (empty: nothing), and who
-- gains and who loses by it.
ALTER TABLE programme_tryout
    ADD COLUMN against text NOT NULL DEFAULT '',
    ADD COLUMN comparison jsonb NOT NULL DEFAULT '{}';
