"""Earning a second time, slowly and in the open: fractions, dictionaries, one rule after the other.

Written from docs/rules, not from the engine: no generated code, no whole numbers instead of fractions, conditions by
their own function. It knows purchases, visits and other occasions; the tier a member has is told to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Any
from zoneinfo import ZoneInfo

from regulars.engine.events import PURCHASE, Event
from regulars.engine.tests.plain_counting import PlainCounting
from regulars.programme.currencies import Currency
from regulars.programme.earn import Rule
from regulars.programme.promise import Programme

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Gain:
    """What a rule gave: `amount` points of `granted`, shared over the lines as `shares`."""

    currency: str
    rule: str
    amount: int
    granted: int
    shares: tuple[int, ...]


@dataclass(frozen=True)
class Worth:
    """What a rule gave exactly where fractions wait: in `finest` parts of a point, by line."""

    currency: str
    rule: str
    finest: int
    parts: tuple[int, ...]


def shared(total: int, weights: Sequence[Fraction | int]) -> list[int]:
    """`total` in proportion to `weights`, point by point to whoever is furthest below the exact share."""
    if not weights:
        return []
    whole = Fraction(sum(weights))
    if not whole:
        return [total, *([0] * (len(weights) - 1))]
    exact = [total * Fraction(weight) / whole for weight in weights]
    parts = [floor(share) for share in exact]
    while sum(parts) < total:
        short = [share - part for share, part in zip(exact, parts, strict=True)]
        parts[short.index(max(short))] += 1
    return parts


def each_rounded(total: int, exact: Sequence[Fraction]) -> list[int]:
    """`total` as whole parts of `exact`, then point by point to whoever is furthest below the own exact amount."""
    parts = [floor(one) for one in exact]
    while sum(parts) < total:
        short = [one - part for one, part in zip(exact, parts, strict=True)]
        parts[short.index(max(short))] += 1
    return parts


def rounded(exact: Fraction, mode: str) -> int:
    """`exact` as whole points."""
    return {"down": floor(exact), "up": ceil(exact), "half_up": floor(exact + Fraction(1, 2))}[mode]


class PlainEarning:
    """One account's earning under one programme."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.joined: date | None = None
        self.carry: dict[str, Fraction] = defaultdict(Fraction)
        self.counting = PlainCounting()
        self.used: dict[tuple[str, object], int] = defaultdict(int)
        self.exact: dict[str, Fraction] = defaultdict(Fraction)
        self.worths: dict[str, list[Worth]] = defaultdict(list)

    def counted_at(self, event: Event) -> int:
        """The instant as of which an event counts: its own, or that of recording when it was told too late."""
        zone = ZoneInfo(self.programme.header.zone)
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        then, told = ((epoch + timedelta(microseconds=at)).astimezone(zone) for at in (event.at, event.recorded_at))
        in_time = (told.date() - then.date()).days <= self.programme.earn.late_days
        return event.at if in_time else event.recorded_at

    def earn(self, event: Event, tier: str) -> list[Gain]:
        """The gains of one event, currency by currency and rule by rule in the order of the file."""
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=event.at)
        moment = moment.astimezone(ZoneInfo(self.programme.header.zone))
        self.joined = self.joined or moment.date()
        values = self._values(event, moment, tier)
        lines = self._lines(event)
        given = self._given(event, moment.date(), values, lines)
        gains: list[Gain] = []
        for currency in self.programme.currencies:
            mine = {
                rule.id: given[rule.id]
                for rule in self.programme.earn.rules
                if rule.currency == currency.id and any(given.get(rule.id, []))
            }
            if mine:
                gains += self._credit(event, moment.date(), currency, mine)
        return gains

    def progress(self, event: Event, tier: str) -> int:
        """What one event counts towards tiers that count spend or visits."""
        tiers = self.programme.tiers
        if tiers is None or tiers.counts not in ("spend", "visits") or event.type not in (PURCHASE, "visit"):
            return 0
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=event.at)
        values = self._values(event, moment.astimezone(ZoneInfo(self.programme.header.zone)), tier)
        lines = self._lines(event)
        holds = tiers.when.function() if tiers.when else None
        if tiers.counts == "visits":
            return int(holds is None or holds(values, lines))
        return sum(line["net"] for line in lines if holds is None or holds({**values, **line}, lines))

    # What conditions may ask

    def _values(self, event: Event, moment: datetime, tier: str) -> dict[str, Any]:
        return {
            **event.attributes,
            "segments": event.attributes.get("segments") or (),
            "total": sum(event.nets),
            "lines": len(event.nets),
            "weekday": WEEKDAYS[moment.weekday()],
            "hour": moment.hour,
            "date": moment.date(),
            "day": moment.day,
            "month": moment.month,
            "type": event.type,
            "tier": tier,
            "member_since": self.joined,
        }

    def _lines(self, event: Event) -> list[dict[str, Any]]:
        return [
            {"net": net, **{name: values[place] for name, values in event.columns.items()}}
            for place, net in enumerate(event.nets)
        ]

    def _base(self, event: Event, lines: list[dict[str, Any]]) -> list[int]:
        """The money of each line that counts."""
        base = self.programme.earn.base
        money = []
        for line in lines:
            amount = line["net"]
            if base.amount == "gross" and line.get("gross") is not None:
                amount = line["gross"]
            amount += (line.get("tax") or 0) if base.tax else 0
            amount += (line.get("shipping") or 0) if base.shipping else 0
            money.append(amount)
        if event.tendered and not base.paid_with_points:
            paid = shared(min(event.tendered, sum(money)), money)
            money = [amount - part for amount, part in zip(money, paid, strict=True)]
        return money

    # Rules

    def _given(
        self, event: Event, day: date, values: dict[str, Any], lines: list[dict[str, Any]]
    ) -> dict[str, list[Fraction]]:
        """Points per rule: by line for rates, in one number for gifts."""
        given: dict[str, list[Fraction]] = {}
        base = self._base(event, lines)
        for rule in self.programme.earn.rules:
            if event.type in rule.on:
                if rule.times is not None:
                    given[rule.id] = self._multiplied(rule, given, values, lines)
                elif rule.per_unit == "event":
                    given[rule.id] = [self._gift(rule, event.id, day, values, lines)]
                else:
                    amounts = base if rule.per_unit == "money" else [line["quantity"] for line in lines]
                    given[rule.id] = [
                        amount * rule.points / rule.per if self._holds(rule, {**values, **line}, lines) else Fraction(0)
                        for amount, line in zip(amounts, lines, strict=True)
                    ]
            self._choose(rule, given)
        return given

    def _holds(self, rule: Rule, values: dict[str, Any], lines: list[dict[str, Any]]) -> bool:
        return rule.when is None or rule.when.function()(values, lines)

    def _gift(self, rule: Rule, event: str, day: date, values: dict[str, Any], lines: list[dict[str, Any]]) -> Fraction:
        if not self._holds(rule, values, lines):
            return Fraction(0)
        if (rule.streak or rule.every) and not self.counting.completes(rule, event, day):
            return Fraction(0)
        return rule.points

    def _multiplied(
        self, rule: Rule, given: dict[str, list[Fraction]], values: dict[str, Any], lines: list[dict[str, Any]]
    ) -> list[Fraction]:
        """The part above one of what the rules named gave, where the condition holds."""
        assert rule.times
        found = [given[of] for of in rule.of if of in given]
        summed = [sum(parts, Fraction(0)) * (rule.times - 1) for parts in zip(*found, strict=True)]
        if self._is_gift(rule):
            return summed if self._holds(rule, values, lines) else [Fraction(0)]
        return [
            points if self._holds(rule, {**values, **line}, lines) else Fraction(0)
            for points, line in zip(summed, lines, strict=True)
        ]

    def _is_gift(self, rule: Rule) -> bool:
        if rule.times is None:
            return rule.per_unit == "event"
        return self._is_gift(next(one for one in self.programme.earn.rules if one.id == rule.of[0]))

    def _choose(self, rule: Rule, given: dict[str, list[Fraction]]) -> None:
        """Below the last rule of a group, only the best of it is left."""
        order = [one.id for one in self.programme.earn.rules]
        for group in self.programme.earn.groups:
            members = sorted(group.best_of, key=order.index)
            if members[-1] == rule.id:
                rivals = [id for id in members if id in given]
                if rivals:
                    best = max(rivals, key=lambda id: (sum(given[id]), -order.index(id)))
                    for id in rivals:
                        given[id] = given[id] if id == best else [Fraction(0)] * len(given[id])

    # Rounding and caps

    def _credit(self, event: Event, day: date, currency: Currency, mine: dict[str, list[Fraction]]) -> list[Gain]:
        exact = {rule: sum(parts, Fraction(0)) for rule, parts in mine.items()}
        total = sum(exact.values(), Fraction(0))
        self.exact[currency.id] += total
        if currency.rounding == "line":
            granted = self._by_line(currency, mine)
        else:
            kept = self.carry[currency.id] + total
            whole = max(0, floor(kept)) if currency.rounding == "carry" else rounded(total, currency.mode)
            self.carry[currency.id] = kept - whole if currency.rounding == "carry" else Fraction(0)
            short = whole < sum(floor(points) for points in exact.values())  # the fraction was below zero
            share = shared if short else each_rounded
            granted = dict(zip(exact, share(whole, list(exact.values())), strict=True))
        amounts = dict(granted)
        caps = [cap for cap in self.programme.earn.caps if cap.currency == currency.id]
        for cap in caps:
            inside = [rule for rule in amounts if rule in cap.rules]
            left = cap.most - self.used[cap.id, self._period(cap.per, event, day)]
            if sum(amounts[rule] for rule in inside) > left:
                fits = 0 if cap.at_edge == "refuse" else max(0, left)  # two who became one may be above it
                amounts |= zip(inside, shared(fits, [amounts[rule] for rule in inside]), strict=True)
        for cap in caps:
            given = sum(points for rule, points in amounts.items() if rule in cap.rules)
            self.used[cap.id, self._period(cap.per, event, day)] += given
        if currency.rounding == "carry":
            for rule, points in amounts.items():
                lost = min(max(exact[rule] - points, Fraction(0)), Fraction(granted[rule] - points))
                self.carry[currency.id] += granted[rule] - points - lost
                if event.type == PURCHASE and not self._is_kept_by_days(rule):
                    worth = int((exact[rule] - lost) * self._finest(currency.id))
                    parts = tuple(shared(worth, self._weights(rule, mine, event)))
                    self.worths[event.id].append(Worth(currency.id, rule, self._finest(currency.id), parts))
        gains = []
        for rule, points in amounts.items():
            if points:
                weights = self._weights(rule, mine, event)
                gains.append(Gain(currency.id, rule, points, granted[rule], tuple(shared(points, weights))))
        return gains

    def _weights(self, rule: str, mine: dict[str, list[Fraction]], event: Event) -> Sequence[Fraction | int]:
        """By what each line contributed to what a rule gave."""
        gift = self._is_gift(next(one for one in self.programme.earn.rules if one.id == rule))
        return event.nets or [1] if gift else mine[rule]

    def _is_kept_by_days(self, id: str) -> bool:
        """Whether a day or a period gave it, for which another purchase may stand as well."""
        rule = next(one for one in self.programme.earn.rules if one.id == id)
        return self._is_kept_by_days(rule.of[0]) if rule.of else bool(rule.streak or rule.count == "days")

    def _finest(self, currency: str) -> int:
        """Into how many parts a point of a currency must be divided, that each rule gives whole ones."""
        rules = {rule.id: rule for rule in self.programme.earn.rules}

        def of(rule: Rule) -> int:
            if rule.times is None:
                return (rule.points / rule.per).denominator
            return rule.times.denominator * lcm(*(of(rules[id]) for id in rule.of))

        return lcm(*(of(rule) for rule in rules.values() if rule.currency == currency))

    def _by_line(self, currency: Currency, mine: dict[str, list[Fraction]]) -> dict[str, int]:
        """Each line rounded by itself, over all rules; a gift of the whole order is like a line of its own."""
        gifts = {one.id for one in self.programme.earn.rules if self._is_gift(one)}
        granted = {rule: rounded(parts[0], currency.mode) if rule in gifts else 0 for rule, parts in mine.items()}
        by_line = {rule: parts for rule, parts in mine.items() if rule not in gifts}
        for line in zip(*by_line.values(), strict=True):
            shares = each_rounded(rounded(sum(line, Fraction(0)), currency.mode), line)
            for rule, share in zip(by_line, shares, strict=True):
                granted[rule] += share
        return granted

    @staticmethod
    def _period(per: str, event: Event, day: date) -> object:
        if per == "event":
            return event.id
        if per == "week":
            return day.isocalendar()[:2]
        return {"day": day, "month": (day.year, day.month), "year": day.year, "ever": "ever"}[per]


def is_earning(event: Event) -> bool:
    """Whether `PlainEarning` knows what to do with an event."""
    return event.type in (PURCHASE, "visit", "referral")
