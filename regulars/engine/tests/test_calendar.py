"""The calendar: days begin in the programme's zone, months end where they end, years are those of the window."""

from __future__ import annotations

from datetime import date, timedelta

from regulars.engine.periods import membership_year, period_key
from regulars.engine.tests.worked import Member
from regulars.kit.zones import Zone

WAITING = "currencies: [{id: points, pending: {days: 1}}]\nearn: {rules: [{id: base, points: 1, per: 1.00}]}\n"


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def test_a_day_ends_at_midnight_of_the_programmes_zone() -> None:
    capped = "earn: {rules: [{id: base, points: 1, per: 1.00}], caps: [{id: c, per: day, most: 10, at_edge: clip}]}"
    ada = Member(capped)
    assert ada.does("2026-03-02 23:59", "buys 10.00") == "base 10"
    assert ada.does("2026-03-03 00:00", "buys 10.00") == "base 10"
    assert ada.does("2026-03-03 23:59", "buys 10.00") == "cap c kept back 10 of base"


def test_the_night_begins_with_the_first_moment_of_a_day_even_where_midnight_does_not_exist() -> None:
    # In São Paulo clocks went from midnight to one o'clock on 4 November 2018.
    bruno = Member(WAITING + "programme: {zone: America/Sao_Paulo}")
    bruno.does("2018-11-02 12:00", "buys 7.00")
    bruno.does("2018-11-05 12:00", "visits")
    opened = bruno.entries[-1]
    assert opened.kind == "activation"
    assert opened.at == Zone("America/Sao_Paulo").midnight(day("2018-11-04"))
    assert opened.at == 1_541_300_400_000_000  # 03:00 UTC, the moment the clocks went on


def test_weeks_begin_on_monday() -> None:
    for first in ("2026-03-02", "2024-12-30", "2020-12-28"):
        monday = date.fromisoformat(first)
        keys = {period_key("week", (monday + timedelta(days=days)).toordinal()) for days in range(7)}
        assert len(keys) == 1
        assert period_key("week", (monday - timedelta(days=1)).toordinal()) not in keys


def test_a_membership_that_began_on_29_february_turns_on_the_28th_in_other_years() -> None:
    joined = day("2024-02-29")
    assert membership_year(joined, day("2025-02-27")) == (joined, day("2025-02-27"))
    assert membership_year(joined, day("2025-02-28")) == (day("2025-02-28"), day("2026-02-27"))
    assert membership_year(joined, day("2028-02-29")) == (day("2028-02-29"), day("2029-02-27"))


def test_a_year_of_membership_runs_from_the_first_event() -> None:
    carmen = Member(
        "earn: {rules: [{id: base, points: 1, per: 10.00}]}\n"
        "tiers: {counts: visits, window: membership_year, grace_days: 0, levels: [{id: a, at: 0}, {id: b, at: 2}]}"
    )
    carmen.does("2026-05-10", "visits")
    assert carmen.does("2027-05-09", "visits") == "reached b"
    assert carmen.has() == "b until 2028-05-09"
    assert carmen.does("2028-05-10", "sleeps") == "fell a"


def test_progress_of_the_last_year_of_membership_does_not_count_in_the_next() -> None:
    dagny = Member(
        "earn: {rules: [{id: base, points: 1, per: 10.00}]}\n"
        "tiers: {counts: visits, window: membership_year, levels: [{id: a, at: 0}, {id: b, at: 2}]}"
    )
    dagny.does("2026-05-10", "visits")
    assert dagny.does("2027-05-10", "visits") == "nothing"


def test_twelve_months_back_from_15_may_begin_on_16_may() -> None:
    tiers = "tiers: {counts: visits, window: {rolling_months: 12}, levels: [{id: a, at: 0}, {id: b, at: 2}]}"
    for second, reached in (("2027-05-14", "reached b"), ("2027-05-15", "nothing")):
        ada = Member("earn: {rules: [{id: base, points: 1, per: 10.00}]}\n" + tiers)
        ada.does("2026-05-15", "visits")
        assert ada.does(second, "visits") == reached


def test_a_member_who_came_every_day_for_years_and_then_stayed_away_is_welcome_again() -> None:
    bruno = Member(
        "earn: {rules: [{id: base, points: 1, per: 10.00}]}\n"
        "tiers: {counts: spend, window: {rolling_months: 24}, levels: [{id: a, at: 0}, {id: b, at: 9000000}]}"
    )
    start = date(2020, 1, 1)
    for days in range(850):
        bruno.does(str(start + timedelta(days=days)), "buys 1.00")
    # A visit makes no progress here, so everything remembered lies before the window.
    assert bruno.does("2027-03-01", "buys 0.00") == "nothing"
    assert bruno.standing.total == 0


def test_a_lot_earned_on_the_last_of_january_can_be_spent_through_the_last_of_february() -> None:
    carmen = Member(
        "currencies: [{id: points, expiry: {after: earning, months: 1, notice: none}}]\n"
        "earn: {rules: [{id: base, points: 1, per: 1.00}]}"
    )
    carmen.does("2028-01-31", "buys 9.00")
    assert carmen.does("2028-02-29 23:59", "spends 4") == "spent 4"
    assert carmen.does("2028-03-01 00:00", "spends 4") == "expired 5, refused: insufficient_points"
