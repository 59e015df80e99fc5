"""Who earns more than somebody more loyal: with all else equal, on baskets of every size.

What rules without a group give is a straight line in the money and in the number of items, so that its ends decide,
for baskets of many lines too. Of a group only the largest counts. There it is proved part by part that loyalty gets
no less: what stands in no group, and each member of a group against one of the same group. Where neither a basket
that is unfair nor such a proof is found, that is said, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from regulars.programme.checks.cells import Cell
from regulars.programme.checks.giving import Giving, Held

#: Beyond the largest figure of a condition, baskets are looked at up to a million times as large.
_LADDER = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)

#: Points for the event, for each minor unit of money and for each item.
Form = tuple[Fraction, Fraction, Fraction]
_NOTHING: Form = (Fraction(0), Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class EarnsLess:
    """For a basket of `spent` minor units and `quantity` items a member one of two `steps` higher in `word` earns
    `higher` points, fewer than `lower`.

    `rule` is the position of the rule that gives the lower one more; `cell` is what both have in common.
    """

    rule: int
    word: str
    steps: tuple[Any, Any]
    lower: Fraction
    higher: Fraction
    cell: Cell
    spent: int
    quantity: int


@dataclass
class Outearning:
    """The comparison over `giving`; `unproved` once something could neither be shown to be unfair nor to be fair."""

    giving: Giving
    unproved: bool = False
    _seen: dict[tuple[Any, ...], tuple[int, int] | None] = field(default_factory=dict)
    _covers: dict[tuple[Any, ...], set[str]] = field(default_factory=dict)

    def found(self, word: str, steps: list[Any]) -> Iterator[EarnsLess]:
        """Every step up in `word`, over `steps` in rising loyalty, that earns less with all else equal."""
        for event in self.giving.events:
            for cell in self.giving.cells.each(but=(word,)):
                held = [self.giving.held({**cell, word: step}) for step in steps]
                for at in range(1, len(steps)):
                    if held[at - 1] != held[at]:
                        less = self._less(word, (steps[at - 1], steps[at]), (held[at - 1], held[at]), event, cell)
                        if less is not None:
                            yield less

    def _less(
        self, word: str, steps: tuple[Any, Any], held: tuple[Held, Held], event: str, cell: Cell
    ) -> EarnsLess | None:
        key = (word, steps, held, event, cell.get("net"), cell.get("total"), cell.get("quantity"))
        if key not in self._seen:
            self._seen[key] = self._unfair(held, event, self._sizes(cell))
            if self._seen[key] is None:
                self._prove((word, steps, event), held)
        size = self._seen[key]
        if size is None:
            return None
        lower, higher = (self.giving.points(one, event, *size) for one in held)
        rule = next(place for place, one in self.giving.rules if lower.get(one.id, 0) > higher.get(one.id, 0))
        return EarnsLess(rule, word, steps, _sum(lower), _sum(higher), cell, *size)

    def _unfair(self, held: tuple[Held, Held], event: str, sizes: list[tuple[int, int]]) -> tuple[int, int] | None:
        """The first of `sizes` at which the lower gets more."""
        for size in sizes:
            lower, higher = (_sum(self.giving.points(one, event, *size)) for one in held)
            if lower > higher:
                return size
        return None

    def _sizes(self, cell: Cell) -> list[tuple[int, int]]:
        """Money and items of baskets: what `cell` says, and as far as it leaves them open, ever larger and smaller;
        and many lines of the same kind.
        """
        money = next((name for name in ("net", "total") if name in cell), "")
        spent, quantity = self.giving.spent(cell), int(cell.get("quantity", 1))
        sums = _open(spent, self.giving.cells.values.get(money, []))
        counts = _open(quantity, self.giving.cells.values.get("quantity", []))
        alone = [(spent, quantity), *((one, min(counts)) for one in sums), *((min(sums), one) for one in counts)]
        totals = self.giving.cells.values.get("total", [])
        if "total" in cell and cell["total"] != max(one for one in totals if one is not None):
            return alone  # more of the same lines would come to another total
        return [*alone, *((spent * times, quantity * times) for times in _LADDER)]

    def _prove(self, pair: tuple[Any, ...], held: tuple[Held, Held]) -> None:
        """Notes what covers each member of a group on every kind of line; `unproved` where nothing is left."""
        groups = self.giving.ends.values()
        if self.unproved or not groups:
            return
        event = pair[-1]
        lower, higher = (self.giving.forms(one, event) for one in held)
        grouped = {id for some in groups for id in some}
        if any(not grouped.isdisjoint(rule.of) for _, rule in self.giving.rules):
            # what is multiplied depends on which of the group counts: that has to be the same for both
            same = all(lower.get(id) == higher.get(id) for id in grouped)
            self.unproved = not same or any(low and not high for low, high in zip(*held, strict=True))
            return
        pools = [_pool(form for id, form in forms.items() if id not in grouped) for forms in (lower, higher)]
        self.unproved = not _at_most(*pools)
        for some in groups:
            for id in some:
                enough = {other for other in some if _at_most(lower.get(id, _NOTHING), higher.get(other, _NOTHING))}
                left = self._covers.setdefault((*pair, id), set(some))
                left &= enough
                self.unproved = self.unproved or not left


def _open(value: int, values: list[Any]) -> list[int]:
    """`value`, made larger where it is the largest of `values`, and smaller where it is the least."""
    some = [int(one) for one in values if one is not None] or [value]
    larger = [value * times for times in _LADDER] if value >= max(some) else [value]
    smaller = [max(value // times, 1) for times in _LADDER] if value <= min(some) else []
    return list(dict.fromkeys([*larger, *smaller]))


def _sum(points: dict[str, Fraction]) -> Fraction:
    return sum(points.values(), Fraction(0))


def _pool(forms: Iterator[Form]) -> Form:
    gift, money, items = _NOTHING
    for form in forms:
        gift, money, items = gift + form[0], money + form[1], items + form[2]
    return gift, money, items


def _at_most(one: Form, other: Form) -> bool:
    """Whether `one` gives no more than `other` on every basket of at least one item."""
    return one[1] <= other[1] and one[2] <= other[2] and one[0] + one[2] <= other[0] + other[2]
