"""The outcome of a try-out: the figures of a backtest in the words of its programme.

docs/backtest.md says what each figure of the summary means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import format_percent

from regulars.doors.api.refusals import REFUSALS
from regulars.doors.console.wording import language, title_of
from regulars.doors.look.templatetags.writing import money, percent, reader
from regulars.kit.speaking import said_in
from regulars.programme.promise import Programme

Summary = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a rule, a cap or a tier came to."""

    title: str
    amount: int


@dataclass(frozen=True, slots=True)
class Refused:
    """How many times something was not taken for one reason: its sentence (empty: none is known) and its code."""

    sentence: str
    code: str
    times: int


@dataclass(frozen=True, slots=True)
class Part:
    """A tenth of the members by what they spent: their spend as told, and their share of all spend and all points."""

    members: int
    each: str
    spend: int
    spend_share: str
    points: int
    points_share: str


@dataclass(frozen=True, slots=True)
class Currency:
    """What one currency came to. `most` is the largest amount of a rule, for bars."""

    title: str
    issued: int
    rules: list[Figure]
    most: int
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a try-out came to. `cost` (all points that were given and not taken back, in money) and `cost_share` (of
    what members spent) are told."""

    members: int
    purchases: int
    spend: str
    cost: str
    cost_share: str
    currencies: list[Currency]
    tiers: list[Figure]
    caps: list[Figure]
    refusals: list[Refused]


def outcome(programme: Programme, summary: Summary) -> Outcome:
    """The figures of `summary`, a backtest of `programme`."""
    iso, cost = programme.header.money, summary["money"]["cost"]
    levels = reversed(programme.tiers.levels) if programme.tiers else ()
    return Outcome(
        summary["members"],
        summary["purchases"],
        money(summary["spend"], iso),
        money(cost, iso),
        tenths(cost, summary["spend"]),
        [_currency(programme, currency, summary) for currency in programme.currencies],
        [
            Figure(title_of(level.title, level.id), summary["tiers"].get(level.id, {}).get("members", 0))
            for level in levels
        ],
        [Figure(title_of(cap.title, cap.id), summary["caps"][cap.id]["points"]) for cap in programme.earn.bounds],
        [
            Refused(said_in(language(), REFUSALS.get(code, "")), code, times)
            for code, times in sorted([*summary["refusals"].items(), *summary["rejected"].items()])
        ],
    )


def tenths(part: int, whole: int) -> str:
    """A share in per cent with one decimal, halves up; a dash when the whole is nothing."""
    if whole <= 0:
        return "–"
    share = Decimal((2_000 * part + whole) // (2 * whole)).scaleb(-3)
    return format_percent(share, locale=reader(), decimal_quantization=False)


def _currency(programme: Programme, currency: Any, summary: Summary) -> Currency:
    id = currency.id
    rules = [
        Figure(title_of(rule.title, rule.id), summary["rules"][id][rule.id]["points"])
        for rule in programme.earn.rules
        if rule.currency == id
    ]
    return Currency(
        title_of(currency.title, id),
        summary["points"][id]["issued"],
        rules,
        max((rule.amount for rule in rules), default=0),
        _parts(programme.header.money, id, summary),
    )


def _parts(iso: str, currency: str, summary: Summary) -> list[Part]:
    spent = sum(part["spend"] for part in summary["deciles"])
    given = sum(part["points"][currency] for part in summary["deciles"])
    return [
        Part(
            part["members"],
            f"{money(part['least'], iso)} – {money(part['most'], iso)}",
            part["spend"],
            percent(part["spend"], spent),
            part["points"][currency],
            percent(part["points"][currency], given),
        )
        for part in summary["deciles"]
    ]
