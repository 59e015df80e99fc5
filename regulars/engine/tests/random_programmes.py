"""Random programmes for the laws, as values and as the text of a programme file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from regulars.kit.conditions import Condition, Scope, parse
from regulars.programme.currencies import Currency, Expiry, Notice, Pending
from regulars.programme.earn import Base, Cap, Earn, Group, Rule
from regulars.programme.header import Attribute, Brand, Header
from regulars.programme.promise import Programme
from regulars.programme.tiers import Level, Tiers
from regulars.programme.vocabulary import vocabulary

#: For every law: a slow machine is no reason to fail.
law = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

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

_TEXTS: dict[Condition, str] = {}


@cache
def condition(text: str, scope: Scope, tiers: bool) -> Condition:
    """The condition that `text` writes, in the words of the random programmes."""
    words = vocabulary(ATTRIBUTES, {level: {"en": level} for level in LEVELS} if tiers else None)
    made = parse(text, words, scope, 2, "EUR")
    _TEXTS[made] = text
    return made


@cache
def conditions(scope: Scope, tiers: bool) -> st.SearchStrategy[Condition | None]:
    """No condition (half of the time), a single statement, its opposite, or two statements joined."""
    statements = [*OF_AN_ORDER, *OF_A_MEMBER, *(OF_A_TIER if tiers else ())]
    if scope is Scope.LINE:
        statements += [*OF_A_LINE, *OF_A_LINE]
    chance = Random(7)
    texts = [*statements, *(f"not ({one})" for one in statements)]
    for word in ("and", "or"):
        texts += [f"({chance.choice(statements)}) {word} ({chance.choice(statements)})" for _ in statements]
    made = [condition(text, scope, tiers) for text in dict.fromkeys(texts)]
    return st.sampled_from([*([None] * len(made)), *made])


for _scope in (Scope.LINE, Scope.ORDER):
    for _tiers in (False, True):
        conditions(_scope, _tiers)  # parsed once, here, so that no law waits for it

EXPIRIES = tuple(
    Expiry(after, months, notice)
    for notice in (None, Notice(60, 30), Notice(10, 1), Notice(5, 5), Notice(365, 1))
    for after in ("inactivity", "earning")
    for months in (12, 1, 2)
)
PENDINGS = (None, None, None, Pending(1), Pending(14), Pending(40))
ROUNDINGS = (*[("carry", "down")] * 4, *(product(("order", "line"), ("down", "half_up", "up"))))
POINTS = tuple(map(Fraction, ("1", "2", "1/3", "3/2", "5", "10", "7/5")))
GIFTS = tuple(map(Fraction, ("1", "5", "50", "1/2", "7/3")))
TIMES = tuple(map(Fraction, ("2", "3/2", "1", "11/10", "3", "4/3")))
RATES = tuple(product(("money",), POINTS, (1000, 150, 100, 7, 1))) + tuple(product(("item",), POINTS, (1,)))
OCCASIONS = (("purchase",), ("visit",), ("purchase", "visit"), ("referral", "purchase"))
COUNTS = ((None, "events"), *product((2, 3, 4), ("events", "days")))
BASES = tuple(Base(*row) for row in product(("net", "gross"), (False, True), (False, True), (True, False)))
BOUNDS = tuple(product((10, 1, 3, 50, 200), ("day", "event", "week", "month", "year", "ever"), ("clip", "refuse")))
WINDOWS = (
    *product(("rolling",), (12, 1, 3), (12, 1, 2)), ("calendar_year", 12, 12), ("membership_year", 12, 12),
)  # fmt: skip
FALLS = tuple(product((0, 5, 60), ("one", "to_level")))


@st.composite
def currencies(draw: st.DrawFn, id: str, kind: str, rounding: str | None, debt: bool | None) -> Currency:
    """A currency with any rounding, waiting, end and debt."""
    rounded, mode = draw(st.sampled_from([one for one in ROUNDINGS if rounding in (None, one[0])]))
    owing = draw(st.booleans()) if debt is None else debt
    pending = draw(st.sampled_from(PENDINGS))
    expiry = draw(st.sampled_from((*([None] * 15), *EXPIRIES)))
    return Currency(id, {"en": id}, kind, None, rounded, mode, pending, expiry, owing)


@st.composite
def simple_rules(draw: st.DrawFn, id: str, currency: str, tiers: bool) -> Rule:
    """A rate or a gift."""
    if draw(st.booleans()):
        points, on = draw(st.sampled_from(GIFTS)), draw(st.sampled_from(OCCASIONS))
        every, count = draw(st.sampled_from(COUNTS))
        when = draw(conditions(Scope.ORDER, tiers))
        return Rule(id, {"en": id}, currency, points, 1, "event", None, (), every, count, on, when)
    unit, points, per = draw(st.sampled_from(RATES))
    when = draw(conditions(Scope.LINE, tiers))
    return Rule(id, {"en": id}, currency, points, per, unit, None, (), None, "events", ("purchase",), when)


def gives_per_event(rule: Rule, rules: Mapping[str, Rule]) -> bool:
    """Whether a rule is a gift, or multiplies gifts."""
    return rule.per_unit == "event" if rule.times is None else gives_per_event(rules[rule.of[0]], rules)


@st.composite
def multipliers(draw: st.DrawFn, id: str, above: tuple[Rule, ...], tiers: bool) -> Rule:
    """A multiplier of one to three of the rules above it that may stand together."""
    by_id = {rule.id: rule for rule in above}
    first = draw(st.sampled_from(above))
    alike = [
        rule.id
        for rule in above
        if rule.currency == first.currency and gives_per_event(rule, by_id) == gives_per_event(first, by_id)
    ]
    of = tuple(draw(st.lists(st.sampled_from(alike), min_size=1, max_size=3, unique=True)))
    scope = Scope.ORDER if gives_per_event(first, by_id) else Scope.LINE
    on = tuple(dict.fromkeys(event for one in of for event in by_id[one].on))
    times = draw(st.sampled_from(TIMES))
    return Rule(
        id,
        {"en": id},
        first.currency,
        Fraction(0),
        1,
        "",
        times,
        of,
        None,
        "events",
        on,
        draw(conditions(scope, tiers)),
    )


@st.composite
def groups(draw: st.DrawFn, id: str, free: Iterable[Rule]) -> list[Group]:
    """Perhaps a group of two or three rules of one currency."""
    by_currency: dict[str, list[str]] = {}
    for rule in free:
        by_currency.setdefault(rule.currency, []).append(rule.id)
    enough = [ids for ids in by_currency.values() if len(ids) > 1]
    if not enough or draw(st.booleans()):
        return []
    ids = draw(st.sampled_from(enough))
    return [Group(id, tuple(draw(st.lists(st.sampled_from(ids), min_size=2, max_size=3, unique=True))))]


@st.composite
def caps(draw: st.DrawFn, id: str, above: tuple[Rule, ...]) -> Cap:
    """A cap over some or all rules of one currency."""
    currency = draw(st.sampled_from(sorted({rule.currency for rule in above})))
    mine = [rule.id for rule in above if rule.currency == currency]
    rules = mine if draw(st.booleans()) else draw(st.lists(st.sampled_from(mine), min_size=1, unique=True))
    return Cap(id, {"en": id}, currency, tuple(rules), *draw(st.sampled_from(BOUNDS)))


@st.composite
def tiers(draw: st.DrawFn, qualifying: list[str]) -> Tiers:
    """Four levels over spend, visits or a qualifying currency; conditions may name each of them."""
    counts = draw(st.sampled_from(["spend", "visits", *qualifying]))
    when = None
    if counts in ("spend", "visits"):
        when = draw(conditions(Scope.LINE if counts == "spend" else Scope.ORDER, True))
    window, months, keep = draw(st.sampled_from(WINDOWS))
    grace, fall = draw(st.sampled_from(FALLS))
    step = {"spend": (500, 1, 5000), "visits": (1, 2, 3)}.get(counts, (10, 1, 100))
    steps = [0, *(draw(st.sampled_from(step)) for _ in LEVELS[1:])]
    levels = tuple(Level(id, {"en": id}, sum(steps[: i + 1])) for i, id in enumerate(LEVELS))
    early = draw(st.booleans()) if counts in qualifying else True
    return Tiers(counts, when, window, months, keep, grace, fall, early, levels)


@st.composite
def programmes(
    draw: st.DrawFn,
    rounding: str | None = None,
    debt: bool | None = None,
    capped: bool = True,
    tiered: bool | None = None,
) -> Programme:
    """Any programme that the loader would accept; the arguments fix what a law needs."""
    kinds = {"points": "spendable"}
    kinds |= draw(st.sampled_from(({}, {"stars": "qualifying"}, {"miles": "spendable", "stars": "qualifying"})))
    with_tiers = draw(st.booleans()) if tiered is None else tiered
    money = tuple(draw(currencies(id, kind, rounding, debt)) for id, kind in kinds.items())
    simple = tuple(
        draw(simple_rules(f"rule-{i}", draw(st.sampled_from(list(kinds))), with_tiers))
        for i in range(draw(st.integers(1, 4)))
    )
    chosen = draw(groups("first", simple))
    more = tuple(draw(multipliers(f"times-{i}", simple, with_tiers)) for i in range(draw(st.integers(0, 2))))
    named = {id for rule in more for id in rule.of} | {id for group in chosen for id in group.best_of}
    chosen += draw(groups("second", (*more, *(rule for rule in simple if rule.id not in named))))
    rules = simple + more
    if draw(st.booleans()):
        rules += (draw(multipliers("on-top", rules, with_tiers)),)
    bounds = tuple(draw(caps(f"cap-{i}", rules)) for i in range(draw(st.integers(0, 2)))) if capped else ()
    header = Header(
        "random", "Random", draw(st.sampled_from(ZONES)), "EUR", ("en",), Brand("#1f4d5c", "Random"), ATTRIBUTES
    )
    ranks = draw(tiers([id for id, kind in kinds.items() if kind == "qualifying"])) if with_tiers else None
    return Programme(header, money, Earn(draw(st.sampled_from(BASES)), rules, tuple(chosen), bounds), ranks, "", "")


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
        },
    }  # fmt: skip
    if ranks:
        sections["tiers"] = _tiers(ranks, kinds)
    return "regulars: 1\n" + "\n".join(f"{key}: {_flow(value)}" for key, value in sections.items()) + "\n"


def _currency(currency: Currency) -> dict[str, Any]:
    told: dict[str, Any] = {"id": currency.id, "title": currency.title, "kind": currency.kind}
    told |= {"rounding": currency.rounding, "debt": currency.debt}
    if currency.rounding != "carry":
        told["mode"] = currency.mode
    told["pending"] = {"days": currency.pending.days} if currency.pending else "none"
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
    if rule.when:
        told["when"] = _TEXTS[rule.when]
    return told


def _tiers(ranks: Tiers, kinds: Mapping[str, str]) -> dict[str, Any]:
    unit = 100 if ranks.counts == "spend" else 1
    told: dict[str, Any] = {"counts": ranks.counts, "grace_days": ranks.grace_days, "fall": ranks.fall}
    told["levels"] = [{"id": one.id, "title": one.title, "at": Fraction(one.at, unit)} for one in ranks.levels]
    if ranks.when:
        told["when"] = _TEXTS[ranks.when]
    if ranks.counts in kinds:
        told["pending_counts"] = ranks.pending_counts
    if ranks.window == "rolling":
        told |= {"window": {"rolling_months": ranks.months}, "keep_months": ranks.keep_months}
    else:
        told["window"] = ranks.window
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
