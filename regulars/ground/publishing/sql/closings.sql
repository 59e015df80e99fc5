-- What became of a version that is not simply followed by the next: withdrawn before it began (`replaced_by` is
-- empty), or replaced at once by another because it was bad. The version itself stays as it was published.
CREATE TABLE programme_closing (
    number int PRIMARY KEY REFERENCES programme_version (number),
    at timestamptz NOT NULL,
    by text NOT NULL,
    because text NOT NULL CHECK (because <> ''),
    replaced_by int UNIQUE REFERENCES programme_version (number) CHECK (replaced_by > number)
);

GRANT SELECT, INSERT ON programme_closing TO regulars_app;
