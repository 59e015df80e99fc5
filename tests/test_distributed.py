"""The schema and the statements are ready to be distributed by account, and the lints that say so can say no."""

from __future__ import annotations

import ast
from types import SimpleNamespace

import psycopg
import pytest

from tests.distribution import RULES, Kinds, findings, member_tables
from tests.executed import EXCUSED, excused
from tests.reading_code import PACKAGE
from tests.routing import MEMBER_TABLES, faults

KINDS = Kinds(
    # What must be unique over all members is found by its value first; the row says whose it is.
    lookups={
        "member_number": "number", "member_email": "email", "sign_in_link": "token_hash",
        "event_key": "external_id", "kept_answer": "idempotency_key", "quarantine": "id",
        # What all members share: a pool for each budget, and of each what a bucket of accounts has leased.
        "budget_pool": "budget", "budget_lease": "bucket",
    },
    # Small, read by everybody, changed by a person now and then.
    reference=frozenset({"programme_version", "programme_closing", "month_closing", "installation", "api_key"}),
    # On the coordinator. `audit` holds acts of people, many of them on no member, and is read by those who look for one;
    # `import_run` and `opening_run` count what was read of files, which a reference table should not; drafts and try-outs are a keeper's own
    # work; tills tell one total a day; what a month came to is a copy that one reader keeps; of findings of a proof there should be none; who asks for a link is
    # nobody yet. The rest are tables of libraries: the job queue with its triggers, staff and their sessions, Django's own.
    local=("audit", "link_asked", "import_run", "opening_run", "till_total", "month_moved", "proof_finding", "programme_draft", "programme_tryout", "procrastinate_", "staff", "staff_", "auth_", "django_", "mfa_",
           "account_emailaddress", "account_emailconfirmation"),
    # Gives accounts their numbers, which order nothing.
    sequences=frozenset({"account_number"}),
)  # fmt: skip

GOOD = """
CREATE SCHEMA trial; SET LOCAL search_path = trial;
CREATE TABLE programme_version (number int PRIMARY KEY);
CREATE TABLE member_email (email text PRIMARY KEY, account_id bigint NOT NULL);
CREATE TABLE audit (id bigserial PRIMARY KEY, account_id bigint);
CREATE TABLE account (account_id bigint PRIMARY KEY);
CREATE TABLE visit (
    account_id bigint NOT NULL REFERENCES account (account_id), id uuid, at timestamptz NOT NULL,
    version int REFERENCES programme_version (number), PRIMARY KEY (account_id, id, at)
) PARTITION BY RANGE (at);
CREATE TABLE visit_2026 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
"""
BAD = [
    ("kind_unknown", "CREATE TABLE shelf (id uuid PRIMARY KEY)"),
    ("account_not_bigint", "CREATE TABLE gift (account_id int PRIMARY KEY)"),
    ("account_not_bigint", "ALTER TABLE visit ADD COLUMN host_account_id uuid"),
    ("account_may_be_null", "CREATE TABLE gift (account_id bigint, id uuid); ALTER TABLE member_email ALTER account_id DROP NOT NULL"),
    ("no_primary_key", "CREATE TABLE gift (account_id bigint NOT NULL)"),
    ("account_not_first", "CREATE TABLE gift (id uuid PRIMARY KEY, account_id bigint NOT NULL)"),
    ("account_not_first", "CREATE TABLE gift (account_id bigint PRIMARY KEY, code text UNIQUE)"),
    ("account_not_first", "CREATE UNIQUE INDEX ON account ((account_id + 1))"),
    ("account_not_first", "CREATE TABLE gift (account_id bigint PRIMARY KEY, span int4range, EXCLUDE USING gist (span WITH &&))"),
    ("lookup_not_keyed", "ALTER TABLE member_email ADD UNIQUE (account_id)"),
    ("foreign_key", "CREATE TABLE gift (account_id bigint PRIMARY KEY, from_id bigint REFERENCES account (account_id))"),
    ("foreign_key", "ALTER TABLE member_email ADD FOREIGN KEY (account_id) REFERENCES account (account_id)"),
    ("foreign_key", "ALTER TABLE programme_version ADD author bigint REFERENCES account (account_id)"),
    ("foreign_key", "CREATE TABLE gift (account_id bigint PRIMARY KEY, note bigint REFERENCES audit (id))"),
    ("trigger", "CREATE TRIGGER t BEFORE UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"),
    ("rule_or_view", "CREATE RULE r AS ON DELETE TO account DO INSTEAD NOTHING"),
    ("rule_or_view", "CREATE VIEW accounts AS SELECT account_id FROM account"),
    ("sequence", "CREATE SEQUENCE entry_number"),
    ("default_of_chance", "CREATE TABLE gift (account_id bigint, n bigserial, PRIMARY KEY (account_id, n))"),
    ("default_of_chance", "ALTER TABLE account ADD n bigint GENERATED ALWAYS AS IDENTITY"),
    ("default_of_chance", "ALTER TABLE visit ADD made timestamptz DEFAULT now()"),
    ("instant_without_zone", "ALTER TABLE visit ADD local timestamp"),
    ("partitioning", "CREATE TABLE gift (account_id bigint PRIMARY KEY) PARTITION BY HASH (account_id)"),
    ("partitioning", "CREATE TABLE visit_2027 PARTITION OF visit FOR VALUES FROM ('2027-01-01') TO ('2028-01-01') PARTITION BY RANGE (at)"),
]  # fmt: skip


