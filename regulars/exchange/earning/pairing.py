"""Pairing: members under two programmes, each beside themselves. Pure.

Both sides are replays of the same histories. What is counted is what a member was given by each rule, less what
returns took back of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from regulars.engine.kernel import Kernel
from regulars.engine.standing import Standing
from regulars.exchange.earning.replaying import Counts, Life
from regulars.exchange.earning.tallying import net_by_rule
from regulars.programme.promise import Programme


@dataclass(frozen=True, slots=True)
class Member:
    """A member under the old programme and under the new one.

    `given` holds (old, new) points by currency and rule, `held_back` the same by cap. `tiers` are ids, empty without
    tiers; `missing` is the progress that is missing under the new programme to the tier of the old one (0: none).
    `holds` are the points under the old programme on the last day, by currency, pending among them.
    """

    name: str
    spend: int
    given: dict[tuple[str, str], tuple[int, int]]
    held_back: dict[str, tuple[int, int]]
    tiers: tuple[str, str]
    missing: int
    holds: dict[str, int]

    def points(self, currency: str) -> tuple[int, int]:
        """All of a currency under the old programme and the new one."""
        mine = [both for (of, _), both in self.given.items() if of == currency]
        return sum(old for old, _ in mine), sum(new for _, new in mine)

    def bitten(self, cap: str) -> bool:
        """Whether a cap held back more or less under the new programme."""
        old, new = self.held_back.get(cap, (0, 0))
        return old != new


@dataclass(frozen=True, slots=True)
class Pairs:
    """Some members under both programmes, and the sums of their histories under each."""

    members: list[Member]
    counts: tuple[Counts, Counts]


class Side(NamedTuple):
    """Members under one programme: where each stands, the sums, and how points moved (`Table.movements`)."""

    kernel: Kernel
    lives: dict[str, Life]
    counts: Counts
    movements: pl.DataFrame


def pair(old: Side, new: Side) -> Pairs:
    """The same members under both programmes."""
    given: dict[str, dict[tuple[str, str], list[int]]] = {name: {} for name in old.lives}
    for place, side in enumerate((old, new)):
        for name, currency, rule, points in net_by_rule(side.movements).iter_rows():
            given[name].setdefault((currency, rule), [0, 0])[place] = points
    members = [_member(name, old, new, given[name]) for name in old.lives]
    return Pairs(members, (old.counts, new.counts))


def _member(name: str, old: Side, new: Side, given: dict[tuple[str, str], list[int]]) -> Member:
    before, after = old.lives[name], new.lives[name]
    programmes = old.kernel.terms.programme, new.kernel.terms.programme
    tiers = _tier(programmes[0], before.standing), _tier(programmes[1], after.standing)
    return Member(
        name,
        before.spend,
        {key: (given[key][0], given[key][1]) for key in sorted(given)},
        {
            cap: (before.held_back.get(cap, 0), after.held_back.get(cap, 0))
            for cap in sorted(before.held_back.keys() | after.held_back.keys())
        },
        tiers,
        _missing(tiers[0], programmes[1], after.standing),
        {currency: purse.available + purse.pending for currency, purse in sorted(before.standing.purses.items())},
    )


def _tier(programme: Programme, standing: Standing) -> str:
    return programme.tiers.levels[standing.tier].id if programme.tiers else ""


def _missing(tier: str, new: Programme, standing: Standing) -> int:
    """What is missing to reach `tier` under the new programme; 0 for who has it, or where it is no more."""
    levels = new.tiers.levels if new.tiers else ()
    for place, level in enumerate(levels):
        if level.id == tier and place > standing.tier:
            return max(0, level.at - standing.total)
    return 0
