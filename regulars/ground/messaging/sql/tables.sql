-- What members are told. No name, address or text: those are put together out of the vault while it is sent or printed.
-- The row is the queue: `due_at` is when to look at it next, `lease_until` whose it is while it is being sent.
CREATE TABLE message (
    account_id bigint NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'letter')),
    language text NOT NULL,
    state text NOT NULL CHECK (state IN (
        'waiting', 'sending', 'printed', 'sent', 'delivered', 'refused', 'given up', 'returned', 'overtaken')),
    made_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    lease_until timestamptz,
    attempts int NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    figures jsonb NOT NULL DEFAULT '[]',
    written_at timestamptz,
    sent_at timestamptz,
    ended_at timestamptz,
    why text NOT NULL DEFAULT '',
    CHECK ((state = 'sending') = (lease_until IS NOT NULL)),
    CHECK (state NOT IN ('sent', 'delivered', 'returned') OR sent_at IS NOT NULL),
    PRIMARY KEY (account_id, id)
);
-- One of a kind is under way at a time: whoever asks again, or at the same moment, changes nothing.
CREATE UNIQUE INDEX message_under_way ON message (account_id, kind)
    WHERE state IN ('waiting', 'sending', 'printed', 'sent');
CREATE INDEX message_due ON message (state, due_at, account_id)
    WHERE state IN ('waiting', 'sending', 'printed', 'sent');
CREATE INDEX message_newest ON message (id);

GRANT SELECT, INSERT, UPDATE ON message TO regulars_app;
