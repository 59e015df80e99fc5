"""On which custom one member is given more than another: found exactly, or shown not to exist.

What the rules give is a straight line in the number, the money and the items of each kind of line. Where a group
chooses among rules, or a cap is reached, it is another straight line; so every choice of both members is laid beside
every other, and for each the greatest lead is a question of linear programming. Where its answer is no whole number of
lines, cents and items, it is asked again below and above.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from math import ceil, floor, lcm

from regulars.kit.speaking import phrase
from regulars.programme.checks.capping import Caps
from regulars.programme.checks.cells import Undecided
from regulars.programme.checks.custom import NONE, Custom, Kind, Pair, ends, near
from regulars.programme.checks.facts import Span, Total
from regulars.programme.checks.giving import Form, Held
from regulars.programme.checks.simplex import Bounds, Effort, Sum, minus, total

#: Pairs of choices (of groups and caps) that are laid beside each other, at most, and kinds of lines in a basket.
MOST_PAIRS, MOST_KINDS = 400, 20
#: Questions for whole numbers that one pair of choices may lead to.
_MOST_TRIES, _MOST_ROUNDED = 60, 16
#: A lead of so many points is enough of an example.
_ENOUGH = 10


def lead(pair: Pair, effort: Effort) -> Custom | None:
    """Custom for which the lower member is given more; None where there is none.

    Raises Undecided where it would have to be guessed, TooManyCells where it would take more than `effort`.
    """
    if len(pair.kinds) > MOST_KINDS:
        raise Undecided(phrase("too many kinds of lines may come together in a basket"))
    caps = Caps(pair.giving)
    for period in caps.periods:
        lower, higher = (list(_choices(pair, held, caps, period)) for held in pair.sides())
        if len(lower) * len(higher) > MOST_PAIRS:
            raise Undecided(phrase("groups and caps can choose in too many ways"))
        for one, other in product(lower, higher):
            found = _Search(pair, period, effort).over(one, other)
            if found is not None:
                return _plainer(pair, found)
    if caps.refuse_again and _differ(pair, caps):
        raise Undecided(phrase("a cap that refuses counts what one member gets otherwise than what another gets"))
    return None


def _plainer(pair: Pair, custom: Custom) -> Custom:
    """Without the lines that make no difference to who leads, and the others at an ordinary price where they may be."""
    for place, kind in enumerate(pair.kinds):
        for line in (NONE, (1, near(pair.giving.basket, 1, kind.money), near(1, 1, kind.items))):
            other = replace(custom, lines=(*custom.lines[:place], line, *custom.lines[place + 1 :]))
            if custom.lines[place] != NONE and any(map(any, other.lines)) and pair.leads(other):
                custom = other
    return custom


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of what counts: what it then gives, and the `rows` that say when it is made."""

    gives: Sum
    rows: tuple[tuple[Sum, Fraction | int], ...]


def _choices(pair: Pair, held: list[Held], caps: Caps, period: str) -> Iterator[Choice]:
    giving = pair.giving
    seen: set[tuple[str, ...]] = set()
    ways = list(giving.ends.values())
    if _number(ways) > MOST_PAIRS:
        raise Undecided(phrase("groups can choose in too many ways"))
    for wanted in product(*ways):
        chosen: list[str] = []
        rows: list[tuple[Sum, Fraction | int]] = []

        def choose(
            some: tuple[str, ...],
            forms: dict[str, Form],
            wanted: tuple[str, ...] = wanted,
            chosen: list[str] = chosen,
            rows: list[tuple[Sum, Fraction | int]] = rows,
        ) -> str:
            best = next((id for id in some if id in wanted), some[0])
            chosen.append(best)
            rows += _chosen(best, some, forms)
            return best

        forms = giving.forms(held, pair.event, choose)
        if tuple(chosen) not in seen:
            seen.add(tuple(chosen))
            for gives, more in caps.pieces({id: _sum(form) for id, form in forms.items()}, period):
                yield Choice(gives, (*rows, *more))


def _chosen(best: str, some: tuple[str, ...], forms: dict[str, Form]) -> Iterator[tuple[Sum, Fraction | int]]:
    """That `best` gives no less than the others of its group, and more than those that stand before it."""
    for id in some:
        if id != best:
            less = [one - other for one, other in zip(forms[id], forms[best], strict=True)]
            yield _sum(less), -1 if some.index(id) < some.index(best) else 0


