"""Statements that go together: what comes back, what an error leaves behind, what is carried out when."""

from __future__ import annotations

import struct
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import DataError, IntegrityError, connection, transaction
from psycopg.pq import TransactionStatus

from regulars.kit.binding import Column, ask, at_once, commit_behind, write_rows
from regulars.kit.copying import Rows

_KINDS = (("name", "text"), ("points", "int8"))


@pytest.fixture(autouse=True)
def shelf(db: None) -> None:
    """A table of this connection alone."""
    make_shelf()


def make_shelf() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS shelf")
        cursor.execute("CREATE TEMPORARY TABLE shelf (name text PRIMARY KEY, points int8 NOT NULL)")


def kept() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, points FROM shelf ORDER BY name")
        return list(cursor.fetchall())


def put(*rows: tuple[str, int]) -> None:
    names, points = zip(*rows, strict=True)
    ask("INSERT INTO shelf SELECT * FROM unnest(%s, %s)", [Column("text", names), Column("int8", points)])


def test_values_come_back_as_they_went_in_text_and_in_binary() -> None:
    for binary in (False, True):
        told = ask("SELECT * FROM unnest(%s, %s)", [Column("text", ["ada", None]), Column("int8", [-1, 2**62])], binary)
        assert told.fetchall() == [("ada", -1), (None, 2**62)]
        assert told.fetchone() == ("ada", -1)
    assert ask("SELECT 1 WHERE false").fetchone() is None


def test_a_column_that_says_the_same_in_every_row_comes_back_whole() -> None:
    for kind, value in (("text", "till"), ("text", "\u00fc" * 2_000), ("int8", -7), ("bool", False), ("uuid", None)):
        told = ask("SELECT * FROM unnest(%s, %s)", [Column(kind, [value] * 3), Column("int8", [1, 2, 3])])
        assert told.fetchall() == [(value, 1), (value, 2), (value, 3)]


def test_together_each_is_told_its_own_and_they_are_carried_out_in_order() -> None:
    with at_once():
        put(("ada", 1))
        before = ask("SELECT count(*) FROM shelf")
        put(("bruno", 2))
        after = ask("SELECT count(*) FROM shelf")
        assert after.fetchone() == (2,)
        assert before.fetchone() == (1,)
        put(("carmen", 3))
    assert kept() == [("ada", 1), ("bruno", 2), ("carmen", 3)]


def test_what_was_not_sent_yet_is_lost_with_the_act() -> None:
    with pytest.raises(ZeroDivisionError), at_once():
        put(("ada", 1))
        raise ZeroDivisionError
    assert kept() == []


def test_what_is_asked_in_djangos_way_comes_in_its_turn() -> None:
    with at_once():
        put(("ada", 1), ("bruno", 2))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM shelf WHERE name = 'ada'")
        put(("ada", 3))
        assert kept() == [("ada", 3), ("bruno", 2)]


def test_an_error_is_djangos_and_nothing_behind_it_is_carried_out() -> None:
    put(("ada", 1))
    for _ in range(2):  # also when the statements are known to the server
        with pytest.raises(IntegrityError), transaction.atomic(), at_once():
            put(("bruno", 2))
            put(("ada", 3))
            ask("UPDATE shelf SET points = 9")
        assert kept() == [("ada", 1)]
    with transaction.atomic():
        ask("UPDATE shelf SET points = 9")
    assert kept() == [("ada", 9)]


def test_a_statement_that_came_behind_an_error_is_known_the_next_time() -> None:
    with pytest.raises(DataError), transaction.atomic(), at_once():
        ask("SELECT 1 / n FROM unnest(%s) AS n", [Column("int8", [0])])
        ask("SELECT n FROM unnest(%s) AS n", [Column("int8", [7])])
    assert ask("SELECT n FROM unnest(%s) AS n", [Column("int8", [7])]).fetchall() == [(7,)]


def test_in_a_transaction_it_is_carried_out_within_it_and_rolled_back_with_it() -> None:
    with transaction.atomic():
        put(("ada", 1))
        transaction.set_rollback(True)
    assert kept() == []


def test_the_commit_goes_with_what_was_gathered_unless_the_transaction_is_somebody_elses() -> None:
    with transaction.atomic():
        with at_once():
            put(("ada", 1))
            commit_behind()
        transaction.set_rollback(True)
    assert kept() == []

    def elsewhere() -> None:
        try:
            make_shelf()
            with transaction.atomic():
                with at_once():
                    put(("ada", 1))
                    commit_behind()
                assert connection.connection.info.transaction_status == TransactionStatus.IDLE
            with pytest.raises(IntegrityError), transaction.atomic(), at_once():
                put(("bruno", 2))
                put(("ada", 3))
                commit_behind()
            assert kept() == [("ada", 1)]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:  # on a connection of its own
        pool.submit(elsewhere).result()


def test_a_number_beyond_its_type_is_refused_where_it_is_given() -> None:
    with at_once(), pytest.raises(struct.error):
        put(("ada", 2**63))
    assert kept() == []


def test_rows_are_written_by_copy_alone_and_by_a_statement_together() -> None:
    write_rows("shelf", _KINDS, [("ada", 1)])
    with pytest.raises(ZeroDivisionError), at_once():
        write_rows("shelf", _KINDS, [("bruno", 2)])
        raise ZeroDivisionError
    with at_once():
        write_rows("shelf", _KINDS, [("carmen", 3)])
    assert kept() == [("ada", 1), ("carmen", 3)]


def test_a_statement_is_planned_once_for_a_connection() -> None:
    for number in range(3):
        ask("SELECT n FROM unnest(%s) AS n", [Column("int4", [number])])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = %s",
            ["SELECT n FROM unnest($1) AS n"],
        )
        assert (3, 0) in cursor.fetchall()


@pytest.mark.parametrize("row", [[1 << 63, None], [1, [1 << 63]]])
def test_a_number_without_room_is_told_when_its_row_is_packed(row: list[Any]) -> None:
    with pytest.raises((psycopg.DataError, struct.error)):
        Rows((("points", "int8"), ("shares", "int8[]")), packed=True).add(row)
