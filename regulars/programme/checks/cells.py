"""All the customers that conditions can tell apart: a finite set, so that a comparison is exhaustive.

A condition changes its answer only at the constants it mentions. So of every name it is enough to look at those
constants and at one value between, below and above each; a **cell** is one choice for every name. What they tell of the
day is chosen together, so that there is such a day (`days`). What is said
about all lines of an order together (any, all, count, spend) counts as a fact of its own, true or false; `facts` knows
what it means for the lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, product
from math import prod
from types import MappingProxyType
from typing import Any

from regulars.kit.conditions import Condition, Name, Scope, Type
from regulars.kit.conditions.tree import (
    And,
    AnyLine,
    Compare,
    Count,
    EveryLine,
    Flag,
    Has,
    In,
    Literal,
    Missing,
    Node,
    Not,
    Op,
    Or,
    Ref,
    Spend,
)
from regulars.kit.conditions.vocabulary import WEEKDAYS
from regulars.kit.speaking import Said, listed, phrase
from regulars.programme.checks.days import CALENDAR, real_days, told
from regulars.programme.checks.facts import Fact, Span

_SINCE, _DATE = "member_since", "date"
#: Of what whole steps there are between two values.
_STEPS = (Type.DATE, Type.INTEGER)
#: A text that no condition mentions.
OTHER = "anything else"
#: Of one set of words, how many are looked at in every combination.
_MOST_WORDS = 8

Cell = Mapping[str, Any]


class TooManyCells(ValueError):
    """There are more cells than are looked at, of `what`: whoever asked has to say that nothing was decided."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Undecided(ValueError):
    """It would have to be guessed; `why` says why, as a part of a sentence."""

    def __init__(self, why: Said) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class Cells:
    """The names that some conditions mention, and the values of each that make a difference.

    Where several of them tell something of the day, `calendar` names these and `days` holds what they come to together.
    """

    names: dict[str, Name] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=dict)
    calendar: tuple[str, ...] = ()
    days: tuple[tuple[Any, ...], ...] = ()
    _mentioned: dict[str, set[Any]] = field(default_factory=dict)
    _facts: dict[Node, Name] = field(default_factory=dict)
    _ordered: set[str] = field(default_factory=set)

    @classmethod
    def of(
        cls, conditions: Iterable[Condition], fixed: Mapping[str, Any] = MappingProxyType({})
    ) -> tuple[Cells, list[Condition]]:
        """The cells of `conditions` in which the names in `fixed` have one value each, and each of these as a condition
        whose function takes a cell.

        Raises TooManyCells for a set of more words than are looked at in every combination.
        """
        cells = cls()
        roots = [cells._plain(condition.root) for condition in conditions]
        pairs = [pair for root in roots for pair in _compared(root)]
        cells._join(pairs)
        for name in cells.names.values():
            mentioned = cells._mentioned.get(name.name, set())
            cells.values[name.name] = _values(name, mentioned, ordered=name.name in cells._ordered)
        cells.values.update({name: [value] for name, value in fixed.items() if name in cells.values})
        cells._take_days(fixed, pairs)
        return cells, [Condition(root) for root in roots]

    def number(self, but: Iterable[str] = ()) -> int:
        """How many cells there are, with the names in `but` left out."""
        left = {*but, *self.calendar}
        return len(self._days(but)) * prod(len(values) for name, values in self.values.items() if name not in left)

    def each(self, but: Iterable[str] = ()) -> Iterator[dict[str, Any]]:
        """Every cell, without the names in `but`."""
        but = set(but)
        names = [name for name in self.values if name not in but and name not in self.calendar]
        days = self._days(but)
        for chosen in product(*(self.values[name] for name in names)):
            cell = dict(zip(names, chosen, strict=True))
            yield from ({**cell, **day} for day in days)

    def _days(self, but: Iterable[str]) -> list[dict[str, Any]]:
        """What is told of each day, without the names in `but`; a single one of which nothing is told."""
        left = set(but)
        named = [(place, name) for place, name in enumerate(self.calendar) if name not in left]
        if not named:
            return [{}]
        days = dict.fromkeys(tuple(day[place] for place, _ in named) for day in self.days)
        return [{name: value for (_, name), value in zip(named, day, strict=True)} for day in days]

    def span(self, name: str, value: int) -> Span:
        """The whole numbers from which no condition tells `value`, both ends included; None: without an end."""
        marks = sorted(int(one) for one in self._mentioned.get(name, ()))
        if value in marks:
            return value, value
        below, above = [one for one in marks if one < value], [one for one in marks if one > value]
        return (below[-1] + 1 if below else None), (above[0] - 1 if above else None)

    def can_be(self, cell: Cell) -> bool:
        """Whether whoever is in it joined no later than on the day of the purchase, as far as both are told."""
        since, day = cell.get(_SINCE), cell.get(_DATE)
        if since is None or day is None:
            return True
        joined = max((one for one in self._mentioned[_SINCE] if one <= since), default=date.min)
        bought = min((one for one in self._mentioned[_DATE] if one >= day), default=date.max)
        earliest = joined if joined == since else joined + timedelta(days=joined > date.min)
        return earliest <= (bought if bought == day else bought - timedelta(days=bought < date.max))

    def said(self, cell: Cell) -> str:
        """What is particular in a cell, for a worked example, as a phrase; empty when nothing is."""
        parts: list[Said] = []
        for word, value in cell.items():
            name = self.names[word]
            if value is None or value is False or value == OTHER or value == frozenset():
                continue
            if name.type is Type.BOOLEAN:
                parts.append(Said.by(name.called))
            elif name.type is Type.TEXT_SET:
                parts.append(phrase("{name}: {values}", name=Said.by(name.called), values=listed(sorted(value))))
            else:
                parts.append(phrase("{name} is {value}", name=Said.by(name.called), value=str(value)))
        return listed(parts)

    def _plain(self, node: Node) -> Node:
        """`node` with what is said of all lines together replaced by a fact, and its names and values noted."""
        match node:
            case And(parts):
                return And(tuple(self._plain(part) for part in parts))
            case Or(parts):
                return Or(tuple(self._plain(part) for part in parts))
            case Not(part):
                return Not(self._plain(part))
            case AnyLine() | EveryLine():
                return self._fact(node)
            case Compare(op, left, right):
                if op not in (Op.EQ, Op.NE) and isinstance(left, Ref):
                    self._ordered.add(left.name.name)
                if isinstance(left, Count | Spend) or isinstance(right, Count | Spend):
                    return self._fact(node)
                self._note(left, [right.value] if isinstance(right, Literal) else [])
                self._note(right, [])
            case In(left, values, _):
                if isinstance(left, Count | Spend):
                    return self._fact(node)
                self._note(left, [value.value for value in values])
            case Has(group, item, _):
                self._note(Ref(group), [item.value] if isinstance(item, Literal) else [])
                self._note(item, [])
            case Flag(name) | Missing(name):
                self._note(Ref(name), [])
        return node

    @property
    def facts(self) -> list[Fact]:
        """What is said of all lines together."""
        return [Fact(name.name, node) for node, name in self._facts.items()]

    def _fact(self, node: Node) -> Node:
        if node not in self._facts:
            for part in Fact("", node).parts():
                self._plain(part)
            self._facts[node] = Name(
                f"basket_{len(self._facts) + 1}",
                Type.BOOLEAN,
                Scope.ORDER,
                title={"en": Condition(node).sentence("en")},
            )
        name = self._facts[node]
        self.names[name.name] = name
        return Flag(name)

    def _note(self, operand: Any, values: list[Any]) -> None:
        if isinstance(operand, Ref):
            self.names[operand.name.name] = operand.name
            self._mentioned.setdefault(operand.name.name, set()).update(values)

    def _join(self, pairs: list[tuple[str, str]]) -> None:
        """Names that are compared with each other are looked at, at each other's constants too."""
        for _ in range(2):
            for left, right in pairs:
                both = self._mentioned[left] | self._mentioned[right] or _some(self.names[left])
                self._mentioned[left] |= both
                self._mentioned[right] |= both

    def _take_days(self, fixed: Mapping[str, Any], pairs: list[tuple[str, str]]) -> None:
        """Days instead of what is told of them one by one, where several things are."""
        named = tuple(name for name in CALENDAR if name in self.names)
        if not named or len({*named, *fixed}.intersection(CALENDAR)) < 2:
            return
        if _DATE in named and _SINCE in self.names:
            self._mentioned[_DATE] |= self._mentioned[_SINCE]  # nobody buys as a member before they are one
        beside = [(one, two) for pair in pairs for one, two in (pair, pair[::-1]) if one in named and two not in named]
        days = [told(day) for day in real_days(self._mentioned, fixed, ends=bool(beside))]
        self.calendar = named
        self.days = tuple(dict.fromkeys(tuple(day[name] for name in named) for day in days))
        for name in named:
            self.values[name] = list(dict.fromkeys(day[name] for day in days))
        for name, other in beside:
            self._look_at(other, self.values[name])

    def _look_at(self, name: str, values: list[Any]) -> None:
        """Look at these values of `name` too, and where they have an order just below and above them."""
        more = _around(values, self.names[name]) if self.names[name].type in _STEPS else values
        seen = [value for value in self.values[name] if value is not None]
        every = [*seen, *(value for value in more if value not in seen)]
        self.values[name] = [*sorted(every), *([None] if None in self.values[name] else [])]


