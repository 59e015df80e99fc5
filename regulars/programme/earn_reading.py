"""Reading the section `earn`: what its rules, groups, caps and budgets mean for one another.

The file is read from top to bottom, as rules act: what a multiplier names stands before it, and a group is
complete before anything multiplies one of its members.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from math import lcm
from typing import Any

from regulars.kit.conditions import Scope, Vocabulary
from regulars.kit.speaking import worded
from regulars.programme.currencies import LARGEST_PART, check_unique
from regulars.programme.declared import all_known, find
from regulars.programme.document import Node
from regulars.programme.earn import EARN, RULE, Budget, Cap, Earn, Group, Rule, Streak
from regulars.programme.misplaced import GIFT, MISPLACED, MULTIPLIER, RATE
from regulars.programme.problems import shown
from regulars.programme.reading import BROKEN, Fields, Placed, Reading
from regulars.programme.shapes import one_of
from regulars.programme.thresholds import Unfit, threshold
from regulars.programme.vocabulary import read_condition

FINEST = 10**12  # parts of a point in which every rate of a currency is whole
LARGEST_GROWTH = 10**6  # of a point, by multipliers upon multipliers


def read_earn(node: Node, currencies: Mapping[str, str], words: Vocabulary, reading: Reading) -> Any:
    """The Earn in `node`, or BROKEN; `currencies` maps the ids of the currencies to their kinds."""
    section = EARN.read(node, "earn", reading)
    if section is BROKEN:
        return BROKEN
    rules: list[Fields] = list(section.get("rules") or ())
    groups: list[Fields] = list(section.get("groups") or ())
    caps: list[Fields] = list(section.get("caps") or ())
    budgets: list[Fields] = list(section.get("budgets") or ())
    for records, kind in ((rules, "rule"), (groups, "group"), ([*caps, *budgets], "cap")):
        check_unique(records, kind)
    reader = _Rules(rules, groups, currencies, words, reading)
    section["rules"] = tuple(reader.rule(fields) for fields in rules)
    section["groups"] = tuple(reader.group(fields) for fields in groups)
    section["caps"] = tuple(reader.bound(fields, Cap) for fields in caps)
    section["budgets"] = tuple(reader.bound(fields, Budget) for fields in budgets)
    return section.build(Earn)


class _Rules:
    """What is known of the rules read so far: the currency, the kind and the fineness of each."""

    def __init__(
        self,
        rules: list[Fields],
        groups: list[Fields],
        currencies: Mapping[str, str],
        words: Vocabulary,
        reading: Reading,
    ) -> None:
        self.reading = reading
        self.words = words
        self.kinds = currencies
        spendable = [id for id, kind in currencies.items() if kind == "spendable"]
        self.only = spendable[0] if len(spendable) == 1 else None
        self.position = {fields.get("id"): index for index, fields in reversed(list(enumerate(rules)))}
        self.position.pop(None, None)
        self.read = -1
        self.currency: dict[str, str | None] = {}
        self.scope: dict[str, Scope] = {}
        self.on: dict[str, tuple[str, ...]] = {}
        self.parts: dict[str, int] = {}
        self.growth: dict[str, Fraction] = {}
        self.finest: dict[str, int] = {}
        self.group_end = _group_ends(groups, self.position)
        self.grouped: dict[str, str] = {}
        self.by_currency: dict[str, tuple[str, ...]] | None = None
        self.reconsidered: set[str | None] = set()

    # One rule

    def rule(self, fields: Fields) -> Any:
        """The Rule of `fields`, or BROKEN."""
        self.read += 1
        kind = self._kind(fields)
        if kind is None:
            return self._unclear(fields)
        for key, (why, remedy) in MISPLACED[kind].items():
            if fields.given(key):
                fields.misplaced(key, why, remedy)
        if fields.given("count") and not fields.given("every"):
            why = worded("says what `every` counts, and there is no `every`.")
            fields.misplaced("count", why, worded("Add `every`, or remove it."))
        if fields.given("streak") and fields.given("every"):
            why = worded("has no meaning beside `every`: a rule counts, or asks for a streak.")
            fields.misplaced("streak", why, worded("Keep one of the two."))
        if kind == RATE and fields.get("on") not in (None, ("purchase",)):
            why = worded("names events without lines, which have no amounts and items.")
            fields.misplaced("on", why, worded("Remove it, or `per`."))
        of = self._of(fields) if kind == MULTIPLIER else []
        currency = self._multiplied(fields, of) if kind == MULTIPLIER else self._currency(fields)
        scope = self._scope(fields, of) if kind == MULTIPLIER else Scope.LINE if kind == RATE else Scope.ORDER
        on = fields.get("on") or ()
        if of:
            on = tuple(dict.fromkeys(event for one in of for event in self.on[one.text]))
        condition = read_condition(fields.get("when"), scope, self.words, self.reading)
        id = fields.get("id")
        if fields.get("on_return") == "reconsider" and kind == GIFT:
            self.reconsidered.add(id)
            self._reconsider(fields, condition)
        elif self.reconsidered.intersection(one.text for one in of):
            self.reconsidered.add(id)
            self._one_only(of)
        if self.position.get(id) == self.read:
            self.currency[id], self.scope[id], self.on[id] = currency, scope, on
            self.parts[id] = self._check_rate(fields, of, currency)
            self.growth[id] = self._check_growth(fields, of)
        if fields.get("streak"):
            fields["streak"] = _streak(fields["streak"])
        fields["currency"] = currency or BROKEN
        fields["of"] = tuple(one.text for one in of)
        fields["on"] = on
        fields["when"] = condition
        return fields.build(_built)

    def _kind(self, fields: Fields) -> str | None:
        if fields.given("times") != fields.given("points"):
            if fields.given("points"):
                return RATE if fields.given("per") else GIFT
            if not fields.given("of"):
                fields.problem(
                    "missing_key", "of", worded("A rule with `times` must say what it multiplies."),
                    worded("Add `of:` with the ids of rules above it."),
                )  # fmt: skip
            return MULTIPLIER
        both = fields.given("times")
        if not both and not fields.node.entries.keys() <= RULE.names():
            return None  # one of them is misspelt, and that was said
        message = (
            worded("A rule has both `points` and `times`.")
            if both
            else worded("A rule has neither `points` nor `times`.")
        )
        remedy = worded("Write `points` for a rule that gives, or `times` and `of` for one that multiplies others.")
        fields.problem("rule_kind_unclear", "times", message, remedy, at_key=True)
        return None

    def _unclear(self, fields: Fields) -> Any:
        """BROKEN, after what can be said of a rule of which it is not clear what it does: its names, its condition."""
        self._of(fields)
        if fields.given("currency"):
            self._currency(fields)
        read_condition(fields.get("when"), Scope.LINE, self.words, self.reading, Scope.ORDER)
        return BROKEN

    def _currency(self, fields: Fields) -> str | None:
        """The currency a rule or cap names; without a name, the only one that can be spent."""
        written: Placed | None = fields.get("currency")
        if fields.given("currency"):
            return written.text if written and self._known(written, self.kinds, "currency") else None
        if self.only is None and all_known(self.kinds, self.reading):
            known = one_of(list(self.kinds))
            fields.problem(
                "missing_key",
                "currency",
                worded("It is not clear which currency this is about."),
                worded(
                    "Add `currency:` with {known}; only with a single spendable currency it may be left out.",
                    known=known,
                ),
            )
        return self.only

    def _known(self, written: Placed, names: Collection[str], kind: str) -> bool:
        return find(written, names, kind, self.reading) is not BROKEN

    # What a return takes as a whole

    def _reconsider(self, fields: Fields, condition: Any) -> None:
        """Note what in a gift and its condition cannot be asked again of what a return leaves."""
        for key in ("every", "streak"):
            if fields.given(key):
                why = worded("has no meaning for a gift that counts: it goes back with the purchase that completed it.")
                fields.misplaced("on_return", why, worded("Remove it, or `{key}`.", key=key))
                return
        if condition is BROKEN or fields["when"] is BROKEN:
            return
        reason: str = worded("It asks for nothing of the purchase that a return could take away.")
        try:
            if threshold(condition) is not None:
                return
        except Unfit as unfit:
            reason = unfit.why
        key = "when" if fields.given("when") else "on_return"
        remedy = worded("Write a threshold such as `total >= 50.00`, or remove `on_return`.")
        fields.problem(
            "cannot_reconsider", key, worded("This condition cannot be reconsidered. {why}", why=reason), remedy
        )

    def _one_only(self, of: list[Placed]) -> None:
        for one in of[1:]:
            message = worded("A gift that a return reconsiders is multiplied together with another rule.")
            remedy = worded("Write a multiplier of its own for it: what was given on it goes back with it.")
            self.reading.problem("cannot_reconsider", one.path, one.node.place, message, remedy)

    # What a multiplier names

    def _of(self, fields: Fields) -> list[Placed]:
        """The references of a multiplier to rules before it."""
        return [one for one in fields.get("of") or () if self._earlier(one)]

    def _earlier(self, one: Placed) -> bool:
        if not self._known(one, self.position, "rule"):
            return False
        note = self.reading.problem
        if self.position[one.text] >= self.read:
            message = worded("The rule {given} does not stand above this one.", given=shown(one.text))
            remedy = worded("Move this rule below all the rules it multiplies.")
            note("later_rule", one.path, one.node.place, message, remedy)
            return False
        end = self.group_end.get(one.text, -1)
        if end >= self.read:
            message = worded("The rule {given} is in a group that does not end above this rule.", given=shown(one.text))
            remedy = worded("Move this rule below all the members of that group: only then it is known which counts.")
            note("group_not_complete", one.path, one.node.place, message, remedy)
        return one.text in self.scope

    def _multiplied(self, fields: Fields, of: list[Placed]) -> str | None:
        """The currency of the rules in `of`, which must be one."""
        found = [(one, self.currency[one.text]) for one in of]
        first = next((currency for _, currency in found if currency), None)
        for one, currency in found:
            if currency and currency != first:
                self._differs(one, currency, first)
        written: Placed | None = fields.get("currency")
        if written and first and self._known(written, self.kinds, "currency") and written.text != first:
            message = worded("The rules that are multiplied give {given}.", given=shown(first))
            fields.problem(
                "currency_mismatch", "currency", message, worded("Remove `currency`: a multiplier has theirs.")
            )
        return first

    def _differs(self, one: Placed, currency: str, wanted: str | None) -> None:
        message = worded(
            "The rule {rule} gives {currency}, not {wanted}.",
            rule=shown(one.text),
            currency=shown(currency),
            wanted=shown(wanted or ""),
        )
        remedy = worded("Name rules of one currency only; write a second one for the other.")
        self.reading.problem("currency_mismatch", one.path, one.node.place, message, remedy)

    def _scope(self, fields: Fields, of: list[Placed]) -> Scope:
        """Where the condition of a multiplier looks: at lines over rates, at the event over gifts."""
        scopes = {self.scope[one.text] for one in of}
        if len(scopes) > 1:
            fields.problem(
                "mixed_multiplier", "of", worded("Some of these rules give per amount or item, others per event."),
                worded("Write two multipliers: one for the rules with `per`, one for those without."),
            )  # fmt: skip
        return Scope.ORDER if scopes == {Scope.ORDER} else Scope.LINE

    # Rates stay exact, and countable in whole parts of a point

    def _check_rate(self, fields: Fields, of: list[Placed], currency: str | None) -> int:
        """Parts of a point in which all it gives is whole; notes `rate_too_fine` when they are too many."""
        points, per, times = (fields.get(key) for key in ("points", "per", "times"))
        rate = times if times else (points or 1) / Fraction(per if isinstance(per, int) else 1)
        key = "times" if times else "per" if isinstance(per, int) else "points"
        if max(rate.numerator, rate.denominator) > LARGEST_PART:
            message = worded(
                "The rate is {rate}; neither number of it may be above {most}.",
                rate=rate,
                most=LARGEST_PART,
            )
            fields.problem("rate_too_fine", key, message, worded("Choose rounder figures."))
            return 1
        parts = min(rate.denominator * _common(self.parts[one.text] for one in of), FINEST + 1)
        if currency:
            before = self.finest.get(currency, 1)
            self.finest[currency] = lcm(before, parts)
            if before <= FINEST < self.finest[currency]:
                message = worded(
                    "With the rules above, points of {given} would be cut too fine to count.", given=shown(currency)
                )
                remedy = worded("Choose rounder figures: {most} parts of a point are the limit.", most=FINEST)
                fields.problem("rate_too_fine", key, message, remedy)
            self.finest[currency] = min(self.finest[currency], FINEST + 1)
        return parts

    def _check_growth(self, fields: Fields, of: list[Placed]) -> Fraction:
        """How many points the rule can add for each one of a rate or gift below it; notes `grows_too_much`."""
        times: Fraction | None = fields.get("times")
        if times is None:
            return Fraction(1)
        growth = (times - 1) * sum(self.growth.get(one.text, Fraction(1)) for one in of)
        if growth <= LARGEST_GROWTH:
            return growth
        message = worded(
            "With the rules it multiplies, it would make one point into more than {most}.",
            most=LARGEST_GROWTH,
        )
        fields.problem(
            "grows_too_much", "times", message, worded("Nobody can mean that: multiply fewer times, or by less.")
        )
        return Fraction(1)

    # Groups, caps and budgets

    def group(self, fields: Fields) -> Any:
        """The Group of `fields`, or BROKEN."""
        members = [one for one in fields.get("best_of") or () if self._known(one, self.position, "rule")]
        first = next((self.currency.get(one.text) for one in members if self.currency.get(one.text)), None)
        for one in members:
            currency = self.currency.get(one.text)
            if currency and currency != first:
                self._differs(one, currency, first)
            other = self.grouped.setdefault(one.text, fields.path)
            if other != fields.path:
                message = worded("The rule {given} is in another group already.", given=shown(one.text))
                remedy = worded(
                    "A rule can be in one group only: remove it from one of the two, or make them one group."
                )
                self.reading.problem("rule_in_two_groups", one.path, one.node.place, message, remedy)
        fields["best_of"] = tuple(one.text for one in members)
        return fields.build(Group)

    def bound(self, fields: Fields, kind: type[Cap]) -> Any:
        """The Cap or Budget of `fields`, or BROKEN; without `rules` it bounds all the rules of its currency."""
        currency = self._currency(fields)
        fields["currency"] = currency or BROKEN
        if not fields.given("rules"):
            fields["rules"] = self._rules_of(currency)
            return fields.build(kind)
        rules = [one for one in fields.get("rules") or () if self._known(one, self.position, "rule")]
        for one in rules:
            given = self.currency.get(one.text)
            if currency and given and given != currency:
                self._differs(one, given, currency)
        fields["rules"] = tuple(one.text for one in rules)
        return fields.build(kind)

    def _rules_of(self, currency: str | None) -> tuple[str, ...]:
        if self.by_currency is None:
            found: dict[str, list[str]] = {}
            for id, given in self.currency.items():
                found.setdefault(given or "", []).append(id)
            self.by_currency = {id: tuple(rules) for id, rules in found.items()}
        return self.by_currency.get(currency or "", ())


def _common(parts: Iterable[int]) -> int:
    """Their least common multiple, or some number above FINEST when it is above."""
    found = 1
    for part in parts:
        found = lcm(found, part)
        if found > FINEST:
            break
    return found


def _group_ends(groups: Iterable[Fields], position: Mapping[str, int]) -> dict[str, int]:
    """For each rule in a group, the position of the last member of it."""
    ends: dict[str, int] = {}
    for fields in groups:
        members = [one.text for one in fields.get("best_of") or () if one.text in position]
        last = max((position[id] for id in members), default=-1)
        for id in members:
            ends[id] = max(last, ends.get(id, -1))
    return ends


def _streak(fields: Fields) -> Any:
    """The Streak of `fields`, or BROKEN."""
    given = [key for key in ("days", "weeks", "months") if fields.given(key)]
    if len(given) != 1:
        message = worded("A streak is so many days, weeks or months in a row: one of the three.")
        fields.problem("streak_unclear", "days", message, worded("Write `streak: {weeks: 3}`."))
        return BROKEN
    length = fields[given[0]]
    return BROKEN if length is BROKEN else Streak(given[0][:-1], length)


def _built(**values: Any) -> Rule:
    """A Rule of checked values, with what does not apply to its kind in its neutral form."""
    per = values.pop("per")
    if values["times"] is not None:
        return Rule(**{**values, "points": Fraction(0)}, per=1, per_unit="")
    return Rule(**values, per=per if isinstance(per, int) else 1, per_unit="event" if per is None else _unit(per))


def _unit(per: int | str) -> str:
    return "money" if isinstance(per, int) else "item"
