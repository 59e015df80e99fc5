-- Purchases that members miss. What they tell is what stands on a receipt: no name, no text about anybody.
CREATE TABLE missing_purchase (
    account_id bigint NOT NULL REFERENCES account (account_id),
    id uuid NOT NULL,
    told_at timestamptz NOT NULL,
    store text NOT NULL CHECK (char_length(store) <= 40),
    bought_on date NOT NULL,
    net bigint NOT NULL CHECK (net > 0),
    receipt text NOT NULL CHECK (receipt <> '' AND char_length(receipt) <= 40),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'found', 'recorded', 'declined')),
    reason text NOT NULL DEFAULT '',
    event_id uuid,
    answered_by text,
    answered_at timestamptz,
    CHECK ((state = 'open') = (answered_by IS NULL)),
    CHECK ((answered_at IS NULL) = (answered_by IS NULL)),
    CHECK ((state IN ('found', 'recorded')) = (event_id IS NOT NULL)),
    CHECK ((state = 'declined') = (reason <> '')),
    PRIMARY KEY (account_id, id)
);
CREATE INDEX missing_purchase_open ON missing_purchase (told_at) WHERE state = 'open';

GRANT SELECT, INSERT ON missing_purchase TO regulars_app;
GRANT UPDATE (state, reason, event_id, answered_by, answered_at) ON missing_purchase TO regulars_app;
