"""A condition about members means the same to PostgreSQL as to Python: nulls, types, the order of texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from regulars.kit.conditions import Name, Type, parse
from regulars.kit.tests.random_conditions import (
    LINE,
    MEMBER,
    ORDER,
    TEXTS,
    VOCABULARY,
    conditions,
    every_statement,
    some_lives,
    values,
)

COLUMNS = {
    Type.TEXT: "text",
    Type.INTEGER: "bigint",
    Type.DECIMAL: "numeric",
    Type.MONEY: "bigint",
    Type.BOOLEAN: "boolean",
    Type.DATE: "date",
    Type.WEEKDAY: "text",
    Type.MONTH: "smallint",
    Type.TEXT_SET: "text[]",
}
NAMES = VOCABULARY.within(MEMBER)
BLANK: dict[str, Any] = {name.name: None for name in NAMES} | {"city": "", "segments": []}


def column(name: Name) -> str:
    return f'"{name.name}"'


def clause(text: str) -> tuple[str, list[Any]]:
    return parse(text, VOCABULARY, MEMBER, 2).sql(column)


@pytest.fixture(scope="module")
def members(scratch_dsn: str) -> Iterator[psycopg.Connection]:
    """A table with a column for all that a condition may ask of a member, texts in a language's own order."""
    with psycopg.connect(scratch_dsn) as connection:
        # Not every server knows a language: without one the database's own order has to do.
        found = connection.execute(
            "SELECT collname FROM pg_collation WHERE collname IN ('und-x-icu', 'en_US.utf8', 'de_DE.utf8')"
        ).fetchone()
        order = found[0] if found else "default"
        columns = [f"{column(name)} {COLUMNS[name.type]}" for name in NAMES]
        columns = [f'{one} COLLATE "{order}"' if one.endswith(" text") else one for one in columns]
        connection.execute(f"CREATE TEMPORARY TABLE member (id int, {', '.join(columns)})")
        yield connection
        connection.rollback()


def insert(connection: psycopg.Connection, rows: list[dict[str, Any]]) -> None:
    connection.execute("TRUNCATE member")
    statement = sql.SQL("INSERT INTO member VALUES ({})").format(
        sql.SQL(", ").join(sql.Placeholder() for _ in range(len(NAMES) + 1))
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[at, *(row[name.name] for name in NAMES)] for at, row in enumerate(rows)])


def chosen(connection: psycopg.Connection, where: str, parameters: list[Any]) -> list[int]:
    query = f"SELECT id FROM member WHERE {where} ORDER BY id".encode()
    return [row[0] for row in connection.execute(query, parameters)]


def test_postgres_understands_every_statement_and_its_negation_as_python_does(
    members: psycopg.Connection,
) -> None:
    lives = some_lives(MEMBER, 40)
    insert(members, lives)
    for statement in every_statement(MEMBER):
        for text in (statement, f"not ({statement})"):
            holds = parse(text, VOCABULARY, MEMBER, 2).function()
            expected = [at for at, life in enumerate(lives) if holds(life)]
            assert chosen(members, *clause(text)) == expected, text


@settings(deadline=None)
@given(st.lists(values(MEMBER), min_size=1, max_size=8), st.lists(conditions(MEMBER), min_size=1, max_size=4))
def test_postgres_chooses_whom_python_chooses(
    members: psycopg.Connection, rows: list[dict[str, Any]], texts: list[str]
) -> None:
    insert(members, rows)
    for text in texts:
        holds = parse(text, VOCABULARY, MEMBER, 2).function()
        expected = [at for at, row in enumerate(rows) if holds(row)]
        where, parameters = clause(text)
        assert chosen(members, where, parameters) == expected, text
        # Where null would not do for false, the documented spelling is exact.
        others = [at for at in range(len(rows)) if at not in expected]
        assert chosen(members, f"(({where}) IS TRUE) = false", parameters) == others, text


def test_texts_are_ordered_by_code_point_whatever_the_collation(members: psycopg.Connection) -> None:
    insert(members, [BLANK | {"city": text} for text in TEXTS])
    for text in TEXTS:
        where, parameters = clause(f"city < {text!r}")
        assert chosen(members, where, parameters) == [at for at, other in enumerate(TEXTS) if other < text]


def test_a_null_inside_a_list_changes_nothing(members: psycopg.Connection) -> None:
    insert(members, [BLANK | {"likes": [None, "tea"]}, BLANK | {"likes": [None]}, BLANK])
    for text, expected in [
        ('"tea" in likes', [0]),
        ('"tea" not in likes', [1]),
        ('not "tea" in likes', [1, 2]),
        ("tier in likes", []),
        ("tier not in likes", []),
    ]:
        assert chosen(members, *clause(text)) == expected


@pytest.mark.parametrize(
    ("text", "where", "parameters"),
    [
        ('tier == "gold"', '"tier" = %s::text', ["gold"]),
        ('not tier == "gold"', '("tier" = %s::text) IS NOT TRUE', ["gold"]),
        ("tier is not None", '("tier" IS NULL) IS NOT TRUE', []),
        ('"vip" in segments', '"segments" @> ARRAY[%s::text]', ["vip"]),
        ('city > "M" and staff', '("city" > %s::text COLLATE "C" AND "staff")', ["M"]),
        ('tier in ("a", "b")', '"tier" = ANY (%s::text[])', [["a", "b"]]),
        ("credit >= 12.50", '"credit" >= %s::bigint', [1250]),
    ],
)
def test_values_are_parameters_and_statements_stay_plain_for_indexes(
    text: str, where: str, parameters: list[Any]
) -> None:
    assert clause(text) == (where, parameters)


def test_no_value_can_leave_its_place_in_sql(members: psycopg.Connection) -> None:
    hostile = ["'; DROP TABLE member; --", "%(x)s", "%s", "$1", "{}", "a''b"]
    insert(members, [BLANK | {"city": text} for text in hostile])
    for at, text in enumerate(hostile):
        assert chosen(members, *clause(f'city == "{text}"')) == [at]
        assert chosen(members, *clause(f'city in ("{text}", "x")')) == [at]


@pytest.mark.parametrize("text", ["hour < 3", 'any(brand == "a")', 'brand == "a"', "count(net > 1) > age"])
def test_only_the_member_scope_is_read_as_sql(text: str) -> None:
    scope = LINE if text.startswith("brand") else ORDER
    with pytest.raises(ValueError, match="members"):
        parse(text, VOCABULARY, scope, 2).sql(column)