def _compared(node: Node) -> Iterator[tuple[str, str]]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _compared(part)
        case Not(part):
            yield from _compared(part)
        case Compare(_, Ref(left), Ref(right)):
            yield left.name, right.name
        case Has(group, Ref(name), _):
            yield group.name, name.name


def _some(name: Name) -> set[Any]:
    """A constant to begin with, where two names are compared and neither with a constant."""
    some: dict[Type, Any] = {Type.DATE: date(2026, 1, 1), Type.TEXT: "this", Type.WEEKDAY: "mon", Type.MONTH: 1}
    return {some.get(name.type, Decimal(1) if name.type is Type.DECIMAL else 1)}


def _values(name: Name, mentioned: set[Any], *, ordered: bool) -> list[Any]:
    """The values of `name` that make a difference, the plainest first or in their order; None last, if it can be.

    So the first cell in which something is found is one of the plainest, and makes a short example.
    """
    match name.type:
        case Type.BOOLEAN:
            return [False, True]
        case Type.TEXT_SET:
            words = sorted(mentioned)
            if len(words) > _MOST_WORDS:
                raise TooManyCells(name.name)
            return [frozenset(some) for size in range(len(words) + 1) for some in combinations(words, size)]
        case Type.TEXT if name.enum is not None:
            values: list[Any] = list(name.enum)
        case Type.TEXT:
            values = [OTHER, *sorted({*mentioned, *(f"{one} " for one in mentioned if ordered)})]
        case Type.WEEKDAY:
            values = [day for day in WEEKDAYS if day in mentioned] + [d for d in WEEKDAYS if d not in mentioned][:1]
        case Type.MONTH:
            left = [month for month in range(12, 0, -1) if month not in mentioned]
            apart = {sum(one < month for one in mentioned) if ordered else 0: month for month in left}
            values = sorted(mentioned) + sorted(apart.values())
        case _:
            values = _around(sorted(mentioned), name)
    return [*values, None] if name.nullable else values


def _around(constants: list[Any], name: Name) -> list[Any]:
    """Each constant with what lies just below and just above it."""
    if not constants:
        return sorted(_some(name))  # whatever it is: only whether it is missing is asked
    step: Any = timedelta(days=1) if name.type is Type.DATE else Decimal("0.000001") if name.type is Type.DECIMAL else 1
    found = {value for one in constants for value in (_moved(one, -step), one, _moved(one, step))}
    low, high = name.bounds or (None, None)
    least = low if low is not None else 0 if name.type is Type.MONEY else None
    return sorted(one for one in found if (least is None or one >= least) and (high is None or one <= high))


def _moved(value: Any, step: Any) -> Any:
    try:
        return value + step
    except OverflowError:
        return value
