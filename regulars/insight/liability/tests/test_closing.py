"""Frida of finance closes the month: once, for good, and what comes late counts in the next one."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import psycopg
import pytest
from django.db import connection

from regulars.engine.events import OPENING, WITHDRAWAL, OpenedLot, Opening
from regulars.exchange.earning.recording import carry_out
from regulars.exchange.earning.tests.cast import fresh, purchase, redemption, returned, tell, us
from regulars.ground.activity.contract import Act, Incoming
from regulars.ground.members.enrolling import Person, enrol
from regulars.ground.publishing.versions import versions
from regulars.insight.liability import closing
from regulars.insight.liability.agreeing import closings_agree
from regulars.insight.liability.closing import Books, Closing, ClosingRefused, books, close, closings, seen_of
from regulars.insight.liability.journal import COLUMNS, LIABILITY, accounts, sides, written
from regulars.insight.liability.movements import month_name, month_named
from regulars.insight.liability.rolling import EARNED
from regulars.insight.liability.stating import ROLL, digest_of, figures_of, lines_of, plain, state_of
from regulars.kit.json import encode

FRIDA = "frida@harbour.example"
PRESENT = datetime(2026, 6, 15, 22, tzinfo=UTC)
MAY = month_named("2026-05")


@pytest.fixture
def ada(harbour: int) -> str:
    """Ada bought in April and May and spent a part."""
    ada = fresh("ada")
    tell(
        purchase(ada, "2026-04-06 15:00", 20_000),
        purchase(ada, "2026-05-04 15:00", 40_000),
        redemption(ada, "2026-05-28 15:00", 150),
    )
    return ada


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def act(member: str, type: str, moment: str, said: Act, original: str = "") -> Incoming:
    return Incoming(member, f"{type} {moment}", type, us(moment), "", [], [], {}, {}, original=original, act=said)


def done(month: int = MAY, now: datetime = PRESENT) -> list[Closing]:
    known = versions()
    return close(known, month, seen_of(books(known, now), month), FRIDA, now)


def now() -> Books:
    return books(versions(), PRESENT)


def test_a_month_is_closed_with_all_before_it_and_the_next_goes_on_from_there(ada: str) -> None:
    before = now()
    closed = done()
    assert [month_name(one.number) for one in closed] == ["2026-04", "2026-05"]
    assert closings() == closed and now().broken == []
    assert [one.figures for one in closed] == [figures for figures, _ in before.open[:2]]
    ((figures, running),) = now().open
    assert (figures["month"], running.currencies["points"].opening) == ("2026-06", 450)
    assert running == before.open[2][1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor, detail ->> 'month' FROM audit WHERE act = 'month_closed' ORDER BY 2")
        assert cursor.fetchall() == [(FRIDA, "2026-04"), (FRIDA, "2026-05")]


def test_what_comes_late_never_changes_a_closed_month(ada: str) -> None:
    first = done()
    late = purchase(ada, "2026-05-30 15:00", 10_000)
    tell(late, returned(ada, "2026-05-31 15:00", late))
    tell(purchase(ada, "2026-05-30 16:00", 3_000))
    found = now()
    assert list(found.closed) == first and found.broken == []
    ((june, month),) = found.open
    points = june["currencies"]["points"]
    assert points["late"] == {EARNED: 130, "taken_back": 100} and month.sales == 13_000
    assert points["opening"] == first[-1].figures["currencies"]["points"]["closing"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(available + pending + held) FROM balance WHERE currency = 'points'")
        assert cursor.fetchone() == (points["closing"],)


def test_an_opening_that_is_undone_after_its_month_was_closed_is_in_the_open_one(harbour: int) -> None:
    ada = fresh("ada")
    enrol([Person(ada)], PRESENT)
    opened = Act(opening=Opening([OpenedLot("points", 900, *[datetime(2026, 4, 2).toordinal()] * 2, 0)]))
    (first,) = carry_out([act(ada, OPENING, "2026-04-10 15:00", opened)], "opening one", at("2026-04-10 15:00"))
    tell(purchase(ada, "2026-04-20 15:00", 10_000), redemption(ada, "2026-05-28 15:00", 950))
    assert done() and now().open[0][0]["currencies"]["points"]["opening"] == 50
    right = Act(opening=replace(opened.opening, lots=[opened.opening.lots[0]._replace(points=870)]))
    wrong = act(ada, WITHDRAWAL, "2026-06-02 15:00", Act(), original=str(first.event))
    carry_out([wrong], "opening one", at("2026-06-02 15:00"))
    ((figures, _),) = now().open
    points = figures["currencies"]["points"]
    assert (points["closing"], points["owed_closing"], now().broken) == (0, 850, [])
    carry_out([act(ada, OPENING, "2026-06-03 15:00", right)], "opening two", at("2026-06-03 15:00"))
    ((figures, _),) = now().open
    points = figures["currencies"]["points"]
    assert (points["opening"], points["closing"], points["owed_closing"]) == (50, 870 + 100 - 950, 0)
    assert points["opening"] + sum(line.points for line in lines_of(points)) == points["closing"]


def test_a_month_that_is_not_over_stays_open(ada: str) -> None:
    for month in (MAY + 1, MAY + 2):
        with pytest.raises(ClosingRefused) as refused:
            done(month)
        assert refused.value.code == "month_not_over"
    assert closings() == []


def test_a_month_is_closed_once(ada: str) -> None:
    done()
    for month in (MAY, MAY - 1, MAY - 30):
        with pytest.raises(ClosingRefused) as refused:
            done(month)
        assert refused.value.code == "already_closed"
    assert len(closings()) == 2


def test_what_was_not_looked_at_is_not_closed(ada: str) -> None:
    seen = seen_of(now(), MAY)
    tell(purchase(ada, "2026-05-30 16:00", 3_000))
    with pytest.raises(ClosingRefused) as refused:
        close(versions(), MAY, seen, FRIDA, PRESENT)
    assert refused.value.code == "figures_changed" and closings() == []


def test_of_two_who_close_at_once_one_is_told_so(ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read = now()
    done()
    monkeypatch.setattr(closing, "books", lambda known, at, afresh=False: read)
    with pytest.raises(ClosingRefused) as refused:
        close(versions(), MAY, seen_of(read, MAY), "bruno@harbour.example", PRESENT)
    assert refused.value.code == "already_closed" and len(closings()) == 2


def test_before_anything_happened_there_is_nothing_to_close(harbour: int) -> None:
    with pytest.raises(ClosingRefused) as refused:
        done()
    assert refused.value.code == "nothing_to_close"


def test_a_state_reads_back_as_it_was_written(ada: str) -> None:
    (_, month) = now().open[1]
    once = plain(month.state)
    assert plain(state_of(once)) == once and state_of(once).purses["points"].left == 450


@pytest.mark.parametrize("change", [
    "figures = jsonb_set(figures, '{sales}', '1')", "state = jsonb_set(state, '{sales}', '1')", "by = 'nobody'",
    "at = at + interval '1 second'", "version = 1, digest = 'x'",
])  # fmt: skip
def test_a_closed_month_that_was_changed_behind_our_back_is_found(
    committed: None, ada: str, owner: psycopg.Connection, change: str
) -> None:
    done()
    owner.execute(f"UPDATE month_closing SET {change} WHERE month = '2026-04-01'")
    assert "2026-04" in now().broken


def test_a_closed_month_that_was_taken_away_is_found(committed: None, ada: str, owner: psycopg.Connection) -> None:
    done()
    owner.execute("DELETE FROM month_closing WHERE month = '2026-04-01'")
    assert now().broken == ["2026-04"]


@pytest.mark.parametrize(
    "change", ["UPDATE entry SET amount = amount + 7", "DELETE FROM entry WHERE kind = 'redemption'"]
)
def test_entries_that_were_changed_behind_our_back_are_not_taken_for_recorded_ones(
    committed: None, ada: str, owner: psycopg.Connection, change: str
) -> None:
    seen = seen_of(now(), MAY)
    owner.execute(change)
    with pytest.raises(ClosingRefused) as refused:
        close(versions(), MAY, seen, FRIDA, PRESENT)
    assert (refused.value.code, closings()) == ("entries_changed", [])
    seen = seen_of(now(), MAY)
    tell(purchase(ada, "2026-05-30 16:00", 3_000))
    with pytest.raises(ClosingRefused) as refused:
        close(versions(), MAY, seen, FRIDA, PRESENT)
    assert refused.value.code == "figures_changed"


@pytest.mark.parametrize(("change", "month"), [
    ("DELETE FROM month_closing WHERE month = '2026-05-01'", "2026-05"),
    ("UPDATE month_closing SET figures = jsonb_set(figures, '{sales}', '1') WHERE month = '2026-04-01'", "2026-04"),
])  # fmt: skip
def test_nothing_is_closed_after_a_month_that_was_changed_or_taken_away_and_the_proof_says_which(
    committed: None, ada: str, owner: psycopg.Connection, change: str, month: str
) -> None:
    done()
    assert closings_agree() == []
    owner.execute(change)
    with pytest.raises(ClosingRefused, match=month) as refused:
        done(MAY + 1, datetime(2026, 7, 15, tzinfo=UTC))
    assert refused.value.code == "closing_changed"
    assert [one.what for one in closings_agree()] == [f"closing of {month}"]


def test_a_closing_that_is_sound_in_itself_and_is_not_the_one_that_was_told_is_found(
    committed: None, ada: str, owner: psycopg.Connection
) -> None:
    april, may = done()
    figures = may.figures | {"sales": 1}
    digest = digest_of("2026-05", us("2026-06-15 22:00"), FRIDA, may.version, figures, may.state, april.digest)
    owner.execute(
        "UPDATE month_closing SET figures = %s, digest = %s WHERE month = '2026-05-01'",
        [encode(figures).decode(), digest],
    )
    assert [one.sound for one in closings()] == [True, True] and now().broken == ["2026-05"]


def test_the_journal_balances_and_moves_the_liability_by_what_the_roll_forward_says(ada: str) -> None:
    tell(purchase(ada, "2026-05-29 15:00", 1_000))
    for one in done():
        found = sides(one.figures)
        assert sum(side.debit for side in found) == sum(side.credit for side in found) > 0
        points = one.figures["currencies"]["points"]
        assert accounts(found)[LIABILITY] == points["liability_opening"] - points["liability_closing"]
        assert points["liability_opening"] + sum(line.money for line in lines_of(points)) == points["liability_closing"]
        assert points["opening"] + sum(line.points for line in lines_of(points)) == points["closing"]
        assert sum(accounts(found).values()) == 0


def test_the_journal_is_a_file_that_bookkeeping_reads(ada: str) -> None:
    _, may = done()
    rows = list(csv.DictReader(StringIO(written(may.figures, may.digest))))
    assert tuple(rows[0]) == COLUMNS and {row["digest"] for row in rows} == {may.digest}
    earned = [row for row in rows if row["line"] == "earned"]
    # 400.00 for 400 points of a cent: 400 x 400 / 404 are for the goods.
    assert [(row["account"], row["debit"], row["credit"]) for row in earned] == [
        ("sales_revenue", "3.96", ""), ("contract_liability", "", "3.96"),
    ]  # fmt: skip


def test_an_estimate_that_rises_is_written_the_other_way_round() -> None:
    figures = {"currencies": {"points": {"money": {"estimate": -85}, "points": {}}}}
    assert accounts(sides(figures)) == {"breakage_revenue": 85, LIABILITY: -85}


def test_every_line_of_the_books_is_in_the_roll_forward(ada: str) -> None:
    (figures, month) = now().open[1]
    assert figures == figures_of(month, versions().latest.kernel.terms.programme, 1)
    told = {part for parts in ROLL.values() for part in parts}
    points = figures["currencies"]["points"]
    assert {*points["points"], *points["money"]} - {"owed"} == told
