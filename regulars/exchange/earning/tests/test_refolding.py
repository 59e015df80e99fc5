"""Histories are folded again: what was posted agrees, and whatever was changed in one row is found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from functools import cache, partial
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.errors import CheckViolation
from psycopg.types.json import Jsonb

from regulars.exchange.earning import histories, housing, recording, refolding
from regulars.exchange.earning.merging import merge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import DUPLICATE, QUARANTINED, take
from regulars.exchange.earning.refolding import keys_agree, refold, refolder
from regulars.exchange.earning.tests.cast import (
    Line,
    account,
    delivery,
    fresh,
    had_an_older_program,
    purchase,
    returned,
    rows,
)
from regulars.exchange.earning.tests.everything import END, at, by, everything, heard
from regulars.exchange.ledger import proving
from regulars.exchange.ledger.proving import Difference, prove, seen
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import Person, enrol
from regulars.ground.publishing.versions import Versions, versions
from regulars.kit import reading


def everybody() -> list[int]:
    """All accounts there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id FROM account WHERE account_id > 0 ORDER BY 1")
        return [account for (account,) in cursor.fetchall()]


def faults(accounts: list[int]) -> list[Difference]:
    return [*prove(accounts, also=refolder(END)).differences, *keys_agree()]


def test_a_life_of_everything_folds_again_to_the_same_rows(harbour: int) -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    everything(ada, bruno)
    accounts = everybody()
    assert faults(accounts) == []
    told = {row["type"] for who in accounts for row in rows("event", who)}
    assert told == {
        "purchase", "return", "redemption", "visit", "expiry notice", "hold", "capture", "release", "reversal",
        "adjustment", "tier set", "transfer out", "transfer in", "opening",
        "opening withdrawn", "merge out", "merge in", "unmerge out", "unmerge in", "household joined", "member joined",
        "member left", "household left",
    }  # fmt: skip


