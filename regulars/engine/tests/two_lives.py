"""Two members as the kernel has them, in memory and stored before every step, beside a plain ledger of each.

Whatever is told is told to all three, and they must say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from regulars.engine import tiering
from regulars.engine.entries import Entry, Moved, Outcome, TierMove
from regulars.engine.events import OPENING, PURCHASE, WITHDRAWAL, Event, Origin
from regulars.engine.kernel import Kernel
from regulars.engine.purse import NEVER, Lot, Purse
from regulars.engine.standing import Standing, dump
from regulars.engine.tests.books import Books
from regulars.engine.tests.plain_ledger import PlainLedger
from regulars.engine.tests.plain_past import Sent
from regulars.engine.tests.plain_purse import FAR, PlainLot
from regulars.engine.tests.random_lives import (
    DAY_MINUTES,
    MINUTE_US,
    START_US,
    Life,
    movements,
    note_spent,
    numbered,
    tell,
)
from regulars.engine.tests.test_laws_of_the_fold import stored, told


@dataclass
class Account:
    """One member twice over: as the kernel has it, in memory and stored before every step, and as the plain ledger does."""

    life: Life
    stored: Standing
    plain: PlainLedger
    books: Books
    #: Every night that was settled and every event that was told, for telling them again.
    told: list[Event | int] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    #: What was spent, each with the purchase it paid for or an origin of its own.
    spent: dict[str, Origin] = field(default_factory=dict)
    seq: int = 0
    tier: str = "guest"
    floor: tuple[int, int] = (0, 0)

    def fold_again(self) -> None:
        """All that was told, told again, does what it did."""
        kernel = self.life.kernel
        again, outcomes = kernel.open(), []
        for one in self.told:
            act: Callable[..., Outcome] = kernel.settle if isinstance(one, int) else kernel.step
            outcomes.append(act(again, one))
        assert movements(outcomes) == movements(self.outcomes)
        assert dump(again) == dump(self.life.standing) == dump(self.stored)


class TwoLives:
    """Two accounts under one programme, one clock, and what is `under_way` from one to the other."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.now = START_US
        self.number = 0
        programme = kernel.terms.programme
        self.accounts = [
            Account(Life(kernel, kernel.open()), kernel.open(), PlainLedger(programme), Books(programme))
            for _ in range(2)
        ]
        self.under_way: list[tuple[list[Moved], list[Sent]]] = []

    @property
    def today(self) -> int:
        """The local day that the clock shows."""
        return self.kernel.terms.zone.local(self.now)[0]

    def at(self, who: int) -> int:
        """Whose account the number of somebody leads to."""
        return who

    def pass_days(self, days: int) -> None:
        """So many days and a minute pass, and what fell due is known to the plain ledgers."""
        self.now += days * DAY_MINUTES * MINUTE_US + MINUTE_US
        for account in self.accounts:
            account.plain.nights(date.fromordinal(self.today))

    def event(self, type: str, late: int = 0, **more: Any) -> Event:
        """An event of now, or of so many days ago and told now."""
        self.number += 1
        return Event(type, f"e{self.number}", self.now - late * DAY_MINUTES * MINUTE_US, recorded_at=self.now, **more)

    def tell(self, who: int, event: Event, act: Callable[[PlainLedger, date], str], *paid: Origin) -> Outcome:
        """Tell an event of one account, which is `act` to its plain ledger. Points may have paid a purchase."""
        account, zone = self.accounts[who], self.kernel.terms.zone
        outcome = tell(account.life, event)
        account.stored = stored(account.stored)
        assert told(self.kernel.step(account.stored, event)) == told(outcome)
        today, day = (date.fromordinal(zone.local(at)[0]) for at in (self.now, account.plain.earning.counted_at(event)))
        account.plain.happens(today)
        account.plain.nights(today)
        refused = act(account.plain, day)
        account.plain.happens(day)
        assert (outcome.refusal.code if outcome.refusal else "") == refused
        if not refused:
            account.plain.begun, account.plain.opened = event.type != WITHDRAWAL, event.type == OPENING
        own = account.spent[event.id] = Origin(event.id, event.at, [], [], [], [], ())
        note_spent(account.life.lots, [*account.life.origins, *account.spent.values()], own, outcome)
        if not own.spent:
            del account.spent[event.id]
        for origin in paid:
            origin.spent = [*origin.spent, *own.spent]
        self.check(account, event, outcome)
        return outcome

    def sleep(self) -> None:
        """Both accounts are settled, for the night before now."""
        for account in self.accounts:
            outcome = self.kernel.settle(account.life.standing, self.today)
            account.stored = stored(account.stored)
            assert told(self.kernel.settle(account.stored, self.today)) == told(outcome)
            account.life.ended = account.life.ended.after(outcome)
            note_spent(account.life.lots, (), None, outcome)
            self.check(account, self.today, outcome)

    def check(self, account: Account, what: Event | int, outcome: Outcome) -> None:
        """What the entries, the standing and the plain ledger say, beside one another; after an event, or a night."""
        account.told.append(what)
        account.outcomes.append(outcome)
        standing, terms = account.life.standing, self.kernel.terms
        for row in numbered(outcome):
            account.seq += 1
            assert row.seq == account.seq
            if isinstance(row, Entry):
                account.books.write(row)
            else:
                self._moved(account, what, row)
        assert standing.seq == account.seq
        assert account.books.agrees(standing)
        assert account.tier == terms.level_ids[standing.tier]
        for id, plain in account.plain.purses.items():
            purse = standing.purses.get(id) or Purse()
            assert Fraction(purse.carry, purse.denominator) == account.plain.earning.carry[id]
            assert _there(account.books.pots.get(id, {})) == _there(plain.pots)
            assert sum(plain.pots.values()) == 0 <= min(purse.available, purse.pending, purse.held, purse.debt)
            assert sorted(map(kept_lot, purse.open)) == sorted(map(plain_lot, plain.open()))
            assert sorted(map(kept_lot, purse.waiting)) == sorted(map(plain_lot, plain.waiting()))
            assert [(hold.event, hold.lapse_day, [part.left for part in hold.lots]) for hold in purse.holds] == [
                (hold.by, hold.back.toordinal(), [points for _, points in hold.parts])
                for hold in sorted(plain.holds, key=lambda hold: hold.back)
            ]
        if standing.day:
            progress = account.plain.progress_on(date.fromordinal(standing.day))
            assert tiering.progress_on(terms, standing, standing.day) == progress
            if isinstance(what, Event) and what.type == PURCHASE:
                assert all(progress < at for at in terms.levels[standing.tier + 1 :])

    def _moved(self, account: Account, what: Event | int, move: TierMove) -> None:
        """A move begins where the one before ended, and none goes below a tier that a hand set, as long as it holds."""
        levels = self.kernel.terms.level_ids
        assert move.source == account.tier
        account.tier = move.target
        if move.why == "set":
            assert isinstance(what, Event)
            account.floor = (levels.index(what.of), what.until_day) if what.of else (0, 0)
        floor, until = account.floor
        assert levels.index(move.target) >= floor or 0 < until < move.day


def _there(pots: Mapping[str, int]) -> dict[str, int]:
    return {pot: points for pot, points in pots.items() if points}


def kept_lot(lot: Lot) -> tuple[int, int, int, int]:
    """A lot of the kernel: what is left of it, and its days."""
    return (lot.left, lot.earned_day, lot.available_day, lot.expires_day)


def plain_lot(lot: PlainLot) -> tuple[int, int, int, int]:
    """The same of a lot of the plain ledger."""
    last = NEVER if lot.last == FAR else lot.last.toordinal()
    return (lot.left, lot.earned.toordinal(), lot.available.toordinal(), last)
