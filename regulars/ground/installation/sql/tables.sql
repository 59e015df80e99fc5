-- What this installation knows of itself: one value per name.
CREATE TABLE installation (
    name text PRIMARY KEY,
    value jsonb NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON installation TO regulars_app;
