"""Who earns more than somebody more loyal, with all else equal: on baskets of every size and of any lines.

An ordinary basket is tried first, as the plainest example; then whether every part of what the rules give is at least
as much for the more loyal, which is soon seen; and where neither tells, `leading` finds out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from regulars.kit.conditions import Condition, Scope
from regulars.kit.speaking import phrase
from regulars.programme.checks.capping import Caps
from regulars.programme.checks.cells import Cell, Undecided
from regulars.programme.checks.custom import Custom, Kind, Pair, ordinary
from regulars.programme.checks.facts import FREE, Fact, Span, inside
from regulars.programme.checks.giving import Form, Giving, Held
from regulars.programme.checks.leading import lead
from regulars.programme.checks.simplex import Effort


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
    """The comparison over `giving`; `known` is what was found of others, which may be the same but for words.

    Once something was found for a word on a basket that had to be searched for, plain ones alone are looked at.
    """

    giving: Giving
    known: Known = field(default_factory=dict)
    effort: Effort = field(default_factory=Effort)
    _searched: bool = False

    def found(self, word: str, steps: list[Any]) -> Iterator[EarnsLess]:
        """Every step up in `word`, over `steps` in rising loyalty, that earns less with all else equal.

        Raises Undecided, or TooManyCells, where it would have to be guessed.
        """
        self._searched = otherwise = False
        rules, caps = self.giving.rules, self.giving.caps
        if any(word in fact.mentions() for fact in self.giving.cells.facts):
            raise Undecided(phrase("what is said of all lines together looks at `{word}` line by line", word=word))
        for cell in self.giving.cells.each(but=(word, *self._of_lines)):
            marks = self._marks(cell)
            held = [[self.giving.held({**cell, **line, word: step}) for line in self._lines] for step in steps]
            real = [self.giving.cells.can_be({**cell, word: step}) for step in steps]
            for at in range(1, len(steps)):
                if held[at - 1] == held[at] or not (real[at - 1] and real[at]):
                    continue
                otherwise |= self._counted_otherwise(held[at - 1], held[at])
                kinds = self._kinds(held[at - 1], held[at], marks)
                for event in self.giving.events:
                    pair = self._pair(event, tuple(kinds), cell)
                    one = None if pair is None else self._verdict(pair)
                    if one is not None:
                        rule = None if one.rule is None else rules[one.rule][0]
                        cap = None if one.cap is None else caps[one.cap][0]
                        both = steps[at - 1], steps[at]
                        yield EarnsLess(one, rule, cap, word, both, cell, tuple(kinds.values()))
        if otherwise:
            raise Undecided(
                phrase("a rule for the more loyal asks for a streak, or counts days, as none of the others")
            )

    def _counted_otherwise(self, lower: list[Held], higher: list[Held]) -> bool:
        """Whether a rule that the higher alone has counts in a way in which none counts that the lower alone has.

        A streak, and a number of days, cannot be weighed against single events.
        """
        theirs, others = (
            {
                (rule.streak, rule.count if rule.every else "")
                for place, (_, rule) in enumerate(self.giving.rules)
                if any(a[place] and not b[place] for a, b in zip(*sides, strict=True))
            }
            for sides in ((lower, higher), (higher, lower))
        )
        return bool(theirs) and any(one not in theirs and (one[0] is not None or one[1] == "days") for one in others)

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

    def _marks(self, cell: Cell) -> list[tuple[bool, ...]]:
        """For each of these lines, of which of the facts it is one that they speak of."""
        return [tuple(part({**cell, **line}) for part in self._parts) for line in self._lines]

    @cached_property
    def _facts(self) -> list[Fact]:
        """The facts that bound a sum; all others are looked at both ways, whatever the lines are."""
        return [fact for fact in self.giving.cells.facts if fact.bound(holds=True)]

    @cached_property
    def _parts(self) -> list[Callable[[Cell], bool]]:
        return [Condition(fact.parts()[0]).function() for fact in self._facts]

    def _kinds(self, lower: list[Held], higher: list[Held], marks: list[tuple[bool, ...]]) -> dict[Kind, Cell]:
        """The kinds of lines on which the two may get different things, each with the plainest line of it."""
        kinds: dict[tuple[Any, ...], dict[tuple[Span, Span], Cell]] = {}
        for line, spans, *rest in zip(self._lines, self._spans, lower, higher, marks, strict=True):
            kinds.setdefault(tuple(rest), {}).setdefault(spans, line)
        return {
            Kind(one, other, *spans, some): line
            for (one, other, some), lines in kinds.items()
            for spans, line in _merged(lines).items()
        }

    def _pair(self, event: str, kinds: tuple[Kind, ...], cell: Cell) -> Pair | None:
        """None where there is no such event."""
        marks = (
            fact.total([kind.marks[at] for kind in kinds], holds=cell[fact.name]) for at, fact in enumerate(self._facts)
        )
        totals = [total for total in marks if total is not None]
        if event == "purchase":
            return Pair(self.giving, event, kinds, self._span("total", cell), self._span("lines", cell), tuple(totals))
        nothing = all(inside(0, total.span) for total in totals)  # other events have no lines
        return Pair(self.giving, event, kinds, FREE, FREE, ()) if nothing else None

    def _span(self, name: str, cell: Cell) -> Span:
        value = cell.get(name)
        return FREE if value is None else self.giving.cells.span(name, int(value))

    def _verdict(self, pair: Pair) -> Verdict | None:
        known = self._same
        key = (pair.event, pair.kinds, pair.money, pair.number, pair.totals)
        if key not in known:
            custom = _ordinary(pair, 1)
            if custom is None and not _never_less(pair):
                if self._searched:
                    return None
                custom = _ordinary(pair, 2) or lead(pair, self.effort)
                self._searched = custom is not None
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


def _merged(lines: dict[tuple[Span, Span], Cell]) -> dict[tuple[Span, Span], Cell]:
    """Lines of one kind whose spans of money, or of items, go on in one another, as one."""
    for side in (0, 1):
        rows: dict[Span, list[tuple[Span, Cell]]] = {}
        for spans, line in lines.items():
            rows.setdefault(spans[1 - side], []).append((spans[side], line))
        lines = {}
        for other, row in rows.items():
            whole: list[tuple[Span, Cell]] = []
            for (low, high), line in sorted(row, key=lambda one: one[0][0] or 0):
                if whole and low is not None and whole[-1][0][1] == low - 1:
                    whole[-1] = ((whole[-1][0][0], high), whole[-1][1])
                else:
                    whole.append(((low, high), line))
            lines |= {(span, other) if side == 0 else (other, span): line for span, line in whole}
    return lines


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
