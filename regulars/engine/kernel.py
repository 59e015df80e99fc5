"""The kernel: a fold in plain Python. One account, one event; everything else is built of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from regulars.engine import pooling, tiering
from regulars.engine.adjusting import adjust, forfeit
from regulars.engine.arriving import arrive
from regulars.engine.earning import credit
from regulars.engine.entries import ACCRUAL, Outcome, Refusal
from regulars.engine.events import (
    ADJUSTMENT,
    CAPTURE,
    FORFEITURE,
    HOLD,
    JOIN_IN,
    JOIN_OUT,
    LEAVE_IN,
    LEAVE_OUT,
    MERGE_IN,
    MERGE_OUT,
    NOTICE,
    OPENING,
    PURCHASE,
    REDEMPTION,
    RELEASE,
    RETURN,
    REVERSAL,
    TIER,
    TIER_NOTICE,
    TRANSFER_IN,
    TRANSFER_OUT,
    TYPES,
    UNMERGE_IN,
    UNMERGE_OUT,
    WITHDRAWAL,
    Event,
)
from regulars.engine.holding import capture, hold, release
from regulars.engine.homecoming import come_home
from regulars.engine.merging import leave, take_in
from regulars.engine.night import next_due, settle
from regulars.engine.opening import NOT_FIRST, open_with
from regulars.engine.returning import give_back
from regulars.engine.reversing import reverse
from regulars.engine.spending import spend
from regulars.engine.standing import Standing
from regulars.engine.terms import Terms
from regulars.engine.transferring import arrive_from, send
from regulars.engine.unmerging import give_up
from regulars.engine.weighing import Weigh, weigher
from regulars.engine.withdrawing import withdraw
from regulars.kit.speaking import worded
from regulars.programme.promise import Programme

_ACTS: Final[dict[str, Callable[[Terms, Standing, Event, int, Outcome], None]]] = {
    RETURN: give_back,
    REDEMPTION: spend,
    HOLD: hold,
    CAPTURE: capture,
    RELEASE: release,
    REVERSAL: reverse,
    TRANSFER_OUT: send,
    TRANSFER_IN: arrive_from,
    ADJUSTMENT: adjust,
    FORFEITURE: forfeit,
    TIER: tiering.set_by_hand,
    TIER_NOTICE: tiering.be_told,
    OPENING: open_with,
    WITHDRAWAL: withdraw,
    MERGE_OUT: leave,
    MERGE_IN: take_in,
    UNMERGE_OUT: give_up,
    UNMERGE_IN: come_home,
    JOIN_OUT: pooling.bring,
    JOIN_IN: pooling.welcome,
    LEAVE_OUT: pooling.let_go,
    LEAVE_IN: pooling.take_home,
}


class Kernel:
    """A compiled programme. It keeps nothing between calls: all that lasts is in the standing."""

    __slots__ = ("_currencies", "_resting", "_weighers", "terms")

    def __init__(self, programme: Programme) -> None:
        self.terms = Terms(programme)
        self._currencies = tuple(self.terms.currencies.values())
        #: Those that expire after inactivity.
        self._resting = tuple(currency.id for currency in self._currencies if currency.after == "inactivity")
        found = {kind: weigher(self.terms, kind) for kind in TYPES}
        self._weighers: dict[str, Weigh] = {kind: weigh for kind, weigh in found.items() if weigh}

    @property
    def sources(self) -> dict[str, str]:
        """The generated Python per event type, for reading."""
        return {kind: weigh.__dict__["__source__"] for kind, weigh in self._weighers.items()}

    def open(self, joined_day: int = 0) -> Standing:
        """The standing of an account that joined on a local day (0: the day of its first event)."""
        return Standing(joined_day)

    def step(self, standing: Standing, event: Event) -> Outcome:
        """What one event does, after everything that fell due before it.

        `standing` is changed in place. A refused event changes nothing but what had fallen due anyway.
        An event told later than it happened counts as of its own day within the window for late events, and as of
        the day of recording after it. Same standing and event, same outcome: no clock, no chance, no database.
        """
        out = Outcome()
        terms = self.terms
        day, weekday, hour = terms.zone.local(event.at)
        today = day
        if event.recorded_at and event.recorded_at > event.at:
            today = terms.zone.local(event.recorded_at)[0]
            if today - day > terms.late_days:
                event = replace(event, at=event.recorded_at)
                day, weekday, hour = terms.zone.local(event.at)
        out.at = event.at
        if standing.levels is not terms.level_ids:
            tiering.adopt(terms, standing, event.at, today, out)
        if today >= standing.due:
            self._settle(standing, today, out)
        kind = event.type
        pooled = pooling.Before(standing, out) if standing.shares or kind == JOIN_IN else None
        if event.points and not event.of:
            event = replace(event, of=terms.only_spendable)
        if event.currency != terms.money and event.currency:
            sentence = worded(
                "This programme counts in {money}; convert the amounts before sending them.", money=terms.money
            )
            out.refusal = Refusal("currency_mismatch", sentence, {"currency": event.currency, "expected": terms.money})
            return out
        joined_day, last_day = standing.joined_day, standing.day
        vacant = standing.withdrawn is not None and standing.withdrawn.vacant
        if kind == OPENING and last_day and not vacant:
            out.refusal = NOT_FIRST
            return out
        if not joined_day:
            standing.joined_day = day
        if today > last_day:
            standing.day = today
        if kind == PURCHASE:
            for id in self._resting:  # whoever buys is active, also where it comes to no whole point
                purse = standing.purses.get(id) or standing.purse(id)
                if day > purse.last_day:
                    purse.last_day = day
        else:
            self._act(standing, event, day, out)
            standing.due = 0
            if out.refusal is not None:
                standing.joined_day, standing.day = joined_day, last_day
                return out
        if kind != OPENING:
            standing.opened = None
        weigh = self._weighers.get(kind)
        if weigh is not None:
            self._earn(weigh, standing, event, day, weekday, hour, out)
        if terms.balance:
            today = standing.day
            tiering.follow(terms, standing, event.id, event.at, today, today, out)
        if pooled is not None:
            pooled.note(standing, event, out)
        return out

    def settle(self, standing: Standing, until_day: int) -> Outcome:
        """What falls due by time alone up to the first moment of local day `until_day`: the night."""
        out = Outcome()
        if standing.levels is not self.terms.level_ids:
            tiering.adopt(self.terms, standing, self.terms.zone.midnight(until_day), until_day, out)
        self._settle(standing, until_day, out)
        return out

    def due(self, standing: Standing) -> int:
        """The first local day on which the night has something to do; NEVER when nothing falls due."""
        return next_due(self.terms, standing)

    def fold(self, standing: Standing, events: Iterable[Event]) -> list[Outcome]:
        """One outcome per event, in order."""
        return [self.step(standing, event) for event in events]

    def _settle(self, standing: Standing, until_day: int, out: Outcome) -> None:
        if standing.shares:
            pooling.settle_shares(self.terms, standing, until_day, out)
        else:
            settle(self.terms, standing, until_day, out)

    def _act(self, standing: Standing, event: Event, day: int, out: Outcome) -> None:
        """What an event does besides earning."""
        act = _ACTS.get(event.type)
        if act is not None:
            act(self.terms, standing, event, day, out)
        elif event.type == NOTICE:
            for currency in self._currencies:
                if currency.after:
                    standing.purse(currency.id).notices.append(day)
        elif event.origin is not None:
            arrive(self.terms, standing, event, event.origin, day, out)

    def _earn(
        self, weigh: Weigh, standing: Standing, event: Event, day: int, weekday: str, hour: int, out: Outcome
    ) -> None:
        terms, tiers = self.terms, self.terms.tiers
        tier = terms.level_ids[standing.tier if day >= standing.day else standing.tier_at(day)]
        gifts, counted, progress = weigh(event, standing, tier, weekday, hour, day)
        out.counted, out.progress = counted, progress
        gained = sum(progress)
        for currency, given in zip(self._currencies, gifts, strict=True):
            if given:
                points = credit(terms, currency, standing, event, day, given, out)
                if currency.counts and not (currency.counts_later and currency.available_day(day) > day):
                    gained += points
        if terms.thresholds:
            rules = [entry.rule.id for entry in out.entries if entry.kind == ACCRUAL and entry.rule]
            out.thresholds = {rule: terms.thresholds[rule] for rule in rules if rule in terms.thresholds}
        if tiers is not None:
            if gained:
                standing.add_progress(day, gained)
            today = standing.day
            tiering.advance(terms, standing, today)
            levels, above = terms.levels, standing.tier + 1
            if standing.grace_until or (above < len(levels) and standing.total >= levels[above]):
                tiering.reach(terms, standing, event.id, event.at, today, out)
                standing.due = 0


def compile(programme: Programme) -> Kernel:
    """The kernel of a programme: work out once what holds for every event."""
    return Kernel(programme)
