"""Quotes: what an event would do, and why each rule that gave nothing did not. Nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from regulars.engine.entries import ACCRUAL, Outcome
from regulars.engine.events import Event
from regulars.engine.kernel import Kernel
from regulars.engine.periods import period_key
from regulars.engine.standing import Standing
from regulars.kit.conditions import Condition, Scope
from regulars.kit.conditions.tree import Compare, Count, Literal, Op, Ref, Spend, type_of
from regulars.kit.conditions.vocabulary import Type
from regulars.programme.earn import Rule

# Why a rule gave nothing.
CONDITION: Final = "condition"  # its condition does not hold
COUNT: Final = "count"  # it held, and counts: not the turn yet
COUNTED_TODAY: Final = "counted_today"  # it counts days, and this one is counted
NOTHING_TO_MULTIPLY: Final = "nothing_to_multiply"  # none of the rules it multiplies gave anything
NOT_THE_BEST: Final = "not_the_best"  # another rule of its group gives more
NOTHING_COUNTED: Final = "nothing_counted"  # it held, and there was nothing it could weigh
FRACTION: Final = "fraction"  # less than a whole point; with `carry` it is kept
CAP: Final = "cap"  # a cap held everything back

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of a condition that does not hold; `short` is what lacks to its threshold, in minor units for `money`."""

    condition: Condition
    short: int | Decimal | None = None
    money: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """Why `rule` gave nothing: a `code`, the conditions `missing`, how often still `to_go` (counting rules), and the
    `other` rule or cap that stood in its way."""

    rule: Rule
    code: str
    missing: tuple[Missing, ...] = ()
    to_go: int = 0
    other: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """The outcome of the event alone, where it would leave the account (`after`), and the rules that gave nothing."""

    outcome: Outcome
    after: Standing
    silences: tuple[Silence, ...]


def quote(kernel: Kernel, standing: Standing, event: Event) -> Quoted:
    """What `event` would do to a copy of `standing`, after all that fell due before it."""
    day, weekday, hour = kernel.terms.zone.local(event.at)
    before = standing.copy()
    kernel.settle(before, day)
    after = before.copy()
    outcome = kernel.step(after, event)
    if outcome.refusal is not None:
        return Quoted(outcome, after, ())
    before.joined_day = after.joined_day
    values = _values(kernel, before, event, day, weekday, hour)
    return Quoted(outcome, after, tuple(_Quote(kernel, before, after, event, outcome, values).silences(day)))


