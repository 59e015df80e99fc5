"""The figures of the whole shop. Others may have left rows behind, so each test counts what its own people add."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from regulars.exchange.earning.acting import By, adjust, hold
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import fresh, purchase, redemption, returned, tell
from regulars.ground.members.enrolling import Person, enrol
from regulars.ground.publishing.versions import publish
from regulars.insight.shop.members import member_count, tier_counts
from regulars.insight.shop.overview import overview
from regulars.insight.shop.points import Purse, given, purses
from regulars.insight.shop.returning import Returning, returning

pytestmark = pytest.mark.usefixtures("harbour")

ZONE = "America/New_York"
LEVELS = ["deckhand", "mate", "captain"]
#: Far from the days of other tests; a Wednesday.
NOW = datetime(2021, 6, 30, 16, tzinfo=UTC)


def test_a_member_without_purchases_counts_and_is_in_the_lowest_tier() -> None:
    members = member_count()
    tiers = tier_counts(LEVELS, members)
    enrol([Person(fresh("ada"))], NOW)
    assert member_count() == members + 1
    assert tier_counts(LEVELS, members + 1) == {**tiers, "deckhand": tiers["deckhand"] + 1}


def test_tiers_count_those_who_hold_them_and_sum_to_the_members() -> None:
    before = tier_counts(LEVELS, member_count())
    tell(purchase(fresh("ada"), "2021-06-01 12:00", 130000), purchase(fresh("bruno"), "2021-06-01 12:00", 400000))
    after = tier_counts(LEVELS, member_count())
    assert [after[level] - before[level] for level in LEVELS] == [0, 1, 1]
    assert sum(after.values()) == member_count()


def test_purses_tell_what_was_given_what_is_left_and_what_was_used() -> None:
    before = purses(ZONE, NOW).get("points", Purse(0, 0, 0, 0, 0, 0, 0))
    ada = fresh("ada")
    first = purchase(ada, "2021-06-01 12:00", 10000)
    tell(
        first,
        purchase(ada, "2021-06-28 12:00", 2500),
        redemption(ada, "2021-06-29 12:00", 30),
        returned(ada, "2021-06-29 13:00", first),
    )
    after = purses(ZONE, NOW)["points"]
    # 100 given, 25 still pending; 30 of the 100 used, so the return takes 70 and the pending 25, and 5 are owed.
    assert after.issued - before.issued == 25
    assert after.outstanding - before.outstanding == 0
    assert (after.redeemed - before.redeemed, after.debt - before.debt) == (30, 5)


def test_what_is_set_aside_is_still_with_members_and_what_people_gave_is_of_no_rule() -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2021-06-01 12:00", 10000))
    by = By("dagny@harbour.example", "desk", ada, NOW)
    before, rules = purses(ZONE, NOW)["points"], given(ZONE, NOW)
    adjust(ada, 50, "points", "late-delivery", replace(by, id=f"{ada}-more"))
    hold(ada, 40, "points", 3, by)
    after = purses(ZONE, NOW)["points"]
    assert (after.outstanding - before.outstanding, after.held - before.held) == (50, 40)
    assert given(ZONE, NOW) == rules


def test_what_became_available_is_not_pending_before_the_night_has_run_and_pays_what_is_owed() -> None:
    nothing = Purse(0, 0, 0, 0, 0, 0, 0)
    ada, bruno = fresh("ada"), fresh("bruno")
    first = purchase(ada, "2021-06-01 12:00", 10000)
    moments = [datetime(2021, 7, 10, 16, tzinfo=UTC), datetime(2021, 7, 11, 16, tzinfo=UTC)]
    before = [purses(ZONE, moment).get("points", nothing) for moment in moments]
    tell(
        first,
        purchase(bruno, "2021-06-03 12:00", 700),
        redemption(ada, "2021-06-24 12:00", 30),
        returned(ada, "2021-06-25 12:00", first),
        purchase(ada, "2021-06-26 12:00", 2000),
    )
    after = [purses(ZONE, moment)["points"] for moment in moments]
    # Bruno's 7 are there. Ada's 20 wait until the second day and then go into the 30 that she owes.
    assert [
        (now.available - was.available, now.pending - was.pending, now.debt - was.debt)
        for was, now in zip(before, after, strict=True)
    ] == [(7, 20, 30), (7, 0, 10)]
    settle_due(moments[1])
    assert purses(ZONE, moments[1])["points"] == after[1]


def test_what_waits_for_an_event_that_did_not_come_is_never_told_as_available(
    harbour: int,
) -> None:
    text = Path("programmes/harbour.yaml").read_text(encoding="utf-8")
    waiting = re.sub(r"pending: \{ ?days: 14 ?\}", "pending: {until: order delivered, within_days: 14}", text)
    assert waiting != text
    begins = datetime(2021, 5, 1, tzinfo=UTC)
    publish(waiting, begins, "keeper", begins, base=harbour)
    late = datetime(2021, 7, 11, 16, tzinfo=UTC)
    before = purses(ZONE, late).get("points", Purse(0, 0, 0, 0, 0, 0, 0))
    tell(purchase(fresh("carmen"), "2021-06-03 12:00", 700))
    after = purses(ZONE, late)["points"]
    assert (after.available, after.pending) == (before.available, before.pending + 7)
    settle_due(late)
    settled = purses(ZONE, late)["points"]
    assert (settled.available, settled.expired) == (before.available, before.expired + 7)


def test_a_week_begins_at_midnight_on_monday_in_the_zone_of_the_shop() -> None:
    def week(monday: date) -> int:
        return sum(row.points for row in given(ZONE, NOW) if row.monday == monday and row.rule == "base")

    sunday, monday = week(date(2021, 6, 14)), week(date(2021, 6, 21))
    tell(purchase(fresh("ada"), "2021-06-21 03:59", 700), purchase(fresh("bruno"), "2021-06-21 04:00", 900))
    assert (week(date(2021, 6, 14)) - sunday, week(date(2021, 6, 21)) - monday) == (7, 9)


def test_given_covers_52_weeks_and_nothing_that_is_still_to_come() -> None:
    ada = fresh("ada")
    before = sum(row.points for row in given(ZONE, NOW))
    tell(
        purchase(ada, "2020-07-06 03:59", 700),  # a minute too early
        purchase(ada, "2020-07-06 04:00", 1100),
        purchase(ada, "2021-06-30 16:01", 1300),  # a minute too late
    )
    assert sum(row.points for row in given(ZONE, NOW)) - before == 11


def test_a_return_lowers_the_week_it_happens_in_and_the_rule_it_is_of() -> None:
    before = {(row.monday, row.rule): row.points for row in given(ZONE, NOW)}
    ada = fresh("ada")
    bought = purchase(ada, "2021-06-16 12:00", 5000)  # a Wednesday: half as much again
    tell(bought, returned(ada, "2021-06-22 12:00", bought))
    after = {(row.monday, row.rule): row.points for row in given(ZONE, NOW)}
    changed = {key: points - before.get(key, 0) for key, points in after.items() if points != before.get(key, 0)}
    first, second = date(2021, 6, 14), date(2021, 6, 21)
    assert changed == {
        (first, "base"): 50,
        (first, "quiet-days"): 25,
        (second, "base"): -50,
        (second, "quiet-days"): -25,
    }


def added(before: Returning, after: Returning) -> tuple[int, int, int, int]:
    return (
        after.new - before.new,
        after.second - before.second,
        after.lately - before.lately,
        after.repeated - before.repeated,
    )


@pytest.mark.parametrize(
    ("when", "counts"),
    [
        (["2021-05-01 12:00"], (1, 0, 1, 0)),  # Ada came once, exactly 60 days ago
        (["2021-05-02 12:00"], (0, 0, 1, 0)),  # Bruno came 59 days ago: it is too early to tell
        (["2021-03-01 12:00", "2021-04-30 12:00"], (1, 1, 1, 0)),  # Carmen came again after exactly 60 days
        (["2021-03-01 12:00", "2021-05-01 12:00"], (1, 0, 1, 0)),  # Dagny after 61
        (["2021-03-01 12:00", "2021-03-01 18:00"], (1, 0, 0, 0)),  # twice on one day is once
        (["2020-06-30 12:00", "2020-07-02 12:00"], (0, 0, 0, 0)),  # 365 days ago is no longer new
        (["2021-04-07 12:00", "2021-04-08 12:00"], (1, 1, 1, 0)),  # 84 days ago is no longer lately
        (["2021-04-08 12:00", "2021-06-30 12:00"], (1, 0, 1, 1)),
    ],
)
def test_who_comes_again(when: list[str], counts: tuple[int, int, int, int]) -> None:
    before = returning(ZONE, NOW)
    member = fresh("member")
    tell(*(purchase(member, moment, 1000) for moment in when))
    assert added(before, returning(ZONE, NOW)) == counts


def test_the_overview_holds_the_same_figures() -> None:
    tell(purchase(fresh("ada"), "2021-06-01 12:00", 130000))
    taken = overview(ZONE, LEVELS, NOW)
    assert taken.members == member_count() == sum(taken.tiers.values())
    assert (taken.purses, taken.given, taken.returning) == (purses(ZONE, NOW), given(ZONE, NOW), returning(ZONE, NOW))


def test_a_programme_without_tiers_has_none_to_count() -> None:
    assert tier_counts([], 7) == {}
