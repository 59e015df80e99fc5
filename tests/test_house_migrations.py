"""Migrations run while others work: none looks at every row of a table that it keeps to itself meanwhile.

Whatever is not known to be over at once is refused: what rewrites or scans a table, writes rows, or keeps several tables
from those who write. Nothing is excused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import migrations
from django.db.migrations.loader import MigrationLoader

from regulars.kit.tables import Indexes, SqlFile

#: What a migration does that has its say in Django's own words: nothing, where Django does not manage the table.
_STATE_ALONE = (migrations.CreateModel, migrations.AddField)
CODES = {
    "writes_rows": "rows are read or written in a transaction that keeps its locks to the end: RunPython in a migration with atomic = False, in batches",
    "index_stops_writers": "CREATE INDEX lets nobody write meanwhile: `Indexes` builds it beside those who do",
    "check_scans": "every row is looked at while nobody may read: ADD CONSTRAINT ... NOT VALID, and VALIDATE CONSTRAINT in a later migration",
    "not_null_scans": "the same: a CHECK (... IS NOT NULL) first, named table_column_not_null, NOT VALID and validated later; then SET NOT NULL looks at none",
    "rewrites": "the table is written anew while nobody may read: a new column beside it, filled in batches",
    "several_tables": "what waits for one table keeps the other from everybody: a migration for each",
    "not_repeatable": "a migration with atomic = False goes on after it was interrupted: IF EXISTS, IF NOT EXISTS",
    "python": "RunPython in one transaction: atomic = False, in batches",
    "unknown": "nobody has looked at how long this keeps a table from others: say it otherwise, or teach this test",
}
_LITERAL = r"(?:'[^']*'(?:::\w+)?|-?\d+(?:\.\d+)?|true|false|null)"
_ADDED = re.compile(
    r"ADD COLUMN (?:IF NOT EXISTS )?\w+ (?!\w*serial)\w+(?:\[\])?"
    rf"(?: NOT NULL)?(?: DEFAULT {_LITERAL})?(?: NOT NULL)?",
    re.I,
)
_AT_ONCE = re.compile(
    r"DROP CONSTRAINT .*|ADD CONSTRAINT .* NOT VALID|ALTER (?:COLUMN )?\w+ (?:DROP NOT NULL|DROP DEFAULT|SET DEFAULT .*)"
    r"|DROP COLUMN (?:IF EXISTS )?\w+|SET \([^)]*\)|RENAME .*",
    re.I,
)
_HARMLESS = re.compile(
    r"(CREATE TABLE|CREATE SEQUENCE|CREATE (OR REPLACE )?FUNCTION|GRANT|REVOKE|COMMENT ON|DROP FUNCTION|CREATE TYPE)\b",
    re.I,
)
_WRITES = re.compile(r"(INSERT|UPDATE|DELETE|MERGE|WITH|SELECT|COPY|TRUNCATE|CREATE TEMP)\b", re.I)
_REPEATABLE = re.compile(
    r"IF (NOT )?EXISTS|OR REPLACE|^(GRANT|REVOKE|COMMENT)\b|DROP CONSTRAINT IF|VALIDATE CONSTRAINT", re.I
)


def split(text: str, at: str) -> list[str]:
    """The parts of a SQL text between `at`, which counts outside of parentheses, quotes and $$ alone."""
    parts, depth, quoted = [""], 0, ""
    for token in re.findall(r"\$\$|'|[(),;]|[^$'(),;]+|\$", re.sub(r"--[^\n]*", " ", text)):
        if token in ("'", "$$") and quoted in ("", token):
            quoted = "" if quoted else token
        depth += 0 if quoted else {"(": 1, ")": -1}.get(token, 0)
        if token == at and not quoted and not depth:
            parts.append("")
        else:
            parts[-1] += token
    return [" ".join(part.split()) for part in parts if part.strip()]


def altered(action: str, validated: set[str], table: str) -> str | None:
    """The code of one action of an ALTER TABLE; None where it is over at once."""
    if _ADDED.fullmatch(action) or _AT_ONCE.fullmatch(action):
        return None
    if re.match(r"VALIDATE CONSTRAINT", action, re.I):
        return None
    if named := re.fullmatch(r"ALTER (?:COLUMN )?(\w+) SET NOT NULL", action, re.I):
        return None if f"{table}_{named[1]}_not_null" in validated else "not_null_scans"
    if re.match(
        r"ADD (CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\b|ADD COLUMN .*\b(CHECK|REFERENCES)\b", action, re.I
    ):
        return "check_scans"
    if re.match(
        r"ADD COLUMN|ALTER (COLUMN )?\w+ (SET DATA )?TYPE|SET (LOGGED|UNLOGGED|ACCESS|TABLESPACE)", action, re.I
    ):
        return "rewrites"
    return "unknown"


def of_statement(statement: str, new: set[str], validated: set[str]) -> Iterator[tuple[str, str | None]]:
    """(code, or empty; the old table that nobody else may write from here to the end of the transaction, or None)."""
    if made := re.match(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", statement, re.I):
        new.add(made[1])
        for named in re.findall(r"\bREFERENCES (\w+)", statement, re.I):
            yield "", named if named not in new else None
    elif found := re.match(r"CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?\w+ ON (?:ONLY )?(\w+)", statement, re.I):
        if found[1] not in new:
            yield "index_stops_writers", found[1]
    elif found := re.match(r"ALTER TABLE (?:ONLY )?(\w+) (.*)", statement, re.I):
        if found[1] in new:
            for named in re.findall(r"\bREFERENCES (\w+)", found[2], re.I):
                yield "", named if named not in new else None
            return
        actions = split(found[2], ",")
        beside = all(re.match("VALIDATE", action, re.I) for action in actions)
        yield "", None if beside else found[1]
        for action in actions:
            if named := re.match(r"VALIDATE CONSTRAINT (\w+)", action, re.I):
                validated.add(named[1])
                if not beside:
                    yield "check_scans", None
            elif code := altered(action, validated, found[1]):
                yield code, None
    elif found := re.match(r"DROP INDEX (?:IF EXISTS )?(.*)", statement, re.I):
        yield "", f"the table of {found[1]}"
    elif _WRITES.match(statement):
        yield "writes_rows", None
    elif not _HARMLESS.match(statement):
        yield "unknown", None


def findings(operations: Sequence[Any], atomic: bool = True, validated: set[str] | None = None) -> set[str]:
    """The codes of all that a migration does to others. `validated` are the constraints that earlier ones validated."""
    validated = set() if validated is None else validated
    codes, new = set[str](), set[str]()
    held = set[str]()
    for operation in operations:
        if isinstance(operation, SqlFile):
            held = held if atomic else set()
            before = set(validated)
            statements = split(operation.text, ";")
            for statement in statements:
                for code, table in of_statement(statement, new, validated):
                    codes |= {code} - {""}
                    held |= {table} - {None} if table else set()
            # What is validated under the lock of its own adding has been looked at under that.
            if held and validated - before:
                codes.add("check_scans")
            if len(held) > 1:
                codes.add("several_tables")
            if not atomic and not all(_REPEATABLE.search(statement) for statement in statements):
                codes.add("not_repeatable")
        elif isinstance(operation, migrations.RunPython):
            codes |= {"python"} if atomic else set()
        elif isinstance(operation, Indexes):
            codes |= {"unknown"} if atomic else set()
        elif not isinstance(operation, _STATE_ALONE):
            codes.add("unknown")
    return codes


def in_order() -> list[Any]:
    """The migrations of our rooms, each after those it needs."""
    graph = MigrationLoader(None).graph
    seen: dict[Any, None] = {}
    for leaf in graph.leaf_nodes():
        seen |= dict.fromkeys(graph.forwards_plan(leaf))
    return [graph.nodes[key] for key in seen if graph.nodes[key].__module__.startswith("regulars.")]


def found_here() -> set[tuple[str, str, str]]:
    """(room, migration, code) of all that is found, what is excused included."""
    validated: set[str] = set()
    return {
        (one.app_label, one.name, code)
        for one in in_order()
        for code in findings(one.operations, one.atomic, validated)
    }


def test_no_migration_stops_those_who_work_for_longer_than_a_moment() -> None:
    assert found_here() == set()
    assert len(in_order()) >= 40


def told(text: str, atomic: bool = True) -> set[str]:
    operation = SqlFile.__new__(SqlFile)
    operation.text = text
    return findings([operation], atomic)


BAD = [
    ("index_stops_writers", "CREATE INDEX entry_rule ON entry (rule)"),
    ("index_stops_writers", "CREATE TABLE shelf (id int); CREATE UNIQUE INDEX shelf_id ON shelf (id); CREATE INDEX lot_day ON lot (earned_on)"),
    ("check_scans", "ALTER TABLE lot ADD CONSTRAINT small CHECK (amount < 9)"),
    ("check_scans", "ALTER TABLE lot ADD CHECK (amount < 9)"),
    ("check_scans", "ALTER TABLE lot ADD COLUMN size int CHECK (size > 0)"),
    ("check_scans", "ALTER TABLE lot ADD COLUMN size int REFERENCES account (account_id)"),
    ("check_scans", "ALTER TABLE lot ADD CONSTRAINT one UNIQUE (seq)"),
    ("check_scans", "ALTER TABLE lot ADD CONSTRAINT small CHECK (amount < 9) NOT VALID; ALTER TABLE lot VALIDATE CONSTRAINT small"),
    ("not_null_scans", "ALTER TABLE lot ALTER COLUMN expires_on SET NOT NULL"),
    ("rewrites", "ALTER TABLE lot ALTER COLUMN version TYPE bigint"),
    ("rewrites", "ALTER TABLE lot ALTER version SET DATA TYPE bigint"),
    ("rewrites", "ALTER TABLE lot ADD COLUMN made uuid NOT NULL DEFAULT gen_random_uuid()"),
    ("rewrites", "ALTER TABLE lot ADD COLUMN size int, ADD COLUMN made timestamptz DEFAULT clock_timestamp()"),
    ("rewrites", "ALTER TABLE lot ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY"),
    ("rewrites", "ALTER TABLE lot ADD COLUMN twice bigint GENERATED ALWAYS AS (amount * 2) STORED"),
    ("rewrites", "ALTER TABLE lot SET UNLOGGED"),
    ("writes_rows", "UPDATE lot SET remaining = 0"),
    ("writes_rows", "WITH a AS (SELECT 1) DELETE FROM lot"),
    ("writes_rows", "INSERT INTO budget_pool SELECT * FROM entry"),
    ("several_tables", "ALTER TABLE lot ADD COLUMN a int; ALTER TABLE entry ADD COLUMN a int"),
    ("several_tables", "CREATE TABLE shelf (id int REFERENCES account (account_id)); ALTER TABLE entry ADD COLUMN a int"),
    ("several_tables", "CREATE TABLE shelf (id int REFERENCES account (account_id)); ALTER TABLE shelf ADD FOREIGN KEY (id) REFERENCES entry (seq)"),
    ("several_tables", "DROP INDEX standing_due; ALTER TABLE entry ADD COLUMN a int"),
    ("unknown", "CLUSTER lot USING lot_pkey"),
    ("unknown", "LOCK TABLE lot"),
    ("unknown", "DO $$ BEGIN UPDATE lot SET remaining = 0; END $$"),
    ("unknown", "ALTER TABLE lot DISABLE TRIGGER ALL"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text"), BAD)
def test_what_stops_others_is_found(code: str, text: str) -> None:
    assert told(text) == {code}


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE shelf (id int CHECK (id > 0)); CREATE INDEX shelf_id ON shelf (id); ALTER TABLE shelf ADD CHECK (id < 9)",
        "ALTER TABLE lot ADD COLUMN a text NOT NULL DEFAULT '', ADD COLUMN b bigint[] NOT NULL DEFAULT '{}', ADD COLUMN c timestamptz",
        "ALTER TABLE lot ADD CONSTRAINT small CHECK (amount < 9 AND seq IN (1, 2)) NOT VALID, DROP CONSTRAINT lot_check",
        "ALTER TABLE lot VALIDATE CONSTRAINT small, VALIDATE CONSTRAINT large", "GRANT UPDATE (a, b) ON lot TO regulars_app",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE lot SET a = 1; $$", "DROP INDEX standing_due -- ; UPDATE lot",
        "ALTER TABLE lot ALTER COLUMN a SET DEFAULT now(), ALTER b DROP NOT NULL",
        "CREATE TABLE shelf (id int REFERENCES account (account_id)); CREATE TABLE box (id int REFERENCES shelf (id))",
    ],
)  # fmt: skip
def test_what_is_over_at_once_passes(text: str) -> None:
    assert told(text) == set()


def test_what_others_validated_before_needs_no_look_any_more() -> None:
    operation = SqlFile.__new__(SqlFile)
    operation.text = "ALTER TABLE lot ALTER COLUMN expires_on SET NOT NULL"
    assert findings([operation], validated={"lot_expires_on_not_null"}) == set()


def test_a_migration_of_many_transactions_can_be_begun_again() -> None:
    assert told("ALTER TABLE lot ADD COLUMN a int", atomic=False) == {"not_repeatable"}
    assert (
        told("ALTER TABLE lot ADD COLUMN IF NOT EXISTS a int; GRANT SELECT ON lot TO regulars_app", atomic=False)
        == set()
    )


def test_rows_are_filled_in_batches_or_not_at_all() -> None:
    fill = migrations.RunPython(migrations.RunPython.noop)
    assert (findings([fill]), findings([fill], atomic=False)) == ({"python"}, set())
    assert findings([migrations.RunSQL("SELECT 1")]) == {"unknown"}


def test_every_code_has_been_seen() -> None:
    assert {code for code, _ in BAD} | {"not_repeatable", "python"} == CODES.keys()
