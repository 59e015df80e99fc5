"""The roll-forward closes, in points and in money, whatever happened and however late it was told."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.entries import AVAILABLE, HELD, PENDING
from regulars.insight.liability.estimating import MILLION, Estimate
from regulars.insight.liability.movements import month_named
from regulars.insight.liability.rolling import (
    ADDED,
    ARRIVED,
    CORRECTED,
    EARNED,
    EXPIRED,
    FORFEITED,
    GIVEN,
    INTO,
    LINES,
    OWED,
    REDEEMED,
    REPAID,
    SENT,
    TAKEN_BACK,
    WAYS,
    Cohort,
    Month,
    Rolled,
    State,
    Worth,
    roll,
    steps,
)
from regulars.insight.liability.stating import state_of
from regulars.insight.liability.tests.test_rules import TABLES

PROVING = Path(__file__).parents[3] / "exchange" / "ledger" / "sql" / "proving_entries.sql"
ALL = Worth(Fraction(1), Estimate((), 0))
MAY, JUNE, JULY = 2026 * 12 + 4, 2026 * 12 + 5, 2026 * 12 + 6


def expecting(part: Fraction) -> Worth:
    """A point is worth one unit, and of every point this part is expected to be redeemed, at any age."""
    return Worth(Fraction(1), Estimate((int(part * MILLION),) * 100, 100))


def effect(line: str) -> int:
    """What a line does to what members hold."""
    return 1 if line in INTO else 0 if line == OWED else -1


def changes(rolled: Rolled) -> int:
    return sum(effect(line) * points for line, points in rolled.points.items())


def money_changes(rolled: Rolled) -> int:
    return sum(money if line in INTO else -money for line, money in rolled.money.items())


def chained(months: list[Month], currency: str = "points") -> list[Rolled]:
    """The months of one currency, after checking that each closes and begins where the one before it ended."""
    found = [month.currencies[currency] for month in months]
    for one in found:
        assert one.opening + changes(one) == one.closing
        assert one.liability_closing >= 0
        assert one.owed_opening + one.points[OWED] - one.points[REPAID] == one.owed_closing
    for before, after in pairwise(found):
        assert (before.closing, before.owed_closing, before.liability_closing) == (
            after.opening, after.owed_opening, after.liability_opening,
        )  # fmt: skip
    return found


def run(moved: Any, sales: dict[int, int], months: range, worth: Worth = ALL) -> list[Month]:
    found = []
    state = State()
    for month in months:
        found.append(roll(state, moved, sales, month, {"points": worth}))
        state = found[-1].state
    return found


def test_every_way_in_which_points_may_move_has_exactly_one_line() -> None:
    """Those that `regulars prove` knows; and a line changes what members hold by what the two pots say."""
    ways = re.findall(r"^ +\('(\w+)', '(\w+)', '(\w+)', ", PROVING.read_text(encoding="utf-8"), re.M)
    assert set(ways) == set(WAYS) and len(ways) == len(WAYS) > 20
    members = (AVAILABLE, PENDING, HELD)
    for (_, source, target), way in WAYS.items():
        moves = (target in members) - (source in members)
        assert moves == (way[1] * effect(way[0]) if way else 0)


def test_example_52_year_by_year() -> None:
    """Ada's shop sold for 100,000 and gave 10,000 points; 4,500 are redeemed, then 4,000 more, and then 9,700 are expected."""
    moved = {"points": {MAY: {MAY: {EARNED: 10_000, REDEEMED: 4_500}, JUNE: {REDEEMED: 4_000}}}}
    # 95 % of all are 5,000 of the 5,500 that are left, and 97 % are 1,200 of the last 1,500.
    sold = {MAY: 100_000}
    first = roll(State(), moved, sold, MAY, {"points": Worth(Fraction(1), _by_age(950_000, 909_091))})
    second = roll(first.state, moved, sold, JUNE, {"points": Worth(Fraction(1), _by_age(0, 0, 800_000))})
    may, june = chained([first, second])
    assert (first.goods, may.money[EARNED]) == (91_324, 8_676)
    assert may.money[REDEEMED] + may.money["estimate"] == 4_110 and may.liability_closing == 4_566
    assert june.money[REDEEMED] + june.money["estimate"] == 3_493 and june.liability_closing == 1_073
    # Of it the points redeemed in June account for 4,000 of 9,700; the rest takes back a little of May's.
    assert (june.money[REDEEMED], june.money["estimate"]) == (3_578, -85)