class _Quote:
    def __init__(
        self, kernel: Kernel, before: Standing, after: Standing, event: Event, outcome: Outcome, values: dict[str, Any]
    ) -> None:
        self.kernel = kernel
        self.before = before
        self.after = after
        self.event = event
        self.outcome = outcome
        self.values = values
        words = [name for rule in self._rules() if rule.when for name in rule.when.names if name.scope is Scope.LINE]
        self.lines = _lines(event, [name.name for name in words])

    def silences(self, day: int) -> list[Silence]:
        """One for each rule that looks at this type of event and gave no points, in the order of the file."""
        given = {entry.rule.id for entry in self.outcome.entries if entry.kind == ACCRUAL and entry.rule}
        weighs: set[str] = set()
        weigh = self.kernel._weighers.get(self.event.type)
        if weigh is not None:
            now = self.values
            gifts, _, _ = weigh(self.event, self.before.copy(), now["tier"], now["weekday"], now["hour"], day)
            weighs = {gift.rule.id for of_currency in gifts for gift in of_currency}
        return [self._silence(rule, weighs, day) for rule in self._rules() if rule.id not in given]

    def _rules(self) -> list[Rule]:
        return [rule for rule in self.kernel.terms.programme.earn.rules if self.event.type in rule.on]

    def _silence(self, rule: Rule, weighs: set[str], day: int) -> Silence:
        if rule.id in weighs:
            caps = [clip.cap for clip in self.outcome.clips if clip.rule == rule.id]
            return Silence(rule, CAP, other=caps[0]) if caps else Silence(rule, FRACTION)
        to_go = rule.every - self.after.counts.get(rule.id, 0) if rule.every else 0
        before = 0
        if rule.streak:
            period = period_key(rule.streak.per, day)
            before = self.before.streak(rule.id).run(period)
            after = self.after.streak(rule.id)
            to_go = rule.streak.length + after.owed - max(after.run(at) for at in (period, period - 1))
        missing = self._missing(rule.when) if rule.when else ()
        if missing:
            return Silence(rule, CONDITION, missing, to_go)
        if rule.every or rule.streak:
            counted = before > 0 or day in self.before.counted_day.get(rule.id, ())
            return Silence(rule, COUNTED_TODAY if counted else COUNT, (), to_go)
        if rule.of and not weighs.intersection(rule.of):
            return Silence(rule, NOTHING_TO_MULTIPLY, other=rule.of[0])
        for group in self.kernel.terms.programme.earn.groups:
            better = weighs.intersection(group.best_of)
            if rule.id in group.best_of and better:
                return Silence(rule, NOT_THE_BEST, other=better.pop())
        return Silence(rule, NOTHING_COUNTED)

    def _missing(self, when: Condition) -> tuple[Missing, ...]:
        """The parts that do not hold; of a condition about lines, those of the line that comes nearest."""
        parts = when.conjuncts()
        if when.scope is not Scope.LINE:
            return self._unmet(parts, self.values)
        near = [self._unmet(parts, {**self.values, **line}) for line in self.lines]
        if not near:
            return tuple(Missing(part) for part in parts)
        return min(near, key=lambda missing: (len(missing), [one.short or 0 for one in missing]))

    def _unmet(self, parts: Sequence[Condition], values: Values) -> tuple[Missing, ...]:
        return tuple(self._lacking(part, values) for part in parts if not self._holds(part, values))

    def _holds(self, condition: Condition, values: Values) -> bool:
        return condition.function()(values, self.lines)

    def _lacking(self, condition: Condition, values: Values) -> Missing:
        match condition.root:
            case Compare(Op.GE | Op.GT as op, left, Literal(int() | Decimal() as asked, _)):
                match left:
                    case Ref(name):
                        has = values[name.name]
                    case Count(where):
                        has = sum(self._holds(Condition(where), {**values, **line}) for line in self.lines)
                    case Spend(where, amount):
                        met = [line for line in self.lines if self._holds(Condition(where), {**values, **line})]
                        has = sum(line[amount.name] for line in met)
                if has is not None:
                    return Missing(condition, asked - has + (op is Op.GT), type_of(left) is Type.MONEY)
        return Missing(condition)


def _values(kernel: Kernel, standing: Standing, event: Event, day: int, weekday: str, hour: int) -> dict[str, Any]:
    """What conditions read of the order and of the member, by name; what is not known is None."""
    moment = date.fromordinal(day)
    words = {name.name: None for rule in kernel.terms.programme.earn.rules if rule.when for name in rule.when.names}
    return {
        **words,
        **event.attributes,
        "segments": event.attributes.get("segments") or (),
        "weekday": weekday,
        "hour": hour,
        "date": moment,
        "day": moment.day,
        "month": moment.month,
        "type": event.type,
        "tier": kernel.terms.level_ids[standing.tier if day >= standing.day else standing.tier_at(day)],
        "total": sum(event.nets),
        "lines": len(event.nets),
        "member_since": date.fromordinal(standing.joined_day),
    }


def _lines(event: Event, words: Sequence[str]) -> list[dict[str, Any]]:
    """The lines of an event as mappings; of `words` that it does not tell, None."""
    columns = {name: values for name, values in event.columns.items() if values} | {"net": event.nets}
    return [
        {**dict.fromkeys(words), **{name: values[place] for name, values in columns.items()}}
        for place in range(len(event.nets))
    ]
