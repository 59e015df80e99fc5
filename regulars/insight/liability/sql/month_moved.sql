-- What a calendar month (in UTC) of entries came to: how many there were, and the sums that the books are made of. A
-- copy that can be read again at any time; `terms` is a digest of the versions it was read under and of all it says.
CREATE TABLE month_moved (
    month date PRIMARY KEY CHECK (extract(day FROM month) = 1),
    terms text NOT NULL,
    entries bigint NOT NULL CHECK (entries >= 0),
    moved jsonb NOT NULL,
    sales jsonb NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON month_moved TO regulars_app;
