"""Every SQL text of the house: it names the account, and asks the database for no time and no chance."""

from __future__ import annotations

import re

import pytest

from tests.reading_code import is_sql, sql

MEMBER_TABLES = ("event", "entry", "lot", "balance", "standing", "tier_move", "member")
_TOUCHES = re.compile(
    rf"\b(FROM|JOIN|INTO|UPDATE|USING)\s+(ONLY\s+)?(\"?\w+\"?\s*\.\s*)?\"?({'|'.join(MEMBER_TABLES)})\b", re.I
)
_VOLATILE = re.compile(
    r"\b(now|random|random_normal|timeofday|(statement|transaction|clock)_timestamp|gen_random_\w+|uuidv[47]"
    r"|uuid_generate_\w+|setseed)\s*\(|\b(current_(date|time|timestamp)|localtime(stamp)?|tablesample)\b"
    r"|'(now|today|tomorrow|yesterday)'",
    re.I,
)


def without_definitions() -> list[tuple[str, str]]:
    """The statements that are carried out in daily life."""
    return [(place, text) for place, text in sql() if not place.endswith("/tables.sql")]


def test_a_statement_on_a_members_table_names_the_account() -> None:
    """What reads the whole shop stands in `insight`, where nothing else is done."""
    silent = [
        place
        for place, text in without_definitions()
        if _TOUCHES.search(text) and "account_id" not in text and not place.startswith("insight/")
    ]
    assert silent == []


def test_no_statement_asks_the_database_for_the_time_or_for_chance() -> None:
    """Nor does a table, in the value it gives by default."""
    assert [place for place, text in sql() if _VOLATILE.search(text)] == []


@pytest.mark.parametrize(
    "asks",
    [
        "now()", "now ( )", "CURRENT_DATE", "current_timestamp", "current_time", "LOCALTIMESTAMP", "statement_timestamp()",
        "transaction_timestamp()", "clock_timestamp()", "timeofday()", "random()", "random(1, 6)", "uuidv7()", "uuidv4()",
        "gen_random_uuid()", "gen_random_bytes(8)", "uuid_generate_v4()", "'now'::timestamptz", "date 'today'",
    ],
)  # fmt: skip
@pytest.mark.parametrize("statement", ["SELECT {}", "select {} from lot", "UPDATE api_key SET revoked_at = {}"])
def test_time_and_chance_are_found_however_they_are_asked_for(statement: str, asks: str) -> None:
    text = statement.format(asks)
    assert is_sql(text) and _VOLATILE.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM ONLY lot", "select 1 from public.balance", 'DELETE FROM "member"', "UPDATE ONLY standing SET seq = 1",
        "MERGE INTO standing USING x ON true", "MERGE INTO x USING entry ON true", 'SELECT 1 FROM x JOIN "public"."event" ON true',
    ],
)  # fmt: skip
def test_a_members_table_is_found_however_it_is_named(text: str) -> None:
    assert is_sql(text) and _TOUCHES.search(text)


def test_values_never_become_part_of_a_statement() -> None:
    """An f-string that is SQL may hold names of our own (columns, tables), never a value out of a variable in quotes."""
    quoted = re.compile(r"'\?'")
    found = [place for place, text in without_definitions() if quoted.search(text)]
    assert [place for place in found if not place.startswith("kit/tables.py")] == []  # the role's own name
