"""Comparing what two customers get who differ only in their past: every pair that can differ is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from regulars.kit.conditions import Condition, Scope
from regulars.kit.speaking import phrase
from regulars.programme.checks import as_good
from regulars.programme.checks.cells import Cell, TooManyCells, Undecided
from regulars.programme.checks.mixed import Goods, Mixing, Said, totals_of
from regulars.programme.checks.offering import AWAY, LEAVING, NEW, PAST, TENURE, Offering
from regulars.programme.checks.purchases import Stretch, purchases
from regulars.programme.checks.texts import round_sum

#: Customers times offers that are looked at; beyond, nothing is guessed.
MOST_LOOKED_AT = 500_000
#: Who bought first fewer days ago than this is as good as new.
FRESH_DAYS = 365
#: Purchases at which two sets of offers are compared, at most, over all pairs of sets.
_MOST_PURCHASES = 20_000


@dataclass(frozen=True, slots=True)
class Gap:
    """On a purchase of `basket` one gets `more`, the other `less`, in minor units, by the offer of that position."""

    offer: int
    basket: int
    more: Fraction
    less: Fraction

    @property
    def width(self) -> Fraction:
        """By how much, in minor units."""
        return self.more - self.less


@dataclass(frozen=True, slots=True)
class Worse:
    """One customer fares better than another, by a `gap` in what offers are worth to them; both by their cells.

    `lines` says how many minor units of which lines the purchase holds, where it holds several kinds.
    """

    gap: Gap
    favoured: Cell
    other: Cell
    lines: tuple[tuple[Cell, int], ...] = ()

    @property
    def width(self) -> Fraction:
        """By how much, in minor units."""
        return self.gap.width


def than_new(offering: Offering) -> list[Worse]:
    """Those who stayed and fare worse than a new customer: any tenure, tier and date of joining, all else equal.

    The new customer is in the lowest tier, or no member yet; the others are active and have not asked to leave. Whoever
    has been a customer for less than a year is compared as a new one with those who have been longer.
    """
    new = _newcomer(offering)
    newcomers = [new] if _stranger(new) == new else [new, _stranger(new)]
    pasts = [*newcomers, *_pasts(offering)]
    others = range(len(newcomers), len(pasts))
    pairs = [(one, other) for one in range(len(newcomers)) for other in others]
    for one in others:
        if _fresh(offering, pasts[one], new):
            pairs += [(one, other) for other in others if pasts[other][TENURE.name] > pasts[one][TENURE.name]]
    return _worst(offering, pasts, pairs)


def _newcomer(offering: Offering) -> dict[str, Any]:
    new: dict[str, Any] = {NEW.name: True, LEAVING.name: False, TENURE.name: None, AWAY.name: 0}
    for word, value in (("tier", offering.values("tier")[:1]), ("member_since", offering.values("member_since")[-1:])):
        new[word] = value[0] if value else None
    return new


def _fresh(offering: Offering, past: Cell, new: Cell) -> bool:
    """Whether somebody bought first less than a year ago, and is otherwise like the new customer."""
    tenure = past[TENURE.name]
    least = 0 if tenure is None else offering.cells.span(TENURE.name, tenure)[0] or 0
    alike = all(past[word] == new[word] for word in ("tier", "member_since"))
    return tenure is not None and least < FRESH_DAYS and alike


def than_leaving(offering: Offering) -> list[Worse]:
    """Those who say nothing and fare worse than those of the same past who ask to leave."""
    if LEAVING.name not in offering.cells.values:
        return []
    pasts = list(_pasts(offering))
    leaving = [{**past, LEAVING.name: True} for past in pasts]
    return _worst(offering, [*leaving, *pasts], [(index, index + len(pasts)) for index in range(len(pasts))])


def than_absent(offering: Offering) -> list[Worse]:
    """Those who keep coming and fare worse than those of the same past who stayed away for a while.

    What is given to whoever stayed, and not to new customers, is counted for those who keep coming alone: it is their
    thanks, and is to be worth as much as what others are won back with.
    """
    pasts = list(_pasts(offering))
    pairs: list[tuple[int, int]] = []
    absent: list[dict[str, Any]] = []
    for (at, past), away in product(enumerate(pasts), offering.values(AWAY.name)):
        longest = None if past[TENURE.name] is None else offering.cells.span(TENURE.name, past[TENURE.name])[1]
        if away and (longest is None or longest >= away):
            pairs.append((len(pasts) + len(absent), at))
            absent.append({**past, AWAY.name: away})
    return _worst(offering, [*pasts, *absent, _newcomer(offering)], pairs, newcomer=len(pasts) + len(absent))


def than_shorter(offering: Offering) -> list[Worse]:
    """Those who stayed longer, or rose higher, and fare worse than those one step before them, or than no members."""
    pasts = list(_pasts(offering))
    at = {tuple(past.values()): index for index, past in enumerate(pasts)}
    pairs = []
    for word, steps in (
        (TENURE.name, offering.values(TENURE.name)),
        ("tier", offering.values("tier")),
        ("member_since", offering.values("member_since")[::-1]),
    ):
        above = dict(pairwise(steps))
        for index, past in enumerate(pasts):
            if past[word] in above:
                pairs.append((index, at[tuple({**past, word: above[past[word]]}.values())]))
    strangers = [(_stranger(past), index) for index, past in enumerate(pasts) if past != _stranger(past)]
    pairs += [(len(pasts) + place, index) for place, (_, index) in enumerate(strangers)]
    return _worst(offering, pasts + [stranger for stranger, _ in strangers], pairs)


def _stranger(past: dict[str, Any]) -> dict[str, Any]:
    """One of the same past who is no member."""
    return {**past, "tier": None, "member_since": None}


def _pasts(offering: Offering) -> Iterator[dict[str, Any]]:
    """Every past of an active customer that an offer can tell apart."""
    tenures = offering.values(TENURE.name) or [None]
    tiers = offering.values("tier") or [None]
    joined = offering.values("member_since") or [None]
    for tenure, tier, since in product(tenures, tiers, joined):
        yield {
            NEW.name: False, LEAVING.name: False, AWAY.name: 0,
            TENURE.name: tenure, "tier": tier, "member_since": since,
        }  # fmt: skip


def _worst(
    offering: Offering, pasts: list[dict[str, Any]], pairs: list[tuple[int, int]], newcomer: int | None = None
) -> list[Worse]:
    """For each offer that makes the second of a pair worse off, the pair that it costs most, in the file's order.

    `pairs` are positions in `pasts`. Of what the second gets and the one at `newcomer` does not, the first gets none.
    """
    if not pairs:
        return []
    looked_at = offering.cells.number(but=PAST) * len(pasts) * len(offering.when)
    if looked_at > MOST_LOOKED_AT:
        raise TooManyCells(phrase("offers"))
    found: dict[int, Worse] = {}
    gaps = _Gaps(offering)
    of_lines = [name for name, one in offering.cells.names.items() if one.scope is Scope.LINE]
    lines = list(offering.cells.each(but=[name for name in offering.cells.values if name not in of_lines]))
    facts = [fact for fact in offering.cells.facts if fact.bound(holds=True)]
    if any(not fact.mentions().isdisjoint(PAST) for fact in offering.cells.facts):
        raise Undecided(phrase("what is said of all lines together looks at the customer's past line by line"))
    parts_of = [Condition(fact.parts()[0]).function() for fact in facts]
    for shared in offering.cells.each(but=(*PAST, *of_lines)):
        open_to = [[offering.open_to({**shared, **past, **line}) for line in lines] for past in pasts]
        marks = [tuple(part({**shared, **line}) for part in parts_of) for line in lines]
        total, said = gaps.total(shared), tuple((fact, shared[fact.name]) for fact in facts)
        real = [offering.cells.can_be({**shared, **past}) for past in pasts]
        for one, two in pairs:
            if not (real[one] and real[two]):
                continue
            goods: dict[Goods, Cell] = {}
            third = two if newcomer is None else newcomer
            for line, theirs, others, all_, some in zip(
                lines, open_to[one], open_to[two], open_to[third], marks, strict=True
            ):
                goods.setdefault(Goods(theirs - (others - all_), others, gaps.least(line), some), line)
            for gap, parts in gaps.between(tuple(goods), total, said):
                if gap.offer not in found or gap.width > found[gap.offer].width:
                    kinds = list(goods.values())
                    bought = tuple((kinds[place], amount) for place, amount in enumerate(parts) if amount)
                    alone = kinds[parts.index(max(parts))] if len(bought) == 1 else {}
                    favoured, other = ({**shared, **alone, **pasts[at]} for at in (one, two))
                    found[gap.offer] = Worse(gap, favoured, other, bought if len(bought) > 1 else ())
    if gaps.narrow and not found:
        raise Undecided(
            phrase(
                "an offer that makes up for another one is for a shorter time, fewer uses or fewer goods, gives points "
                "that end sooner, or asks for a code that the house need not hand out"
            )
        )
    return [found[offer] for offer in sorted(found)]


class _Gaps:
    """What was found for each pair of sets of offers, on purchases of one kind of goods and of several."""

    def __init__(self, offering: Offering) -> None:
        self.offering, self.mixing = offering, Mixing(offering)
        self.compared, self.narrow = 0, False
        self.alone: dict[tuple[frozenset[int], frozenset[int], Stretch], Gap | None] = {}
        self.together: dict[tuple[tuple[Goods, ...], Stretch, Said], tuple[Gap, tuple[int, ...]] | None] = {}

    def total(self, cell: Cell) -> Stretch:
        """What the purchase may come to, as far as conditions fix it."""
        low, high = self._span("total", cell)
        return max(low or 1, 1), high

    def least(self, line: Cell) -> int:
        """The least that one such line costs."""
        return max(self._span("net", line)[0] or 1, 1)

    def _span(self, name: str, cell: Cell) -> tuple[int | None, int | None]:
        return (None, None) if cell.get(name) is None else self.offering.cells.span(name, int(cell[name]))

    def between(self, goods: tuple[Goods, ...], total: Stretch, said: Said) -> Iterator[tuple[Gap, tuple[int, ...]]]:
        """The gaps with the amounts of each of `goods`: on each alone, or else on several together."""
        silent = True
        for place, one in enumerate(goods):
            gap = self._of_one(one, total, said)
            if gap is not None:
                silent = False
                yield gap, tuple(gap.basket if at == place else 0 for at in range(len(goods)))
        if silent and len(goods) > 1 and not all(one.theirs <= one.others for one in goods):
            if (goods, total, said) not in self.together:
                self.together[goods, total, said] = self._of_several(goods, total, said)
            found = self.together[goods, total, said]
            if found is not None:
                yield found

    def _of_one(self, goods: Goods, total: Stretch, said: Said) -> Gap | None:
        totals = None if goods.theirs <= goods.others else totals_of([goods], said)
        if totals is None:
            return None
        low = max(total[0], goods.least, *(one.span[0] or 1 for one in totals))
        ends = [end for end in (total[1], *(one.span[1] for one in totals)) if end is not None]
        key = goods.theirs, goods.others, (low, min(ends, default=None))
        if key not in self.alone:
            sizes = purchases(self.offering, *key)
            self.compared += len(sizes)
            if self.compared > _MOST_PURCHASES:
                raise TooManyCells(phrase("purchases"))
            self.alone[key] = _widest(self.offering, goods.theirs, goods.others, sizes)
            as_free = self._as_free(goods)
            if self.alone[key] is None and as_free != goods.others:
                self.narrow |= _widest(self.offering, goods.theirs, as_free, sizes) is not None
        return self.alone[key]

    def _as_free(self, goods: Goods) -> frozenset[int]:
        """Those of the offers of `others` that may be used as freely as what they have to make up for."""
        programme = self.offering.programme
        offers = programme.offers
        missing = [offers[at] for at in goods.theirs - goods.others]
        return frozenset(
            at
            for at in goods.others
            if at in goods.theirs or all(as_good.use(offers[at], one, programme) for one in missing)
        )

    def _of_several(self, goods: tuple[Goods, ...], total: Stretch, said: Said) -> tuple[Gap, tuple[int, ...]] | None:
        found = self.mixing.wider(goods, total, said)
        if found is None:
            return None
        bought = [(one, amount) for one, amount in zip(goods, found.amounts, strict=True) if amount]
        basket = sum(found.amounts)
        lacking = {id: amount for one, amount in bought for id in one.theirs - one.others}
        blamed = max(sorted(lacking), key=lambda id: self.offering.alone(id, lacking[id], 12))
        return Gap(blamed, basket, found.more, found.less), found.amounts


def _widest(offering: Offering, theirs: frozenset[int], others: frozenset[int], sizes: list[int]) -> Gap | None:
    """Where `theirs` are worth more than `others`: on an ordinary purchase, or else where most."""
    months = offering.horizon(theirs, others)
    widest: Gap | None = None
    ordinary = round_sum(offering.programme)
    for basket in sizes:
        more, less = offering.best(theirs, basket, months), offering.best(others, basket, months)
        if more > less and (widest is None or more - less > widest.width or basket == ordinary):
            offer = max(sorted(theirs - others), key=lambda index: offering.alone(index, basket, months))
            widest = Gap(offer, basket, more, less)
            if basket == ordinary:
                break
    return widest
