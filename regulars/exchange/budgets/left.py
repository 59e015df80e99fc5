"""Left: how many points of a budget are there still, for whoever comes next. Read without waiting for anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from regulars.engine.kernel import Kernel
from regulars.engine.periods import period_key
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
    """So many points of a budget are left in the period that runs."""

    budget: Budget
    points: int

    def sentence(self, language: str) -> str:
        """How much, for those who wonder whether to come; `language` is en, de, es or da."""
        say = Tongue(language)
        if not self.points:
            return say.words("All of it is given for now.")
        return say.words("Left of it for now: {points}.", points=self.points)


def points_left(budgets: Mapping[Key, int]) -> dict[Key, int]:
    """Points left of each budget, whose whole (`most`) is given by key; never below zero."""
    keys = list(budgets)
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [list(column) for column in zip(*keys, strict=True)])
        drawn = {Key(*key): most - left for *key, most, left in cursor.fetchall()}
    return {key: max(0, most - drawn.get(key, 0)) for key, most in budgets.items()}


def running(kernel: Kernel, at_us: int) -> list[Left]:
    """What is left of the budgets of a programme at an instant (microseconds), in the order of its file."""
    day = kernel.terms.zone.local(at_us)[0]
    keys = {one.id: Key(one.id, one.per, period_key(one.per, day)) for one in kernel.terms.programme.earn.budgets}
    found = points_left({keys[one.id]: one.most for one in kernel.terms.programme.earn.budgets})
    return [Left(one, found[keys[one.id]]) for one in kernel.terms.programme.earn.budgets]
