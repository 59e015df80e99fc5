"""A notice is owed exactly when the kernel would count it, and says exactly what the kernel would do."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from regulars.engine.tests.worked import Member
from regulars.exchange.notices.owed import Ending, due, endings, falling, told_enough

INACTIVITY = """
currencies: [{id: points, expiry: {after: inactivity, months: 12, notice: {earliest: 60, latest: 30}}}]
earn: {rules: [{id: base, points: 1, per: 10.00}]}
"""
EARNING = """
currencies: [{id: points, expiry: {after: earning, months: 6, notice: {earliest: 60, latest: 30}}}]
earn: {rules: [{id: base, points: 1, per: 10.00}]}
"""
TIERS = """
earn: {rules: [{id: base, points: 1, per: 10.00}]}
tiers:
  counts: spend
  window: calendar_year
  grace_days: 60
  notice: {earliest: 60, latest: 30}
  levels: [{id: bronze, at: 0}, {id: silver, at: 500.00}, {id: gold, at: 1000.00}]
"""


def told(member: Member, day: str) -> list[tuple[int, str, str]]:
    """(points, last day, good through) of what a notice of that day tells, once the night has been."""
    member.does(day, "sleeps")
    return [
        (one.points, date.fromordinal(one.last).isoformat(), date.fromordinal(one.through).isoformat())
        for one in endings(member.kernel.terms, member.standing, date.fromisoformat(day).toordinal())
    ]


def is_due(member: Member, day: str) -> bool:
    member.does(day, "sleeps")
    return due(member.kernel.terms, member.standing, date.fromisoformat(day).toordinal())


@pytest.mark.parametrize(
    ("day", "through"),
    [
        ("2026-11-05", None),  # 61 days before 5 January: too early to count
        ("2026-11-06", "2027-01-05"),  # 60 days
        ("2026-12-06", "2027-01-05"),  # 30 days
        ("2026-12-07", "2027-01-06"),  # 29 days: it leaves thirty all the same
        ("2027-03-01", "2027-03-31"),  # long over: thirty days more
    ],
)
def test_the_window_is_exact_to_the_day_also_over_the_end_of_a_year(day: str, through: str | None) -> None:
    maren = Member(INACTIVITY)
    maren.does("2026-01-05", "buys 2400.00")
    assert told(maren, day) == ([(240, "2027-01-05", through)] if through else [])
    assert is_due(maren, day) is bool(through)


@pytest.mark.parametrize("day", ["2026-11-06", "2026-11-20", "2026-12-06", "2026-12-07", "2027-03-01"])
def test_points_end_on_the_day_after_the_one_that_was_told_and_not_before(day: str) -> None:
    maren = Member(INACTIVITY)
    maren.does("2026-01-05", "buys 2400.00")
    ((points, _, through),) = told(maren, day)
    maren.does(day, "is told")
    assert told(maren, day) == [], "who was told is not owed it again"
    assert maren.does(through, "sleeps") == "nothing"
    after = date.fromisoformat(through) + timedelta(days=1)
    assert maren.does(after.isoformat(), "sleeps") == f"expired {points}"


def test_days_are_those_of_the_shop_when_its_clocks_change() -> None:
    maren = Member(INACTIVITY)
    # In Copenhagen it is the 28th already; clocks go forward on 29 March 2026 and on 28 March 2027.
    maren.does("2026-03-28 00:30", "buys 100.00")
    assert told(maren, "2027-01-26") == []
    assert told(maren, "2027-01-27") == [(10, "2027-03-28", "2027-03-28")]
    maren.does("2027-02-26 23:59", "is told")
    assert maren.does("2027-03-28 23:59", "sleeps") == "nothing"
    assert maren.does("2027-03-29 00:00", "sleeps") == "expired 10"


def test_a_notice_from_before_the_last_activity_counts_for_nothing_and_another_is_owed_in_its_time() -> None:
    maren = Member(INACTIVITY)
    maren.does("2026-01-05", "buys 2400.00")
    maren.does("2026-11-10", "is told")
    maren.does("2026-12-01", "spends 40")
    assert told(maren, "2027-01-06") == []
    assert told(maren, "2027-10-02") == [(200, "2027-12-01", "2027-12-01")]


def test_nothing_is_owed_of_what_never_ends_or_ends_without_a_notice() -> None:
    for expiry in ("", ", expiry: {after: inactivity, months: 12, notice: none}"):
        maren = Member(f"currencies: [{{id: points{expiry}}}]\nearn: {{rules: [{{id: base, points: 1, per: 10.00}}]}}")
        maren.does("2026-01-05", "buys 2400.00")
        assert told(maren, "2026-12-01") == []


def test_a_notice_tells_every_lot_that_it_lets_end_and_no_other() -> None:
    maren = Member(EARNING)
    for day in ("2026-01-05", "2026-01-12", "2026-03-20"):
        maren.does(day, "buys 100.00")
    maren.does("2026-05-13", "buys 50.00")
    assert told(maren, "2026-05-13") == [(10, "2026-07-05", "2026-07-05"), (10, "2026-07-12", "2026-07-12")]
    maren.does("2026-05-13", "is told")
    assert told(maren, "2026-08-01") == [(10, "2026-09-20", "2026-09-20")]


def test_what_is_set_aside_is_told_as_well() -> None:
    maren = Member(EARNING)
    maren.does("2026-01-05", "buys 100.00")
    maren.does("2026-05-20", "holds 4 for 90 days as tea")
    assert told(maren, "2026-05-21") == [(10, "2026-07-05", "2026-07-05")]


def test_a_weekly_shopper_hears_once_a_month_and_loses_nothing_unheard() -> None:
    maren = Member(EARNING)
    day, last = date(2026, 1, 5), date(2027, 6, 30)
    heard: list[date] = []
    promised: dict[date, date] = {}
    while day <= last:
        member_day = day.isoformat()
        before = maren.standing.purse("points").available
        gone = maren.does(member_day, "sleeps")
        if gone != "nothing":
            assert promised.pop(day - timedelta(days=1)) and before - maren.standing.purse("points").available == 1
        if day.weekday() == 0 and day < date(2026, 12, 1):
            maren.does(member_day, "buys 10.00")
        if is_due(maren, member_day):
            heard.append(day)
            for _, lot_day, through in told(maren, member_day):
                assert lot_day == through, "in time, so nothing is put off"
                promised[date.fromisoformat(through)] = day
            maren.does(member_day, "is told")
        day += timedelta(days=1)
    gaps = [(later - sooner).days for sooner, later in pairwise(heard)]
    assert len(heard) > 10 and min(gaps) >= 30
    assert promised == {} and maren.standing.purse("points").available == 0


def test_a_letter_promises_the_soonest_day_on_which_it_may_be_posted_and_looks_as_far_as_the_latest() -> None:
    maren = Member(EARNING)
    maren.does("2026-01-05", "buys 100.00")
    maren.does("2026-02-01", "buys 100.00")
    terms, day = maren.kernel.terms, date(2026, 5, 28).toordinal()
    assert [one.points for one in endings(terms, maren.standing, day)] == [10]
    assert [one.points for one in endings(terms, maren.standing, day, reach=7)] == [10, 10]
    late = date(2026, 7, 1).toordinal()
    assert [one.through - late for one in endings(terms, maren.standing, late, reach=7)] == [30, 31]


def test_a_message_that_told_of_less_than_would_end_is_not_enough() -> None:
    owed = [Ending("points", 10, 7, 9)]
    assert told_enough([Ending("points", 10, 7, 8), Ending("points", 3, 8, 8)], owed)
    assert told_enough([Ending("points", 12, 7, 8)], owed)
    assert not told_enough([Ending("points", 9, 7, 9)], owed)
    assert not told_enough([Ending("points", 10, 6, 9)], owed)
    assert not told_enough([Ending("miles", 10, 7, 9)], owed)


def test_a_tier_that_falls_is_told_from_sixty_days_before_the_end_of_grace() -> None:
    maren = Member(TIERS)
    maren.does("2026-05-02", "buys 1200.00")
    seen = {}
    for day in ("2027-12-31", "2028-01-01", "2028-01-30", "2028-02-10"):
        maren.does(day, "sleeps")
        fall = falling(maren.kernel, maren.standing, date.fromisoformat(day).toordinal())
        seen[day] = (fall.tier, fall.to, date.fromordinal(fall.through).isoformat()) if fall else None
    assert seen == {
        "2027-12-31": ("gold", "silver", "2028-02-29"), "2028-01-01": ("gold", "silver", "2028-02-29"),
        "2028-01-30": ("gold", "silver", "2028-02-29"), "2028-02-10": ("gold", "silver", "2028-03-11"),
    }  # fmt: skip
    maren.does("2028-02-10", "is told of the tier")
    assert falling(maren.kernel, maren.standing, date(2028, 2, 11).toordinal()) is None
    assert maren.does("2028-03-11", "sleeps") == "nothing"
    assert maren.does("2028-03-12", "sleeps").startswith("fell silver")


def test_no_fall_is_told_of_a_tier_that_this_year_has_renewed_already() -> None:
    maren = Member(TIERS)
    maren.does("2026-05-02", "buys 1200.00")
    maren.does("2027-05-02", "buys 1200.00")
    for day in ("2027-12-31", "2028-01-15"):
        maren.does(day, "sleeps")
        assert falling(maren.kernel, maren.standing, date.fromisoformat(day).toordinal()) is None
