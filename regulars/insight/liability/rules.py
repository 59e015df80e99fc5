"""Revenue and liability of points by IFRS 15. docs/rules/liability.md says it in prose, with worked numbers.

Money is whole minor units; everything between is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from regulars.engine.rounding import share_out


def stand_alone(points: int, value: Fraction, expected: Fraction) -> Fraction:
    """The stand-alone selling price of points: their redemption value times the part expected to be redeemed (B42)."""
    return points * value * expected


def allocate(price: int, alone: Sequence[Fraction]) -> list[int]:
    """Share a transaction price among what was promised, by relative stand-alone selling prices (paragraphs 74, B42).

    `price` and the answer in minor units, the answer in the order of `alone`, by largest remainder: it sums to the
    price. Raises ValueError below zero.
    """
    if price < 0 or any(one < 0 for one in alone):
        raise ValueError("A price and stand-alone prices are never below zero.")
    scale = lcm(*(one.denominator for one in alone))
    return share_out(price, [int(one * scale) for one in alone])


def expected_total(redeemed: int, left: int, share: Fraction) -> Fraction:
    """How many points of a grant are expected to be redeemed in all: those that were, and `share` of what is `left`.

    So it is never below what is known: not below what was redeemed, and points that have ended count no more.
    """
    return max(0, redeemed) + share * max(0, left)


def unexpected(granted: int, ended: int, assumed: Fraction) -> Fraction:
    """Which part of what was deferred stands for points that ended and that nobody had assumed would (B46).

    `assumed` is the part of the points `granted` that was assumed, as they were given, to be redeemed never. The price
    stands for the others, so that each point that ended beyond them takes its part of that.
    """
    if granted <= 0 or ended <= assumed * granted:
        return Fraction(0)
    return min(Fraction(1), (ended - assumed * granted) / (granted - assumed * granted))


def recognised(deferred: int, redeemed: int, expected: Fraction, ended: Fraction = Fraction(0)) -> int:
    """How much of what was deferred is revenue to date: what `unexpected` says has `ended`, and of the rest in
    proportion to redeemed of expected (B46).

    Minor units, halves to the even one. All of it when nothing more is expected. What a month recognises is this less
    what was recognised before, so that a changed estimate is caught up with at once.
    """
    if expected <= redeemed:
        return deferred
    return round(deferred * (ended + (1 - ended) * max(0, redeemed) / expected))