class _Search:
    """For whole numbers of lines, minor units and items, under the choices of two members."""

    def __init__(self, pair: Pair, period: str, effort: Effort) -> None:
        self.pair, self.period, self.effort = pair, period, effort
        self.tries = 0

    def over(self, lower: Choice, higher: Choice) -> Custom | None:
        """Custom for which the lower leads; None where there is none."""
        bounds = _possible_baskets(self.pair, self.period)
        bounds.rows += [*lower.rows, *higher.rows]
        bounds.at_most(total({"lead": 1}, higher.gives, minus(lower.gives)), 0)
        return self._whole(bounds)

    def _whole(self, bounds: Bounds) -> Custom | None:
        self.tries += 1
        if self.tries > _MOST_TRIES:
            raise Undecided(phrase("no whole basket was found, nor that there is none"))
        found = bounds.greatest("lead", self.effort)
        if found is None or found["lead"] <= 0:
            return None
        custom = next((one for one in self._rounded(found) if self.pair.leads(one)), None)
        if custom is not None:
            return custom
        for rows in self._apart(found):
            whole = self._whole(Bounds([*bounds.rows, *rows]))
            if whole is not None:
                return whole
        return None

    def _rounded(self, found: dict[Hashable, Fraction]) -> Iterator[Custom]:
        """What was found with its amounts rounded up and down in every way, and what comes to whole amounts of it."""
        times = ceil(found["times"])
        period = self.period if times > 1 else ""
        every = [
            [Fraction(found.get((place, what), 0), found["times"]) for what in _WHAT]
            for place in range(len(self.pair.kinds))
        ]
        ways = [
            sorted({_whole_line(amounts, kind, money) for money in (floor(amounts[1]), ceil(amounts[1]))})
            for amounts, kind in zip(every, self.pair.kinds, strict=True)
        ]
        for lines in islice(product(*ways), _MOST_ROUNDED):
            yield Custom(lines, times, period)
        scale = lcm(*(one.denominator for amounts in every for one in amounts))
        multiple = ([one * scale for one in amounts] for amounts in every)
        whole = (_whole_line(one, kind, int(one[1])) for one, kind in zip(multiple, self.pair.kinds, strict=True))
        yield Custom(tuple(whole), times, period)

    def _apart(self, found: dict[Hashable, Fraction]) -> Iterator[list[tuple[Sum, Fraction | int]]]:
        """Two sets of bounds that leave every whole basket, and not what was found."""
        if self.period:
            raise Undecided(phrase("no whole basket was found, nor that there is none"))
        for place in range(len(self.pair.kinds)):
            names = [(place, what) for what in _WHAT]
            if 0 < found.get(names[0], 0) < 1 or (not found.get(names[0]) and any(found.get(name) for name in names)):
                yield [({name: 1}, 0) for name in names]
                yield [({names[0]: -1}, -1)]
                return
            for name in names:
                value = found.get(name, Fraction(0))
                if value.denominator != 1:
                    yield [({name: 1}, floor(value))]
                    yield [({name: -1}, -ceil(value))]
                    return
        raise Undecided(phrase("two rules of a group give the same"))


_WHAT = ("lines", "money", "items")


def _whole_line(amounts: Sequence[Fraction], kind: Kind, money: int) -> tuple[int, int, int]:
    if not any(amounts):
        return NONE
    count = max(ceil(amounts[0]), 1)
    return count, near(money, count, kind.money), near(ceil(amounts[2]), count, kind.items)


def _possible_baskets(pair: Pair, period: str) -> Bounds:
    """What every basket is, `times` over."""
    bounds = Bounds(
        [({"lead": 1}, _ENOUGH * pair.giving.parts), ({"one": 1}, 1), ({"one": -1}, -1), ({"times": -1}, -1)]
    )
    if not period:
        bounds.at_most({"times": 1}, 1)
    if pair.event != "purchase":
        return bounds
    for place, kind in enumerate(pair.kinds):
        for what, span in (("money", kind.money), ("items", kind.items)):
            least, most = ends(span)
            bounds.at_least({(place, what): 1, (place, "lines"): -least}, 0)
            if most is not None:
                bounds.at_most({(place, what): 1, (place, "lines"): -most}, 0)
    every = frozenset(range(len(pair.kinds)))
    number: Span = (max(pair.number[0] or 1, 1), pair.number[1])
    whole = (Total("lines", every, number), Total("money", every, pair.money), Total("items", every, (1, None)))
    for one in (*whole, *pair.totals):
        some: dict[Hashable, int] = {(place, one.what): 1 for place in one.places}
        low, high = one.span
        if low is not None:
            bounds.at_least({**some, "times": -low}, 0)
        if high is not None:
            bounds.at_most({**some, "times": -high}, 0)
    return bounds


def _sum(form: Sequence[int]) -> Sum:
    names = ["times", *((place, what) for place in range(len(form) // 2) for what in _WHAT[1:])]
    return {name: weight for name, weight in zip(names, form, strict=True) if weight}


def _number(ways: Sequence[Sequence[str]]) -> int:
    found = 1
    for some in ways:
        found *= len(some)
    return found


def _differ(pair: Pair, caps: Caps) -> bool:
    """Whether rules under a cap that refuses can give the two different things."""
    lower, higher = (pair.giving.forms(held, pair.event, lambda some, forms: some[0]) for held in pair.sides())
    return any(lower.get(id) != higher.get(id) for id in caps.refusing)
