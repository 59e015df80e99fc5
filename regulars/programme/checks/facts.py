"""What conditions say of all lines of a purchase together, as bounds on sums over the lines that they speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.kit.conditions.tree import AnyLine, Compare, Count, EveryLine, In, Literal, Node, Op, Spend, names

#: The least and the most of something; None: without an end.
Span = tuple[int | None, int | None]
FREE: Span = (None, None)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something said of all lines together: a boolean of its own, called `name`."""

    name: str
    node: Node

    def parts(self) -> list[Node]:
        """What it says of single lines."""
        match self.node:
            case AnyLine(where) | EveryLine(where):
                return [where]
            case Compare(_, left, right):
                return [side.where for side in (left, right) if isinstance(side, Count | Spend)]
            case In(Count(where) | Spend(where, _), _, _):
                return [where]
        return []

    def mentions(self) -> set[str]:
        """The names that it looks at."""
        return {name.name for name in names(self.node)}

    def total(self, marks: Sequence[bool], *, holds: bool) -> Total | None:
        """The bound on lines of several kinds, of which `marks` say whether it speaks of them; None where there is
        none.
        """
        bound = self.bound(holds=holds)
        if bound is None:
            return None
        what, of_its, span = bound
        return Total(what, frozenset(place for place, mark in enumerate(marks) if mark is of_its), span)

    def bound(self, *, holds: bool) -> tuple[str, bool, Span] | None:
        """Which sum is bounded where it holds, or where it does not: `lines` or `money`, of the lines of its only part
        (True) or of all others (False), and how. None where no sum is.
        """
        match self.node:
            case AnyLine():
                return "lines", True, (1, None) if holds else (None, 0)
            case EveryLine():
                return "lines", False, (None, 0) if holds else (1, None)
            case Compare(op, Count(), Literal(int() as value)):
                return "lines", True, _span(op, value, holds=holds)
            case Compare(op, Spend(_, amount), Literal(int() as value)) if amount.name == "net":
                return "money", True, _span(op, value, holds=holds)
        return None


@dataclass(frozen=True, slots=True)
class Total:
    """How much there may be of something (`lines`, `money`) on the lines of these kinds together, by their places."""

    what: str
    places: frozenset[int]
    span: Span


def _span(op: Op, value: int, *, holds: bool) -> Span:
    """The values that compare so with `value`; all of them where these have a gap."""
    spans: dict[Op, tuple[Span, Span]] = {
        Op.EQ: ((value, value), FREE),
        Op.NE: (FREE, (value, value)),
        Op.GE: ((value, None), (None, value - 1)),
        Op.GT: ((value + 1, None), (None, value)),
        Op.LE: ((None, value), (value + 1, None)),
        Op.LT: ((None, value - 1), (value, None)),
    }
    return spans[op][0 if holds else 1]


def inside(value: int, span: Span) -> bool:
    """Whether `value` lies in `span`."""
    return (span[0] is None or value >= span[0]) and (span[1] is None or value <= span[1])
