"""Left: how many points of a budget are there still, for whoever comes next. Read without waiting for anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from regulars.engine.kernel import Kernel
from regulars.engine.periods import next_period, period_key, period_start
from regulars.exchange.budgets.leasing import Key
from regulars.kit.speaking import Tongue
from regulars.programme.earn import Budget

_LEFT = (
    "SELECT p.budget, p.per, p.period, p.most, p.left_over + coalesce((SELECT sum(l.left_over) FROM budget_lease l"
    " WHERE l.budget = p.budget AND l.per = p.per AND l.period = p.period), 0)::bigint FROM budget_pool p"
    " JOIN unnest(%s::text[], %s::text[], %s::int[]) AS asked (budget, per, period)"
    " ON p.budget = asked.budget AND p.per = asked.per AND p.period = asked.period"
)


@dataclass(frozen=True, slots=True)
class Left:
    """So many points of a budget are left in the period that runs, and so many `given`, less what came back; more than
    there are, where a later version allows less than had been given.

    `first` and `last` are the days of the period (None: it begins and ends with the budget).
    """

    budget: Budget
    points: int
    given: int
    first: date | None
    last: date | None

    def sentence(self, language: str) -> str:
        """How much, for those who wonder whether to come; `language` is en, de, es or da."""
        say = Tongue(language)
        if not self.points:
            return say.words("All of it is given for now.")
        return say.words("Left of it for now: {points}.", points=self.points)

    def figures(self, language: str) -> str:
        """The same for those who keep it: what was given as well, and until when that counts."""
        say = Tongue(language)
        if self.last is None:
            return say.words("Given: {given}. Left: {points}.", given=self.given, points=self.points)
        return say.words(
            "Given: {given}. Left until {last}: {points}.", given=self.given, points=self.points, last=self.last
        )


def points_left(budgets: Mapping[Key, int]) -> dict[Key, int]:
    """Points left of each budget, whose whole (`most`) is given by key; never below zero."""
    given = _given(budgets)
    return {key: max(0, most - given.get(key, 0)) for key, most in budgets.items()}


def running(kernel: Kernel, at_us: int) -> list[Left]:
    """What is left of the budgets of a programme at an instant (microseconds), in the order of its file."""
    day, budgets = kernel.terms.zone.local(at_us)[0], kernel.terms.programme.earn.budgets
    keys = {one.id: Key(one.id, one.per, period_key(one.per, day)) for one in budgets}
    given = _given(keys.values())
    return [_left(one, given.get(keys[one.id], 0), day) for one in budgets]


def _left(budget: Budget, given: int, day: int) -> Left:
    first, after = period_start(budget.per, day), next_period(budget.per, day)
    return Left(
        budget,
        max(0, budget.most - given),
        given,
        date.fromordinal(first) if first else None,
        date.fromordinal(after - 1) if after else None,
    )


def _given(budgets: Iterable[Key]) -> dict[Key, int]:
    """Points that were drawn of budgets, less what was given back; those of which none ever was are left out."""
    keys = list(budgets)
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [list(column) for column in zip(*keys, strict=True)])
        return {Key(*key): most - left for *key, most, left in cursor.fetchall()}