def test_a_return_of_nothing_that_was_taken_once_stands_and_no_new_one_is_taken(
    harbour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    had_an_older_program(monkeypatch)
    ada = fresh("ada")
    bought = purchase(ada, "2024-03-04 15:00", Line(70_000, "National"), Line(30_000, "Private"))
    whole, twice = (returned(ada, f"2024-03-{day} 15:00", bought) for day in ("05", "07"))
    with monkeypatch.context() as before:
        before.setattr(recording, "step", partial(recording.step, stands=True))
        heard(bought, whole, twice)
    settle_due(END)
    assert faults([account(ada)]) == []
    third = returned(ada, "2024-03-08 15:00", bought)
    for history in (False, True):
        again, more = take([twice, third], "till", END, True, history)
        assert (again.status, more.status) == (DUPLICATE, QUARANTINED)
        assert more.refusal and more.refusal.code == "nothing_to_return"
        assert more.refusal.figures == {"bought": 100_000, "returned": 100_000}
    assert faults([account(ada)]) == []


@pytest.mark.parametrize("brought_back", [True, False])
def test_what_fell_due_with_an_event_that_refers_to_another_account_is_kept_as_the_event_found_it(
    parcels: int, brought_back: bool
) -> None:
    bought: list[tuple[str, Incoming]] = []
    for done in (merge, lambda member, _, by: housing.found(member, "", by)):
        ada, second = fresh("ada"), fresh("second")
        tea, cups = (purchase(second, "2024-03-04 15:00", 40_000, currency="DKK") for _ in range(2))
        first = purchase(ada, "2024-03-07 15:00", 1_000, currency="DKK")
        heard(tea, cups, delivery(second, "2024-03-06 15:00", tea), first)
        done(second, ada, by("2024-03-08 10:00"))
        bought.append((second, tea if brought_back else cups))
    # No night comes: what came back of the tea has expired by then, and the cups' points have waited in vain.
    for second, what in bought:
        told = (returned if brought_back else delivery)(second, "2024-08-20 15:00", what)
        (result,) = take([told], "till", at("2024-08-20 15:00"), False)
        assert result.outcome and {"expiry", "lapse"} <= {entry.kind for entry in result.outcome.entries}
        assert bool(result.outcome.gone) == brought_back
    assert faults(everybody()) == []


#: What is told, how many days late, how many days after what was told before; and whether a night follows.
TELLINGS = st.tuples(
    st.sampled_from((purchase, delivery, returned)), st.sampled_from((0, 2, 5, 70)), st.sampled_from((0, 1, 4, 40)),
    st.booleans(),
)  # fmt: skip


@settings(
    max_examples=max(12, settings().max_examples // 40), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tellings=st.lists(TELLINGS, min_size=1, max_size=9))
@example(tellings=[(delivery, 0, 0, False), (purchase, 5, 0, True)])
def test_what_is_told_late_or_moves_nothing_folds_again_whenever_the_nights_come(
    corner: int, tellings: list[tuple[Any, int, int, bool]]
) -> None:
    ada, now = fresh("ada"), at("2024-03-11 12:00")
    bought = [purchase(ada, "2024-01-02 12:00", 3_000, currency="DKK")]
    take(bought, "till", at("2024-01-02 12:00"), True)
    for act, late, passed, night in tellings:
        now += timedelta(days=passed, minutes=1)
        told = f"{now - timedelta(days=late):%Y-%m-%d %H:%M}"
        event = purchase(ada, told, 3_000, currency="DKK") if act is purchase else act(ada, told, bought[-1])
        bought += [event] if act is purchase else []
        take([event], "till", now, False)
        if night:
            settle_due(now + timedelta(hours=1))
        assert refold(account(ada), account(ada), versions(), now) == []


#: What only some events keep.
KEPT = "outcome ?| ARRAY['late', 'counted_at'], outcome ? 'origin', attributes ?| ARRAY['_by', '_number', '_reward']"
TABLES = {
    # table: (its key, by what rows differ in kind)
    "event": ("account_id, id", f"type, {KEPT}"),
    "event_key": ("source, external_id, type", "type, source"),
    "entry": ("account_id, seq, at", "kind, target"),
    "tier_move": ("account_id, seq", "why, event_id IS NULL"),
    "lot": ("account_id, currency, seq", "pending, remaining = 0, expires_on IS NULL"),
    "balance": ("account_id, currency", "account_id"),
    "standing": ("account_id", "account_id"),
}
#: Pots sum to zero in every row, by constraint: where one goes up, another goes down.
_OTHER_POT = {"issued": "expired", "expired": "issued"}


class Through:
    """A stand-in for Django's connection, so that a proof reads what another one has not committed."""

    def __init__(self, real: psycopg.Connection) -> None:
        self.cursor = real.cursor
        self.in_atomic_block = True


@pytest.fixture
def tampering(
    committed: None, harbour: int, owner: psycopg.Connection
) -> Iterator[tuple[psycopg.Connection, list[int]]]:
    """A ledger with everything in it, open to its owner; whatever is done to it is undone by a rollback."""
    ada, bruno = fresh("ada"), fresh("bruno")
    everything(ada, bruno)
    accounts = [*everybody(), *enrol([Person(fresh("edda"), joined_on=END.date())], END).values()]
    assert faults(accounts) == []
    with (
        psycopg.connect(owner.info.dsn, password=owner.info.password) as tampering,
        pytest.MonkeyPatch.context() as patch,
    ):
        for module in (proving, reading):
            patch.setattr(module, "connection", Through(tampering))
        for module in (proving, refolding):
            patch.setattr(module, "snapshot", tampering.transaction)
        yield tampering, accounts


def columns(tampering: psycopg.Connection, table: str) -> dict[str, str]:
    """The columns of a table and their types, as the catalogue has them."""
    return dict(
        tampering.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        ).fetchall()
    )


def samples(tampering: psycopg.Connection, table: str) -> list[dict[str, Any]]:
    """One row of each kind."""
    key, kinds = TABLES[table]
    cursor = tampering.execute(f"SELECT DISTINCT ON ({kinds}) * FROM {table} ORDER BY {kinds}, {key}")
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def changed(value: Any, kind: str, stranger: int, column: str, tried: Counter[Leaf]) -> Iterator[Any]:
    """Other values that a column might have instead of its own; of a document, those that differ in a leaf which was
    not `tried` often yet."""
    if column == "account_id":
        yield stranger
    elif column == "seq":
        yield value + 1_000  # the next one is taken
    elif kind in ("bigint", "integer"):
        yield (value or 0) + 1
    elif kind == "text":
        yield f"{value or ''}x"
    elif kind == "uuid":
        yield uuid4()
    elif kind == "boolean":
        yield not value
    elif kind == "date":
        yield END.date() if value in (None, END.date().min) else value - timedelta(days=1)
    elif kind == "timestamp with time zone":
        yield value + timedelta(microseconds=1)
    elif kind == "bigint[]":
        yield [*value[:-1], value[-1] + 1] if value else [1]
    elif kind == "bytea":
        yield bytes([value[0] ^ 1]) + value[1:]
    elif kind == "jsonb":
        yield Jsonb({**value, "more": 1})
        for leaf, other in mutants(value):
            tried[leaf] += 1
            if tried[leaf] <= OFTEN:
                yield Jsonb(other)
    else:
        raise AssertionError(f"a column of a type that is new here: {kind}")


#: The names that lead to a part of a document.
Leaf = tuple[str, ...]
#: So often each leaf of a document is changed, in rows of one kind; a list of `MANY` has the same in every place.
OFTEN, MANY = 2, 12
#: What no program writes, and a hand may: a day, a number or a document that nobody can read.
BEYOND: dict[str, tuple[Any, ...]] = {
    "date": ("10000-01-01", "infinity", "0044-03-15 BC"),
    "timestamp with time zone": ("10000-01-01 00:00Z", "-infinity"),
    "bigint": (1 << 62,),
    "jsonb": (Jsonb(None), Jsonb([]), Jsonb("x")),
}


def mutants(value: Any, leaf: Leaf = ()) -> Iterator[tuple[Leaf, Any]]:
    """Every document that differs in one leaf, or lacks one, with the names that lead there."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*leaf, name), {key: one for key, one in value.items() if key != name}
            if isinstance(inner, dict | list):
                yield (*leaf, name, "null"), {**value, name: None}
            yield from ((at, {**value, name: other}) for at, other in mutants(inner, (*leaf, name, "is")))
    elif isinstance(value, list):
        for place in {0, len(value) - 1} if value else ():
            yield (*leaf, "one"), value[:place] + value[place + 1 :]
            for at, other in mutants(value[place], (*leaf, f"{place}" if len(value) < MANY else "")):
                yield at, [*value[:place], other, *value[place + 1 :]]
    elif isinstance(value, bool):
        yield leaf, not value
    elif isinstance(value, int):
        yield leaf, value + 1
    elif isinstance(value, str):
        yield leaf, f"{value}x"


def unseen(tampering: psycopg.Connection, accounts: list[int], table: str, column: str) -> list[str]:
    """The changes of one column in one row that no proof finds."""
    missed = []
    kinds, rows, empty = columns(tampering, table), samples(tampering, table), nullable(tampering, table)
    kind, place = kinds[column], list(kinds).index(column)
    # A document is looked at in rows of every kind; of other columns each takes other rows.
    some = rows if kind == "jsonb" else [*rows[3 * place % len(rows) :], *rows[: 3 * place % len(rows)]][:5]
    tried: dict[str, Counter[Leaf]] = defaultdict(Counter)
    for row in some:
        values = list(changed(row[column], kind, accounts[-1], column, tried[row.get("type", "")]))
        if row is some[0] and column not in ("account_id", "seq") and table != "balance":
            values += BEYOND.get(kind, ())
        if row[column] is not None and column in empty:
            values.append(None)
        for value in values:
            also = ""
            if table == "balance" and column not in ("account_id", "currency"):
                other = _OTHER_POT.get(column, "issued")
                value, also = row[column] + (-1 if column == "debt" else 1), f", {other} = {other} - ({{}} - {column})"
            change = f"UPDATE {table} SET {column} = %s{also.format('%s')} WHERE {where(table)}"
            given = [value, *([value] if also else []), *(row[name] for name in TABLES[table][0].split(", "))]
            tampering.execute("SAVEPOINT untouched")
            try:
                assert tampering.execute(sql.SQL(change), given).rowcount == 1  # type: ignore[arg-type]
            except CheckViolation:
                tampering.execute("ROLLBACK TO untouched")
                continue  # the database itself refuses it
            if not found(row, accounts):
                missed.append(f"{table}.{column} of {row}: {value.obj if isinstance(value, Jsonb) else value}")
            tampering.execute("ROLLBACK TO untouched")
    return missed


@cache
def promise() -> Versions:
    """The one programme of these tests, looked up once."""
    return versions()


def found(row: dict[str, Any], accounts: list[int]) -> bool:
    """Whether a change of a row is found: first where the event has its other side and where it was made, which is
    quickest, then anywhere."""
    own = row["account_id"]
    sides = dict.fromkeys((row.get("attributes", {}).get("_counterpart", own), own))
    return any(seen(lambda *one: refold(*one, promise(), END), side, side) for side in sides) or bool(faults(accounts))


def nullable(tampering: psycopg.Connection, table: str) -> set[str]:
    return {
        name
        for (name,) in tampering.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attnotnull", [table]
        ).fetchall()
    }


def where(table: str) -> str:
    return " AND ".join(f"{name} = %s" for name in TABLES[table][0].split(", "))


def test_every_change_of_any_column_of_one_row_is_found(tampering: tuple[psycopg.Connection, list[int]]) -> None:
    connection, accounts = tampering
    missed = [
        change
        for table in TABLES
        for column in columns(connection, table)
        for change in unseen(connection, accounts, table, column)
    ]
    assert not missed, "\n".join(missed)


def test_what_an_older_program_recorded_stands_without_its_second_digest_and_nothing_else_does(
    tampering: tuple[psycopg.Connection, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, accounts = tampering
    shortened = connection.execute("UPDATE event_key SET digest = substr(digest, 1, 16) WHERE length(digest) > 16")
    assert shortened.rowcount > 20
    assert len(faults(accounts)) >= shortened.rowcount
    monkeypatch.setattr(histories, "fact", {histories.ATTESTED_FROM: END.isoformat()}.get)
    assert faults(accounts) == []
    # An instant to the millisecond is what its identifiers said.
    moved = "UPDATE event SET recorded_at = recorded_at + interval '%s us' WHERE type = 'visit' AND outcome = '{}'"
    for off, right in ((1, True), (1_000, False)):
        with connection.transaction(force_rollback=True):
            assert connection.execute(moved % off).rowcount  # type: ignore[arg-type]
            assert (faults(accounts) == []) is right
    connection.execute("ROLLBACK")


def test_a_row_from_before_tells_line_by_line_what_a_gift_was_worth_that_went_by_the_nets(
    tampering: tuple[psycopg.Connection, list[int]],
) -> None:
    connection, accounts = tampering
    told = "SELECT account_id, id, outcome -> 'worth', lines -> 'net' FROM event WHERE outcome ? 'worth'"
    short = [row for row in connection.execute(told).fetchall() if any(isinstance(one[3], int) for one in row[2])]
    assert {one[1] for *_, worth, _ in short for one in worth if isinstance(one[3], int)} >= {"base"}
    for more, right in ((0, True), (1, False)):
        for own, id, worth, nets in short:
            full = [
                [*gift, [parts * net + more for net in nets] if isinstance(parts, int) else parts]
                for *gift, parts in worth
            ]
            kept = "UPDATE event SET outcome = outcome || %s WHERE account_id = %s AND id = %s"
            connection.execute(kept, [Jsonb({"worth": full}), own, id])
        assert (faults(accounts) == []) is right
    connection.execute("ROLLBACK")


def test_every_row_that_is_taken_away_is_found(tampering: tuple[psycopg.Connection, list[int]]) -> None:
    connection, accounts = tampering
    for table, (key, _) in TABLES.items():
        for row in samples(connection, table):
            connection.execute("SAVEPOINT untouched")
            gone = connection.execute(
                f"DELETE FROM {table} WHERE {where(table)}", [row[name] for name in key.split(", ")]
            )
            assert gone.rowcount == 1
            assert found(row, accounts), f"{table}: {row}"
            connection.execute("ROLLBACK TO untouched")
