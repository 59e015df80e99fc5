"""Sloping: whether members pay more for the same goods the longer they stay, as a slope with its interval. Pure.

LP-6 of the fairness sheet asks what one pays to be regressed on tenure among those who are alike. Nobody is more like
a member than that member: each is compared with their own purchases only, so that it does not matter who stays.

Of a purchase, x is the tenure in days and y the share of its price that is left to pay after the worth of the points
it gave; weighed by the price, w. Of each member two sums are kept, with x̄ and ȳ their own weighed means:

    sxx = Σ w (x - x̄)²        sxy = Σ w (x - x̄) (y - ȳ)

The slope is Σ sxy / Σ sxx over all members. Its error is that of sums which are independent from member to member
(the sandwich estimator, clustered by member): √(n / (n - 1) · Σ (sxy - slope · sxx)²) / Σ sxx. The two sums are rounded
to whole numbers of GRAIN; all else is exact up to the root.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt

#: Sums of a member are told in thousandths of a minor unit times days (sxy) or days times days (sxx).
GRAIN = 1_000
#: Slopes are told in millionths of the price.
_MILLION = 1_000_000
#: Of the normal distribution: within so many standard errors lie 95 %.
_NORMAL_95 = Fraction(196, 100)
_DAYS_A_YEAR = Fraction(1_461, 4)


@dataclass(slots=True)
class Tenured:
    """What one member bought, by tenure in days: Σ w, Σ w x, Σ w x² in minor units; by currency Σ p and Σ x p of the
    points p that each purchase gave."""

    spend: int = 0
    days: int = 0
    squares: int = 0
    points: dict[str, list[int]] = field(default_factory=dict)

    def buy(self, days: int, money: int) -> None:
        """Take in a purchase for `money` minor units after so many days."""
        weighed = days * money
        self.spend += money
        self.days += weighed
        self.squares += days * weighed

    def give(self, days: int, currency: str, points: int) -> None:
        """Take in points that it gave."""
        sums = self.points.get(currency)
        if sums is None:
            sums = self.points[currency] = [0, 0]
        sums[0] += points
        sums[1] += days * points

    def sums(self, values: Mapping[str, Fraction]) -> tuple[int, int]:
        """sxx and sxy in GRAIN, with the `values` of a point by currency."""
        if self.spend <= 0:
            return 0, 0
        sxx, sxy = self.squares * self.spend - self.days * self.days, Fraction(0)
        for currency, (points, later) in self.points.items():
            sxy += values.get(currency, Fraction(0)) * (self.days * points - later * self.spend)
        return round(Fraction(GRAIN * sxx, self.spend)), round(GRAIN * sxy * Fraction(1, self.spend))


@dataclass(frozen=True, slots=True)
class Slope:
    """By how much the share that is left to pay changes in a year of tenure, in millionths of the price, the 95 %
    interval around it, and how many members bought on several days."""

    a_year: int
    low: int
    high: int
    members: int


def slope(sums: Iterable[tuple[int, int]], fewest: int) -> Slope | None:
    """The slope of members with these sums (sxx, sxy); None when fewer than `fewest` bought on several days."""
    told = [(sxx, sxy) for sxx, sxy in sums if sxx > 0]
    if len(told) < max(2, fewest):
        return None
    whole, moved = sum(sxx for sxx, _ in told), sum(sxy for _, sxy in told)
    # Each residual, and so the root, times `whole`, which keeps them whole numbers.
    spread = sum((sxy * whole - moved * sxx) ** 2 for sxx, sxy in told)
    error = Fraction(spread * len(told), (len(told) - 1) * whole**4)
    reach = _root(error * (_NORMAL_95 * _DAYS_A_YEAR * _MILLION) ** 2)
    a_year = round(Fraction(moved, whole) * _DAYS_A_YEAR * _MILLION)
    return Slope(a_year, a_year - reach, a_year + reach, len(told))


def _root(square: Fraction) -> int:
    """The root of a square, rounded up to a whole number: an interval is never told too narrow."""
    root = isqrt(square.numerator // square.denominator)
    return root if root * root == square else root + 1