def _by_age(*shares: int) -> Estimate:
    return Estimate(shares + (0,) * 30, 30)


def test_what_bruno_brings_back_takes_its_money_along_and_no_revenue() -> None:
    moved = {"points": {MAY: {MAY: {EARNED: 100}, JUNE: {TAKEN_BACK: 10}}}}
    may, june = chained(run(moved, {MAY: 900}, range(MAY, JULY)))
    assert (may.money[EARNED], may.liability_closing) == (90, 90)
    assert (june.money[TAKEN_BACK], june.liability_closing, june.money["estimate"]) == (9, 81, 0)


def test_what_carmen_is_given_as_goodwill_is_an_expense_and_taken_again_it_is_none() -> None:
    moved = {"points": {MAY: {MAY: {ADDED: 40, GIVEN: 10}, JUNE: {CORRECTED: 40}}}}
    may, june = chained(run(moved, {}, range(MAY, JULY)))
    assert (may.money[ADDED], may.money[GIVEN], may.liability_closing) == (40, 10, 50)
    assert (june.money[CORRECTED], june.liability_closing) == (40, 10)


def test_points_that_dagny_sends_to_emil_stay_owed_on_their_way_and_with_him() -> None:
    sent = {MAY: {MAY: {EARNED: 100}, JUNE: {SENT: 50}}}
    on_the_way = chained(run({"points": sent}, {MAY: 900}, range(MAY, JULY)))[-1]
    assert (on_the_way.closing, on_the_way.liability_closing) == (50, 90)
    there = sent | {JULY: {JULY: {ARRIVED: 50}}}
    *_, july = chained(run({"points": there}, {MAY: 900}, range(MAY, JULY + 1)))
    assert (july.closing, july.liability_closing, july.money["estimate"]) == (100, 90, 0)


def test_points_that_changed_hands_leave_no_money_on_the_way_when_all_are_used() -> None:
    moved = {"points": {MAY: {MAY: {EARNED: 100, SENT: 50, ARRIVED: 50}, JUNE: {SENT: 70, ARRIVED: 30, REDEEMED: 60}}}}
    moved["points"][JUNE] = {JUNE: {EARNED: 10, ARRIVED: 40, REDEEMED: 50}}
    may, june = chained(run(moved, {MAY: 900, JUNE: 90}, range(MAY, JULY)))
    assert (may.liability_closing, june.closing, june.liability_closing) == (90, 0, 0)


def test_what_bea_had_held_in_vain_is_counted_as_the_page_says() -> None:
    cohorts = [month_named("2026-11"), month_named("2026-12")]
    moved: Any = {"points": {cohort: {} for cohort in cohorts}}
    for month, *cells in TABLES["still owed"]:
        for cohort, lines in zip(cohorts, (cells[0], cells[2]), strict=True):
            moved["points"][cohort][month_named(month)] = {
                line: int(n) for line, n in (one.split() for one in lines.split(", ") if one)
            }
    months = run(moved, {cohorts[0]: 10_000}, range(cohorts[0], cohorts[1] + 2))
    for month, one, (_, _, november, _, december, revenue, owed) in zip(
        months, chained(months), TABLES["still owed"], strict=True
    ):
        purse = month.state.purses["points"]
        left = [purse.cohorts.get(cohort, Cohort()).left for cohort in cohorts]
        assert [*left, one.money[REDEEMED], one.liability_closing] == [
            int(november), int(december), int(revenue), int(owed)
        ]  # fmt: skip


