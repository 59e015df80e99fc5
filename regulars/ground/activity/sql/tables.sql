-- What happened, append-only. `lines` is columnar: one list per line column, all of the same length.
CREATE TABLE event (
    account_id bigint NOT NULL REFERENCES account (account_id),
    id uuid NOT NULL,
    source text NOT NULL,
    external_id text NOT NULL,
    type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    version int NOT NULL,
    store text NOT NULL DEFAULT '',
    channel text NOT NULL DEFAULT '',
    net bigint NOT NULL DEFAULT 0,
    lines jsonb NOT NULL DEFAULT '{}',
    attributes jsonb NOT NULL DEFAULT '{}',
    original_id uuid,
    outcome jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (account_id, id)
);
CREATE INDEX event_timeline ON event (account_id, occurred_at DESC, id DESC);
CREATE INDEX event_returns ON event (account_id, original_id) WHERE original_id IS NOT NULL;

-- Idempotency: one natural key, unique for ever over all accounts, with the digest of the canonical event (16 bytes) and,
-- where the row of the event keeps what nothing else says, the digest of that (8 more).
CREATE TABLE event_key (
    source text NOT NULL,
    external_id text NOT NULL,
    type text NOT NULL,
    account_id bigint NOT NULL,
    event_id uuid NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (source, external_id, type)
);

-- Events that could not be taken as they are. They count as personal data and are kept for a stated time only.
CREATE TABLE quarantine (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    external_id text NOT NULL,
    type text NOT NULL,
    member text NOT NULL,
    received_at timestamptz NOT NULL,
    codes text[] NOT NULL,
    reasons jsonb NOT NULL,
    body jsonb NOT NULL,
    released_at timestamptz
);
CREATE INDEX quarantine_open ON quarantine (received_at DESC, id DESC) WHERE released_at IS NULL;
CREATE INDEX quarantine_key ON quarantine (source, external_id);

CREATE TABLE import_run (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    file_digest text NOT NULL,
    map_digest text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    batches int NOT NULL DEFAULT 0,
    counts jsonb NOT NULL DEFAULT '{}',
    UNIQUE (source, file_digest, map_digest)
);

GRANT SELECT, INSERT ON event, event_key TO regulars_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON quarantine, import_run TO regulars_app;
