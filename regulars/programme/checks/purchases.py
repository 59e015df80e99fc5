"""At which purchases one set of offers may be worth more than another: finitely many, so that none is missed.

Between two sizes at which an offer begins to hold or reaches its most, what each combination is worth is a straight
line, bent once where it would exceed the purchase. The difference between the best of one set and the best of
another is then greatest at an end, or where two of these lines meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import combinations, pairwise

from regulars.kit.speaking import phrase
from regulars.programme.benefits import Benefit
from regulars.programme.checks.cells import TooManyCells
from regulars.programme.checks.offering import Offering
from regulars.programme.checks.texts import round_sum
from regulars.programme.checks.worth import Worth

#: Combinations of offers that are laid over each other on one stretch, at most.
_MOST_WAYS = 30
#: Purchases of interest are looked at up to ten times the largest figure of an offer, and then at one far beyond.
_FAR = 10

Line = tuple[Fraction, Fraction]
#: From one size to another, both included; None: without an end.
Stretch = tuple[int, int | None]


def purchases(offering: Offering, theirs: frozenset[int], others: frozenset[int], total: Stretch) -> list[int]:
    """The sizes within `total` at which `theirs` may exceed `others` most; an ordinary one is always among them, as far
    as it may be.

    Raises TooManyCells where there are too many combinations to lay over each other.
    """
    months = offering.horizon(theirs, others)

    def ways(start: int) -> list[Worth]:
        return offering.ways(theirs, start, months) + offering.ways(others, start, months)

    offers = theirs | others
    most = (turn for index in offers for turn in percent_turns(offering.programme.offers[index].gives))
    between = apart([*beginnings(offering, offers), *most], total)
    return sizes(between, ways, round_sum(offering.programme))


def beginnings(offering: Offering, offers: frozenset[int]) -> Iterator[int]:
    """The sizes behind which one of `offers` begins to hold."""
    for index in offers:
        least = offering.programme.offers[index].use.minimum_spend
        if least:
            yield least - 1


def sizes(between: Iterable[Stretch], ways: Callable[[int], list[Worth]], ordinary: int) -> list[int]:
    """The sizes at which one of the `ways` at the beginning of a stretch may overtake another, and an ordinary one.

    Raises TooManyCells where there are too many of them.
    """
    found: set[int] = set()
    for start, high in between:
        lines = _lines(ways(start))
        if len(lines) > 2 * _MOST_WAYS:
            raise TooManyCells(phrase("stacking"))
        meets = {at for one, two in combinations(lines, 2) for at in _meeting(one, two)}
        inside = {at for at in meets if at >= start and (high is None or at <= high)}
        end = high if high is not None else _FAR * max({start, ordinary, *inside, *found})
        found |= {start, end, *inside, *({ordinary} if start <= ordinary <= end else ())}
    return sorted(found)


def percent_turns(benefits: Iterable[Benefit]) -> Iterator[int]:
    """The sizes behind which a percentage reaches the most that it gives."""
    for one in benefits:
        if one.kind == "percent" and one.most is not None:
            yield int(one.most / Fraction(one.share))


def apart(turns: Iterable[int], total: Stretch) -> Iterator[Stretch]:
    """`total`, cut behind each of `turns`."""
    low, high = total
    if high is not None and high < low:
        return
    inside = sorted({low - 1, *(turn for turn in turns if turn >= low and (high is None or turn < high))})
    for before, end in pairwise([*inside, high]):
        yield (before or 0) + 1, end


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
