-- A text tried on what happened: who asked, how far it is, and what it came to. The row is the queue: a job only
-- wakes somebody to look. `taken` counts how often it was begun; `report` is a page that stands by itself.
CREATE TABLE programme_tryout (
    id uuid PRIMARY KEY,
    text text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by text NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    phase text NOT NULL DEFAULT '',
    done bigint NOT NULL DEFAULT 0,
    whole bigint NOT NULL DEFAULT 0,
    taken int NOT NULL DEFAULT 0,
    finished_at timestamptz,
    failure text NOT NULL DEFAULT '',
    summary jsonb NOT NULL DEFAULT '{}',
    report text NOT NULL DEFAULT ''
);
CREATE INDEX programme_tryout_asked ON programme_tryout (asked_at DESC);

GRANT SELECT, INSERT, UPDATE, DELETE ON programme_tryout TO regulars_app;