def test_what_ada_owes_is_no_asset_and_frees_what_she_repays_with() -> None:
    moved = {"points": {MAY: {MAY: {EARNED: 100, REDEEMED: 100, OWED: 20}}, JUNE: {JUNE: {EARNED: 30, REPAID: 20}}}}
    may, june = chained(run(moved, {MAY: 900, JUNE: 270}, range(MAY, JULY)))
    assert (may.closing, may.owed_closing, may.liability_closing) == (0, 20, 0)
    assert (june.closing, june.owed_closing) == (10, 0)
    assert (june.money[EARNED], june.money[REPAID], june.liability_closing) == (27, 18, 9)


def test_all_points_that_end_are_revenue_when_they_end() -> None:
    moved = {"points": {MAY: {MAY: {EARNED: 100}, JUNE: {EXPIRED: 60, FORFEITED: 40}}}}
    may, june = chained(run(moved, {MAY: 900}, range(MAY, JULY)))
    assert (may.liability_closing, june.liability_closing) == (90, 0)
    assert (june.money[EXPIRED], june.money[FORFEITED], june.money["estimate"]) == (54, 36, 0)


def test_what_fay_let_expire_is_no_longer_owed_though_nobody_redeemed_any() -> None:
    """Gus has ten points left of 10,010; they are worth 10 cents and no more is owed, month after month."""
    moved = {"points": {MAY: {MAY: {EARNED: 10_010}, JUNE: {EXPIRED: 10_000}, JULY: {FORFEITED: 4, REDEEMED: 2}}}}
    may, june, july = chained(run(moved, {MAY: 1_001_000}, range(MAY, JULY + 1)))
    assert (may.liability_closing, june.money[EXPIRED], june.liability_closing) == (9_911, 9_901, 10)
    assert (july.money[FORFEITED], july.money[REDEEMED], july.liability_closing) == (4, 2, 4)
    assert june.money["estimate"] == july.money["estimate"] == 0


def test_what_was_assumed_to_end_as_the_points_were_given_is_spread_over_what_is_redeemed() -> None:
    """Of 100 points ten were assumed to end: ten that do are no revenue yet, the eleventh and twelfth are, ten each."""
    moved = {"points": {MAY: {MAY: {GIVEN: 100}, JUNE: {EXPIRED: 10}, JULY: {EXPIRED: 2}}}}
    state, found = State(), []
    for month, part in ((MAY, Fraction(9, 10)), (JUNE, Fraction(1)), (JULY, Fraction(1))):
        worth = expecting(part)
        one = Worth(Fraction(10), worth.estimate, {MAY: Fraction(1, 10)})
        found.append(roll(state, moved, {}, month, {"points": one}))
        state = found[-1].state
    may, june, july = chained(found)
    assert (may.liability_closing, june.liability_closing, july.liability_closing) == (900, 900, 880)
    assert (june.money[EXPIRED], july.money[EXPIRED]) == (0, 20)


def test_months_closed_before_stay_and_the_first_open_one_catches_up() -> None:
    """A closing of June that had kept the money of Fay's points, and said nothing of what went on."""
    moved = {"points": {MAY: {MAY: {EARNED: 10_010}, JUNE: {EXPIRED: 10_000}}}}
    told = {"points": {"earned": 10_010, "expired": 10_000}, "deferred": 9_911, "recognised": 0}
    june = state_of({"sales": 1_001_000, "purses": {"points": {"owed": 0, "transit": 0, "cohorts": {"2026-05": told}}}})
    july = roll(june, moved, {MAY: 1_001_000}, JULY, {"points": ALL}).currencies["points"]
    assert (july.liability_opening, july.money["estimate"], july.money[EXPIRED], july.liability_closing) == (
        9_911,
        9_901,
        0,
        10,
    )


