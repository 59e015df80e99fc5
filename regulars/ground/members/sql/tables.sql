-- An account holds points and is the distribution key; it stays for ever. Who a person is lives in `member` alone:
-- the vault, which erasing empties. The lookups are keyed by the value they make unique.
CREATE SEQUENCE account_number AS bigint;
CREATE TABLE account (
    account_id bigint PRIMARY KEY,
    kind text NOT NULL DEFAULT 'member' CHECK (kind IN ('member', 'household')),
    opened_at timestamptz NOT NULL
);

CREATE TABLE member (
    account_id bigint PRIMARY KEY REFERENCES account (account_id),
    number text NOT NULL,
    given_name text NOT NULL DEFAULT '',
    family_name text NOT NULL DEFAULT '',
    preferred_name text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    language text NOT NULL DEFAULT '',
    birth_month smallint CHECK (birth_month BETWEEN 1 AND 12),
    birth_day smallint CHECK (birth_day BETWEEN 1 AND 31),
    birth_year smallint,
    joined_on date NOT NULL,
    CHECK ((birth_month IS NULL) = (birth_day IS NULL))
);
-- For finding by the beginning of a name, page by page: bytewise, so that one index serves the range and the order.
CREATE INDEX member_family_name ON member ((lower(family_name || ', ' || given_name) COLLATE "C"), account_id);
CREATE INDEX member_whole_name ON member ((lower(given_name || ' ' || family_name) COLLATE "C"), account_id);

CREATE TABLE member_number (
    number text PRIMARY KEY,
    account_id bigint NOT NULL
);
CREATE INDEX member_number_prefix ON member_number ((number COLLATE "C"), account_id);

CREATE TABLE member_email (
    email text PRIMARY KEY,
    account_id bigint NOT NULL
);
CREATE INDEX member_email_prefix ON member_email ((email COLLATE "C"), account_id);

CREATE TABLE sign_in_link (
    token_hash bytea PRIMARY KEY,
    account_id bigint NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX sign_in_link_account ON sign_in_link (account_id);

GRANT USAGE ON SEQUENCE account_number TO regulars_app;
GRANT SELECT, INSERT ON account TO regulars_app;
GRANT UPDATE (kind) ON account TO regulars_app; -- what row locks ask for
GRANT SELECT, INSERT, UPDATE, DELETE ON member, member_number, member_email, sign_in_link TO regulars_app;
