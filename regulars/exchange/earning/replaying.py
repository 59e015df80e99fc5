"""Replaying: whole histories of members folded in memory, and what they left. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from types import MappingProxyType
from typing import Any

from regulars.engine.budgets import Source, drawn_by_lot, lapsed
from regulars.engine.entries import ACCRUAL, AVAILABLE, LAPSE, REDEMPTION, Draw, Outcome
from regulars.engine.events import PURCHASE, RETURN, Event
from regulars.engine.events import REDEMPTION as SPENDING
from regulars.engine.kernel import Kernel
from regulars.engine.standing import Standing
from regulars.exchange.earning.behaving import EAGER, Ways, choices, spend_eagerly
from regulars.exchange.earning.bounding import CANNOT_BE_KEPT, MOST, Pots
from regulars.exchange.earning.folding import Past, Unknown, kernel_event, refer
from regulars.exchange.earning.sharing import Table
from regulars.exchange.earning.sloping import Tenured
from regulars.ground.activity.contract import Incoming

#: Where bands of tenure begin, in days since joining: three and six months, one to three years, five.
BANDS = (0, 91, 183, 365, 730, 1_095, 1_826)


@dataclass(slots=True)
class Life:
    """One member's past: where they stand, and what they bought (money in minor units, less what they returned).

    Days are proleptic ordinals, 0 for never: `joined` is the day of the first event, `bought` of the last purchase,
    `reached` by currency the one on which the first reward could first be paid. `months` holds [purchases, spend] by
    month (year * 12 + month - 1). Until the day it was reached, by currency: `spent` are points that were spent, `ripe`
    what had become available in all, spent or not, when last looked at. `held_back` are the points that caps held back,
    by cap, `bands` the bands of tenure they bought in, `tenured` what they bought by tenure.
    """

    standing: Standing
    joined: int = 0
    bought: int = 0
    purchases: int = 0
    spend: int = 0
    reached: dict[str, int] = field(default_factory=dict)
    months: dict[int, list[int]] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)
    ripe: dict[str, int] = field(default_factory=dict)
    held_back: dict[str, int] = field(default_factory=dict)
    bands: set[int] = field(default_factory=set)
    tenured: Tenured = field(default_factory=Tenured)


@dataclass(slots=True)
class Band:
    """What was bought in one band of tenure, and the points that these purchases gave (returns change neither)."""

    members: int = 0
    purchases: int = 0
    spend: int = 0
    points: dict[str, int] = field(default_factory=dict)


class BeyondBounds(Exception):
    """The figures of all members together are larger than the tables can hold."""


@dataclass(slots=True)
class Counts:
    """What the histories of some members came to, as plain sums.

    `first` is the instant of the earliest event (microseconds; 0: none). `clipped` holds points by cap, `clips` how
    often it bit, `caught` how many members. `left_out` are redemptions of the file that the behaviour leaves out,
    `tendered` money that points paid in purchases by month, `taken` how often eager members took each reward. `spend`
    is what was bought, `turnover` the points that moved by kind of entry, of all currencies together: no figure of a
    backtest is larger than the largest of these.
    """

    events: int = 0
    lines: int = 0
    first: int = 0
    left_out: int = 0
    spend: int = 0
    refusals: dict[str, int] = field(default_factory=dict)
    clipped: dict[str, int] = field(default_factory=dict)
    clips: dict[str, int] = field(default_factory=dict)
    caught: dict[str, int] = field(default_factory=dict)
    tendered: dict[int, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    turnover: dict[str, int] = field(default_factory=dict)
    bands: dict[int, Band] = field(default_factory=dict)

    def check(self) -> None:
        """Raises BeyondBounds when some sum over all members can be more than a column of whole numbers holds."""
        if max(chain((self.spend,), self.turnover.values(), self.clipped.values(), self.tendered.values())) > MOST:
            raise BeyondBounds

    def add(self, more: Counts) -> None:
        """Take in the sums of other members."""
        self.first = min(self.first, more.first) if self.first and more.first else self.first or more.first
        for name in ("events", "lines", "left_out", "spend"):
            setattr(self, name, getattr(self, name) + getattr(more, name))
        for name in ("refusals", "clipped", "clips", "caught", "tendered", "taken", "turnover"):
            for key, amount in getattr(more, name).items():
                count(getattr(self, name), key, amount)
        for place, band in more.bands.items():
            own = self.bands.setdefault(place, Band())
            own.members += band.members
            own.purchases += band.purchases
            own.spend += band.spend
            for currency, points in band.points.items():
                count(own.points, currency, points)


def count(sums: dict[Any, int], key: str | int, amount: int = 1) -> None:
    """Add to one of several sums."""
    sums[key] = sums.get(key, 0) + amount


#: Points of budgets that events are allotted, by member, (id of the event, its type) and budget.
Allotted = Mapping[str, Mapping[tuple[str, str], Mapping[str, int]]]
#: What an event took from budgets or gave back, or time did (with no id): (at, member, id, type, draws).
Drawn = tuple[int, str, str, str, Sequence[Draw]]
_ALL: Allotted = MappingProxyType({})


def replay(
    kernel: Kernel, events: Sequence[Incoming], ways: Ways, end: int, allotted: Allotted = _ALL
) -> tuple[dict[str, Life], Counts, Table]:
    """Fold whole histories: each member's events stand together, oldest first, from their first to their last; then
    what falls due by time alone up to the local day `end`. Lives are by member, in the order they came.

    Of budgets an event has what it is `allotted`, or else all that it asks.
    """
    fold = _whole(kernel, events, ways, end, allotted)
    fold.counts.check()
    return fold.lives, fold.counts, fold.table


def demands(kernel: Kernel, events: Sequence[Incoming], ways: Ways, end: int, allotted: Allotted) -> list[Drawn]:
    """The same histories, and what they ask of budgets."""
    return _whole(kernel, events, ways, end, allotted).drawn


def _whole(kernel: Kernel, events: Sequence[Incoming], ways: Ways, end: int, allotted: Allotted) -> _Fold:
    fold = _fold(_Fold(kernel, ways, allotted, careful=False), events, end)
    return _fold(_Fold(kernel, ways, allotted, careful=True), events, end) if fold.beyond() else fold


def _fold(fold: _Fold, events: Sequence[Incoming], end: int) -> _Fold:
    member = ""
    for event in events:
        if event.member != member or not fold.lives:
            if fold.lives:
                fold.close(end)
            member = event.member
            fold.begin(member)
        fold.take(event)
    if fold.lives:
        fold.close(end)
    fold.counts.first = min((event.at for event in events), default=0)
    turnover = fold.counts.turnover
    for entry in fold.table.entries:
        turnover[entry.kind] = turnover.get(entry.kind, 0) + entry.amount
        if entry.base > fold.largest or entry.granted > fold.largest:
            fold.largest = max(entry.base, entry.granted)
    return fold


class _Fold:
    """The fold over one member after the other. A `careful` one looks before each event whether it can be kept, which
    takes a copy of the standing each time; others go by what all came to, and the `largest` figure behind an entry."""

    def __init__(self, kernel: Kernel, ways: Ways, allotted: Allotted, careful: bool) -> None:
        self.kernel = kernel
        self.allotted = allotted
        self.drawn: list[Drawn] = []
        self.ways = ways
        self.careful = careful
        self.largest = 0
        self.choices = choices(kernel.terms.programme)
        self.table = Table(kernel)
        self.lives: dict[str, Life] = {}
        self.counts = Counts()
        self.months: dict[int, int] = {}

    def beyond(self) -> bool:
        """Whether some figure may have left what a column holds."""
        try:
            self.counts.check()
        except BeyondBounds:
            return True
        return self.largest > MOST

    def begin(self, member: str) -> None:
        self.member = member
        self.life = self.lives[member] = Life(self.kernel.open())
        self.pots = Pots()
        self.past = Past()
        self.lots: dict[int, list[Source]] = {}

    def close(self, end: int) -> None:
        life = self.life
        outcome = self.kernel.settle(life.standing, max(end, life.standing.day))
        self.follow(None, outcome)
        self.note(outcome, ())
        life.joined = life.standing.joined_day
        for cap in life.held_back:
            count(self.counts.caught, cap)
        for place in life.bands:
            self.counts.bands[place].members += 1

    def take(self, event: Incoming) -> None:
        """One event as the kernel answers it."""
        self.counts.events += 1
        self.counts.lines += len(event.lines)
        if event.type == SPENDING and not self.ways.observed:
            self.counts.left_out += 1
            return
        told = kernel_event(event, event.id)
        if self.ways.spend == EAGER:
            for outcome, reward, times in spend_eagerly(self.kernel, self.choices, self.life.standing, told):
                self.pots.move(outcome.entries)
                self.past.add("", None, outcome)
                self.follow(None, outcome)
                self.note(outcome, ())
                if reward:
                    count(self.counts.taken, reward, times)
        try:
            original = refer(self.past, event, told)
        except Unknown:
            count(self.counts.refusals, "unknown_line")
            return
        if event.type != RETURN:
            original = None
        before = self.life.standing.copy() if self.careful else None
        if self.allotted and self.member in self.allotted:
            told.allotted = self.allotted[self.member].get((event.id, event.type))
        outcome = self.kernel.step(self.life.standing, told)
        spend = self.life.spend if event.type == PURCHASE else 0
        if before and not self.pots.hold(outcome, self.life.standing, net := sum(told.nets), spend + net):
            self.life.standing = before
            count(self.counts.refusals, CANNOT_BE_KEPT)
            return
        if outcome.drawn or self.lots:
            self.follow(event, outcome)
        self.past.add(event.id, event, outcome)
        self.note(outcome, original.lines if original else event.lines)
        if outcome.refusal:
            count(self.counts.refusals, outcome.refusal.code)
        elif event.type == PURCHASE:
            self.bought(told, outcome)
        elif original:
            original.note(told.nets)
            self.month(told.at)[1] -= sum(told.nets)
            self.life.spend -= sum(told.nets)

    def follow(self, event: Incoming | None, outcome: Outcome) -> None:
        """Keep what an event drew from budgets, and what it or time gave back."""
        if self.lots:
            self.drawn += [(at, self.member, "", LAPSE, [draw]) for at, draw in lapsed(outcome, self.lots)]
        if event and outcome.drawn:
            self.drawn.append((event.at, self.member, event.id, event.type, outcome.drawn))
            self.lots.update(drawn_by_lot(outcome))

    def bought(self, event: Event, outcome: Outcome) -> None:
        """Count a purchase that was taken."""
        life, money = self.life, sum(event.nets)
        day = self.kernel.terms.zone.local(event.at)[0]
        life.bought = max(life.bought, day)
        life.purchases += 1
        life.spend += money
        self.counts.spend += money
        month = self.month(event.at)
        month[0] += 1
        month[1] += money
        if event.tendered:
            count(self.counts.tendered, self.months[day], event.tendered)
        days = max(0, day - life.standing.joined_day)
        life.tenured.buy(days, money)
        place = bisect_right(BANDS, days) - 1
        life.bands.add(place)
        band = self.counts.bands.get(place)
        if band is None:
            band = self.counts.bands[place] = Band()
        band.purchases += 1
        band.spend += money
        for entry in outcome.entries:
            if entry.kind == ACCRUAL:
                count(band.points, entry.currency, entry.amount)
                life.tenured.give(days, entry.currency, entry.amount)

    def month(self, at: int) -> list[int]:
        """[purchases, spend] of the member in the month of an instant."""
        day = self.kernel.terms.zone.local(at)[0]
        month = self.months.get(day)
        if month is None:
            moment = date.fromordinal(day)
            month = self.months[day] = moment.year * 12 + moment.month - 1
        return self.life.months.setdefault(month, [0, 0])

    def note(self, outcome: Outcome, lines: Sequence[str]) -> None:
        """Keep what an outcome moved and held back."""
        life = self.life
        if outcome.clips:
            for clip in outcome.clips:
                count(self.counts.clipped, clip.cap, clip.points)
                count(self.counts.clips, clip.cap)
                count(life.held_back, clip.cap, clip.points)
        if not outcome.entries:
            return
        self.table.add(self.member, lines, outcome.entries)
        if len(life.reached) < len(self.ways.first_reward):
            for entry in outcome.entries:
                if entry.kind == REDEMPTION:
                    count(life.spent, entry.currency, entry.amount)
            self.look(life, outcome)

    def look(self, life: Life, outcome: Outcome) -> None:
        """Whether the first reward came within reach, and on which day."""
        for currency, price in self.ways.first_reward.items():
            purse = life.standing.purses.get(currency)
            if purse is None or currency in life.reached:
                continue
            before = life.ripe.get(currency, 0)
            now = life.ripe[currency] = purse.available + life.spent.get(currency, 0)
            if now >= price:
                life.reached[currency] = _day_of(outcome, currency, price - before)


def _day_of(outcome: Outcome, currency: str, missing: int) -> int:
    """The day of the entry by which `missing` more points of a currency had become available."""
    day = 0
    for entry in outcome.entries:
        if entry.currency == currency:
            if entry.target == AVAILABLE:
                missing -= entry.amount
            elif entry.source == AVAILABLE and entry.kind != REDEMPTION:
                missing += entry.amount
            day = entry.day
            if missing <= 0:
                return day
    return day
