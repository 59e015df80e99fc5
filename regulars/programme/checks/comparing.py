"""Comparing what two customers get who differ only in their past: every pair that can differ is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from regulars.programme.checks.cells import Cell, TooManyCells
from regulars.programme.checks.offering import AWAY, LEAVING, NEW, PAST, TENURE, Offering
from regulars.programme.checks.purchases import purchases
from regulars.programme.checks.texts import round_sum

#: Customers times offers that are looked at; beyond, nothing is guessed.
MOST_LOOKED_AT = 500_000
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
    """One customer fares better than another, by a `gap` in what offers are worth to them; both by their cells."""

    gap: Gap
    favoured: Cell
    other: Cell

    @property
    def width(self) -> Fraction:
        """By how much, in minor units."""
        return self.gap.width


def than_new(offering: Offering) -> list[Worse]:
    """Those who stayed and fare worse than a new customer: any tenure, tier and date of joining, all else equal.

    The new customer is in the lowest tier; the others are active and have not asked to leave.
    """
    new: dict[str, Any] = {NEW.name: True, LEAVING.name: False, TENURE.name: None, AWAY.name: 0}
    for word, value in (("tier", offering.values("tier")[:1]), ("member_since", offering.values("member_since")[-1:])):
        new[word] = value[0] if value else None
    pasts = [new, *_pasts(offering)]
    return _worst(offering, pasts, [(0, other) for other in range(1, len(pasts))])


def than_leaving(offering: Offering) -> list[Worse]:
    """Those who say nothing and fare worse than those of the same past who ask to leave."""
    if LEAVING.name not in offering.cells.values:
        return []
    pasts = list(_pasts(offering))
    leaving = [{**past, LEAVING.name: True} for past in pasts]
    return _worst(offering, [*leaving, *pasts], [(index, index + len(pasts)) for index in range(len(pasts))])


def than_shorter(offering: Offering) -> list[Worse]:
    """Those who stayed longer, or rose higher, and fare worse than those one step before them."""
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
    return _worst(offering, pasts, pairs)


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


def _worst(offering: Offering, pasts: list[dict[str, Any]], pairs: list[tuple[int, int]]) -> list[Worse]:
    """For each offer that makes the second of a pair worse off, the pair that it costs most, in the file's order.

    `pairs` are positions in `pasts`.
    """
    if not pairs:
        return []
    looked_at = offering.cells.number(but=PAST) * len(pasts) * len(offering.when)
    if looked_at > MOST_LOOKED_AT:
        raise TooManyCells("offers")
    found: dict[int, Worse] = {}
    compared = 0
    gaps: dict[tuple[frozenset[int], frozenset[int]], Gap | None] = {}
    for shared in offering.cells.each(but=PAST):
        customers = [{**shared, **past} for past in pasts]
        open_to = [offering.open_to(customer) for customer in customers]
        for one, two in pairs:
            key = open_to[one], open_to[two]
            if key[0] <= key[1]:
                continue
            if key not in gaps:
                sizes = purchases(offering, *key)
                compared += len(sizes)
                if compared > _MOST_PURCHASES:
                    raise TooManyCells("purchases")
                gaps[key] = _widest(offering, *key, sizes)
            gap = gaps[key]
            if gap is not None and (gap.offer not in found or gap.width > found[gap.offer].width):
                found[gap.offer] = Worse(gap, customers[one], customers[two])
    return [found[offer] for offer in sorted(found)]


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
