-- What a keeper is writing, one draft for each of them. `base` is the version it was written from (empty: none was
-- published yet); `saved_in` is the window that saved last, so that two windows do not overwrite each other unseen.
CREATE TABLE IF NOT EXISTS programme_draft (
    staff_id bigint PRIMARY KEY REFERENCES staff (id) ON DELETE CASCADE,
    base int,
    text text NOT NULL,
    saved_at timestamptz NOT NULL,
    saved_in uuid NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON programme_draft TO regulars_app;
