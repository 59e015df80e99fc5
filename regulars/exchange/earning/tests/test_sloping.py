"""The slope of what members pay by their tenure, and the interval around it."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

from hypothesis import given
from hypothesis import strategies as st

from regulars.exchange.earning.sloping import Slope, Tenured, slope

CENT = {"points": Fraction(1)}
#: Purchases of one member: tenure in days, money, points; a point is worth a minor unit.
BASKETS = st.lists(
    st.tuples(st.integers(0, 2_000), st.integers(1, 10**6), st.integers(0, 10**6)), min_size=1, max_size=6
)


def sums(*purchases: tuple[int, int, int]) -> tuple[int, int]:
    told = Tenured()
    for days, money, points in purchases:
        told.buy(days, money)
        told.give(days, "points", points)
    return told.sums(CENT)


def test_two_members_as_one_works_it_out_by_hand() -> None:
    """Ada got a tenth of her first purchase back and nothing of that a year later; Bruno a tenth and a twentieth."""
    ada = sums((0, 10_000, 1_000), (365, 10_000, 0))
    bruno = sums((0, 10_000, 1_000), (365, 10_000, 500))
    # Each w (x - x̄)² is 10,000 times 182.5²; y rises by 0.1 and by 0.05 over 365 days.
    assert ada == (2 * 10_000 * 182_500 * 1825 // 10, 2 * 10_000 * 182_500 // 20)
    # The slope is 0.075 in 365 days, 0.0750514 a year. Each of the two lies 0.025 from it and weighs a half:
    # 1.96 times the root of 2 / 1 * 2 * (0.025 / 2)², times 365.25 / 365.
    assert slope([ada, bruno], 2) == Slope(75_051, 75_051 - 49_034, 75_051 + 49_034, 2)


def test_who_bought_once_or_on_one_day_says_nothing_of_time() -> None:
    assert sums((9, 100, 5))[0] == sums((9, 100, 5), (9, 300, 0))[0] == sums()[0] == 0
    assert slope([sums((9, 100, 5))] * 40, 30) is None
    assert slope([sums((0, 100, 5), (9, 100, 5))] * 29, 30) is None


@given(st.lists(BASKETS, min_size=2, max_size=6))
def test_slope_and_interval_are_those_of_the_definition(members: list[list[tuple[int, int, int]]]) -> None:
    told: list[tuple[Fraction, Fraction]] = []
    for purchases in members:
        whole = sum(money for _, money, _ in purchases)
        x = Fraction(sum(days * money for days, money, _ in purchases), whole)
        y = Fraction(sum(money - points for _, money, points in purchases), whole)
        rows = [(days - x, Fraction(money - points, money) - y, money) for days, money, points in purchases]
        sxx = sum((w * a * a for a, _, w in rows), Fraction(0))
        sxy = sum((w * a * b for a, b, w in rows), Fraction(0))
        found = sums(*purchases)
        assert abs(found[0] - 1_000 * sxx) <= 1 and abs(found[1] - 1_000 * sxy) <= 1
        if found[0] > 0:
            told.append((Fraction(found[0]), Fraction(found[1])))
    answer = slope([sums(*purchases) for purchases in members], 2)
    if len(told) < 2:
        assert answer is None
        return
    assert answer is not None
    weight = sum(sxx for sxx, _ in told)
    b = sum(sxy for _, sxy in told) / weight
    spread = float(sum((sxy - b * sxx) ** 2 for sxx, sxy in told))
    reach = 1.96 * sqrt(spread * len(told) / (len(told) - 1)) / float(weight) * 365.25 * 1e6
    assert abs(answer.a_year - float(b) * 365.25 * 1e6) <= 1 + 1e-9 * abs(answer.a_year)
    assert abs(answer.high - answer.a_year - reach) <= 1 + 1e-6 * reach
