"""What the earn rules give one customer for one basket: the arithmetic of the promise, for comparing customers.

It follows docs/rules/earning.md, but for what differs between two customers only by chance: rounding and counting are
left out (`every` tenth visit counts as a tenth each). What a rule gives is a straight line in the events, and in the
money and the items of each kind of line; caps are laid over it where custom is compared, in `leading`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from math import lcm
from typing import Any

from regulars.kit.conditions import Condition, Scope
from regulars.kit.conditions.tree import Compare, In, Literal, Op, Ref
from regulars.programme.checks.cells import Cell, Cells
from regulars.programme.checks.texts import round_sum
from regulars.programme.earn import Cap, Earn, Group, Rule
from regulars.programme.promise import Programme

#: So many values of one name, each asked for by some rule, make it worth looking at them one by one.
_MANY = 8

#: For each rule, by place, whether its condition holds.
Held = tuple[bool, ...]
#: Parts of a point for the event, and then of each kind of line for a minor unit of money and for an item.
Form = tuple[int, ...]
#: Which of the members of a group counts, by what each would give.
Choose = Callable[[tuple[str, ...], dict[str, Form]], str]


def _always(cell: Cell) -> bool:
    return True


@lru_cache(maxsize=10_000)
def _function(condition: Condition) -> Callable[[Cell], bool]:
    return condition.function()


@dataclass(frozen=True)
class Giving:
    """Some rules of one currency, by position in the file, and the cells that their conditions tell apart.

    `caps` are those that can take more from one customer than from another, by position in the file. Points are
    counted in `parts` of a point, in which all that the rules can give is whole.
    """

    rules: tuple[tuple[int, Rule], ...]
    groups: tuple[Group, ...]
    caps: tuple[tuple[int, Cap], ...]
    cells: Cells
    when: tuple[Condition | None, ...]
    parts: int
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
        """The members of each group that are here, by the last of them, in the order of the file."""
        order = {rule.id: place for place, (_, rule) in enumerate(self.rules)}
        members = [
            tuple(sorted((id for id in group.best_of if id in order), key=order.__getitem__)) for group in self.groups
        ]
        return {some[-1]: tuple(some) for some in members if some}

    @cached_property
    def chained(self) -> bool:
        """Whether what is multiplied depends on which rule of a group counts."""
        grouped = {id for some in self.ends.values() for id in some}
        return any(not grouped.isdisjoint(rule.of) for _, rule in self.rules)

    @cached_property
    def shape(self) -> tuple[Any, ...]:
        """What decides how much it gives where the same rules hold: equal for rules that differ in their words only."""
        at = {rule.id: place for place, (_, rule) in enumerate(self.rules)}
        rules = (
            (rule.on, self._rates[place], rule.per_unit, rule.times, tuple(at.get(id) for id in rule.of))
            for place, (_, rule) in enumerate(self.rules)
        )
        groups = (tuple(at[id] for id in some) for some in self.ends.values())
        caps = ((cap.most, cap.per, cap.at_edge, tuple(at[id] for id in cap.rules if id in at)) for _, cap in self.caps)
        return self.parts, self.basket, tuple(rules), tuple(groups), tuple(caps)

    @cached_property
    def _rates(self) -> list[int]:
        """Parts of a point that each rule gives for an event, a minor unit or an item."""
        return [
            int(rule.points * Fraction(self.parts, (rule.every or 1) * rule.per)) if rule.times is None else 0
            for _, rule in self.rules
        ]

    def held(self, cell: Cell) -> Held:
        """For each rule, whether its condition holds in `cell`."""
        return tuple(holds(cell) for holds in self.holds)

    def given(self, cell: Cell, event: str) -> dict[str, Fraction]:
        """The points that each rule gives the customer of `cell` for an ordinary event of one item, or for one of the
        amounts that `cell` fixes; rules that give none left out.
        """
        amounts = (1, int(cell.get("net", cell.get("total", self.basket))), int(cell.get("quantity", 1)))
        forms = self.forms((self.held(cell),), event, best_at(amounts))
        return {id: Fraction(counted(form, amounts), self.parts) for id, form in forms.items()}

    def forms(self, held: Sequence[Held], event: str, choose: Choose) -> dict[str, Form]:
        """What each rule gives for an event with lines of the kinds on which the rules `held` hold."""
        found: dict[str, Form] = {}
        for place, (_, rule) in enumerate(self.rules):
            sides = [one[place] for one in held]
            if event in rule.on and any(sides):
                found[rule.id] = _form(rule, self._rates[place], sides, found)
            some = self.ends.get(rule.id)
            if some is not None:
                giving = tuple(id for id in some if any(found.get(id, ())))
                counts = choose(giving, found) if giving else ""
                for id in giving:
                    if id != counts:
                        found[id] = (0,) * len(found[id])
        return found


def _form(rule: Rule, rate: int, sides: list[bool], found: dict[str, Form]) -> Form:
    if rule.times is not None:
        above, under = rule.times.numerator - rule.times.denominator, rule.times.denominator
        holds = [sides[0], *(side for side in sides for _ in range(2))]
        of = [found[id] for id in rule.of if id in found]
        return tuple(sum(some) * above // under if side else 0 for side, *some in zip(holds, *of, strict=True))
    if rule.per_unit == "event":
        return (rate if sides[0] else 0, *[0] * (2 * len(sides)))
    money = rule.per_unit == "money"
    return (0, *(rate if side and one is money else 0 for side in sides for one in (True, False)))


def counted(form: Form, amounts: Sequence[int]) -> int:
    """What a form comes to: for so many events, and for so much money and so many items of each kind of line."""
    return sum(one * amount for one, amount in zip(form, amounts, strict=True))


def best_at(amounts: Sequence[int]) -> Choose:
    """The member of a group that gives most for such amounts; the first in the file in a tie."""
    return lambda some, forms: max(some, key=lambda id: counted(forms[id], amounts))


def givings(programme: Programme, names: Iterable[str]) -> Iterator[Giving]:
    """For each currency, the rules whose gift can depend on one of `names`, and those they are computed from.

    Where many rules look at one name each with a value of its own (an item, a store), they come value by value, each
    with the few rules that can hold for it: together all cells, though far fewer are looked at. Lines of different
    values never come together then; where that could make a difference (in a group, under a cap, by the number of
    lines), they are kept together. Lazy: the caller counts, and stops. Raises TooManyCells for a list of words that is
    too long.
    """
    wanted = frozenset(names)
    earn = programme.earn
    for currency in programme.currencies:
        rules = [(place, rule) for place, rule in enumerate(earn.rules) if rule.currency == currency.id]
        caps = _telling_caps(earn, [rule.id for _, rule in rules])
        telling = _telling(earn, rules, caps, wanted)
        needed = telling | _made_of(earn, rules, telling)
        chosen = tuple((place, rule) for place, rule in rules if rule.id in needed)
        left = tuple((place, cap) for place, cap in caps if not telling.isdisjoint(cap.rules))
        giving = Giving(chosen, earn.groups, left, Cells(), (), _parts_of(rules), round_sum(programme))
        yield from _split(giving, {}, wanted)


def _telling_caps(earn: Earn, rules: list[str]) -> list[tuple[int, Cap]]:
    """The caps over some of `rules` that can turn more into less.

    Not those that clip everything in the end: whoever was to get more gets no less by them.
    """
    caps = [(place, cap) for place, cap in enumerate(earn.caps) if not set(rules).isdisjoint(cap.rules)]
    while caps and caps[-1][1].at_edge == "clip" and set(caps[-1][1].rules).issuperset(rules):
        caps.pop()
    return caps


def _split(giving: Giving, fixed: dict[str, Any], wanted: frozenset[str]) -> Iterator[Giving]:
    """`giving` with its cells, where the names in `fixed` have one value each; split while that helps."""
    if not any(name.name in wanted for _, rule in giving.rules if rule.when for name in rule.when.names):
        return
    cells, plain = Cells.of((rule.when for _, rule in giving.rules if rule.when is not None), fixed)
    together = bool(giving.ends or giving.caps or cells.facts or "lines" in cells.values)
    pivot = _pivot(giving.rules, wanted.union(fixed), together=together)
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
        yield from _split(replace(giving, rules=rules), {**fixed, pivot: value}, wanted)


def _pivot(rules: Iterable[tuple[int, Rule]], but: frozenset[str], *, together: bool) -> str | None:
    """The name at which most rules look with a value of their own; None where none has many.

    Of lines it may be only where those of different values need not be looked at `together`.
    """
    found: dict[str, set[Any]] = {}
    for _, rule in rules:
        for name in rule.when.names if rule.when else ():
            if name.name not in but and not (together and name.scope is Scope.LINE):
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
    none, parts = (None,) * len(rules), _parts_of(rules)
    giving = Giving(tuple(rules), programme.earn.groups, (), Cells(), none, parts, round_sum(programme))
    return sum(giving.given({}, "purchase").values(), Fraction(0))


def _telling(earn: Earn, rules: list[tuple[int, Rule]], caps: list[tuple[int, Cap]], names: frozenset[str]) -> set[str]:
    """The rules that mention one of `names`, and whatever multiplies, competes with or is capped with them."""
    found = {rule.id for _, rule in rules if rule.when and any(name.name in names for name in rule.when.names)}
    together = [set(group.best_of) for group in earn.groups] + [set(cap.rules) for _, cap in caps]
    size = -1
    while size != len(found):
        size = len(found)
        for _, rule in rules:  # a rule multiplies only what stands above it
            if not found.isdisjoint(rule.of):
                found.add(rule.id)
        for some in together:
            if not found.isdisjoint(some):
                found |= some
    return found


def _made_of(earn: Earn, rules: list[tuple[int, Rule]], some: set[str]) -> set[str]:
    """The rules that `some` multiply, and those that compete with them, all the way down."""
    groups = {id: group.best_of for group in earn.groups for id in group.best_of}
    parts = {rule.id: (*rule.of, *groups.get(rule.id, ())) for _, rule in rules}
    found, open_ = set(some), list(some)
    while open_:
        more = [id for id in parts.get(open_.pop(), ()) if id not in found]
        found.update(more)
        open_ += more
    return found


def _parts_of(rules: Iterable[tuple[int, Rule]]) -> int:
    """Into how many parts a point is cut, so that all that these rules give for a minor unit or an item is whole."""
    parts: dict[str, int] = {}
    for _, rule in rules:
        rate = rule.points * Fraction(1, (rule.every or 1) * rule.per) if rule.times is None else rule.times
        parts[rule.id] = rate.denominator * lcm(*(parts[id] for id in rule.of if id in parts))
    return lcm(*parts.values())
