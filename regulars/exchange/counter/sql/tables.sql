-- Goodwill and corrections above the limit: one person proposes, another answers. `id` is the id of the act as well.
CREATE TABLE proposal (
    account_id bigint NOT NULL REFERENCES account (account_id),
    id uuid NOT NULL,
    currency text NOT NULL,
    points bigint NOT NULL CHECK (points <> 0),
    reason text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'declined')),
    answered_by text,
    answered_at timestamptz,
    CHECK ((state = 'open') = (answered_by IS NULL)),
    CHECK ((answered_at IS NULL) = (answered_by IS NULL)),
    CHECK (answered_by <> proposed_by),
    PRIMARY KEY (account_id, id)
);
CREATE INDEX proposal_open ON proposal (proposed_at) WHERE state = 'open';

GRANT SELECT, INSERT ON proposal TO regulars_app;
GRANT UPDATE (state, answered_by, answered_at) ON proposal TO regulars_app;
