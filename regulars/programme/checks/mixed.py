"""Baskets of several kinds of lines: where offers for different goods come together, or keep each other out.

What a combination of offers takes off a basket is bounded by what it is offered on: the offers of some goods take no
more than these cost. Of all such bounds the tightest counts (a minimum cut). So a combination is worth the least of
several sums of what the kinds of lines cost, a set of offers the most of its combinations, and whether one set may be
worth more than another is a question of linear programming, asked for one bound of each combination after the other.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations, islice, product
from math import ceil, floor

from regulars.kit.speaking import phrase
from regulars.programme.checks.as_good import outgrown
from regulars.programme.checks.cells import TooManyCells, Undecided
from regulars.programme.checks.facts import Fact, Total, inside
from regulars.programme.checks.offering import Offering
from regulars.programme.checks.purchases import Stretch, apart, beginnings
from regulars.programme.checks.simplex import Bounds, Effort, Sum
from regulars.programme.checks.texts import round_sum
from regulars.programme.checks.worth import worth

#: Kinds of lines that are looked at in every combination, at most; combinations of offers; bounds of one of them.
MOST_KINDS, _MOST_WAYS, _MOST_CUTS = 8, 30, 300

#: What is said of all lines together, and whether it holds.
Said = tuple[tuple[Fact, bool], ...]

#: What a combination is worth at most: a weight for each kind of line, and a sum.
Cut = tuple[tuple[Fraction, ...], Fraction]


@dataclass(frozen=True, slots=True)
class Goods:
    """A kind of line: the offers that one customer and another may have on it, the least that it costs, and which of
    the facts speak of it.
    """

    theirs: frozenset[int]
    others: frozenset[int]
    least: int
    marks: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Mixture:
    """A basket with so many minor units of each kind of goods, for which one gets `more`, the other `less`."""

    amounts: tuple[int, ...]
    more: Fraction
    less: Fraction


@dataclass
class Mixing:
    """Baskets of several lines, over all questions about one programme's offers."""

    offering: Offering
    effort: Effort = field(default_factory=Effort)

    @cached_property
    def ordinary(self) -> int:
        """An ordinary purchase, in minor units."""
        return round_sum(self.offering.programme)

    def wider(self, goods: tuple[Goods, ...], total: Stretch, said: Said) -> Mixture | None:
        """A basket of at least two kinds of `goods`, of a `total` within these and of which holds what is `said`, on
        which `theirs` are worth more.

        Raises TooManyCells or Undecided where it would have to be guessed.
        """
        if self._stands_in(goods):
            return None
        if len(goods) > MOST_KINDS:
            raise TooManyCells(phrase("goods that offers tell apart in one basket"))
        for size in range(2, len(goods) + 1):
            for some in combinations(range(len(goods)), size):
                chosen = [goods[place] for place in some]
                if not all(one.theirs <= one.others for one in chosen):
                    found = self._of(chosen, total, said)
                    if found is not None:
                        amounts = dict(zip(some, found.amounts, strict=True))
                        every = tuple(amounts.get(place, 0) for place in range(len(goods)))
                        return Mixture(every, found.more, found.less)
        return None

    def _stands_in(self, goods: tuple[Goods, ...]) -> bool:
        """Whether for each offer that the other lacks somewhere another one, as good and as free, stands in."""
        theirs, others = (frozenset().union(*side) for side in _sides(goods))
        missing = sorted({id for one in goods for id in one.theirs - one.others})
        left = sorted(others - theirs)
        for id in missing:
            places = [one for one in goods if id in one.theirs]
            stand_in = next(
                (at for at in left if all(at in one.others for one in places) and self._as_good(at, id)), None
            )
            if stand_in is None or id in others:
                return False
            left.remove(stand_in)
        return True

    def _as_good(self, one: int, other: int) -> bool:
        good, wanted = (self.offering.programme.offers[at] for at in (one, other))
        free = good.stacking == wanted.stacking or good.stacking.kind == "stackable"
        alike = good.price is wanted.price is None and good.product == wanted.product
        if not (alike and free and (good.use.minimum_spend or 0) <= (wanted.use.minimum_spend or 0)):
            return False
        months = any(gift.kind == "free_months" for gift in (*good.gives, *wanted.gives))
        if good.gives == wanted.gives:
            return True
        programme, points = self.offering.programme, self.offering.points
        return not months and outgrown(wanted.gives, good.gives, programme, points=points) is None

    def _of(self, goods: list[Goods], total: Stretch, said: Said) -> Mixture | None:
        """With at least one line of each of `goods`."""
        totals = totals_of(goods, said)
        if totals is None:
            return None
        every = frozenset().union(*(one.theirs | one.others for one in goods))
        theirs, others = (frozenset().union(*side) for side in _sides(goods))
        months = self.offering.horizon(theirs, others)
        for stretch in apart(beginnings(self.offering, every), total):
            sides = [
                [self._cuts(way, side, stretch[0], months) for way in self._ways(frozenset().union(*side))]
                for side in _sides(goods)
            ]
            least = [one.least for one in goods]
            ordinary = [max(self.ordinary, one) for one in least]
            if _inside(ordinary, stretch, totals) and _best(sides[0], ordinary) > _best(sides[1], ordinary):
                return Mixture(tuple(ordinary), _best(sides[0], ordinary), _best(sides[1], ordinary))
            for way in sides[0]:
                found = _Search(self, way, sides[1], least, stretch, totals).amounts()
                if found is not None:
                    return Mixture(tuple(found), _best(sides[0], found), _best(sides[1], found))
        return None

    def _ways(self, offers: frozenset[int]) -> list[tuple[int, ...]]:
        ways = list(islice(self.offering.combined(offers), _MOST_WAYS + 1))
        if len(ways) > _MOST_WAYS:
            raise TooManyCells(phrase("stacking"))
        return ways

    def _cuts(self, way: tuple[int, ...], side: list[frozenset[int]], spent: int, months: int) -> list[Cut]:
        """All that bounds what the offers of `way` are worth, on lines of which `side` says what they are open to."""
        parts: list[tuple[frozenset[int], Fraction, Fraction | None]] = []
        later, saved = Fraction(0), dict[str | None, Fraction]()
        for id in way:
            offer = self.offering.programme.offers[id]
            places = frozenset(place for place, offers in enumerate(side) if id in offers)
            listed = self.offering.list_prices.get(offer.product)
            if spent >= (offer.use.minimum_spend or 0):
                later += worth(offer.gives, 0, listed, self.offering.points).later
                percents = (one for one in offer.gives if one.kind == "percent")
                parts += [(places, one.share, None if one.most is None else Fraction(one.most)) for one in percents]
                amounts = (one for one in offer.gives if one.kind == "amount")
                parts += [(places, Fraction(0), Fraction(one.money or 0)) for one in amounts]
            if offer.price is not None:
                saved[offer.product] = max(saved.get(offer.product, Fraction(0)), self.offering.saved(id, months))
        later += sum(saved.values())
        return _tightest(parts, len(side), later)


