"""What each rule gives on one event: one function per event type, written and compiled from the checked rules.

The generated function loops over a basket's lines once per rule with the condition inlined, in whole numbers
only. Its text is kept as `__source__`, so that it can be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from regulars.engine.events import PURCHASE, VISIT, Event
from regulars.engine.gifts import Gift
from regulars.engine.periods import period_key
from regulars.engine.rounding import share_out
from regulars.engine.standing import Standing
from regulars.engine.streaks import JOINED, Counted, count_day
from regulars.engine.terms import Terms
from regulars.kit.conditions import Condition, Name, Scope
from regulars.programme.earn import Base, Rule

#: (gifts per currency in the order of the file, ids of the counting rules as in `Outcome.counted`, progress per line)
Weighed = tuple[list[list[Gift]], tuple[str, ...], Sequence[int]]
Weigh = Callable[[Event, Standing, str, str, int, int], Weighed]

_CLOCK: Final = {
    "weekday": "weekday",
    "hour": "hour",
    "date": "date_of(day)",
    "day": "date_of(day).day",
    "month": "date_of(day).month",
    "type": "event.type",
    "tier": "tier",
    "total": "sum(nets)",
    "lines": "len(nets)",
    "member_since": "date_of(standing.joined_day)",
}


def weigher(terms: Terms, event_type: str) -> Weigh | None:
    """The function that weighs events of one type, or None when no rule and no tier looks at them."""
    rules = [rule for rule in terms.programme.earn.rules if event_type in rule.on]
    tiers = terms.tiers
    counted = tiers is not None and (
        (tiers.counts == "spend" and event_type == PURCHASE)
        or (tiers.counts == "visits" and event_type in (PURCHASE, VISIT))
    )
    if not rules and not counted:
        return None
    return _Writer(terms, event_type, rules, counted).function()


class _Writer:
    """Writes one function; it is also the conditions' Source."""

    def __init__(self, terms: Terms, event_type: str, rules: list[Rule], counted: bool) -> None:
        self.terms = terms
        self.rules = rules
        self.by_id = {rule.id: rule for rule in terms.programme.earn.rules}
        self.number = {rule.id: index for index, rule in enumerate(rules)}
        #: Per rule over lines: exact parts of a point per unit of its weights.
        self.units: dict[str, Fraction] = {}
        self.mixed: set[str] = set()
        self.uses_money = any(rule.times is None and rule.per_unit == "money" for rule in rules)
        self.counted = counted
        self.event_type = event_type
        self.body: list[str] = []
        self.reads: dict[str, str] = {}
        self.bound: dict[str, str] = {}
        self.space: dict[str, Any] = {"Gift": Gift, "new": tuple.__new__, "date_of": date.fromordinal, "less": _less}
        self.space |= {"period_key": period_key, "Counted": Counted, "count_day": count_day}

    # What conditions read

    def name(self, name: Name) -> str:
        """A line's value in a loop, or a local variable bound once."""
        if name.scope is Scope.LINE:
            return f"x_{name.name}"
        return self._order(name.name)

    def lines(self, names: tuple[Name, ...]) -> str:
        targets, columns = [f"x_{name.name}" for name in names], [self._column(name.name) for name in names]
        if len(names) == 1:
            return f"{targets[0]} in {columns[0]}"
        return f"{', '.join(targets)} in zip({', '.join(columns)})"

    def constant(self, value: object) -> str:
        name = f"k_{len(self.space)}"
        self.space[name] = value
        return name

    def once(self, expression: str) -> str:
        found = self.bound.get(expression)
        if found is None:
            found = self.bound[expression] = f"a_{len(self.bound)}"
            self.reads[found] = expression
        return found

    def _order(self, name: str) -> str:
        read = _CLOCK.get(name, f"attributes.get({name!r})")
        if name == "segments":
            read = "attributes.get('segments') or ()"
        if read == name:
            return name
        self.reads.setdefault(f"o_{name}", read)
        return f"o_{name}"

    def _column(self, name: str) -> str:
        if name == "net":
            return "nets"
        self.reads.setdefault(f"c_{name}", f"columns.get({name!r}) or [None] * len(nets)")
        return f"c_{name}"

    # The function

    def function(self) -> Weigh:
        if self.uses_money:
            self._base(self.terms.programme.earn.base)
        for rule in self.rules:
            self._rule(rule)
            self._groups_after(rule)
        lists = {id: f"g{place}" for place, id in enumerate(self.terms.currencies)}
        self.body.extend(f"{name} = []" for name in lists.values())
        for rule in self.rules:
            i = self.number[rule.id]
            unit = self.units.get(rule.id, 0)
            gift = f"new(Gift, (R{i}, e{i}, s{i}, w{i}, {unit}))"
            self.body.append(f"if e{i}: {lists[rule.currency]}.append({gift})")
            self.space[f"R{i}"] = self.terms.refs[rule.id]
        self.body.append(f"progress = {self._progress()}")
        self.body.append(f"return [{', '.join(lists.values())}], counted, progress")
        head = [
            "def weigh(event, standing, tier, weekday, hour, day):",
            "    nets = event.nets",
            "    columns = event.columns",
            "    attributes = event.attributes",
            "    counted = ()",
        ]
        reads = [f"    {name} = {read}" for name, read in self.reads.items()]
        text = "\n".join([*head, *reads, *(f"    {line}" for line in self.body)]) + "\n"
        exec(compile(text, f"<rules for {self.event_type}>", "exec"), self.space)  # noqa: S102 - from checked rules
        made: Weigh = self.space["weigh"]
        made.__dict__["__source__"] = text
        return made

    def _base(self, base: Base) -> None:
        """`base`: the money of each line that counts, in minor units."""
        text = "nets"
        if base.amount == "gross":
            text = f"[n if g is None else g for n, g in zip(nets, {self._column('gross')})]"
        for extra, wanted in (("tax", base.tax), ("shipping", base.shipping)):
            if wanted:
                text = f"[b + (x or 0) for b, x in zip({text}, {self._column(extra)})]"
        self.body.append(f"base = {text}")
        if not base.paid_with_points:
            self.body.append("if event.tendered: base = less(base, event.tendered)")

    def _rule(self, rule: Rule) -> None:
        if rule.times is not None:
            self._multiplier(rule)
        elif rule.per_unit == "event":
            self._gift(rule)
        else:
            self._rate(rule)

    def _rate(self, rule: Rule) -> None:
        weights = "base" if rule.per_unit == "money" else self._column("quantity")
        self.units[rule.id] = rule.points / rule.per * self._parts(rule)
        self._weighed_lines(rule, weights, "", "")

    def _parts(self, rule: Rule) -> int:
        return self.terms.currencies[rule.currency].denominator

    def _gift(self, rule: Rule) -> None:
        i = self.number[rule.id]
        denominator = self.terms.currencies[rule.currency].denominator
        exact = int(rule.points * denominator)
        self.body.append(f"w{i} = nets or [1]; s{i} = 1; e{i} = 0")
        test = rule.when.python(self) if rule.when else "True"
        if rule.streak is not None:
            count = f"standing.streak({rule.id!r}).count(period_key({rule.streak.per!r}, day), {rule.streak.length})"
            # As below: an event that completes a streak is named twice, one that joins a period that counted as such.
            named = self.constant(((), (rule.id,), (rule.id, rule.id), (JOINED + rule.id,)))
            self.body.append(f"if {test}:")
            self.body.append(f"    n = {count}; counted += {named}[n]")
            self.body.append(f"    if n == 2: e{i} = {exact}; s{i} = {rule.streak.length}")
            return
        if rule.every is None:
            self.body.append(f"if {test}: e{i} = {exact}")
            return
        days = rule.count == "days"
        anew = f" and (new_day := count_day(standing.counted_day, {rule.id!r}, day))" if days else ""
        if days:
            self.body.append("new_day = True")
        self.body.append(f"if ({test}){anew}:")
        # The count runs from the last gift on; an event that completes a round is named twice, for its return.
        self.body.append(f"    n = standing.counts.get({rule.id!r}, 0) + 1; counted += ({rule.id!r},)")
        self.body.append(f"    if n >= {rule.every}:")
        self.body.append(f"        n -= {rule.every}; counted += ({rule.id!r},); e{i} = {exact}; s{i} = {rule.every}")
        if days:
            self.body.append(f"        standing.counted_day[{rule.id!r}][day] = Counted(1, True, True)")
        self.body.append(f"    standing.counts[{rule.id!r}] = n")
        if days:
            self.body.append(f"if not new_day: counted += ({JOINED + rule.id!r},)")

    def _multiplier(self, rule: Rule) -> None:
        assert rule.times is not None
        named = [self.number[of] for of in rule.of if of in self.number]
        any_of = " or ".join(f"e{j}" for j in named) or "False"
        i = self.number[rule.id]
        if any(self._is_gift(self.by_id[of]) for of in rule.of):
            factor = rule.times - 1
            test = rule.when.python(self) if rule.when else "True"
            first = named[0] if named else i
            self.body.append(f"w{i} = w{first}; s{i} = 1; e{i} = 0")
            total = " + ".join(f"e{j}" for j in named)
            self.body.append(
                f"if ({any_of}) and ({test}): e{i} = ({total}) * {factor.numerator} // {factor.denominator}"
            )
        elif len(named) == 1:
            (of,) = [of for of in rule.of if of in self.number]
            self.units[rule.id] = self.units[of] * (rule.times - 1)
            if of in self.mixed:
                self.mixed.add(rule.id)
            base = self._money(rule) if of in self.mixed else ""
            self._weighed_lines(rule, f"w{named[0]}", base, f"e{named[0]}")
        else:
            self._several(rule, named, any_of)

    def _several(self, rule: Rule, named: list[int], any_of: str) -> None:
        """A multiplier of several rules: what they gave is added up line by line, in exact parts of a point."""
        assert rule.times is not None
        units = [self.units[of] for of in rule.of if of in self.number]
        targets = ", ".join(f"y{j}" for j in named)
        columns = ", ".join(f"w{j} if e{j} else [0] * len(nets)" for j in named)
        summed = " + ".join(_times(f"y{j}", unit) for j, unit in zip(named, units, strict=True))
        weights = f"[{summed} for {targets} in zip({columns})]" if named else "()"
        self.units[rule.id] = rule.times - 1
        self.mixed.add(rule.id)
        self._weighed_lines(rule, weights, self._money(rule), any_of)

    def _money(self, rule: Rule) -> str:
        """The money of the lines that a rule over several others looked at: its weights are parts of points."""
        amounts = "base" if self.uses_money else "nets"
        return f"sum([b for b, w in zip({amounts}, w{self.number[rule.id]}) if w])"

    def _weighed_lines(self, rule: Rule, weights: str, base: str, given: str) -> None:
        """`w`, `e`, `s` of a rule over lines; `given` must be true for it to be looked at at all.

        `base` is the source of what it looked at; empty: the sum of its weights.
        A unit that is not whole is made so by scaling the weights, whose exact parts are whole line by line.
        """
        i = self.number[rule.id]
        unit = self.units[rule.id]
        if unit.denominator != 1:
            weights = f"[{_times('w', unit)} for w in {weights}]"
            unit = self.units[rule.id] = Fraction(1)
        test, line_names = ("True", ()) if rule.when is None else self._test(rule.when)
        guard = f"({given})" if given else ""
        if line_names:
            columns = ", ".join(self._column(name) for name in line_names)
            targets = ", ".join(f"x_{name}" for name in line_names)
            filtered = f"[w if {test} else 0 for w, {targets} in zip({weights}, {columns})]"
        else:
            filtered = weights
            if test != "True":
                guard = f"{guard} and ({test})" if guard else f"({test})"
        # All lines of a rule that was summed up already need no second sum.
        total = f"s{filtered[1:]}" if not base and re.fullmatch(r"w\d+", filtered) else f"sum(w{i})"
        compute = f"w{i} = {filtered}; s{i} = {total}; e{i} = s{i} * {unit}"
        if base:
            compute = f"w{i} = {filtered}; e{i} = {total} * {unit}; s{i} = {base}"
        if guard:
            self.body.append(f"e{i} = s{i} = 0; w{i} = ()")
            self.body.append(f"if {guard}: {compute}")
        else:
            self.body.append(compute)

    def _test(self, when: Condition) -> tuple[str, tuple[str, ...]]:
        outer_only = when.scope is not Scope.LINE
        text = when.python(self)
        names = () if outer_only else tuple(name.name for name in when.names if name.scope is Scope.LINE)
        return text, names

    def _is_gift(self, rule: Rule) -> bool:
        while rule.times is not None:  # a loop: multipliers may stand on one another a thousand deep
            rule = self.by_id[rule.of[0]]
        return rule.per_unit == "event"

    def _groups_after(self, rule: Rule) -> None:
        for group in self.terms.programme.earn.groups:
            members = [self.number[id] for id in group.best_of if id in self.number]
            if not members or max(members) != self.number[rule.id]:
                continue
            members.sort()
            self.body.append(f"best = max({', '.join(f'e{i}' for i in members)})" if len(members) > 1 else "best = 0")
            if len(members) > 1:
                for place, i in enumerate(members):
                    self.body.append(f"{'if' if place == 0 else 'elif'} e{i} == best: keep = {i}")
                for i in members:
                    self.body.append(f"if keep != {i}: e{i} = 0")

    def _progress(self) -> str:
        tiers = self.terms.tiers
        if not self.counted or tiers is None:
            return "()"
        if tiers.counts == "visits":
            return "(1,)" if tiers.when is None else f"(1,) if {tiers.when.python(self)} else ()"
        if tiers.when is None:
            return "nets"
        test, line_names = self._test(tiers.when)
        if not line_names:
            return f"nets if {test} else ()"
        columns = ", ".join(self._column(name) for name in line_names)
        targets = ", ".join(f"x_{name}" for name in line_names)
        return f"[n if {test} else 0 for n, {targets} in zip(nets, {columns})]"


def _times(text: str, factor: Fraction) -> str:
    """Python source of a whole number times a fraction that leaves no remainder."""
    return f"{text} * {factor.numerator}" + (f" // {factor.denominator}" if factor.denominator != 1 else "")


def _less(base: Sequence[int], value: int) -> list[int]:
    """The base without the part of the bill that points paid, taken from each line in proportion."""
    whole = sum(base)
    return [amount - part for amount, part in zip(base, share_out(min(value, whole), base), strict=True)]
