"""Several currencies as one, where a point of each is known to be worth so much and they last equally long."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import lcm

from regulars.programme.checks.worth import known
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme

#: As many points as may be saved.
_ANY = 10**18


def purse(programme: Programme) -> tuple[Programme, frozenset[str], int]:
    """`programme` with what it gives in such currencies given in the first of them instead, which ones these are, and
    how many of its points are then a minor unit.

    Each is worth exactly one sum, whichever reward they buy, and counts for no tier, so that points of one make up for
    points of another. Where there are not two of them, there are none.
    """
    worths: dict[str, Fraction] = {}
    first: Currency | None = None
    for one in programme.currencies:
        ends = known(one.id, programme, _ANY)
        alike = first is None or (one.pending, one.expiry, one.debt) == (first.pending, first.expiry, first.debt)
        free = one.kind != "qualifying" and (programme.tiers is None or programme.tiers.counts != one.id)
        if ends is not None and ends[0] == ends[1] > 0 and free and alike:
            worths[one.id], first = ends[0], first or one
    if first is None or len(worths) < 2:
        return programme, frozenset(), 1
    whole = lcm(*(worth.denominator for worth in worths.values()))
    times = {id: int(worth * whole) for id, worth in worths.items()}
    rules = tuple(
        replace(rule, points=rule.points * times[rule.currency], currency=first.id) if rule.currency in times else rule
        for rule in programme.earn.rules
    )
    caps = tuple(
        replace(cap, most=cap.most * times[cap.currency], currency=first.id) if cap.currency in times else cap
        for cap in programme.earn.caps
    )
    return replace(programme, earn=replace(programme.earn, rules=rules, caps=caps)), frozenset(times), whole
