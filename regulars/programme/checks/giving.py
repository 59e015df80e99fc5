"""What the earn rules give one customer for one basket: the arithmetic of the promise, for comparing customers.

It follows docs/rules/earning.md, but for what differs between two customers only by chance: rounding, caps and
counting are left out (`every` tenth visit counts as a tenth each).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from regulars.kit.conditions import Condition
from regulars.kit.conditions.tree import Compare, In, Literal, Op, Ref
from regulars.programme.checks.cells import Cell, Cells
from regulars.programme.checks.texts import round_sum
from regulars.programme.earn import Earn, Group, Rule
from regulars.programme.promise import Programme

#: So many values of one name, each asked for by some rule, make it worth looking at them one by one.
_MANY = 8

#: For each rule, by place, whether its condition holds.
Held = tuple[bool, ...]


def _always(cell: Cell) -> bool:
    return True


@lru_cache(maxsize=10_000)
def _function(condition: Condition) -> Callable[[Cell], bool]:
    return condition.function()


@dataclass(frozen=True)
class Giving:
    """Some rules of one currency, by position in the file, and the cells that their conditions tell apart."""

    rules: tuple[tuple[int, Rule], ...]
    groups: tuple[Group, ...]
    cells: Cells
    when: tuple[Condition | None, ...]
    basket: int

    @cached_property
    def holds(self) -> list[Callable[[Cell], bool]]:
        """For each rule, whether its condition holds in a cell."""
        return [_always if condition is None else _function(condition) for condition in self.when]

    @cached_property
    def events(self) -> list[str]:
        """The event types that its rules look at."""
        return sorted({event for _, rule in self.rules for event in rule.on})

    @cached_property
    def ends(self) -> dict[str, tuple[str, ...]]:
        """The members of each group that are here, by the last of them."""
        order = {rule.id: place for place, (_, rule) in enumerate(self.rules)}
        members = [tuple(id for id in group.best_of if id in order) for group in self.groups]
        return {max(some, key=order.__getitem__): some for some in members if some}

    def spent(self, cell: Cell) -> int:
        """The money of the basket of `cell`, in minor units: what its conditions fix, or a round sum."""
        amount = cell.get("net", cell.get("total"))
        return self.basket if amount is None else int(amount)

    def given(self, cell: Cell, event: str) -> dict[str, Fraction]:
        """The points that each rule gives the customer of `cell` for one such event; rules that give none left out."""
        return self.points(self.held(cell), event, self.spent(cell), int(cell.get("quantity", 1)))

    def held(self, cell: Cell) -> Held:
        """For each rule, whether its condition holds in `cell`."""
        return tuple(holds(cell) for holds in self.holds)

    def points(self, held: Held, event: str, spent: int, quantity: int) -> dict[str, Fraction]:
        """The points that each rule gives where the rules `held` hold; many cells differ in nothing else."""
        key = (held, event, spent, quantity)
        if key not in self._known:
            self._known[key] = self._given(held, event, spent, quantity, self.ends)
        return self._known[key]

    def forms(self, held: Held, event: str) -> dict[str, tuple[Fraction, Fraction, Fraction]]:
        """What each rule would give if it stood in no group: for the event, for each minor unit, for each item."""
        none, money, items = (self._given(held, event, *one, {}) for one in ((0, 0), (1, 0), (0, 1)))
        return {id: (gift, money[id] - gift, items[id] - gift) for id, gift in none.items()}

    @cached_property
    def _known(self) -> dict[tuple[Any, ...], dict[str, Fraction]]:
        return {}

    def _given(
        self, held: Held, event: str, spent: int, quantity: int, ends: dict[str, tuple[str, ...]]
    ) -> dict[str, Fraction]:
        points: dict[str, Fraction] = {}
        for (_, rule), holds in zip(self.rules, held, strict=True):
            if event in rule.on and holds:
                if rule.times is not None:
                    of = sum((points[id] for id in rule.of if id in points), Fraction(0))
                    points[rule.id] = (rule.times - 1) * of
                elif rule.per_unit == "event":
                    points[rule.id] = rule.points / Fraction(rule.every or 1)
                else:
                    points[rule.id] = rule.points * Fraction(spent if rule.per_unit == "money" else quantity, rule.per)
            if rule.id in ends:
                _only_best(points, ends[rule.id])
        return points


def givings(programme: Programme, names: Iterable[str]) -> Iterator[Giving]:
    """For each currency, the rules whose gift can depend on one of `names`, and those they are computed from.

    Where many rules look at one name each with a value of its own (an item, a store), they come value by value, each
    with the few rules that can hold for it: together all cells, though far fewer are looked at. Lazy: the caller
    counts, and stops. Raises TooManyCells for a list of words that is too long.
    """
    wanted = frozenset(names)
    for currency in programme.currencies:
        rules = [(place, rule) for place, rule in enumerate(programme.earn.rules) if rule.currency == currency.id]
        kept = _needed(programme.earn, rules, wanted)
        chosen = tuple((place, rule) for place, rule in rules if rule.id in kept)
        yield from _parts(Giving(chosen, programme.earn.groups, Cells(), (), round_sum(programme)), {}, wanted)


def _parts(giving: Giving, fixed: dict[str, Any], wanted: frozenset[str]) -> Iterator[Giving]:
    """`giving` with its cells, where the names in `fixed` have one value each; split while that helps."""
    if not any(name.name in wanted for _, rule in giving.rules if rule.when for name in rule.when.names):
        return
    cells, plain = Cells.of(rule.when for _, rule in giving.rules if rule.when is not None)
    cells.values.update({name: [value] for name, value in fixed.items() if name in cells.values})
    pivot = _pivot(giving.rules, wanted.union(fixed))
    if pivot is None:
        left = iter(plain)
        when = tuple(None if rule.when is None else next(left) for _, rule in giving.rules)
        yield replace(giving, cells=cells, when=when)
        return
    asked = [(one, _asked(one[1], pivot)) for one in giving.rules]
    always = [one for one, values in asked if not values]
    only: dict[Any, list[tuple[int, Rule]]] = {}
    for one, values in asked:
        for value in values:
            only.setdefault(value, []).append(one)
    for value in cells.values[pivot]:
        rules = tuple(sorted([*always, *only.get(value, ())], key=lambda one: one[0]))
        yield from _parts(replace(giving, rules=rules), {**fixed, pivot: value}, wanted)


def _pivot(rules: Iterable[tuple[int, Rule]], but: frozenset[str]) -> str | None:
    """The name at which most rules look with a value of their own; None where none has many."""
    found: dict[str, set[Any]] = {}
    for _, rule in rules:
        for name in rule.when.names if rule.when else ():
            if name.name not in but:
                found.setdefault(name.name, set()).update(_asked(rule, name.name))
    pivot = max(found, key=lambda name: len(found[name]), default=None)
    return pivot if pivot is not None and len(found[pivot]) >= _MANY else None


def _asked(rule: Rule, name: str) -> frozenset[Any]:
    """The values of `name` for which alone a rule can hold; empty where it says none."""
    for part in rule.when.conjuncts() if rule.when else ():
        match part.root:
            case Compare(Op.EQ, Ref(asked), Literal(value, _)) if asked.name == name:
                return frozenset({value})
            case In(Ref(asked), values, False) if asked.name == name:
                return frozenset(value.value for value in values)
    return frozenset()


def given_to_all(programme: Programme, currency: str) -> Fraction:
    """The points of `currency` that everybody gets for an ordinary purchase, by rules without a condition."""
    rules: list[tuple[int, Rule]] = []
    kept: set[str] = set()
    for place, rule in enumerate(programme.earn.rules):
        if rule.currency == currency and rule.when is None and kept.issuperset(rule.of):
            rules.append((place, rule))
            kept.add(rule.id)
    giving = Giving(tuple(rules), programme.earn.groups, Cells(), (None,) * len(rules), round_sum(programme))
    return sum(giving.given({}, "purchase").values(), Fraction(0))


def _needed(earn: Earn, rules: list[tuple[int, Rule]], names: frozenset[str]) -> set[str]:
    """The rules that mention one of `names`, whatever multiplies or competes with them, and what all are made of."""
    found = {rule.id for _, rule in rules if rule.when and any(name.name in names for name in rule.when.names)}
    if not found:
        return set()
    mates = {id: set(group.best_of) for group in earn.groups for id in group.best_of}
    size = -1
    while size != len(found):
        size = len(found)
        for _, rule in rules:  # a rule multiplies only what stands above it
            if not found.isdisjoint(rule.of):
                found.add(rule.id)
        found |= {mate for id in found & mates.keys() for mate in mates[id]}
    parts = {rule.id: (*rule.of, *mates.get(rule.id, ())) for _, rule in rules}
    open_ = list(found)
    while open_:
        more = [id for id in parts.get(open_.pop(), ()) if id not in found]
        found.update(more)
        open_ += more
    return found


def _only_best(points: dict[str, Fraction], members: tuple[str, ...]) -> None:
    """Of the members of a group that give something, only the one that gives most; the first in a tie."""
    giving = [id for id in members if id in points]
    best = max(giving, key=points.__getitem__, default=None)
    for id in giving:
        if id != best:
            points[id] = Fraction(0)