def on_trial(owner: psycopg.Connection, statements: str) -> list[tuple[str, str]]:
    """What is found in a schema of its own, which is gone afterwards."""
    with owner.transaction(force_rollback=True):
        owner.execute(GOOD + statements)
        owner.execute("SET LOCAL search_path = public")
        return findings(owner, KINDS, "trial")


def test_the_schema_of_the_house_can_be_distributed_by_account(owner: psycopg.Connection) -> None:
    assert findings(owner, KINDS) == []


def test_the_tables_whose_statements_are_looked_at_are_those_of_members(owner: psycopg.Connection) -> None:
    assert member_tables(owner, KINDS) == MEMBER_TABLES


def test_a_schema_that_can_be_distributed_passes(owner: psycopg.Connection) -> None:
    assert on_trial(owner, "") == []


@pytest.mark.parametrize(("code", "statements"), BAD)
def test_a_table_that_cannot_be_distributed_is_found(owner: psycopg.Connection, code: str, statements: str) -> None:
    assert code in {found for found, _ in on_trial(owner, statements)}


def test_every_rule_of_the_catalogue_has_been_seen_to_fail() -> None:
    assert {code for code, _ in BAD} == RULES.keys()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1 FROM lot WHERE account_id = %s", "SELECT 1 FROM lot WHERE account_id = ANY(%(all)s) AND remaining > 0",
        'SELECT "member"."number" FROM "member" WHERE "member"."account_id" IN (%s, %s)',
        "SELECT 1 FROM lot l JOIN balance b USING (account_id) WHERE l.account_id = %s",
        "SELECT 1 FROM lot l JOIN entry e ON e.account_id = l.account_id JOIN event v ON v.account_id = e.account_id WHERE v.account_id = %s",
        "SELECT 1 FROM event_key k JOIN event e ON e.account_id = k.account_id AND e.id = k.event_id WHERE k.source = %s",
        "WITH lot AS (SELECT 1) SELECT * FROM lot", "SELECT 1 FROM account WHERE account_id > %s ORDER BY account_id LIMIT 9",
        "UPDATE lot l SET remaining = v.left FROM unnest(%s::bigint[], %s::bigint[]) AS v (account_id, left) WHERE l.account_id = v.account_id",
        "SELECT 1 FROM standing WHERE due_on <= %s AND (due_on, account_id) > (%s, %s)",
        "DELETE FROM member WHERE account_id = %s", "COPY entry (account_id, seq) FROM STDIN (FORMAT BINARY)",
        "COPY (SELECT seq FROM lot WHERE account_id = %s) TO STDOUT", 'COPY "public"."lot" ("account_id") FROM STDIN (ENCODING \'UTF8\')',
        "INSERT INTO balance (account_id, currency) SELECT account_id, 'p' FROM unnest(%s::bigint[]) AS v (account_id)",
        "MERGE INTO standing s USING v ON s.account_id = v.account_id WHEN MATCHED THEN UPDATE SET seq = 1",
        "SELECT 'every lot in an event' AS prose", "SELECT 1 FROM quarantine WHERE id = %s",
        "SELECT 1 FROM account a WHERE account_id = %s AND EXISTS (SELECT FROM lot l WHERE l.account_id = a.account_id)",
    ],
)  # fmt: skip
def test_a_statement_that_says_whose_rows_it_means_passes(text: str) -> None:
    assert list(faults(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT count(*) FROM lot", "SELECT account_id FROM lot WHERE remaining > 0", "SELECT 1 FROM public.lot WHERE seq = %s",
        "SELECT 1 FROM lot l JOIN balance b USING (account_id)", "SELECT 1 FROM lot WHERE account_id = %s OR seq = %s",
        "SELECT 1 FROM lot WHERE NOT account_id = %s", "UPDATE lot SET remaining = 0 WHERE seq = %s", "DELETE FROM member",
        "SELECT 1 FROM lot l, balance b WHERE l.account_id = %s", "SELECT 1 FROM lot l, lot m WHERE l.account_id = m.account_id",
        "SELECT 1 FROM x WHERE id IN (SELECT event_id FROM entry)", "WITH x AS (SELECT * FROM entry) SELECT 1 FROM x WHERE account_id = %s",
        "SELECT 1 FROM account a WHERE a.account_id = %s AND EXISTS (SELECT FROM lot WHERE seq = 1)",
        "INSERT INTO lot (currency, seq) VALUES (%s, %s)", "INSERT INTO lot SELECT * FROM x", "COPY entry (seq) FROM STDIN",
        "COPY public.entry (seq) FROM STDIN", "COPY (SELECT seq FROM entry) TO STDOUT (ENCODING 'UTF8')",
        "MERGE INTO standing s USING v ON s.seq = v.seq WHEN MATCHED THEN UPDATE SET seq = 1",
        "SELECT pg_advisory_xact_lock(%s)", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    ],
)  # fmt: skip
def test_a_statement_that_does_not_say_whose_rows_it_means_is_found(text: str) -> None:
    assert list(faults(text))


