"""Breakage: how many of the points that members hold will be redeemed, from what became of those of earlier months.

Points are followed by the month they were given in (a cohort), month by month (its age). At each age, over all
cohorts that have been seen at it: of the points that were there, which part was redeemed, and which part ended? Chained
from the oldest age down that says what becomes of points of any age (a chain ladder). Whatever is still there after
the oldest age that was seen counts as redeemed: no breakage without evidence. Evidence are months that gave enough
points (`_that_count`): one old purchase says nothing of a shop. Pure, and exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

#: So many months must have been seen before breakage is assumed at all (check ACC-5).
LEAST_MONTHS = 24
#: A month is evidence if it gave at least one of so many parts of what an average one of the latest 24 gave.
ENOUGH = 4
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


_NOTHING = Step(0, 0, 0)
#: What an age says of which nothing is known, or at which nothing moved: nothing is redeemed then, and all is left.
_AS_BEFORE = Fraction(0), Fraction(1)

#: By cohort (a month as a number) its steps, the month it was given in first.
Cohorts = Mapping[int, Sequence[Step]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """By age, in millionths, how many of the points there at the beginning of that age will be redeemed (`seen`).

    `months` is how many months were seen: that many that gave enough points, and one of them for as long. `used` is
    whether that is enough to assume breakage by it.
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
    seen: list[int] = []
    later = MILLION
    for redeemed, stays in reversed(_rates(cohorts)):
        # Nothing there to look at: rounded up to all of it, unless a younger age says otherwise.
        if (redeemed, stays) != _AS_BEFORE:
            later = ceil(redeemed * MILLION + stays * later)
        seen.append(later)
    return Estimate(tuple(reversed(seen)), _months(cohorts))


def _months(cohorts: Cohorts) -> int:
    """How many months were seen. A month that was brought along was there before anybody looked."""
    found = _that_count(cohorts)
    return min(len(found), max((len(cohorts[cohort]) - since for cohort, since in found.items()), default=0))


def _that_count(cohorts: Cohorts) -> dict[int, int]:
    """The cohorts that are evidence, each with the age from which it was seen: those that had, when they were first
    seen, at least a quarter of the points of an average one, of the latest 24 that had any. Lest a single old event,
    or a few small ones, stand for months of a shop."""
    since = {
        cohort: next((age for age, step in enumerate(steps) if step != _NOTHING), 0)
        for cohort, steps in cohorts.items()
    }
    points = {cohort: steps[since[cohort]].exposed for cohort, steps in sorted(cohorts.items()) if steps}
    latest = [one for one in points.values() if one][-LEAST_MONTHS:]
    return {
        cohort: since[cohort] for cohort, one in points.items() if one and ENOUGH * one * len(latest) >= sum(latest)
    }


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
    """By age, of the points that were there: the part redeemed at that age, and the part left after it. Ages at which
    no cohort that counts was seen say nothing."""
    count = _that_count(cohorts)
    seen = {age for cohort, since in count.items() for age in range(since, len(cohorts[cohort]))}
    found = []
    for age in range(max(seen, default=-1) + 1):
        steps = [one[age] for one in cohorts.values() if age < len(one)] if age in seen else []
        if not any(step.redeemed or step.ended for step in steps):
            found.append(_AS_BEFORE)
            continue
        whole = sum(step.exposed for step in steps)
        # Points that come back to members are told beside those that are redeemed; over all that is not below zero.
        part = sum(max(0, step.redeemed) for step in steps)
        left = sum(max(0, step.left) for step in steps)
        found.append((Fraction(part, whole), Fraction(left, whole)) if left < whole else _AS_BEFORE)
    return found
