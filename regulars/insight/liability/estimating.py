"""Breakage: how many of the points that members hold will be redeemed, from what became of those of earlier months.

Points are followed by the month they were given in (a cohort), month by month (its age). At each age, over all
cohorts that have been seen at it: of the points that were there, which part was redeemed, and which part ended? Chained
from the oldest age down that says what becomes of points of any age (a chain ladder). Whatever is still there after
the oldest age that was seen counts as redeemed: no breakage without evidence. Pure, and exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

#: So many months must have been seen before breakage is assumed at all (check ACC-5).
LEAST_MONTHS = 24
#: A back-test may be off by so many points of a per cent (check ACC-5).
TOLERANCE = Fraction(2, 100)
#: Shares are kept in millionths, rounded up: rather a little too much owed than too little.
MILLION = 1_000_000
#: How many month-ends a back-test looks back to.
BACK_TESTS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """What one month did to a cohort: points `redeemed` (less those that came back), points that `ended`, and points
    `left` at its end."""

    redeemed: int
    ended: int
    left: int

    @property
    def exposed(self) -> int:
        """The points that could have been redeemed in that month; what a return took back could not."""
        return max(0, self.redeemed) + max(0, self.ended) + max(0, self.left)


#: By cohort (a month as a number) its steps, the month it was given in first.
Cohorts = Mapping[int, Sequence[Step]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """By age, in millionths, how many of the points there at the beginning of that age will be redeemed (`seen`).

    `months` is for how many months some cohort was seen. `used` is whether that is enough to assume breakage by it.
    """

    seen: tuple[int, ...]
    months: int

    @property
    def used(self) -> bool:
        """Whether the books go by it; with fewer than 24 months every point counts as one that will be redeemed."""
        return self.months >= LEAST_MONTHS

    def seen_after(self, age: int) -> Fraction:
        """The part, as seen, that will be redeemed of points left at the end of an age (-1: just given)."""
        return Fraction(self.seen[age + 1], MILLION) if age + 1 < len(self.seen) else Fraction(1)

    def after(self, age: int) -> Fraction:
        """The same as the books use it."""
        return self.seen_after(age) if self.used else Fraction(1)


@dataclass(frozen=True, slots=True)
class BackTest:
    """An estimate of the end of `month` beside what happened by `until`, as far as it said anything.

    Of `points` that were left then, so many were `expected` to be redeemed (rounded), and so many were (`redeemed`).
    `used` is whether the books went by it then, or counted every point, as too few months had been seen.
    """

    month: int
    until: int
    points: int
    expected: int
    redeemed: int
    used: bool

    @property
    def counted(self) -> int:
        """How many of the points the books counted as ones that will be redeemed."""
        return self.expected if self.used else self.points

    @property
    def error(self) -> Fraction:
        """Expected less redeemed, as a part of the points."""
        return Fraction(self.expected - self.redeemed, self.points)

    @property
    def good(self) -> bool:
        """Whether it is off by two points of a per cent at most."""
        return abs(self.error) <= TOLERANCE


def estimate(cohorts: Cohorts) -> Estimate:
    """The estimate from these steps."""
    rates = _rates(cohorts)
    seen: list[int] = []
    later = Fraction(1)
    for redeemed, stays in reversed(rates):
        # Nothing there to look at: rounded up to all of it, unless a younger age says otherwise.
        later = Fraction(ceil((redeemed + stays * later) * MILLION), MILLION)
        seen.append(int(later * MILLION))
    return Estimate(tuple(reversed(seen)), max(map(_watched, cohorts.values()), default=0))


def _watched(steps: Sequence[Step]) -> int:
    """In how many months a cohort was seen: points that were brought along were there before anybody looked."""
    return next((len(steps) - age for age, step in enumerate(steps) if step != Step(0, 0, 0)), 0)


def up_to(cohorts: Cohorts, month: int) -> dict[int, Sequence[Step]]:
    """What could be known at the end of a month."""
    return {cohort: steps[: month - cohort + 1] for cohort, steps in cohorts.items() if cohort <= month}


def back_tests(cohorts: Cohorts, last: int) -> list[BackTest]:
    """What would have been estimated at each of the twelve month-ends before `last`, beside what happened since."""
    found = []
    for month in range(last - BACK_TESTS, last):
        test = _back_test(cohorts, month, last)
        if test.points:
            found.append(test)
    return found


def _back_test(cohorts: Cohorts, month: int, last: int) -> BackTest:
    """Each cohort is followed to `last`, or for as many months as an older one had shown the way by `month`."""
    known = up_to(cohorts, month)
    rates = _rates(known)
    points = redeemed = 0
    expected = Fraction(0)
    for cohort, steps in known.items():
        age = month - cohort
        ages = range(age + 1, min(len(rates), last - cohort + 1, len(cohorts[cohort])))
        if not ages or steps[age].left <= 0:
            continue
        followed = [cohorts[cohort][at] for at in ages]
        used, ended = sum(step.redeemed for step in followed), sum(step.ended for step in followed)
        there = max(0, used + ended + followed[-1].left)
        points += there
        redeemed += used
        stays = Fraction(1)
        for at in ages:
            expected += there * stays * rates[at][0]
            stays *= rates[at][1]
    return BackTest(month, last, points, round(expected), redeemed, estimate(known).used)


def _rates(cohorts: Cohorts) -> list[tuple[Fraction, Fraction]]:
    """By age, of the points that were there: the part redeemed at that age, and the part left after it."""
    found = []
    for age in range(max(map(len, cohorts.values()), default=0)):
        steps = [one[age] for one in cohorts.values() if age < len(one)]
        whole = sum(step.exposed for step in steps)
        # Points that come back to members are told beside those that are redeemed; over all that is not below zero.
        part = sum(max(0, step.redeemed) for step in steps)
        left = sum(max(0, step.left) for step in steps)
        found.append((Fraction(part, whole), Fraction(left, whole)) if whole else (Fraction(0), Fraction(1)))
    return found
