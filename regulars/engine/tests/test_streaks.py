"""Streaks: what a quote says of them, what is kept, and what late events do to them."""

from __future__ import annotations

from datetime import date, timedelta

from regulars.engine.events import PURCHASE, VISIT, Event
from regulars.engine.quotes import COUNT, COUNTED_TODAY, Silence, quote
from regulars.engine.standing import dump, load
from regulars.engine.tests.worked import Member

WEEKS = "earn: {rules: [{id: loyal, points: 30, on: visit, streak: {weeks: 3}}]}"


def silence(member: Member, day: str) -> Silence:
    """Why a visit on that day would give nothing."""
    event = Event(VISIT, "asked", member._instant(day))
    (found,) = quote(member.kernel, member.standing, event).silences
    return found


def test_a_quote_says_how_many_weeks_are_to_go() -> None:
    ada = Member(WEEKS)
    assert (silence(ada, "2026-03-02").code, silence(ada, "2026-03-02").to_go) == (COUNT, 2)
    ada.does("2026-03-02", "visits")
    assert silence(ada, "2026-03-09").to_go == 1
    assert (silence(ada, "2026-03-03").code, silence(ada, "2026-03-03").to_go) == (COUNTED_TODAY, 2)
    assert silence(ada, "2026-03-16").to_go == 2


def test_a_streak_is_kept_with_the_standing() -> None:
    bruno = Member(WEEKS)
    bruno.does("2026-03-02", "visits")
    bruno.does("2026-03-09", "visits")
    bruno.standing = load(dump(bruno.standing))
    assert bruno.does("2026-03-16", "visits") == "loyal 30"


def test_a_late_visit_does_not_mend_a_streak() -> None:
    carmen = Member(WEEKS)
    carmen.does("2026-03-02", "visits")
    carmen.does("2026-03-16", "visits")
    assert carmen.does("2026-03-17", "visits on 2026-03-09") == "nothing"
    assert carmen.does("2026-03-23", "visits") == "nothing"


def test_a_late_purchase_joins_a_week_that_counted() -> None:
    ada = Member(BOUGHT)
    ada.does("2026-03-02", "buys 6.00 as cup")
    ada.does("2026-03-09", "buys 6.00")
    ada.does("2026-03-10", "buys 6.00 on 2026-03-03 as tea")
    assert ada.outcome.counted == ("+loyal",)
    ada.does("2026-03-11", "returns cup")
    ada.does("2026-03-16", "buys 6.00")
    assert ada.does("2026-03-23", "buys 6.00") == "loyal 30"


def test_a_standing_from_when_one_purchase_stood_for_a_period_is_read() -> None:
    bruno = Member(BOUGHT)
    bruno.does("2026-03-02", "buys 6.00")
    assert bruno.does("2026-03-09", "buys 6.00 as cup") == "loyal 30"
    state = dump(bruno.standing)
    weeks = [period if isinstance(period, int) else period[0] for period in state["streaks"]["loyal"][0]]
    state["streaks"]["loyal"][0] = weeks
    bruno.standing = load(state)
    bruno.does("2026-03-09", "buys 6.00 as tea")
    assert bruno.does("2026-03-10", "returns cup") == "nothing"
    assert bruno.does("2026-03-10", "returns tea") == "loyal -30"
    assert bruno.does("2026-03-11", "buys 6.00") == "loyal 30"


DAYS = "earn: {rules: [{id: daily, points: 7, every: 2, count: days}]}"


def test_a_standing_from_when_only_the_last_day_was_kept_is_read() -> None:
    carmen = Member(DAYS)
    carmen.does("2026-03-02", "buys 6.00")
    carmen.does("2026-03-03", "buys 6.00 as cup")
    carmen.standing = load({**dump(carmen.standing), "counted_day": {"daily": carmen.standing.day}})
    assert carmen.does("2026-03-03", "buys 6.00 as tea") == "nothing"
    carmen.does("2026-03-03", "returns tea")
    assert carmen.does("2026-03-03", "returns cup") == "daily -7"
    assert carmen.does("2026-03-04", "buys 6.00") == "daily 7"


def test_the_last_hundred_days_that_counted_are_remembered() -> None:
    for days, taken in ((99, "nothing"), (100, "daily -7")):
        dagny = Member(DAYS)
        dagny.does("2026-01-01", "visits")
        dagny.does("2026-01-01", "buys 6.00")
        first = date(2026, 1, 2)
        assert dagny.does(first.isoformat(), "buys 6.00 as cup") == "daily 7"
        dagny.does(first.isoformat(), "buys 6.00")
        for day in range(days):
            dagny.does((first + timedelta(days=1 + day)).isoformat(), "buys 6.00")
        assert len(load(dump(dagny.standing)).counted_day["daily"]) == 100
        assert dagny.does("2026-05-01", "returns cup") == taken


def test_what_waited_in_vain_is_not_taken_back_with_the_last_purchase_of_its_week() -> None:
    ada = Member(
        "currencies: [{id: points, pending: {until: order delivered, within_days: 9}}]\n"
        "earn: {rules: [{id: loyal, points: 30, streak: {weeks: 2}}, {id: hello, points: 8, when: total >= 9.00}]}"
    )
    ada.does("2026-02-23", "buys 6.00")
    assert ada.does("2026-03-02", "buys 6.00 as cup") == "loyal 30"
    ada.does("2026-03-03", "buys 6.00 as tea")
    assert ada.does("2026-03-03", "returns cup") == "nothing"
    ada.does("2026-03-08", "buys 9.00")
    assert ada.does("2026-03-12", "sleeps") == "lapsed 30"
    assert ada.does("2026-03-13", "returns tea") == "nothing"
    assert ada.has() == "8 waiting"


def test_a_standing_from_before_there_were_streaks_holds_and_pots_can_be_loaded() -> None:
    dagny = Member(WEEKS)
    dagny.does("2026-03-02", "visits")
    old = {key: value for key, value in dump(dagny.standing).items() if key != "streaks"}
    assert load(old).streaks == {}


BOUGHT = "earn: {rules: [{id: loyal, points: 30, streak: {weeks: 2}}]}"


def test_weeks_that_came_back_after_their_gift_are_asked_for_once_with_the_next_one() -> None:
    ada = Member(BOUGHT)
    ada.does("2026-03-02", "buys 6.00 as cup")
    assert ada.does("2026-03-09", "buys 6.00") == "loyal 30"
    ada.does("2026-03-10", "returns cup")
    asked = Event(PURCHASE, "asked", ada._instant("2026-03-16"), "DKK", [600], {"quantity": [1]})
    assert quote(ada.kernel, ada.standing, asked).silences[0].to_go == 2
    ada.standing = load(dump(ada.standing))
    said = [
        ada.does(day, "buys 6.00") for day in ("2026-03-16", "2026-03-23", "2026-03-30", "2026-04-06", "2026-04-13")
    ]
    assert said == ["nothing", "nothing", "loyal 30", "nothing", "loyal 30"]


def test_a_week_that_came_back_is_owed_no_longer_when_its_gift_has_gone_as_well() -> None:
    bruno = Member(BOUGHT)
    bruno.does("2026-03-02", "buys 6.00 as cup")
    bruno.does("2026-03-09", "buys 6.00 as tea")
    bruno.does("2026-03-10", "returns cup")
    assert bruno.does("2026-03-10", "returns tea") == "loyal -30"
    bruno.does("2026-03-16", "buys 6.00")
    assert bruno.does("2026-03-23", "buys 6.00") == "loyal 30"
