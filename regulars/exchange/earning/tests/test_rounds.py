"""Rounds of proof: every account comes round, what is off is known until it is right again, and nobody waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from regulars.exchange.budgets import leasing
from regulars.exchange.budgets.tests.test_drawing import buys, launch
from regulars.exchange.earning import rounds
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.rounds import go_on, where
from regulars.exchange.earning.tests.cast import account, fresh, purchase, tell, visit
from regulars.exchange.ledger.proving import Difference, Look
from regulars.kit.zones import microseconds

NOW = datetime(2027, 2, 1, tzinfo=UTC)


def known() -> list[tuple[int, str, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, what, first_at FROM proof_finding ORDER BY account_id, what")
        return list(cursor.fetchall())


@pytest.fixture
def people(committed: None, harbour: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Five members, and rounds that take two of them, and three keys, at a time."""
    members = [fresh(name) for name in ("ada", "bruno", "carmen", "dagny", "edda")]
    tell(*(purchase(member, "2026-03-04 15:00", 10_000) for member in members), visit(members[0], "2026-03-05 15:00"))
    monkeypatch.setattr(rounds, "CHUNK", 2)
    monkeypatch.setattr(rounds, "KEYS", 3)
    monkeypatch.setattr(rounds, "_part", lambda table: 1)
    return sorted(account(member) for member in members)


def test_turns_come_round_to_everybody_and_begin_again(people: list[int]) -> None:
    reached = []
    for turn in range(4):
        assert go_on(NOW + timedelta(hours=turn)) == 0
        reached.append(where().after)
    assert reached == [people[1], people[3], None, people[1]]
    assert where().ended == microseconds(NOW + timedelta(hours=2))
    assert where().began == microseconds(NOW + timedelta(hours=3))


def test_what_is_off_is_known_until_it_is_right_again(people: list[int], owner: psycopg.Connection) -> None:
    carmen = people[2]
    owner.execute("UPDATE entry SET base = base + 1 WHERE account_id = %s AND seq = 1", [carmen])
    assert [go_on(NOW + timedelta(hours=turn)) for turn in range(3)] == [0, 1, 1]
    assert known() == [(carmen, "entry 1: base", NOW + timedelta(hours=1))]
    assert [go_on(NOW + timedelta(hours=turn)) for turn in range(3, 6)] == [1, 1, 1]
    assert known() == [(carmen, "entry 1: base", NOW + timedelta(hours=1))], "known since it was first found"
    owner.execute("UPDATE entry SET base = base - 1 WHERE account_id = %s AND seq = 1", [carmen])
    assert [go_on(NOW + timedelta(hours=turn)) for turn in range(6, 9)] == [1, 0, 0]


def test_an_event_that_is_gone_is_known_by_its_key(people: list[int], owner: psycopg.Connection) -> None:
    visits = owner.execute("SELECT account_id, id FROM event WHERE type = 'visit'").fetchall()
    row = owner.execute("SELECT * FROM event WHERE type = 'visit'").fetchone()
    owner.execute("DELETE FROM event WHERE type = 'visit'")
    for turn in range(3):
        go_on(NOW + timedelta(hours=turn))
    assert [(who, what.split()[:2]) for who, what, _ in known() if what.startswith("key")] == [
        (visits[0][0], ["key", "visit"])
    ]
    assert row is not None


def test_a_turn_stops_when_it_is_asked_to_and_the_next_goes_on(people: list[int]) -> None:
    go_on(NOW, lambda: True)
    assert where().after is None and where().began == 0
    go_on(NOW)
    assert where().after == people[1]


def test_a_proof_in_the_middle_of_its_work_holds_up_no_writer(
    people: list[int], urls: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While each slice is looked at, somebody takes the locks of every account, writes and commits; the slice goes on
    in the moment in which it began."""
    refolder, spent = rounds.refolder, []

    def interrupted(now: datetime) -> Look:
        look = refolder(now)

        def meanwhile(first: int, last: int) -> list[Difference]:
            with psycopg.connect(urls.app) as writing:  # type: ignore[attr-defined]
                writing.execute("SET lock_timeout = '1s'")
                writing.execute("SELECT 1 FROM account ORDER BY account_id FOR NO KEY UPDATE")
                for column in (
                    "available = available - 1, redeemed = redeemed + 1",
                    "available = available + 1, redeemed = redeemed - 1",
                ):
                    spent.append(writing.execute(f"UPDATE balance SET {column} WHERE available > 0").rowcount)
                    writing.commit()
            return look(first, last)

        return meanwhile

    monkeypatch.setattr(rounds, "refolder", interrupted)
    settle_due(NOW)
    assert [go_on(NOW + timedelta(hours=turn)) for turn in range(3)] == [0, 0, 0]
    assert spent == [len(people)] * 6


def test_a_writer_in_the_middle_of_its_work_holds_up_no_proof(people: list[int], urls: object) -> None:
    with psycopg.connect(urls.app) as writing:  # type: ignore[attr-defined]
        writing.execute("SELECT 1 FROM account ORDER BY account_id FOR UPDATE")
        writing.execute("UPDATE lot SET remaining = remaining - 1")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
        assert [go_on(NOW + timedelta(hours=turn)) for turn in range(3)] == [0, 0, 0]


#: One row of a budget changed behind the application's back, or taken away.
CHANGES = (
    ("budget_pool", "left_over = left_over - 1"),
    ("budget_pool", "most = most + 1"),
    ("budget_pool", "scattered = NOT scattered"),
    ("budget_pool", "budget = 'x'"),
    ("budget_pool", "per = 'day'"),
    ("budget_pool", "period = period + 1"),
    ("budget_pool", ""),
    ("budget_lease", "left_over = left_over + 1"),
    ("budget_lease", "drawn = drawn - 1"),
    ("budget_lease", "left_over = left_over + 1, drawn = drawn - 1"),
    ("budget_lease", "bucket = bucket + 2"),
    ("budget_lease", "budget = 'x'"),
    ("budget_lease", "per = 'day'"),
    ("budget_lease", "period = period + 1"),
    ("budget_lease", ""),
)


def test_a_changed_row_of_a_budget_is_known_within_a_round_until_it_is_right_again(
    committed: None, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leasing, "BUCKETS", 2)
    for other in ("_accounts", "_keys"):  # what they find is not asked here
        monkeypatch.setattr(rounds, other, lambda *_: None)
    launch(3_000)
    tell(*(buys(fresh(name), 20) for name in ("ada", "bruno", "carmen")))
    turns = iter(range(100))

    def round() -> bool:
        for _ in range(2):
            go_on(NOW + timedelta(hours=next(turns)))
        return any(what.startswith("budget ") for _, what, _ in known())

    assert not round()
    for table, change in CHANGES:
        owner.execute(f"CREATE TEMP TABLE before AS TABLE {table}")
        first = f"WHERE ctid = (SELECT min(ctid) FROM {table})"
        does = f"UPDATE {table} SET {change} {first}" if change else f"DELETE FROM {table} {first}"
        assert owner.execute(sql.SQL(does)).rowcount == 1  # type: ignore[arg-type]
        assert round(), (table, change)
        owner.execute(f"DELETE FROM {table}; INSERT INTO {table} TABLE before; DROP TABLE before")
        assert not round(), (table, change)