def test_a_closing_that_did_not_say_what_went_on_is_read_by_its_points() -> None:
    told = {"points": {"earned": 100, "sent": 40, "arrived": 10}, "deferred": 90, "recognised": 0}
    state = state_of({"sales": 900, "purses": {"points": {"owed": 0, "transit": 27, "cohorts": {"2026-05": told}}}})
    assert (state.purses["points"].cohorts[MAY].sent, state.purses["points"].liability) == (27, 90)


def test_points_that_stand_for_no_money_close_in_points_alone() -> None:
    moved = {"miles": {MAY: {MAY: {EARNED: 7}}}}
    month = roll(State(), moved, {MAY: 900}, MAY, {"miles": Worth(None, Estimate((), 0))})
    assert month.goods == 900 and set(month.currencies["miles"].money.values()) == {0}
    assert month.currencies["miles"].closing == 7


def test_what_is_told_after_the_close_is_counted_in_the_open_month_and_said_to_be_late() -> None:
    known = {"points": {MAY: {MAY: {EARNED: 100}}}}
    closed = roll(State(), known, {MAY: 900}, MAY, {"points": ALL})
    more = {"points": {MAY: {MAY: {EARNED: 150, REDEEMED: 20}}, JUNE: {JUNE: {EARNED: 10}}}}
    june = roll(closed.state, more, {MAY: 1_350, JUNE: 90}, JUNE, {"points": ALL})
    _, rolled = chained([closed, june])
    assert rolled.late == {EARNED: 50, REDEEMED: 20}
    assert (rolled.points[EARNED], rolled.points[REDEEMED], rolled.closing) == (60, 20, 140)
    assert (june.sales, rolled.money[EARNED]) == (540, 54)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[dict[str, Any], dict[int, int]]:
    """What lots of several months go through, each movement within what is left of the lot; and sales."""
    length = draw(st.integers(1, 6))
    cohorts: dict[int, dict[int, dict[str, int]]] = {}
    for cohort in range(length):
        months = cohorts[cohort] = {month: {} for month in range(cohort, length)}
        left = 0
        for line in draw(st.lists(st.sampled_from(INTO), max_size=3)):
            points = draw(st.integers(1, 500))
            months[cohort][line] = months[cohort].get(line, 0) + points
            left += points
        for month in months:
            for line in draw(st.lists(st.sampled_from([line for line in LINES if line not in INTO]), max_size=3)):
                points = draw(st.integers(0, left)) if line != OWED else draw(st.integers(0, 50))
                months[month][line] = months[month].get(line, 0) + points
                left -= points * -effect(line)
    return {"points": cohorts}, {month: draw(st.integers(0, 10_000)) for month in range(length)}


def without(moved: Any, hidden: set[tuple[int, int, str]]) -> Any:
    """What was known before these (cohort, month, line) were told."""
    return {
        "points": {
            cohort: {
                month: {line: n for line, n in lines.items() if (cohort, month, line) not in hidden}
                for month, lines in months.items()
            }
            for cohort, months in moved["points"].items()
        }
    }


@given(ledgers(), st.fractions(0, 1, max_denominator=50))
def test_every_ledger_closes_in_points_and_in_money_month_by_month(ledger: Any, part: Fraction) -> None:
    moved, sales = ledger
    months = run(moved, sales, range(len(sales)), expecting(part))
    transit = 0
    for month, rolled in zip(months, chained(months), strict=True):
        purse = month.state.purses["points"]
        assert rolled.liability_opening + money_changes(rolled) == rolled.liability_closing
        assert month.goods + rolled.money[EARNED] == month.sales == sales[month.number]
        transit = purse.transit
        assert all(0 <= one.recognised <= one.carried()["kept"] for one in purse.cohorts.values())
        assert all(one.recognised == one.carried()["kept"] for one in purse.cohorts.values() if one.left == 0)
    if rolled.closing == 0:
        assert rolled.liability_closing == transit