def _tightest(parts: list[tuple[frozenset[int], Fraction, Fraction | None]], size: int, later: Fraction) -> list[Cut]:
    found: list[Cut] = []
    for whole in (frozenset(some) for count in range(size + 1) for some in combinations(range(size), count)):
        outside = [part for part in parts if not part[0] <= whole]
        ways = product(*(_bounds_of(share, most) for _, share, most in outside))
        for number, chosen in enumerate(ways):
            if number > _MOST_CUTS:
                raise TooManyCells(phrase("stacking"))
            weights = [Fraction(place in whole) for place in range(size)]
            fixed = later
            for (places, _, _), (share, amount) in zip(outside, chosen, strict=True):
                fixed += amount
                for place in places:
                    weights[place] += share
            cut = tuple(weights), fixed
            if not any(_within(other, cut) for other in found):
                found = [other for other in found if not _within(cut, other)] + [cut]
    return found


def _bounds_of(share: Fraction, most: Fraction | None) -> Iterator[tuple[Fraction, Fraction]]:
    """A percentage of what the lines cost, or the most of it, or the amount that is taken off."""
    if share:
        yield share, Fraction(0)
    if most is not None:
        yield Fraction(0), most


class _Search:
    """For the amounts at which one combination is worth more than every one of the other customer."""

    def __init__(
        self,
        mixing: Mixing,
        way: list[Cut],
        others: list[list[Cut]],
        least: list[int],
        stretch: Stretch,
        totals: list[Total],
    ) -> None:
        self.mixing, self.way, self.others, self.least, self.stretch = mixing, way, others, least, stretch
        self.totals = totals
        self.found: tuple[Fraction, list[int]] | None = None

    def amounts(self) -> list[int] | None:
        """Whole minor units of each kind of line; None where there are none."""
        # A tenth of an ordinary purchase is enough of a gap for an example.
        bounds = Bounds([({"gap": 1}, max(self.mixing.ordinary // 10, 1)), ({"gap": 1, "theirs": -1}, 0)])
        for place, least in enumerate(self.least):
            bounds.at_least({place: 1}, least)
        for total in (Total("money", frozenset(range(len(self.least))), self.stretch), *self.totals):
            some: Sum = dict.fromkeys(total.places, 1)
            if total.span[0] is not None:
                bounds.at_least(some, total.span[0])
            if total.span[1] is not None:
                bounds.at_most(some, total.span[1])
        for weights, fixed in self.way:
            bounds.at_most({"theirs": 1, **{place: -weight for place, weight in enumerate(weights)}}, fixed)
        self._within(bounds, frozenset())
        return self.found[1] if self.found else None

    def _within(self, bounds: Bounds, bounded: frozenset[int]) -> bool:
        """Whether a gap was found that is about as wide as there is within these bounds; notes the widest so far."""
        widest = bounds.greatest("gap", self.mixing.effort)
        if widest is None or widest["gap"] <= 0:
            return False
        at = [widest.get(place, Fraction(0)) for place in range(len(self.least))]
        for whole in product(*(sorted({floor(one), ceil(one)}) for one in at)):
            gap = _least(self.way, whole) - _best(self.others, whole)
            if gap > (self.found[0] if self.found else 0) and _inside(whole, self.stretch, self.totals):
                self.found = gap, list(whole)
        if self.found is not None and 2 * self.found[0] >= widest["gap"]:
            return True
        open_ = [place for place in range(len(self.others)) if place not in bounded]
        if not open_:
            if self.found is None:
                raise Undecided(phrase("one may get less than a cent more"))
            return False
        best = max(open_, key=lambda place: _least(self.others[place], at))
        for weights, fixed in self.others[best]:
            row: dict[Hashable, Fraction | int] = {"gap": 1, "theirs": -1, **dict(enumerate(weights))}
            if self._within(Bounds([*bounds.rows, (row, -fixed)]), bounded | {best}):
                return True
        return False


def totals_of(goods: Sequence[Goods], said: Said) -> list[Total] | None:
    """What is said of the money of `goods`, with one line of each or more; None where that cannot be."""
    found = []
    for at, (fact, holds) in enumerate(said):
        total = fact.total([one.marks[at] for one in goods], holds=holds)
        if total is not None and not total.places:
            if not inside(0, total.span):
                return None
        elif total is not None and total.what == "money":
            found.append(total)
        elif total is not None and total.span[1] is not None and total.span[1] < len(total.places):
            return None
    return found


def _sides(goods: Sequence[Goods]) -> tuple[list[frozenset[int]], list[frozenset[int]]]:
    return [one.theirs for one in goods], [one.others for one in goods]


def _within(one: Cut, other: Cut) -> bool:
    """Whether `one` is nowhere more than `other`."""
    return one[1] <= other[1] and all(a <= b for a, b in zip(one[0], other[0], strict=True))


def _least(cuts: list[Cut], amounts: Sequence[int | Fraction]) -> Fraction:
    return min(sum((w * one for w, one in zip(weights, amounts, strict=True)), fixed) for weights, fixed in cuts)


def _best(ways: list[list[Cut]], amounts: Sequence[int]) -> Fraction:
    return max((_least(cuts, amounts) for cuts in ways), default=Fraction(0))


def _inside(amounts: Sequence[int], stretch: Stretch, totals: list[Total]) -> bool:
    return inside(sum(amounts), stretch) and all(
        inside(sum(amounts[place] for place in total.places), total.span) for total in totals
    )
