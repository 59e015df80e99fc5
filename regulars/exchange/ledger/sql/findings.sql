-- What the hourly proof found and finds still; a row goes when what it tells is right again. `what` is unique within an
-- account; `part` says in which round it was found: over the accounts, or over the keys of events.
CREATE TABLE proof_finding (
    account_id bigint NOT NULL,
    what text NOT NULL,
    part text NOT NULL CHECK (part IN ('account', 'key')),
    expected text NOT NULL,
    found text NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, what)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON proof_finding TO regulars_app;
