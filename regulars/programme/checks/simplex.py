"""The greatest value of a sum under bounds that are sums as well, exactly: linear programming in whole numbers.

The criss-cross method of Terlaky (1985) needs no starting point and cannot run in circles; Edmonds' integer pivoting
keeps one denominator for the whole table, so that every figure in it is a whole number.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from regulars.programme.checks.cells import TooManyCells

#: Steps from corner to corner, at most; the questions asked here need some dozens.
_MOST_STEPS = 2_000

Sum = Mapping[Hashable, Fraction | int]


@dataclass
class Bounds:
    """Bounds on sums of unknowns, none of which is below 0. An unknown is whatever a sum names."""

    rows: list[tuple[Sum, Fraction | int]] = field(default_factory=list)

    def at_most(self, some: Sum, bound: Fraction | int) -> None:
        """`some`, each unknown times its weight, comes to no more than `bound`."""
        self.rows.append((some, bound))

    def at_least(self, some: Sum, bound: Fraction | int) -> None:
        """`some` comes to no less than `bound`."""
        self.rows.append(({name: -weight for name, weight in some.items()}, -bound))

    def greatest(self, aim: Hashable) -> dict[Hashable, Fraction] | None:
        """The unknowns where `aim`, which a bound of its own must end, is greatest; None where nothing is allowed.

        Raises TooManyCells after too many steps.
        """
        names = list(dict.fromkeys([aim, *(name for some, _ in self.rows for name in some)]))
        at = {name: place for place, name in enumerate(names)}
        table = []
        for place, (some, bound) in enumerate(self.rows):
            row: list[Fraction | int] = [0] * (len(names) + len(self.rows) + 1)
            for name, weight in some.items():
                row[at[name]] = weight
            row[len(names) + place] = 1
            row[-1] = bound
            table.append(_whole(row, len(names) + place))
        found = _Table([*table, [-1] + [0] * (len(names) + len(self.rows))], len(names))
        if not found.solve():
            return None
        return {name: found.value(place) for name, place in at.items()}


def _whole(row: list[Fraction | int], slack: int) -> list[int]:
    """The row in whole numbers; its slack is scaled with it, and so has weight 1 again."""
    scale = lcm(*(Fraction(one).denominator for one in row))
    whole = [int(one * scale) for one in row]
    whole[slack] = 1
    return whole


class _Table:
    """Rows of whole numbers over `self.scale`; the last one is the aim, the last column the bounds."""

    def __init__(self, rows: list[list[int]], names: int) -> None:
        self.rows = rows
        self.scale = 1
        self.basis = [names + place for place in range(len(rows) - 1)]

    def value(self, name: int) -> Fraction:
        """What an unknown comes to at this corner."""
        return Fraction(self.rows[self.basis.index(name)][-1], self.scale) if name in self.basis else Fraction(0)

    def solve(self) -> bool:
        """Whether the bounds leave anything; if so, the table stands where the aim is greatest."""
        for _ in range(_MOST_STEPS):
            low = min((name for row, name in zip(self.rows, self.basis, strict=False) if row[-1] < 0), default=None)
            aim = self.rows[-1]
            better = next((name for name, weight in enumerate(aim[:-1]) if weight < 0), None)
            if low is None and better is None:
                return True
            if better is None or (low is not None and low < better):
                assert low is not None
                at = self.basis.index(low)
                name = next((name for name, weight in enumerate(self.rows[at][:-1]) if weight < 0), None)
                if name is None:
                    return False
                self._exchange(at, name)
            else:
                rising = [(name, at) for at, name in enumerate(self.basis) if self.rows[at][better] > 0]
                if not rising:
                    return False  # it would rise for ever, and its bound forbids that: nothing is allowed
                self._exchange(min(rising)[1], better)
        raise TooManyCells("baskets of several lines")

    def _exchange(self, at: int, name: int) -> None:
        """The unknown `name` takes the place of the one that row `at` gives."""
        pivot = self.rows[at]
        if pivot[name] < 0:
            pivot = self.rows[at] = [-one for one in pivot]
        size, scale = pivot[name], self.scale
        for place, row in enumerate(self.rows):
            if place != at:
                times = row[name]
                self.rows[place] = [(one * size - times * by) // scale for one, by in zip(row, pivot, strict=True)]
        self.scale, self.basis[at] = size, name
