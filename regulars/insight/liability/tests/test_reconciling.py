"""Frida puts the tills' own totals beside what was recorded, and sees what is missing and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.exchange.earning.acting import By, bring_back
from regulars.exchange.earning.tests.cast import NOW, SOURCE, fresh, purchase, returned, tell
from regulars.ground.activity.contract import Fault, Terms
from regulars.ground.activity.judging import placed
from regulars.ground.activity.recording import set_aside
from regulars.ground.activity.rejects import Reject
from regulars.insight.liability.reconciling import Day, compared, happenings, tell_totals
from regulars.insight.liability.till import FIRST_DAY, TillRefused, TillTotal, read_totals
from regulars.kit.zones import microseconds

ZONE = "America/New_York"
DAY = date(2026, 5, 4)
TODAY = date(2026, 6, 1)
HEAD = "day,store,count,net\n"


def test_a_file_is_read_in_whole_cents() -> None:
    text = "\ufeffStore;Day;Count;Net\r\nQuay;2026-05-04;12;1234.5\r\n;2026-05-05;0;-3.00\r\n\r\n"
    assert read_totals(text, 2, TODAY) == [
        TillTotal(DAY, "Quay", 12, 123_450),
        TillTotal(date(2026, 5, 5), "", 0, -300),
    ]
    assert read_totals(HEAD + "2026-05-04,Quay,1,500\n", 0, TODAY) == [TillTotal(DAY, "Quay", 1, 500)]


@pytest.mark.parametrize(("text", "says"), [
    ("", "The first line names each of the columns day, store, count, net once; look at: day, store, count, net."),
    ("day,store,count,net,net\n", "look at: net."), (HEAD, "There is no row below the first line."),
    (HEAD + "4 May,Quay,1,1\n", "Line 2: '4 May' is no day; write 2026-05-31."),
    (HEAD + "2026-05-04,Quay,one,1\n", "Line 2: 'one' is no count; write a whole number."),
    (HEAD + "2026-05-04,Quay,-1,1\n", "is no count"), (HEAD + "2026-05-04,Quay,1,1.005\n", "has more than 2 decimals."),
    (HEAD + "2026-05-04,Quay,1,NaN\n", "is no amount"), (HEAD + "2026-05-04,Quay,1,1e30\n", "is no amount"),
    (HEAD + "2026-05-04,Quay,1\n", "Line 2: This is missing: net."),
    *((HEAD + f"2026-05-04,Quay,1,{net}\n", "is no amount") for net in ("1_000", "1e3", "\u0663", "1.", "0x1")),
    *((HEAD + f"{day},Quay,1,1\n", "is no day; write") for day in ("2025-W03-1", "20260504", "2026-02-29")),
    *((HEAD + f"{day},Quay,1,1\n", "and today.") for day in ("2026-06-02", "9999-12-31", "1971-12-31")),
    (HEAD + "2026-05-04,Qu\0ay,1,1\n", "has a character that cannot be kept"),
    (HEAD + f'2026-05-04,"{"Q" * 140_000}",1,1\n', "Line 2 is no line of a CSV file"),
    (HEAD + "2026-05-04,Quay,1,1\n2026-05-04,Quay,1,1\n", "Line 3: 2026-05-04 in Quay is there twice."),
])  # fmt: skip
def test_a_file_that_cannot_be_right_says_where(text: str, says: str) -> None:
    with pytest.raises(TillRefused) as refused:
        read_totals(text, 2, TODAY)
    assert says in str(refused.value)


def test_a_file_of_an_old_macintosh_is_read() -> None:
    assert read_totals("day,store,count,net\r2026-05-04,Quay,1,1\r", 2, TODAY) == [TillTotal(DAY, "Quay", 1, 100)]


def test_of_many_faults_the_first_twenty_are_told() -> None:
    with pytest.raises(TillRefused) as refused:
        read_totals(HEAD + "x,x,x,x\n" * 50, 2, TODAY)
    assert len(refused.value.faults) == 20


@given(st.lists(st.tuples(st.dates(FIRST_DAY, TODAY), st.sampled_from(["Quay", "Nord, Pier", ""]), st.integers(0, 9999),
                          st.integers(-10**9, 10**9)), min_size=1, unique_by=lambda row: row[:2]))  # fmt: skip
def test_what_is_written_is_read_back(rows: list[tuple[date, str, int, int]]) -> None:
    text = HEAD + "".join(
        f'{day},"{store}",{count},{"-" if net < 0 else ""}{abs(net) // 100}.{abs(net) % 100:02}\n'
        for day, store, count, net in rows
    )
    assert read_totals(text, 2, TODAY) == [TillTotal(*row) for row in rows]


@pytest.fixture
def ada(harbour: int) -> str:
    """Ada bought twice at the Quay and once at the Pier, and brought something back."""
    ada = fresh("ada")
    lamp = purchase(ada, "2026-05-04 15:00", 4_000, store="Quay")
    tell(
        lamp,
        purchase(ada, "2026-05-05 03:59", 1_000, store="Quay"),  # a minute to midnight in New York
        purchase(ada, "2026-05-04 16:00", 700, store="Pier"),
        returned(ada, "2026-05-04 18:00", lamp, {"1": 1_500}),
    )
    return ada


def told(*totals: TillTotal, at: datetime = NOW + timedelta(hours=1)) -> dict[tuple[date, str], Day]:
    if totals:
        tell_totals(totals, "frida@harbour.example", at)
    found = compared(ZONE, DAY - timedelta(7), DAY + timedelta(7), 100, every=True)
    assert found.days == len(found.shown) and found.differing == sum(
        one.told is not None and not one.agrees for one in found.shown
    )
    return {(one.day, one.store): one for one in found.shown}


def test_where_till_and_ledger_agree_nothing_is_left_to_explain(ada: str) -> None:
    found = told(TillTotal(DAY, "Quay", 2, 5_000))
    quay = found[DAY, "Quay"]
    assert (quay.recorded, quay.recorded_net, quay.agrees, quay.late) == (2, 5_000, True, 0)
    # The return names no store; the Pier told nothing.
    assert (found[DAY, ""].recorded_net, found[DAY, ""].agrees) == (-1_500, False)
    assert (found[DAY, "Pier"].told, found[DAY, "Pier"].missing) == (None, 0)


def test_what_the_till_counted_and_nobody_recorded_is_missing(ada: str) -> None:
    pier = told(TillTotal(DAY, "Pier", 3, 2_000))[DAY, "Pier"]
    assert (pier.missing, pier.missing_net, pier.agrees) == (2, 1_300, False)
    gone = told(TillTotal(DAY + timedelta(1), "Pier", 4, 900), at=NOW + timedelta(hours=2))[DAY + timedelta(1), "Pier"]
    assert (gone.recorded, gone.missing, gone.missing_net) == (0, 4, 900)


def test_told_again_the_latest_counts_and_what_was_recorded_since_is_late(ada: str) -> None:
    first = told(TillTotal(DAY, "Quay", 1, 4_000), at=NOW - timedelta(days=1))[DAY, "Quay"]
    assert (first.missing, first.late, first.late_net) == (-1, 2, 5_000)
    again = told(TillTotal(DAY, "Quay", 2, 5_000))[DAY, "Quay"]
    assert again.agrees and again.late == 0


def test_what_is_set_aside_explains_what_is_missing(ada: str) -> None:
    tell(purchase(fresh("nobody"), "2026-05-04 17:00", 900, store="Pier"), create=False)
    # By the shop's own clock: the first was on the day before, the fourth on the day after; the last ones on no day.
    days = ("2026-05-04T03:30:00Z", "2026-05-04 17:30:00", "2026-05-05T12:00:00+09:00", "2026-05-05T04:00:00Z")
    for at in (*days, "0000-05-01", "2026-02-31", "yesterday"):
        when, store = placed([{"at": at, "store": "Pier"}], Terms(ZONE, "USD", 2, microseconds(NOW)))
        lacking = Reject("", at, "purchase", (Fault("missing_value", "`member` is empty.", "member"),), (), when, store)
        set_aside(SOURCE, [lacking], NOW)
    pier = told(TillTotal(DAY, "Pier", 3, 2_500))[DAY, "Pier"]
    assert (pier.missing, pier.aside) == (2, 3)


def test_the_events_of_a_day_and_store_are_there_to_look_at(ada: str) -> None:
    late, early = happenings(ZONE, DAY, "Quay", 10)
    assert (late.net, early.net, late.recorded_at) == (1_000, 4_000, NOW)
    assert late.occurred_at == datetime(2026, 5, 5, 3, 59, tzinfo=UTC)
    assert [one.net for one in happenings(ZONE, DAY, "", 10)] == [-1_500]
    assert happenings(ZONE, DAY, "Quay", 1) == [late] and happenings(ZONE, DAY + timedelta(1), "Quay", 9) == []


def test_a_purchase_that_came_back_whole_is_counted_in_full(harbour: int) -> None:
    carmen, day = fresh("carmen"), DAY + timedelta(days=3)
    rug = purchase(carmen, "2026-05-06 15:00", 900, store="Quay")
    tell(rug, returned(carmen, "2026-05-07 15:00", rug))
    back = told(TillTotal(day, "", 1, -900))[day, ""]
    assert (back.recorded, back.recorded_net, back.agrees) == (1, -900, True)
    assert [one.net for one in happenings(ZONE, day, "", 10)] == [-900]


def test_what_comes_back_at_the_counter_counts_for_the_store_of_the_purchase(harbour: int) -> None:
    carmen, day = fresh("carmen"), date(2024, 3, 6)
    bought = purchase(carmen, "2024-03-04 15:00", 900, 400, store="Quay")
    tell(bought)
    by = By("dagny", SOURCE, fresh("back"), datetime(2024, 3, 6, 15, tzinfo=UTC))
    first = bring_back(carmen, bought.id, {"1": 300}, by)
    assert [one.net for one in happenings(ZONE, day, "Quay", 10)] == [-300] and happenings(ZONE, day, "", 10) == []
    assert bring_back(carmen, bought.id, {"1": 300}, by).event == first.event


def test_only_what_differs_is_asked_for_and_the_counts_are_over_all_days(ada: str) -> None:
    told(TillTotal(DAY, "Quay", 2, 5_000), TillTotal(DAY, "Pier", 3, 2_000))
    found = compared(ZONE, DAY, DAY, 100)
    assert [one.store for one in found.shown] == ["Pier"]
    assert (found.days, found.told, found.differing, found.missing_net) == (3, 2, 1, 1_300)
    told(TillTotal(DAY, "Pier", 1, 700), at=NOW + timedelta(hours=2))
    agreed = compared(ZONE, DAY, DAY, 100)
    assert (agreed.shown, agreed.days, agreed.told, agreed.differing) == ([], 3, 2, 0)
    assert compared(ZONE, DAY + timedelta(30), DAY + timedelta(30), 9).days == 0
    assert len(compared(ZONE, DAY, DAY, 2, every=True).shown) == 2
