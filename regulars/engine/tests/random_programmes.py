"""Random programmes for the laws, as values and as the text of a programme file.

A programme is made from one random number and a size: drawing each part of it through Hypothesis would take most of the
time of every law. It shrinks to fewer rules; the life beside it shrinks event by event.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from regulars.engine.tests.random_rewards import rewards
from regulars.engine.tests.random_rewards import told as told_reward
from regulars.kit.conditions import Condition, Scope, parse
from regulars.programme.currencies import Currency, Expiry, Notice, Pending
from regulars.programme.earn import Base, Cap, Earn, Group, Rule, Streak
from regulars.programme.header import Attribute, Brand, Header
from regulars.programme.promise import Programme
from regulars.programme.tiers import Level, Tiers
from regulars.programme.vocabulary import vocabulary

T = TypeVar("T")

#: For every law: cases are cheap, so there are more of them, and a slow machine is no reason to fail.
law = settings(
    max_examples=max(300, settings().max_examples),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

ATTRIBUTES = tuple(
    Attribute(name, on, type, {"en": name})
    for name, on, type in (
        ("organic", "line", "boolean"),
        ("size", "line", "integer"),
        ("coupon", "order", "text"),
        ("staff", "member", "boolean"),
    )
)
LEVELS = ("bronze", "silver", "gold", "amber")
ZONES = ("Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu", "UTC")

OF_A_LINE = (
    'brand == "Own"', 'brand != "Own"', 'category in ("Wine", "Bread")', "net >= 10.00", "net > 0", "quantity > 1",
    "missing(brand)", "organic", "not organic", "size >= 2", "gross > net", "missing(size) or size < 3",
)  # fmt: skip
OF_AN_ORDER = (
    "total >= 20.00", "lines > 1", 'store == "Quay"', 'weekday in ("tue", "sat", "sun")', "hour < 12", "day <= 15",
    "month in (1, 2, 3)", 'any(category == "Wine")', "all(net > 0)", 'count(brand == "Own") >= 2',
    'spend(category == "Bread") >= 5.00', 'coupon == "SPRING"', 'date >= "2024-03-01"', 'type == "purchase"',
)  # fmt: skip
OF_A_MEMBER = ('"vip" in segments', 'member_since < "2024-03-01"', 'language == "da"', "staff", "birthday_month == 2")
OF_A_TIER = ('tier == "gold"', 'tier in ("silver", "amber")', 'tier != "bronze"')

THRESHOLDS = (
    "total >= 20.00", "lines > 1", "lines >= 2", "lines >= 3", "count(net >= 5.00) >= 2", "any(net > 3.00)",
    "spend(net >= 2.00) > 10.00 or total > 100.00", 'total >= 1.00 and "vip" in segments',
)  # fmt: skip

_TEXTS: dict[Condition, str] = {}


@cache
def condition(text: str, scope: Scope, tiers: bool) -> Condition:
    """The condition that `text` writes, in the words of the random programmes."""
    words = vocabulary(ATTRIBUTES, {level: {"en": level} for level in LEVELS} if tiers else None)
    made = parse(text, words, scope, 2, "EUR")
    _TEXTS[made] = text
    return made


@cache
def conditions(scope: Scope, tiers: bool) -> list[Condition]:
    """Single statements, their opposites, and two statements joined."""
    statements = [*OF_AN_ORDER, *OF_A_MEMBER, *(OF_A_TIER if tiers else ())]
    if scope is Scope.LINE:
        statements += [*OF_A_LINE, *OF_A_LINE]
    chance = Random(7)
    texts = [*statements, *(f"not ({one})" for one in statements)]
    for word in ("and", "or"):
        texts += [f"({chance.choice(statements)}) {word} ({chance.choice(statements)})" for _ in statements]
    return [condition(text, scope, tiers) for text in dict.fromkeys(texts)]


for _text in THRESHOLDS:
    condition(_text, Scope.ORDER, False)
for _pool in product((Scope.LINE, Scope.ORDER), (False, True)):
    conditions(*_pool)  # parsed once, here, so that no law waits for it

NOTICES = (None, None, Notice(60, 30), Notice(10, 1), Notice(5, 5), Notice(365, 1))
EXPIRIES = tuple(Expiry(*row) for row in product(("inactivity", "earning"), (12, 1, 2), NOTICES))
PENDINGS = (
    Pending(1), Pending(14), Pending(40), Pending(until=date(2024, 3, 31)), Pending(event="order delivered", within_days=20),
    Pending(event="order delivered", within_days=90),
)  # fmt: skip
ROUNDINGS = (*[("carry", "down")] * 4, *(product(("order", "line"), ("down", "half_up", "up"))))
POINTS = tuple(map(Fraction, ("1", "2", "1/3", "3/2", "5", "10", "7/5")))
GIFTS = tuple(map(Fraction, ("1", "5", "50", "1/2", "7/3")))
TIMES = tuple(map(Fraction, ("2", "3/2", "1", "11/10", "3", "4/3")))
RATES = (("money", 1000), ("money", 150), ("money", 100), ("money", 7), ("money", 1), ("item", 1), ("item", 1))
OCCASIONS = (("purchase",), ("purchase",), ("visit",), ("purchase", "visit"), ("referral", "purchase"))
WINDOWS = (
    *product(("rolling",), (12, 1, 3), (12, 1, 2)),
    *[("calendar_year", 12, 12)] * 4,
    *[("membership_year", 12, 12)] * 4,
)


@dataclass(frozen=True)
class Lean:
    """What a law needs more of than chance gives: None and False leave it to chance.

    `rounding` and `tiered` are as said; `caps` how many there may be; all currencies are `waiting` (pending), or `awaiting` an
    event, or `expiring`; tiers are `counting` a qualifying currency; all gifts that can be are `reconsidered`; tiers
    follow a balance (`balanced`).
    """

    rounding: str | None = None
    tiered: bool | None = None
    caps: tuple[int, ...] = (0, 1, 1, 2)
    waiting: bool = False
    awaiting: bool = False
    expiring: bool = False
    counting: bool = False
    reconsidered: bool = False
    balanced: bool = False


def programmes(lean: Lean = Lean()) -> st.SearchStrategy[Programme]:
    """Any programme that the loader would accept, leaning to where a law is put to the test."""
    return st.builds(
        lambda size, seed: _Chance(seed, lean).programme(size), st.integers(1, 4), st.integers(0, 2**32 - 1)
    )


class _Chance:
    """Makes a programme out of a random number."""

    def __init__(self, seed: int, lean: Lean) -> None:
        self.random = Random(seed)
        self.lean = lean
        self.reconsidered: set[str] = set()
        self.tiered = self.maybe() if lean.tiered is None else lean.tiered

    def one(self, choices: Sequence[T]) -> T:
        return self.random.choice(choices)

    def maybe(self) -> bool:
        return self.random.random() < 0.5

    def some(self, choices: Sequence[T], least: int, most: int) -> tuple[T, ...]:
        """Several of `choices`, in any order."""
        return tuple(self.random.sample(choices, min(len(choices), self.random.randint(least, most))))

    def programme(self, size: int) -> Programme:
        kinds = {"points": "spendable"}
        if self.lean.counting or self.maybe():
            kinds |= self.one(({"stars": "qualifying"}, {"miles": "cash", "stars": "qualifying"}))
        currencies = tuple(self._currency(id, kind) for id, kind in kinds.items())
        simple = tuple(self._simple(f"rule-{i}", self.one(list(kinds))) for i in range(size))
        groups = self._group("first", simple)
        more = tuple(self._multiplier(f"times-{i}", simple) for i in range(self.one((0, 1, 2))))
        named = {id for rule in more for id in rule.of} | {id for group in groups for id in group.best_of}
        groups += self._group("second", (*more, *(rule for rule in simple if rule.id not in named)))
        rules = simple + more
        if self.maybe():
            rules += (self._multiplier("on-top", rules),)
        caps = tuple(self._cap(f"cap-{i}", rules) for i in range(self.one(self.lean.caps)))
        base = Base(self.one(("net", "gross")), tax=self.maybe(), shipping=self.maybe(), paid_with_points=self.maybe())
        header = Header("random", "Random", self.one(ZONES), "EUR", ("en",), Brand("#1f4d5c", "Random"), ATTRIBUTES)
        ranks = self._tiers("stars" in kinds) if self.tiered else None
        earn = Earn(base, rules, groups, caps, self.one((60, 60, 10, 0)))
        staff = condition("staff", Scope.MEMBER, False)
        return Programme(header, currencies, earn, ranks, "", "", frozenset(), rewards(self.random, staff))

    def _currency(self, id: str, kind: str) -> Currency:
        rounding, mode = self.one([one for one in ROUNDINGS if self.lean.rounding in (None, one[0])])
        pending = self.one(PENDINGS) if self.lean.waiting or self.maybe() else None
        pending = self.one(PENDINGS[-2:]) if self.lean.awaiting else pending
        expiry = self.one(EXPIRIES) if self.lean.expiring or self.maybe() else None
        value = Fraction(1) if kind == "cash" else None
        return Currency(id, {"en": id}, kind, value, rounding, mode, pending, expiry, self.maybe())

    def _when(self, scope: Scope) -> Condition | None:
        return self.one(conditions(scope, self.tiered)) if self.maybe() else None

    def _simple(self, id: str, currency: str) -> Rule:
        """A rate or a gift."""
        if self.maybe():
            unit, per = self.one(RATES)
            points, when = self.one(POINTS), self._when(Scope.LINE)
            return Rule(id, {"en": id}, currency, points, per, unit, None, (), None, "events", ("purchase",), when)
        if self.lean.reconsidered or self.random.random() < 0.2:
            self.reconsidered.add(id)
            when = condition(self.one(THRESHOLDS), Scope.ORDER, False)
            return Rule(
                id, {"en": id}, currency, self.one(GIFTS), 1, "event", None, (), None, "events", self.one(OCCASIONS), when,
                on_return="reconsider",
            )  # fmt: skip
        every = self.one((None, 2, 3, 4))
        streak = self.one((None, Streak("day", 2), Streak("week", 2), Streak("month", 3))) if not every else None
        count = self.one(("events", "days")) if every else "events"
        points, on, when = self.one(GIFTS), self.one(OCCASIONS), self._when(Scope.ORDER)
        return Rule(id, {"en": id}, currency, points, 1, "event", None, (), every, count, on, when, streak)

    def _multiplier(self, id: str, above: tuple[Rule, ...]) -> Rule:
        """A multiplier of one to three of the rules above it that may stand together."""
        by_id = {rule.id: rule for rule in above}
        first = self.one(above)
        gift = gives_per_event(first, by_id)
        alike = [rule.id for rule in above if rule.currency == first.currency and gives_per_event(rule, by_id) == gift]
        of = self.some([other for other in alike if other not in self.reconsidered], 1, 3)
        if first.id in self.reconsidered:
            of = (first.id,)
            self.reconsidered.add(id)
        on = tuple(dict.fromkeys(event for one in of for event in by_id[one].on))
        when = self._when(Scope.ORDER if gift else Scope.LINE)
        points = Fraction(0)
        return Rule(id, {"en": id}, first.currency, points, 1, "", self.one(TIMES), of, None, "events", on, when)

    def _group(self, id: str, free: Iterable[Rule]) -> tuple[Group, ...]:
        """Perhaps a group of two or three rules of one currency."""
        by_currency: dict[str, list[str]] = {}
        for rule in free:
            by_currency.setdefault(rule.currency, []).append(rule.id)
        enough = [ids for ids in by_currency.values() if len(ids) > 1]
        return (Group(id, self.some(self.one(enough), 2, 3)),) if enough and self.maybe() else ()

    def _cap(self, id: str, rules: tuple[Rule, ...]) -> Cap:
        """A cap over some or all rules of one currency."""
        currency = self.one(rules).currency
        mine = [rule.id for rule in rules if rule.currency == currency]
        bounded = tuple(mine) if self.maybe() else self.some(mine, 1, len(mine))
        per = self.one(("event", "day", "week", "month", "year", "ever"))
        return Cap(id, {"en": id}, currency, bounded, self.one((1, 3, 10, 50, 200)), per, self.one(("clip", "refuse")))

    def _tiers(self, stars: bool) -> Tiers:
        """Four levels over spend, visits or a qualifying currency; conditions may name each of them."""
        counts = "stars" if self.lean.counting else self.one(("spend", "visits", "stars")[: 2 + stars])
        scope = {"spend": Scope.LINE, "visits": Scope.ORDER}.get(counts)
        window, months, keep = self.one(WINDOWS)
        if self.lean.balanced or (self.lean.tiered is None and self.random.random() < 0.2):
            counts, scope = self.one(("points", "stars")[: 1 + stars]), None
            window, months, keep = "balance", 12, 12
        step = {"spend": (500, 1, 5000), "visits": (1, 2, 3)}.get(counts, (10, 1, 100))
        fall = self.one(("one", "one", "to_level", "to_level", "never"))
        steps = [0, *(self.one(step) for _ in LEVELS[1:])]
        return Tiers(
            counts,
            self._when(scope) if scope else None,
            window,
            months,
            months if fall == "never" else keep,
            60 if fall == "never" else self.one((0, 5, 60)),
            fall,
            counts in ("spend", "visits") or self.maybe(),
            tuple(Level(id, {"en": id}, sum(steps[: i + 1])) for i, id in enumerate(LEVELS)),
            None if fall == "never" else self.one(NOTICES),
        )


def gives_per_event(rule: Rule, rules: Mapping[str, Rule]) -> bool:
    """Whether a rule is a gift, or multiplies gifts."""
    return rule.per_unit == "event" if rule.times is None else gives_per_event(rules[rule.of[0]], rules)


# As the text of a file


def text_of(programme: Programme) -> str:
    """A programme file that says the same."""
    header, earn, ranks = programme.header, programme.earn, programme.tiers
    kinds = {currency.id: currency.kind for currency in programme.currencies}
    sections: dict[str, Any] = {
        "programme": {
            "id": header.id, "name": header.name, "zone": header.zone, "money": header.money,
            "languages": list(header.languages),
            "attributes": [{"name": a.name, "on": a.scope, "type": a.type, "title": a.title} for a in header.attributes],
        },
        "currencies": [_currency(currency) for currency in programme.currencies],
        "earn": {
            "base": {name: getattr(earn.base, name) for name in ("amount", "tax", "shipping", "paid_with_points")},
            "rules": [_rule(rule) for rule in earn.rules],
            "groups": [{"id": group.id, "best_of": group.best_of} for group in earn.groups],
            "caps": [
                {name: getattr(cap, name) for name in ("id", "title", "currency", "rules", "most", "per", "at_edge")}
                for cap in earn.caps
            ],
            "late_days": earn.late_days,
        },
    }  # fmt: skip
    sections["rewards"] = [told_reward(one) for one in programme.rewards]
    if ranks:
        sections["tiers"] = _tiers(ranks, kinds)
    return "regulars: 1\n" + "\n".join(f"{key}: {_flow(value)}" for key, value in sections.items()) + "\n"


def _currency(currency: Currency) -> dict[str, Any]:
    told: dict[str, Any] = {"id": currency.id, "title": currency.title, "kind": currency.kind}
    told |= {"rounding": currency.rounding, "debt": currency.debt}
    if currency.value:
        told["value"] = currency.value / 100
    if currency.rounding != "carry":
        told["mode"] = currency.mode
    waits = currency.pending
    told["pending"] = {"days": waits.days} if waits else "none"
    if waits and waits.until:
        told["pending"] = {"until": waits.until.isoformat()}
    elif waits and waits.event:
        told["pending"] = {"until": waits.event, "within_days": waits.within_days}
    told["expiry"] = "never"
    if currency.expiry:
        notice = currency.expiry.notice
        days = {"earliest": notice.earliest, "latest": notice.latest} if notice else "none"
        told["expiry"] = {"after": currency.expiry.after, "months": currency.expiry.months, "notice": days}
    return told


def _rule(rule: Rule) -> dict[str, Any]:
    told: dict[str, Any] = {"id": rule.id, "title": rule.title, "currency": rule.currency}
    if rule.times is not None:
        told |= {"times": rule.times, "of": rule.of}
    else:
        told["points"] = rule.points
        if rule.per_unit == "event":
            told["on"] = list(rule.on)
        else:
            told["per"] = Fraction(rule.per, 100) if rule.per_unit == "money" else "item"
    if rule.every:
        told |= {"every": rule.every, "count": rule.count}
    if rule.streak:
        told["streak"] = {f"{rule.streak.per}s": rule.streak.length}
    if rule.when:
        told["when"] = _TEXTS[rule.when]
    if rule.on_return != "share":
        told["on_return"] = rule.on_return
    return told


def _tiers(ranks: Tiers, kinds: Mapping[str, str]) -> dict[str, Any]:
    unit = 100 if ranks.counts == "spend" else 1
    told: dict[str, Any] = {"counts": ranks.counts, "fall": ranks.fall}
    told["levels"] = [{"id": one.id, "title": one.title, "at": Fraction(one.at, unit)} for one in ranks.levels]
    if ranks.when:
        told["when"] = _TEXTS[ranks.when]
    if ranks.counts in kinds:
        told["pending_counts"] = ranks.pending_counts
    if ranks.window == "rolling":
        told["window"] = {"rolling_months": ranks.months}
        if ranks.fall != "never":
            told["keep_months"] = ranks.keep_months
    else:
        told["window"] = ranks.window
    if ranks.fall != "never":
        told["grace_days"] = ranks.grace_days
    if ranks.notice:
        told["notice"] = {"earliest": ranks.notice.earliest, "latest": ranks.notice.latest}
    return told


def _flow(value: Any) -> str:
    """`value` as YAML on one line; a fraction of money as a decimal."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Fraction) and 100 % value.denominator == 0:
        whole, cents = divmod(value.numerator * 100 // value.denominator, 100)
        return f"{whole}.{cents:02}"
    return json.dumps(value) if isinstance(value, str) else str(value)
