-- The language of whoever asked: the report of a try-out is written in it.
ALTER TABLE programme_tryout
    ADD COLUMN language text NOT NULL DEFAULT 'en';
