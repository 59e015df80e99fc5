"""The greatest value of a sum under bounds that are sums as well, exactly: linear programming in whole numbers.

The criss-cross method of Terlaky (1985) needs no starting point and cannot run in circles; Edmonds' integer pivoting
keeps one denominator for the whole table, so that every figure in it is a whole number.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from regulars.kit.speaking import phrase
from regulars.programme.checks.cells import TooManyCells

#: Figures of tables that are worked out for one check of a file, at most: some seconds.
MOST_FIGURES = 20_000_000

Sum = Mapping[Hashable, Fraction | int]


@dataclass
class Effort:
    """How many figures may still be worked out."""

    left: int = MOST_FIGURES

    def spend(self, figures: int) -> None:
        """Take as much; raises TooManyCells where there is no more."""
        self.left -= figures
        if self.left < 0:
            raise TooManyCells(phrase("baskets of several lines"))


@dataclass
class Bounds:
    """Bounds on sums of unknowns, none of which is below 0. An unknown is whatever a sum names."""

    rows: list[tuple[Sum, Fraction | int]] = field(default_factory=list)

    def at_most(self, some: Sum, bound: Fraction | int) -> None:
        """`some`, each unknown times its weight, comes to no more than `bound`."""
        self.rows.append((some, bound))

    def at_least(self, some: Sum, bound: Fraction | int) -> None:
        """`some` comes to no less than `bound`."""
        self.rows.append((minus(some), -bound))

    def greatest(self, aim: Hashable, effort: Effort) -> dict[Hashable, Fraction] | None:
        """The unknowns where `aim`, which a bound of its own must end, is greatest; None where nothing is allowed.

        Raises TooManyCells where that takes more than what is left of the `effort`.
        """
        names = list(dict.fromkeys([aim, *(name for some, _ in self.rows for name in some)]))
        at = {name: place for place, name in enumerate(names)}
        rows = []
        for some, bound in self.rows:
            row: list[Fraction | int] = [0] * (len(names) + 1)
            for name, weight in some.items():
                row[at[name]] = weight
            row[-1] = bound
            scale = lcm(*(Fraction(one).denominator for one in row))
            rows.append([int(one * scale) for one in row])
        table = _Table([*rows, [-1] + [0] * len(names)], effort)
        return {name: table.value(place) for name, place in at.items()} if table.solve() else None


class _Table:
    """Rows of whole numbers over `scale`, a column for each unknown that is 0, the last one for the bounds.

    Each row but the last says what its own unknown comes to: the bound, less the others times their weights. What a
    bound leaves over is an unknown as well. The last row is the aim.
    """

    def __init__(self, rows: list[list[int]], effort: Effort) -> None:
        self.rows, self.effort = rows, effort
        self.scale = 1
        self.columns = list(range(len(rows[0]) - 1))
        self.own = [len(self.columns) + place for place in range(len(rows) - 1)]

    def value(self, name: int) -> Fraction:
        """What an unknown comes to at this corner."""
        return Fraction(self.rows[self.own.index(name)][-1], self.scale) if name in self.own else Fraction(0)

    def solve(self) -> bool:
        """Whether the bounds leave anything; if so, the table stands where the aim is greatest."""
        while True:
            self.effort.spend(len(self.rows) * len(self.columns))
            low = min((name for name, row in zip(self.own, self.rows, strict=False) if row[-1] < 0), default=None)
            rising = (name for name, weight in zip(self.columns, self.rows[-1], strict=False) if weight < 0)
            better = min(rising, default=None)
            if low is None and better is None:
                return True
            if better is None or (low is not None and low < better):
                at = self.own.index(low or 0)
                others = (name for name, weight in zip(self.columns, self.rows[at], strict=False) if weight < 0)
                name = min(others, default=None)
                if name is None:
                    return False
                self._exchange(at, self.columns.index(name))
            else:
                column = self.columns.index(better)
                own = min(
                    (name for name, row in zip(self.own, self.rows, strict=False) if row[column] > 0), default=None
                )
                if own is None:
                    return False  # it would rise for ever, and its bound forbids that: nothing is allowed
                self._exchange(self.own.index(own), column)

    def _exchange(self, at: int, column: int) -> None:
        """The unknown of a row and that of a column change places."""
        pivot, scale = self.rows[at], self.scale
        size = pivot[column]
        sign = 1 if size > 0 else -1
        for place, row in enumerate(self.rows):
            if place != at:
                times = row[column]
                new = [sign * ((one * size - times * by) // scale) for one, by in zip(row, pivot, strict=True)]
                new[column] = -sign * times
                self.rows[place] = new
        self.rows[at] = [sign * one for one in pivot]
        self.rows[at][column] = sign * scale
        self.scale = sign * size
        self.own[at], self.columns[column] = self.columns[column], self.own[at]


def total(*sums: Sum) -> Sum:
    """Several sums as one."""
    found: dict[Hashable, Fraction | int] = {}
    for some in sums:
        for name, weight in some.items():
            found[name] = found.get(name, 0) + weight
    return found


def minus(some: Sum) -> Sum:
    """The sum with every weight turned round."""
    return {name: -weight for name, weight in some.items()}
