-- The ledger. Entries are the balance; balances, lots and standing are written with them and can be rebuilt from them.
-- Partitions by month are made by `ledger_partitions`, which the application may call but not change.
CREATE TABLE entry (
    account_id bigint NOT NULL,
    seq bigint NOT NULL CHECK (seq > 0),
    at timestamptz NOT NULL,
    event_id uuid,
    version int NOT NULL,
    currency text NOT NULL,
    kind text NOT NULL,
    source text NOT NULL,
    target text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    rule text,
    base bigint NOT NULL DEFAULT 0,
    granted bigint NOT NULL,
    shares bigint[],
    lots bigint[],
    available_on date,
    expires_on date,
    reverses bigint,
    CHECK (source <> target),
    PRIMARY KEY (account_id, seq, at)
) PARTITION BY RANGE (at);
CREATE INDEX entry_event ON entry (account_id, event_id) WHERE event_id IS NOT NULL;

CREATE TABLE tier_move (
    account_id bigint NOT NULL,
    seq bigint NOT NULL CHECK (seq > 0),
    at timestamptz NOT NULL,
    event_id uuid,
    version int NOT NULL,
    source text NOT NULL,
    target text NOT NULL,
    why text NOT NULL,
    progress bigint NOT NULL,
    until_on date,
    PRIMARY KEY (account_id, seq)
);

CREATE TABLE lot (
    account_id bigint NOT NULL,
    currency text NOT NULL,
    seq bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    remaining bigint NOT NULL CHECK (remaining BETWEEN 0 AND amount),
    pending boolean NOT NULL,
    earned_on date NOT NULL,
    available_on date NOT NULL,
    expires_on date,
    version int NOT NULL,
    PRIMARY KEY (account_id, currency, seq)
);

-- Every movement has two ends, so the pots of an account sum to zero in every currency, always.
CREATE TABLE balance (
    account_id bigint NOT NULL REFERENCES account (account_id),
    currency text NOT NULL,
    available bigint NOT NULL CHECK (available >= 0),
    pending bigint NOT NULL CHECK (pending >= 0),
    debt bigint NOT NULL CHECK (debt <= 0),
    issued bigint NOT NULL,
    redeemed bigint NOT NULL,
    expired bigint NOT NULL,
    CHECK (available + pending + debt + issued + redeemed + expired = 0),
    PRIMARY KEY (account_id, currency)
);

CREATE TABLE standing (
    account_id bigint PRIMARY KEY REFERENCES account (account_id),
    seq bigint NOT NULL,
    tier text NOT NULL,
    tier_until date,
    progress bigint NOT NULL,
    last_on date NOT NULL,
    due_on date NOT NULL,
    state jsonb NOT NULL
);
CREATE INDEX standing_due ON standing (due_on, account_id);

CREATE FUNCTION ledger_partitions(first date, last date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    month date := date_trunc('month', first);
    name text;
BEGIN
    WHILE month <= last LOOP
        name := 'entry_' || to_char(month, 'YYYY_MM');
        IF to_regclass('public.' || name) IS NULL THEN
            LOCK TABLE public.entry IN SHARE UPDATE EXCLUSIVE MODE; -- one maker at a time; nobody else waits
            IF to_regclass('public.' || name) IS NULL THEN -- nobody made it while we waited
                -- Attaching, unlike CREATE TABLE ... PARTITION OF, lets those go on who read or write other months.
                EXECUTE format('CREATE TABLE public.%I (LIKE public.entry INCLUDING ALL)', name);
                EXECUTE format(
                    'ALTER TABLE public.entry ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)', name,
                    month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
            END IF;
        END IF;
        month := month + interval '1 month';
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION ledger_partitions(date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_partitions(date, date) TO regulars_app;

GRANT SELECT, INSERT ON entry, tier_move TO regulars_app;
GRANT SELECT, INSERT, UPDATE ON lot, balance, standing TO regulars_app;