def test_what_the_product_executes_is_looked_at(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from regulars.ground.installation.facts import fact
    from tests import executed

    seen: dict[str, str] = {}
    monkeypatch.setattr(executed, "_seen", seen)
    fact("clock_ahead_s")
    assert seen == {"SELECT value FROM installation WHERE name = %s": "ground/installation/facts.py:fact"}


def test_a_run_fails_in_which_a_statement_named_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests import executed

    for place, status in (("exchange/ledger/posting.py:post", 1), ("insight/shop/members.py:member_count", 0)):
        monkeypatch.setattr(executed, "_seen", {"SELECT count(*) FROM lot": place})
        monkeypatch.setattr(executed, "_found", [])
        one_of_several, first = (SimpleNamespace(exitstatus=0, config=SimpleNamespace()) for _ in range(2))
        one_of_several.config.workeroutput = {}
        executed.pytest_sessionfinish(one_of_several)
        assert (one_of_several.exitstatus, len(executed._found)) == (status, status)
        monkeypatch.setattr(executed, "_seen", {})
        monkeypatch.setattr(executed, "_found", [])
        executed.pytest_testnodedown(one_of_several.config)
        executed.pytest_sessionfinish(first)
        assert (first.exitstatus, len(executed._found)) == (status, status)


def test_every_place_that_is_excused_is_there_and_says_why() -> None:
    for place, reason in EXCUSED.items():
        file, _, function = place.partition(":")
        assert (PACKAGE / file).exists() and len(reason) > 20
        if function:
            names = {
                node.name
                for node in ast.walk(ast.parse((PACKAGE / file).read_text()))
                if isinstance(node, ast.FunctionDef)
            }
            assert function in names, place
    assert excused("insight/shop/points.py:given") and not excused("exchange/ledger/posting.py:post")
