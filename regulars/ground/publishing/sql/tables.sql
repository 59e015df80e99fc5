-- Published versions of the programme file: immutable, in force from `effective_at`.
CREATE TABLE programme_version (
    number int PRIMARY KEY CHECK (number > 0),
    text text NOT NULL,
    digest text NOT NULL,
    effective_at timestamptz NOT NULL,
    published_at timestamptz NOT NULL,
    published_by text NOT NULL
);

GRANT SELECT, INSERT ON programme_version TO regulars_app;
