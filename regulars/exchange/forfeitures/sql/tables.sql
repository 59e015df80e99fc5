-- Points that are to be taken. What holds of one is what was promised on the day it was announced. `evidence` is where the
-- evidence is found, `objection` one of the declared reasons: no text about anybody. Days run from `told_on`, on which the
-- announcement reached the member; `told_of` is the last state of it that did.
CREATE TABLE forfeiture (
    account_id bigint NOT NULL REFERENCES account (account_id),
    id uuid NOT NULL,
    currency text NOT NULL,
    points bigint NOT NULL CHECK (points > 0),
    reason text NOT NULL,
    evidence text NOT NULL CHECK (evidence <> '' AND char_length(evidence) <= 80),
    notice_days int NOT NULL CHECK (notice_days >= 0),
    appeal_days int NOT NULL CHECK (appeal_days >= 0),
    by_machine boolean NOT NULL,
    announced_by text NOT NULL,
    announced_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'announced'
        CHECK (state IN ('announced', 'objected', 'upheld', 'dropped', 'taken', 'given back')),
    told_on date,
    told_of text NOT NULL DEFAULT '',
    objection text NOT NULL DEFAULT '',
    objected_at timestamptz,
    decided_by text,
    decided_at timestamptz,
    taken bigint NOT NULL DEFAULT 0 CHECK (taken BETWEEN 0 AND points),
    ended_at timestamptz,
    CHECK ((objection = '') = (objected_at IS NULL)),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (state NOT IN ('upheld', 'dropped') OR decided_by IS NOT NULL),
    -- Whoever announced it may let it drop; to uphold it takes somebody else.
    CHECK (state = 'dropped' OR decided_by <> announced_by),
    -- Nothing is taken of who was not told, and nothing against an objection that nobody decided.
    CHECK (state <> 'taken' OR told_on IS NOT NULL AND (decided_by IS NOT NULL OR by_machine AND objection = '')),
    CHECK ((state IN ('dropped', 'taken', 'given back')) = (ended_at IS NOT NULL)),
    PRIMARY KEY (account_id, id)
);
-- One at a time.
CREATE UNIQUE INDEX forfeiture_open ON forfeiture (account_id) WHERE state IN ('announced', 'objected', 'upheld');
CREATE INDEX forfeiture_newest ON forfeiture (announced_at);

GRANT SELECT, INSERT ON forfeiture TO regulars_app;
GRANT UPDATE (state, told_on, told_of, objection, objected_at, decided_by, decided_at, taken, ended_at) ON forfeiture
    TO regulars_app;