@given(ledgers(), st.data())
def test_what_comes_late_changes_no_closed_month_and_nothing_of_the_sum(ledger: Any, data: st.DataObject) -> None:
    moved, sales = ledger
    last = len(sales) - 1
    places = [(c, m, line) for c, months in moved["points"].items() for m, lines in months.items() for line in lines]
    hidden = set(data.draw(st.lists(st.sampled_from(places), max_size=4))) if places else set()
    then = run(without(moved, hidden), {month: net for month, net in sales.items() if month % 2}, range(last))
    state = then[-1].state if then else State()
    end = roll(state, moved, sales, last, {"points": ALL})
    rolled = chained([*then, end])
    at_once = chained(run(moved, sales, range(last + 1)))
    assert rolled[-1].closing == at_once[-1].closing and rolled[-1].owed_closing == at_once[-1].owed_closing
    for line in LINES:
        assert sum(one.points[line] for one in rolled) == sum(one.points[line] for one in at_once)
    assert sum(month.sales for month in [*then, end]) == sum(sales.values())
    for one in rolled:
        assert one.liability_opening + money_changes(one) == one.liability_closing


@given(ledgers())
def test_steps_lose_no_point(ledger: Any) -> None:
    moved, sales = ledger
    last = len(sales) - 1
    at_end = run(moved, sales, range(last + 1))[-1].currencies["points"]
    found = steps(moved["points"], last)
    assert sum(one[-1].left for one in found.values()) == at_end.closing
    assert sum(step.redeemed for one in found.values() for step in one) == sum(
        lines.get(REDEEMED, 0) for months in moved["points"].values() for lines in months.values()
    )


@pytest.mark.parametrize("line", LINES)
def test_no_line_is_forgotten_by_the_sum(line: str) -> None:
    moved = {"points": {MAY: {MAY: {EARNED: 10, line: 20 if line == EARNED else 5}}}}
    (may,) = chained(run(moved, {MAY: 90}, range(MAY, JUNE)))
    assert may.closing == (20 if line == EARNED else 10 + 5 * effect(line))


def test_what_closed_months_counted_as_a_price_is_not_taken_off_the_first_that_counts_otherwise() -> None:
    moved = {"points": {MAY: {MAY: {EARNED: 900}}, JUNE: {JUNE: {EARNED: 90}}}}
    closed = roll(State(), moved, {MAY: 900}, MAY, {"points": ALL}).state
    sales, tendered = {MAY: 900, JUNE: 100}, {MAY: 500, JUNE: 30}
    older = roll(replace(closed, tendered=None), moved, sales, JUNE, {"points": ALL}, tendered)
    assert (older.sales, older.state.tendered) == (70, 530)
    late = roll(
        replace(closed, tendered=400), moved, {MAY: 1_000, JUNE: 100}, JUNE, {"points": ALL}, {MAY: 450, JUNE: 30}
    )
    assert (late.sales, late.state.tendered) == (100 - 50 + 100 - 30, 480), (
        "what came late is counted without it as well"
    )


def test_a_month_that_has_just_begun_owes_what_the_one_before_it_left() -> None:
    """A tenth is redeemed at age 0, another at age 1, and what is left at its end, never: over on its first day?"""
    moved = {"points": {MAY: {MAY: {EARNED: 1_000, REDEEMED: 100}}}}
    expected = Estimate((190_000, 100_000, 0), 24)
    may = roll(State(), moved, {MAY: 100_000}, MAY, {"points": Worth(Fraction(1), expected)})
    begun = roll(may.state, moved, {}, JUNE, {"points": Worth(Fraction(1), expected, running=True)}).currencies[
        "points"
    ]
    over = roll(may.state, moved, {}, JUNE, {"points": Worth(Fraction(1), expected)}).currencies["points"]
    assert begun.liability_closing == begun.liability_opening > 0 == begun.money["estimate"]
    assert over.liability_closing == 0 < over.money["estimate"]
