-- Keys of machines, and the audit of every act on a member (append-only).
CREATE TABLE api_key (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    key_hash bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    made_at timestamptz NOT NULL,
    revoked_at timestamptz
);

CREATE TABLE audit (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    act text NOT NULL,
    account_id bigint,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_account ON audit (account_id, at DESC) WHERE account_id IS NOT NULL;

CREATE TABLE kept_answer (
    key_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    request_hash bytea NOT NULL,
    status int NOT NULL,
    body jsonb NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (key_id, idempotency_key)
);

GRANT SELECT, INSERT ON audit TO regulars_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON api_key, kept_answer TO regulars_app;
