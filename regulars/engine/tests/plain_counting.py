"""Counting a second time, naively: for each rule, which events stand for which period, and which one gave its gift.

Written from docs/rules, not from the engine. A rule that counts events has a period for each of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from regulars.programme.earn import Rule


@dataclass
class PlainGift:
    """A gift of the period `key`, given by the event `giver`, for those it covers; so many of them are gone since."""

    key: object
    giver: str
    covers: list[object]
    owed: int = 0


class PlainCounting:
    """One account's counts and streaks."""

    def __init__(self) -> None:
        self.rules: dict[str, Rule] = {}
        self.events: dict[str, dict[object, list[str]]] = defaultdict(dict)
        self.since: dict[str, int] = defaultdict(int)
        self.gifts: dict[str, list[PlainGift]] = defaultdict(list)

    def completes(self, rule: Rule, event: str, day: date) -> bool:
        """Whether a gift is given with this event, which the rule counts."""
        self.rules[rule.id] = rule
        key, here = _key(rule, event, day), self.events[rule.id]
        if key in here:
            here[key].append(event)
            return False
        if rule.streak:
            return self._streak(rule, rule.streak.length, event, key)
        here[key] = [event]
        self.since[rule.id] += 1
        if self.since[rule.id] < (rule.every or 0):
            return False
        self.since[rule.id] -= rule.every or 0
        self.gifts[rule.id].append(PlainGift(key, event, []))
        return True

    def _streak(self, rule: Rule, length: int, event: str, key: object) -> bool:
        here, gifts = self.events[rule.id], self.gifts[rule.id]
        assert isinstance(key, int)
        if any(isinstance(other, int) and other > key for other in here):
            return False
        here[key] = [event]
        row: list[object] = []
        while key - len(row) in here and key - len(row) not in [gift.key for gift in gifts]:
            row.append(key - len(row))
        complete = len(row) >= length + sum(gift.owed for gift in gifts)
        if complete:
            for gift in gifts:
                gift.owed = 0
            gifts.append(PlainGift(key, event, row[1:]))
        for old in list(here)[: -2 * length]:
            del here[old]
        oldest = next(iter(here))
        gifts[:] = [gift for gift in gifts if isinstance(gift.key, int) and gift.key >= oldest]  # type: ignore[operator]
        return complete

    def shares_its_gift(self, rule: str, event: str) -> bool:
        """Whether the event gave the gift of a period for which another one stands as well."""
        periods = self.events[rule]
        return any(gift.giver == event and len(periods[gift.key]) > 1 for gift in self.gifts[rule])

    def given_by(self, rule: str, event: str) -> object:
        """The period whose gift the event gave."""
        return next(gift.key for gift in self.gifts[rule] if gift.giver == event)

    def come_back(self, event: str) -> list[tuple[str, object]]:
        """The event does not stand any longer; answers (rule, period) where nobody but a giver does now."""
        alone: list[tuple[str, object]] = []
        for rule, periods in self.events.items():
            for key in [key for key, events in periods.items() if event in events]:
                periods[key].remove(event)
                if not {*periods[key]} - {gift.giver for gift in self.gifts[rule] if gift.key == key}:
                    alone.append((rule, key))
                if not periods[key]:
                    self._fall(self.rules[rule], key)
        return alone

    def _fall(self, rule: Rule, key: object) -> None:
        del self.events[rule.id][key]
        gifts = self.gifts[rule.id]
        if not rule.streak:
            gone = any(gift.key == key for gift in gifts)
            self.since[rule.id] += (rule.every or 0) * gone - 1
        gifts[:] = [gift for gift in gifts if gift.key != key]
        for gift in gifts:
            gift.owed += key in gift.covers


def _key(rule: Rule, event: str, day: date) -> object:
    """What the event falls in: periods of a streak are numbered from the year 1 on, one by one."""
    if not rule.streak:
        return day if rule.count == "days" else event
    per = {"day": day.toordinal(), "week": (day.toordinal() - 1) // 7, "month": 12 * day.year + day.month}
    return per[rule.streak.per]
