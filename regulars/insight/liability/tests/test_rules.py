"""The arithmetic of the books: example 52 to the cent, the tables of docs/rules/liability.md, and the laws."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.insight.liability.estimating import LEAST_MONTHS, MILLION, Estimate, Step, back_tests, estimate, up_to
from regulars.insight.liability.rules import allocate, expected_total, recognised, stand_alone, unexpected

DOCUMENT = Path(__file__).parents[4] / "docs" / "rules" / "liability.md"


def tables() -> dict[str, list[list[str]]]:
    """The rows of the tables of the page, by the heading of the last column."""
    found: dict[str, list[list[str]]] = {}
    for block in DOCUMENT.read_text(encoding="utf-8").split("\n\n"):
        lines = [
            [cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines() if line[:1] == "|"
        ]
        if lines:
            found[lines[0][-1]] = lines[2:]
    return found


TABLES = tables()
points = st.integers(0, 10**9)
shares = st.fractions(0, 1, max_denominator=1000)


def steps(text: str) -> list[Step]:
    return [Step(*map(int, month.split("/"))) for month in text.split()]


@pytest.mark.parametrize("row", TABLES["deferred"], ids=lambda row: row[0])
def test_a_price_is_shared_as_the_page_says(row: list[str]) -> None:
    _, sales, given_points, value, expected, *told = row
    alone = stand_alone(int(given_points), Fraction(value), Fraction(expected))
    assert [str(part) for part in allocate(int(sales), [Fraction(sales), alone])] == told


@pytest.mark.parametrize("row", TABLES["liability"], ids=lambda row: row[0])
def test_revenue_is_recognised_as_the_page_says(row: list[str]) -> None:
    deferred, redeemed, expected, before, *told = map(int, row[1:])
    to_date = recognised(deferred, redeemed, Fraction(expected))
    assert [to_date - before, deferred - to_date] == told


@pytest.mark.parametrize("row", TABLES["owed"], ids=lambda row: row[0])
def test_points_that_end_are_revenue_as_the_page_says(row: list[str]) -> None:
    _, deferred, granted, assumed, ended, redeemed, expected, *told = row
    part = unexpected(int(granted), int(ended), Fraction(assumed))
    to_date = recognised(int(deferred), int(redeemed), Fraction(expected), part)
    assert [str(to_date), str(int(deferred) - to_date)] == told


@given(points, points, points, points, shares, shares)
def test_no_point_that_is_left_is_owed_more_than_was_deferred_for_each_that_was_expected(
    deferred: int, left: int, redeemed: int, ended: int, still: Fraction, assumed: Fraction
) -> None:
    given_, price = left + redeemed + ended, deferred
    part = unexpected(given_, ended, assumed)
    owed = price - recognised(price, redeemed, expected_total(redeemed, left, still), part)
    assert 0 <= owed <= price
    if assumed < 1 and given_ and ended >= assumed * given_:
        assert owed <= Fraction(price * left) / (given_ * (1 - assumed)) + Fraction(1, 2)
    without = recognised(
        price, redeemed, expected_total(redeemed, left, Fraction(1)), unexpected(given_, ended, Fraction(0))
    )
    assert not given_ or without == round(Fraction(price * (redeemed + ended), given_))


@pytest.mark.parametrize("row", TABLES["will be redeemed, by age"], ids=lambda row: row[0])
def test_what_will_be_redeemed_is_as_the_page_says(row: list[str]) -> None:
    cohorts = [steps(text) for text in row[1].split(";")]
    found = estimate(dict(enumerate(cohorts)))
    assert [Fraction(one, MILLION) for one in found.seen] == [Fraction(one) for one in row[2].split()]


def test_the_page_has_its_tables() -> None:
    assert {name: len(rows) for name, rows in TABLES.items()} == {
        "deferred": 8, "liability": 6, "owed": 7, "still owed": 3, "money": 9, "they count in": 5, "will be redeemed, by age": 6,
        "months seen": 9,
    }  # fmt: skip


def given_points(text: str) -> list[int]:
    """What is written so, month by month: `2 × 5, 3 × (1, 0)`."""
    found: list[int] = []
    for times, months in re.findall(r"(?:(\d+) × )?(\(.+\)|\d+)", text):
        found += (given_points(months[1:-1]) if months[0] == "(" else [int(months)]) * int(times or 1)
    return found


@pytest.mark.parametrize("row", TABLES["months seen"], ids=lambda row: row[0])
def test_as_many_months_are_seen_as_the_page_says(row: list[str]) -> None:
    _, text, seen_in, told = row
    points = given_points(text)
    since = len(points) - int(found[0]) if (found := re.findall(r"\d+", seen_in)) else 0
    cohorts = {
        month: [Step(0, 0, 0) if at < since else Step(0, 0, one) for at in range(month, len(points))]
        for month, one in enumerate(points)
    }
    assert (estimate(cohorts).months, estimate(cohorts).used) == (int(told), int(told) >= LEAST_MONTHS)


def test_an_old_purchase_that_expired_says_nothing_of_the_ages_it_alone_was_seen_at() -> None:
    shop = regular(26, Fraction(1, 10), Fraction(1, 20))
    old = {-40: [*[Step(0, 0, 9_000)] * 36, Step(0, 9_000, 0), *[Step(0, 0, 0)] * 29]}
    alone, beside = estimate(shop), estimate(shop | old)
    assert alone.used and (beside.months, len(beside.seen)) == (26, 26)
    assert abs(beside.after(-1) - alone.after(-1)) < Fraction(2, 1000)


def test_months_before_points_were_brought_along_are_no_evidence() -> None:
    brought = [Step(0, 0, 0)] * 30 + [Step(0, 10, 90), Step(10, 80, 0)]
    assert estimate({0: brought, 1: brought[1:]}).months == 2 > estimate({0: brought}).months
    assert not estimate({0: brought}).used
    assert estimate({0: brought[30:]}).seen == estimate({0: brought}).seen[30:]


def test_the_price_of_points_is_divided_by_those_expected_and_not_by_those_issued() -> None:
    """A common error: 2,000 points of which 85 % are expected; 1,000 redeemed are 1,000 of 1,700."""
    goods, deferred = allocate(200_000, [Fraction(200_000), stand_alone(2_000, Fraction(10), Fraction(85, 100))])
    assert (goods, deferred) == (184_332, 15_668)
    assert recognised(deferred, 1_000, Fraction(1_700)) == 9_216
    assert recognised(deferred, 1_000, Fraction(2_000)) == 7_834


def test_nothing_is_shared_below_zero() -> None:
    with pytest.raises(ValueError):
        allocate(-1, [Fraction(1)])
    with pytest.raises(ValueError):
        allocate(1, [Fraction(1), Fraction(-1)])


@given(points, st.lists(st.fractions(0, 10**6, max_denominator=500), min_size=1, max_size=4))
def test_a_price_is_shared_whole_and_nobody_gets_a_unit_too_many(price: int, alone: list[Fraction]) -> None:
    parts = allocate(price, alone)
    assert sum(parts) == price
    if sum(alone):
        assert all(abs(part - price * one / sum(alone)) < 1 for part, one in zip(parts, alone, strict=True))


@given(points, points, points, shares)
def test_revenue_is_never_more_than_was_deferred_and_all_of_it_in_the_end(
    d: int, used: int, left: int, s: Fraction
) -> None:
    assert 0 <= recognised(d, used, expected_total(used, left, s)) <= d
    assert recognised(d, used, expected_total(used, 0, s)) == d


@given(points, points, points, points)
def test_sales_that_are_shared_together_defer_no_less_than_each_by_itself(p: int, q: int, a: int, b: int) -> None:
    def deferred(price: int, given_points: int) -> int:
        return allocate(price, [Fraction(price), Fraction(given_points)])[1]

    assert deferred(p + q, a + b) >= deferred(p, a) + deferred(q, b) - 1  # each is rounded


@given(points, st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000), shares), min_size=1, max_size=8))
def test_over_a_life_revenue_sums_to_what_was_deferred_whatever_was_expected(
    deferred: int, life: list[tuple[int, int, Fraction]]
) -> None:
    left = sum(used + ended for used, ended, _ in life)
    to_date = redeemed = 0
    booked = []
    for used, ended, share in life:
        redeemed, left = redeemed + used, left - used - ended
        now = recognised(deferred, redeemed, expected_total(redeemed, left, share))
        booked.append(now - to_date)
        to_date = now
    assert sum(booked) == deferred


@st.composite
def histories(draw: st.DrawFn) -> dict[int, list[Step]]:
    """Cohorts of months in a row, each followed to the same last month; points never come from nowhere."""
    months = draw(st.integers(1, 30))
    most = draw(st.sampled_from([1, 10, 5_000]))
    chance = Random(draw(st.integers(0, 2**32)))
    found: dict[int, list[Step]] = {}
    for cohort in range(months):
        left = chance.randint(0, most)
        found[cohort] = []
        for _ in range(months - cohort):
            used = chance.randint(0, left // 3 + (left % 3 > 0))
            ended = chance.randint(0, (left - used) // 2)
            left -= used + ended
            found[cohort].append(Step(used, ended, left))
    return found


@given(histories())
def test_an_estimate_is_a_part_never_below_what_was_seen_and_the_same_for_the_same(
    cohorts: dict[int, list[Step]],
) -> None:
    found = estimate(cohorts)
    assert all(0 <= one <= MILLION for one in found.seen) and found == estimate(dict(reversed(cohorts.items())))
    assert (found.after(-1) == 1) or found.months >= LEAST_MONTHS
    for age in range(len(found.seen)):
        steps = [one[age] for one in cohorts.values() if age < len(one)]
        whole = sum(step.exposed for step in steps)
        assert not whole or Fraction(found.seen[age], MILLION) >= Fraction(sum(step.redeemed for step in steps), whole)
    assert found.months <= len(found.seen) and found.seen_after(len(found.seen) - 1) == 1


@given(histories(), st.integers(0, 30))
def test_an_estimate_knows_nothing_of_later_months(cohorts: dict[int, list[Step]], month: int) -> None:
    then = up_to(cohorts, month)
    assert all(cohort + len(one) - 1 <= month for cohort, one in then.items())
    spoiled = {
        c: [*then.get(c, []), *[Step(9, 9, 9)] * (len(one) - len(then.get(c, [])))] for c, one in cohorts.items()
    }
    assert estimate(up_to(spoiled, month)) == estimate(then)


@given(histories())
def test_a_back_test_stays_within_the_points_it_speaks_of(cohorts: dict[int, list[Step]]) -> None:
    for test in back_tests(cohorts, len(cohorts) - 1):
        assert 0 <= test.redeemed <= test.points and 0 <= test.expected <= test.points
        assert test.month < test.until == len(cohorts) - 1


def regular(months: int, used: Fraction, ended: Fraction, change: int = 99) -> dict[int, list[Step]]:
    """Every month 1,000,000 points are given; each month a part is redeemed and a part ends; from `change` on none is."""
    found: dict[int, list[Step]] = {}
    for cohort in range(months):
        left = 1_000_000
        found[cohort] = []
        for month in range(cohort, months):
            gone, lost = int(left * used) if month < change else 0, int(left * ended)
            left -= gone + lost
            found[cohort].append(Step(gone, lost, left))
    return found


def test_where_every_month_is_like_the_one_before_the_back_test_is_exact() -> None:
    cohorts = regular(30, Fraction(1, 10), Fraction(1, 20))
    tests = back_tests(cohorts, 29)
    assert len(tests) == 12 and all(test.good and abs(test.expected - test.redeemed) <= 30 for test in tests)
    # With 24 months seen the books went by it; before, they counted every point as one that will be redeemed.
    assert [test.used for test in tests] == [test.month >= LEAST_MONTHS - 1 for test in tests] and len(
        {t.used for t in tests}
    ) == 2
    assert all(test.counted == (test.expected if test.used else test.points) for test in tests)
    found = estimate(cohorts)
    assert found.used and Fraction(66, 100) < found.after(-1) < Fraction(68, 100)


def test_where_members_stop_redeeming_the_back_test_says_so() -> None:
    tests = back_tests(regular(30, Fraction(1, 10), Fraction(1, 20), change=24), 29)
    assert not any(test.good for test in tests if test.month >= 20)
    assert all(test.error > 0 for test in tests if test.month >= 20)


def test_with_fewer_than_24_months_every_point_counts() -> None:
    young = estimate(regular(23, Fraction(1, 10), Fraction(1, 20)))
    assert not young.used and young.after(-1) == young.after(5) == 1 > young.seen_after(-1)
    assert Estimate((), 0).after(-1) == 1
