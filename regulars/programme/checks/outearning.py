"""Who earns more than somebody more loyal, with all else equal: on baskets of every size and of any lines.

An ordinary basket is tried first, as the plainest example; then whether every part of what the rules give is at least
as much for the more loyal, which is soon seen; and where neither tells, `leading` finds out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from regulars.kit.conditions import Scope
from regulars.programme.checks.capping import Caps
from regulars.programme.checks.cells import Cell
from regulars.programme.checks.custom import Custom, Kind, Pair, Span, ordinary
from regulars.programme.checks.giving import Form, Giving, Held
from regulars.programme.checks.leading import lead

_FREE: Span = (None, None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """For `custom` the less loyal get `lower` points, more than `higher`.

    `rule` is the place, among the rules compared, of the one that gives them more; or None where it is the cap at the
    place `cap` that takes it away from the others.
    """

    custom: Custom
    rule: int | None
    cap: int | None
    lower: Fraction
    higher: Fraction


@dataclass(frozen=True, slots=True)
class EarnsLess:
    """A member one of two `steps` higher in `word` earns less, as the `verdict` says, by a rule or a cap of these
    positions in the file. `cell` is what both have in common, `lines` what is particular in each line of the custom.
    """

    verdict: Verdict
    rule: int | None
    cap: int | None
    word: str
    steps: tuple[Any, Any]
    cell: Cell
    lines: tuple[Cell, ...]


#: What was found for each pair, by the shape of what was compared.
Known = dict[tuple[Any, ...], dict[tuple[Any, ...], Verdict | None]]


@dataclass
class Outearning:
    """The comparison over `giving`; `known` is what was found of others, which may be the same but for words."""

    giving: Giving
    known: Known = field(default_factory=dict)

    def found(self, word: str, steps: list[Any]) -> Iterator[EarnsLess]:
        """Every step up in `word`, over `steps` in rising loyalty, that earns less with all else equal.

        Raises Undecided, or TooManyCells, where it would have to be guessed.
        """
        rules, caps = self.giving.rules, self.giving.caps
        for cell in self.giving.cells.each(but=(word, *self._of_lines)):
            held = [[self.giving.held({**cell, **line, word: step}) for line in self._lines] for step in steps]
            for at in range(1, len(steps)):
                if held[at - 1] == held[at]:
                    continue
                kinds = self._kinds(held[at - 1], held[at])
                for event in self.giving.events:
                    one = self._verdict(Pair(self.giving, event, tuple(kinds), *self._together(cell, event)))
                    if one is not None:
                        rule = None if one.rule is None else rules[one.rule][0]
                        cap = None if one.cap is None else caps[one.cap][0]
                        both = steps[at - 1], steps[at]
                        yield EarnsLess(one, rule, cap, word, both, cell, tuple(kinds.values()))

    @cached_property
    def _same(self) -> dict[tuple[Any, ...], Verdict | None]:
        return self.known.setdefault(self.giving.shape, {})

    @cached_property
    def _of_lines(self) -> list[str]:
        return [name for name, one in self.giving.cells.names.items() if one.scope is Scope.LINE]

    @cached_property
    def _lines(self) -> list[dict[str, Any]]:
        """What lines may be, as far as rules look at it."""
        others = [name for name in self.giving.cells.values if name not in self._of_lines]
        return list(self.giving.cells.each(but=others))

    @cached_property
    def _spans(self) -> list[tuple[Span, Span]]:
        """The money and the items of each of these lines."""
        return [(self._span("net", line), self._span("quantity", line)) for line in self._lines]

    def _kinds(self, lower: list[tuple[bool, ...]], higher: list[tuple[bool, ...]]) -> dict[Kind, Cell]:
        """The kinds of lines on which the two may get different things, each with the plainest line of it."""
        kinds: dict[Kind, Cell] = {}
        for line, spans, one, other in zip(self._lines, self._spans, lower, higher, strict=True):
            kinds.setdefault(Kind(one, other, *spans), line)
        return kinds

    def _together(self, cell: Cell, event: str) -> tuple[Span, Span]:
        return (self._span("total", cell), self._span("lines", cell)) if event == "purchase" else (_FREE, _FREE)

    def _span(self, name: str, cell: Cell) -> Span:
        value = cell.get(name)
        return _FREE if value is None else self.giving.cells.span(name, int(value))

    def _verdict(self, pair: Pair) -> Verdict | None:
        known = self._same
        key = (pair.event, pair.kinds, pair.total, pair.number)
        if key not in known:
            custom = _ordinary(pair, 1)
            if custom is None and not _never_less(pair):
                custom = _ordinary(pair, 2) or lead(pair)
            known[key] = None if custom is None else _judged(pair, custom)
        return known[key]


def _judged(pair: Pair, custom: Custom) -> Verdict:
    lower, higher = pair.given(custom)
    uncapped, more = pair.given(custom, capped=False)
    rule = cap = None
    if _all(uncapped) > _all(more):
        rules = enumerate(one for _, one in pair.giving.rules)
        rule = next(place for place, one in rules if uncapped.get(one.id, 0) > more.get(one.id, 0))
    else:
        lost = {id for id, points in higher.items() if points < more[id]}
        cap = next(place for place, (_, one) in enumerate(pair.giving.caps) if not lost.isdisjoint(one.rules))
    return Verdict(custom, rule, cap, _all(lower), _all(higher))


def _all(points: dict[str, Fraction]) -> Fraction:
    return sum(points.values(), Fraction(0))


def _ordinary(pair: Pair, kinds: int) -> Custom | None:
    return next((one for one in ordinary(pair, kinds) if pair.leads(one)), None)


def _never_less(pair: Pair) -> bool:
    """Whether part by part the higher gets at least as much, so that no basket need be looked for.

    A part is what stands in no group and under the same cap, or one member of a group against one of the same group.
    """
    giving, caps = pair.giving, Caps(pair.giving)
    lower, higher = (_apart(giving, held, pair.event) for held in pair.sides())
    grouped = {id for some in giving.ends.values() for id in some}
    if giving.chained:
        # what is multiplied depends on which of the group counts: that has to be the same for both
        same = all(lower.get(id) == higher.get(id) for id in grouped)
        return same and not giving.caps and all(not low or high for low, high in _sides(pair))
    parts = [*caps.over, frozenset(id for id in (*lower, *higher) if not any(id in rules for rules in caps.over))]
    for some in giving.ends.values():
        if not any(part.issuperset(some) for part in parts):
            return False
        for id in some:
            if id in lower and not any(_at_most(lower[id], higher[mate]) for mate in some if mate in higher):
                return False
    if any(lower.get(id) != higher.get(id) for id in caps.refusing):
        return False
    return all(_at_most(*(_pool(forms, part - grouped) for forms in (lower, higher))) for part in parts)


def _apart(giving: Giving, held: list[Held], event: str) -> dict[str, Form]:
    """What each rule would give if no group chose."""
    members: dict[str, Form] = {}

    def choose(some: tuple[str, ...], forms: dict[str, Form]) -> str:
        members.update({id: forms[id] for id in some})
        return some[0]

    return {**giving.forms(held, event, choose), **members}


def _sides(pair: Pair) -> Iterator[tuple[bool, bool]]:
    for kind in pair.kinds:
        yield from zip(kind.lower, kind.higher, strict=True)


def _pool(forms: dict[str, Form], some: frozenset[str]) -> Form:
    parts = [form for id, form in forms.items() if id in some]
    return tuple(map(sum, zip(*parts, strict=True))) if parts else ()


def _at_most(one: Form, other: Form) -> bool:
    """Whether `one` gives no more than `other` on every basket of at least one item; empty is nothing."""
    more = [high - low for low, high in zip(one or (0,) * len(other), other or (0,) * len(one), strict=True)]
    return not more or (min(more[1:]) >= 0 and more[0] + min(more[2::2]) >= 0)
