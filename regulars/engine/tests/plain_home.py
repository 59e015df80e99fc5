"""A household's plain ledger: who gave which lot, and what is whose, by watching what every act and every night does.

Written from docs/rules/households.md, not from the engine. It takes in and lets go like `plain_together`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from regulars.engine.events import Event
from regulars.engine.tests.plain_earning import Gain
from regulars.engine.tests.plain_ledger import PlainLedger
from regulars.engine.tests.plain_past import Left
from regulars.engine.tests.plain_purse import PlainLot, PlainPurse
from regulars.engine.tests.plain_together import PlainGone, PlainPast, leave
from regulars.programme.promise import Programme

OWN = ("available", "pending", "held", "debt")


class PlainHome(PlainLedger):
    """A ledger that several members keep; `shares` is by member and currency, `made` by member and day."""

    def __init__(self, programme: Programme) -> None:
        super().__init__(programme)
        self.shares: dict[int, dict[str, int]] = {}
        self.made: dict[int, dict[date, int]] = {}
        self.holds_of: dict[str, int] = {}
        self.givers: dict[PlainLot, int] = {}
        #: What caps let through, in the count of each member; in whose counts what a purchase used is; and whose lot goes.
        self.counts: dict[int, dict[Any, int]] = {}
        self.concerns: dict[str, set[int]] = {}
        self.goes = ""

    def nights(self, until: date) -> None:
        """What ends by time ends for whoever gave it."""
        before = {lot: lot.expired for purse in self.purses.values() for lot in purse.lots}
        super().nights(until)
        for id, purse in self.purses.items():
            for lot in purse.lots:
                if lot.part_of in self.givers and lot not in before:
                    self.givers[lot] = self.givers[lot.part_of]
                gone = lot.expired - before.get(lot, 0)
                if gone and self.givers.get(lot) in self.shares:
                    self.shares[self.givers[lot]][id] -= gone
        self._forget()

    def does(self, member: int, act: Callable[[PlainLedger, date], str], day: date, hold: str = "") -> str:
        """An act of a member, and what it changes of what is theirs; a capture is whose the hold was."""
        member = self.holds_of.get(hold, member)
        pots = {id: _own(purse) for id, purse in self.purses.items()}
        left = {lot: lot.left for purse in self.purses.values() for lot in purse.lots}
        held = {one.by for purse in self.purses.values() for one in purse.holds}
        progress = len(self.progress)
        code = act(self, day)
        if member not in self.shares:
            return code
        for id, purse in self.purses.items():
            self.shares[member][id] += _own(purse) - pots[id]
            for lot in purse.lots:
                if lot not in left or lot.left > left[lot]:
                    self.givers.setdefault(lot, member)
        for on, amount in self.progress[progress:]:
            self.made[member][on] += amount
        for purse in self.purses.values():
            self.holds_of |= {one.by: member for one in purse.holds if one.by not in held}
        self._forget()
        return code

    def welcomes(self, member: int, gone: PlainGone) -> None:
        """Somebody is here, and has nothing yet but what caps let through for them."""
        self.shares[member], self.made[member] = defaultdict(int), defaultdict(int)
        self.counts[member] = defaultdict(int, gone.used)
        self.concerns |= {name: {member} for name in gone.purchases}

    def buys(self, event: Event, day: date) -> str:
        """What a purchase uses is in the count of everybody who is here."""
        before = dict(self.earning.used)
        code = super().buys(event, day)
        self.concerns[event.id] = set(self.counts)
        for key, points in self.earning.used.items():
            for count in self.counts.values():
                count[key] += points - before.get(key, 0)
        return code

    def _goes(self, left: Left, purchase: str) -> None:
        self.goes = left.lot.of
        super()._goes(left, purchase)

    def _make_room(self, gain: Gain, points: int, bought: date) -> None:
        """Only in the counts that it is in; the highest is the household's."""
        for cap in self.caps:
            if gain.rule in cap.rules:
                for member in self.concerns[self.goes]:
                    self.counts[member][cap.id, (bought.year, bought.month)] -= points
        self._count_highest()

    def _count_highest(self) -> None:
        for key in {key for count in self.counts.values() for key in count}:
            self.earning.used[key] = max(count[key] for count in self.counts.values())

    def share(self, member: int, id: str) -> int:
        """What a member may take: their count, or where less is there than all may claim, less alike."""
        purse = self.purses[id]
        there = max(0, _own(purse))
        claims = [max(0, shares[id]) for shares in self.shares.values()]
        mine = max(0, self.shares[member][id])
        if sum(claims) > there:
            mine = there * mine // sum(claims)
        return min(mine, purse.pots["available"] + sum(lot.left for lot in self._given(purse.waiting(), member)))

    def lets_go(self, member: int, of: str, asked: int) -> tuple[str, PlainGone | None]:
        """A member leaves with their share, or with so many points `of` one currency: own lots first, then what waits of
        them, then the others' lots. The last one takes all there is."""
        claims = {id: self.share(member, id) for id in self.purses}
        if len(self.shares) == 1:
            return ("last_takes_all", None) if asked else ("", leave(self))
        if any(self.holds_of.get(one.by) == member for purse in self.purses.values() for one in purse.holds):
            return "holds_open", None
        if asked > claims.get(of, asked):
            return "beyond_share", None
        claims |= {of: asked} if asked else {}
        gone = PlainGone({}, {}, {}, {}, self.counts.pop(member), [], {}, {})
        for members in self.concerns.values():
            members.discard(member)
        self._count_highest()
        counts = self.shares.pop(member)
        for id, purse in self.purses.items():
            waiting, spendable = purse.waiting(), purse.open()
            own = self._given(spendable, member)
            others = [lot for lot in spendable if lot not in own]
            alone, points, parts = purse.told_alone(), claims[id], []
            for lots in (own, self._given(waiting, member), others):
                took = purse.take(lots, points, "transit")
                points -= sum(some for _, some in took)
                parts += took
            # It arrives in the order in which it would have been spent here, what waits before it.
            turn = {lot: place for place, lot in enumerate((*waiting, *spendable))}
            gone.parts[id], gone.holds[id] = sorted(parts, key=lambda part: turn[part[0]]), []
            gone.debts[id] = min(-purse.pots["debt"], max(0, -counts[id]))
            purse.move("transit", "debt", gone.debts[id])
            gone.purses[id] = PlainPast(purse.active, [], Fraction(0), {}, alone)
        there: dict[date, int] = defaultdict(int)
        for on, amount in self.progress:
            there[on] += amount
        for on, amount in self.made.pop(member).items():
            goes = max(0, min(amount, there[on]))
            gone.progress.append((on, goes))
            self.progress.append((on, -goes))
        self._forget()
        return "", gone

    def _given(self, lots: list[PlainLot], member: int) -> list[PlainLot]:
        return [lot for lot in lots if self.givers.get(lot) == member]

    def _forget(self) -> None:
        """Who gave is known of lots that are still there, and whose a hold is as long as it is."""
        holds = [hold for purse in self.purses.values() for hold in purse.holds]
        held = {lot for hold in holds for lot, _ in hold.parts}
        self.givers = {lot: giver for lot, giver in self.givers.items() if lot.left or lot in held}
        open_ = {hold.by for hold in holds}
        self.holds_of = {by: member for by, member in self.holds_of.items() if by in open_}


def _own(purse: PlainPurse) -> int:
    return sum(purse.pots[pot] for pot in OWN)
