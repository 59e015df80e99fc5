"""At which purchases one set of offers may be worth more than another: finitely many, so that none is missed.

Between two sizes at which an offer begins to hold or reaches its most, what each combination is worth is a straight
line, bent once where it would exceed the purchase. The difference between the best of one set and the best of
another is then greatest at an end, or where two of these lines meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise

from regulars.programme.checks.cells import TooManyCells
from regulars.programme.checks.offering import Offering
from regulars.programme.checks.texts import round_sum
from regulars.programme.checks.worth import Worth

#: Combinations of offers that are laid over each other on one stretch, at most.
_MOST_WAYS = 30
#: Purchases of interest are looked at up to ten times the largest figure of an offer, and then at one far beyond.
_FAR = 10

Line = tuple[Fraction, Fraction]


def purchases(offering: Offering, theirs: frozenset[int], others: frozenset[int]) -> list[int]:
    """The sizes at which `theirs` may exceed `others` most; an ordinary one is always among them.

    Raises TooManyCells where there are too many combinations to lay over each other.
    """
    turns = sorted({0, *_turns(offering, theirs | others)})
    months = offering.horizon(theirs, others)
    found = {1, round_sum(offering.programme)}
    for low, high in pairwise([*turns, None]):
        start = (low or 0) + 1
        lines = _lines(offering.ways(theirs, start, months)) | _lines(offering.ways(others, start, months))
        if len(lines) > 2 * _MOST_WAYS:
            raise TooManyCells("stacking")
        meets = {at for one, two in combinations(lines, 2) for at in _meeting(one, two)}
        inside = {at for at in meets if at >= start and (high is None or at <= high)}
        end = high if high is not None else _FAR * max({start, *inside, *found})
        found |= {start, end, *inside}
    return sorted(found)


def _turns(offering: Offering, offers: frozenset[int]) -> Iterator[int]:
    """The sizes behind which an offer begins to hold, or gives no more."""
    for index in offers:
        offer = offering.programme.offers[index]
        if offer.use.minimum_spend:
            yield offer.use.minimum_spend - 1
        for one in offer.gives:
            if one.kind == "percent" and one.most is not None:
                yield int(one.most / Fraction(one.share))


def _lines(ways: list[Worth]) -> set[Line]:
    """Slope and height of what each combination is worth, before and after it exceeds the purchase."""
    lines = {(Fraction(0), Fraction(0))}
    for way in ways:
        lines |= {(way.share, way.amount + way.later), (Fraction(1), way.later)}
    return lines


def _meeting(one: Line, two: Line) -> Iterator[int]:
    """The whole sizes around the point at which two lines meet."""
    if one[0] != two[0]:
        at = int((two[1] - one[1]) / Fraction(one[0] - two[0]))
        yield from (max(at, 1), max(at + 1, 1))
