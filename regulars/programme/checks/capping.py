"""Caps laid over what rules give, for comparing two members over some custom.

Custom comes evenly: where a day's cap is looked at over a month, the same every day. The shortest month is looked at,
of 28 days and 4 weeks, and the longest, of 31 days in 5 weeks; a year of 52 weeks and 365 days, and one of 53 weeks
and 366 days; for ever as ten years.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from regulars.kit.speaking import phrase
from regulars.programme.checks.cells import Undecided
from regulars.programme.checks.giving import Giving
from regulars.programme.checks.simplex import Sum, minus, total
from regulars.programme.earn import Cap

#: How many of each period come within a longer one.
_WITHIN = {
    ("day", "week"): 7, ("day", "month"): 28, ("week", "month"): 4, ("day", "long month"): 31,
    ("week", "long month"): 5, ("day", "year"): 365, ("week", "year"): 52, ("month", "year"): 12,
    ("day", "long year"): 366, ("week", "long year"): 53, ("month", "long year"): 12, ("day", "ever"): 3650,
    ("week", "ever"): 521, ("month", "ever"): 120, ("year", "ever"): 10,
}  # fmt: skip

Rows = tuple[tuple[Sum, Fraction | int], ...]


class Caps:
    """The caps of `giving`, those over the same rules together. Raises Undecided where they overlap otherwise."""

    def __init__(self, giving: Giving) -> None:
        self.parts = giving.parts
        here = frozenset(rule.id for _, rule in giving.rules)
        self.over: dict[frozenset[str], list[Cap]] = {}
        for _, cap in giving.caps:
            self.over.setdefault(here.intersection(cap.rules), []).append(cap)
        sets = list(self.over)
        if any(one & other for place, one in enumerate(sets) for other in sets[:place]):
            raise Undecided(phrase("caps overlap without bounding the same rules"))
        if any(len(caps) > 1 and any(cap.at_edge == "refuse" for cap in caps) for caps in self.over.values()):
            raise Undecided(phrase("a cap that refuses bounds the same rules as another"))

    @cached_property
    def periods(self) -> list[str]:
        """Over which custom is to be looked at: one basket (empty), and many within each period that a cap names."""
        named = {cap.per for caps in self.over.values() for cap in caps if cap.at_edge == "clip"} - {"event"}
        lengths = {"month": ("month", "long month"), "year": ("year", "long year")}
        every = (period for period in ("day", "week", "month", "year", "ever") if period in named)
        return ["", *(length for period in every for length in lengths.get(period, (period,)))]

    @cached_property
    def refusing(self) -> frozenset[str]:
        """The rules under caps that refuse what would not fit whole."""
        caps = ((rules, cap) for rules, some in self.over.items() for cap in some)
        return frozenset[str]().union(*(rules for rules, cap in caps if cap.at_edge == "refuse"))

    @property
    def refuse_again(self) -> bool:
        """Whether one refuses over more than an event, where it depends on what came before."""
        return any(cap.at_edge == "refuse" and cap.per != "event" for some in self.over.values() for cap in some)

    def pieces(self, forms: Mapping[str, Sum], period: str) -> Iterator[tuple[Sum, Rows]]:
        """What the rules give after caps: every combination of what is reached and what is not, with the rows that
        say when.
        """
        free = {id: form for id, form in forms.items() if not any(id in rules for rules in self.over)}
        found: list[tuple[Sum, Rows]] = [(total(*free.values()), ())]
        for rules, caps in self.over.items():
            whole = total(*(form for id, form in forms.items() if id in rules))
            if whole:
                found = [
                    (total(gives, piece), (*rows, *more))
                    for gives, rows in found
                    for piece, more in self._pieces(whole, caps, period)
                ]
        yield from found

    def _pieces(self, whole: Sum, caps: list[Cap], period: str) -> Iterator[tuple[Sum, Rows]]:
        limits = [self._limit(cap, period) for cap in caps]
        yield whole, tuple((total(whole, minus(limit)), 0) for limit in limits)
        for cap, limit in zip(caps, limits, strict=True):
            if cap.at_edge == "refuse":
                if not period:
                    yield {}, ((total(limit, minus(whole)), -self.parts),)
                continue
            yield (
                limit,
                (
                    (total(limit, minus(whole)), 0),
                    *((total(limit, minus(other)), 0) for other in limits if other != limit),
                ),
            )

    def _limit(self, cap: Cap, period: str) -> Sum:
        most = cap.most * self.parts
        return {"times": most} if cap.per == "event" else {"one": most * _times(cap.per, period)}

    def let_through(self, given: dict[str, Fraction], times: int, period: str) -> dict[str, Fraction]:
        """What is left of the points that rules give for `times` such events within `period`."""
        left = dict(given)
        for rules, caps in self.over.items():
            some = [id for id in left if id in rules]
            whole = sum((left[id] for id in some), Fraction(0))
            for cap in caps:
                limit = cap.most * (times if cap.per == "event" else _times(cap.per, period))
                if whole > limit:
                    part = Fraction(0) if cap.at_edge == "refuse" else Fraction(limit) / Fraction(whole)
                    left.update({id: left[id] * part for id in some})
                    whole *= part
        return left


def _times(per: str, period: str) -> int:
    return _WITHIN.get((per, period), 1)
