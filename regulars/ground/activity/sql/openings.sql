-- Files of openings that were taken from another system, each whole and under an id of its own, and which were undone.
CREATE TABLE opening_run (
    id text PRIMARY KEY,
    digest text NOT NULL,
    taken_at timestamptz NOT NULL,
    undone_at timestamptz,
    totals jsonb NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON opening_run TO regulars_app;
