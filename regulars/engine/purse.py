"""Purses: what one account has of one currency, lot by lot, in the order in which it is spent."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from math import lcm
from typing import Final, NamedTuple

NEVER: Final = 1 << 30
#: Lots as a host hands them over, in any order: columns of their seqs, what is left of them, and the days on which
#: they were earned, become available and end.
Columns = Sequence[Sequence[int]]
#: Where a host has them: those that may be spent (False), or those that wait (True).
Look = Callable[[bool], Columns]


class Lot:
    """Points of one accrual that are still there: `seq` of the entry that gave them, `left` of them.

    Days are proleptic ordinals; `expires_day` is the last day they may be spent (NEVER: no fixed day).
    """

    __slots__ = ("available_day", "earned_day", "expires_day", "left", "seq")

    def __init__(self, seq: int, left: int, earned_day: int, available_day: int, expires_day: int) -> None:
        self.seq = seq
        self.left = left
        self.earned_day = earned_day
        self.available_day = available_day
        self.expires_day = expires_day

    @property
    def fixed(self) -> int:
        """The last day, or 0 where none is fixed."""
        return 0 if self.expires_day == NEVER else self.expires_day

    def turn(self) -> tuple[int, int, int]:
        """The order of spending: soonest expiry, then earliest earned, then lowest number."""
        return (self.expires_day, self.earned_day, self.seq)


class Promised(NamedTuple):
    """What points are spent on, as it was promised: the id of the `reward` (empty: none), its `price` in points, what
    it takes off a bill (`pays`, minor units; 0: nothing), and the largest `share` of the bill."""

    reward: str
    price: int
    pays: int
    share: Fraction


NO_REWARD: Final = Promised("", 0, 0, Fraction(1))


class Hold:
    """Points set aside on `day` by the event of that id; `lapse_day` is the first day on which they are back.

    `lots` are parts of lots: as much as is held of each; `promised` is what they are held for.
    """

    __slots__ = ("day", "event", "lapse_day", "lots", "promised")

    def __init__(self, event: str, day: int, lapse_day: int, lots: list[Lot], promised: Promised = NO_REWARD) -> None:
        self.event = event
        self.day = day
        self.lapse_day = lapse_day
        self.lots = lots
        self.promised = promised

    @property
    def left(self) -> int:
        """How many points are still held."""
        return sum(part.left for part in self.lots)


def _wait(lot: Lot) -> tuple[int, int]:
    return (lot.available_day, lot.seq)


class Purse:
    """One currency of one account. `carry` is the fraction kept for the next purchase, in `1/denominator` points: whole
    points or more where a return or another account left them, which the next one gives; below zero what that one makes
    up for.

    `waiting` are the lots that are not available yet; of those that wait for an event, `awaits` has its type by the
    lot's `seq`, and their `available_day` is the first one on which they have lapsed. `holds` are in the order in which
    they lapse. `notices` are the days on which the member was told of what ends; of lots that two accounts had before
    they became one, `told` has those of their own, by the lot's `seq`. Of lots that a host left where they are,
    `left_end` is the first last day and `left_wait` the first wait (0: there is none).
    """

    __slots__ = (
        "_look_open", "_look_waiting", "_open", "_waiting", "available", "awaits", "carry", "debt", "denominator",
        "held", "holds", "last_day", "left_end", "left_wait", "notices", "pending", "told",
    )  # fmt: skip

    def __init__(self) -> None:
        self.available = 0
        self.pending = 0
        self.held = 0
        self.holds: list[Hold] = []
        self.debt = 0
        self.carry = 0
        self.denominator = 1
        self.left_end = 0
        self.left_wait = 0
        self._look_open: Look | None = None  # where they are; beside them the lots that came since
        self._look_waiting: Look | None = None
        self._open: list[Lot] = []
        self._waiting: list[Lot] = []
        self.awaits: dict[int, str] = {}
        self.last_day = 0
        self.notices: list[int] = []
        self.told: dict[int, tuple[int, ...]] = {}

    def carry_on(self, amount: int, denominator: int) -> None:
        """So many `1/denominator` points more wait for the next purchase; below zero, so many less."""
        parts = lcm(self.denominator, denominator)
        self.carry = self.carry * (parts // self.denominator) + amount * (parts // denominator)
        self.denominator = parts

    @property
    def open(self) -> list[Lot]:
        """The lots that may be spent, in their turn."""
        if self._look_open is not None:
            self._read_open(self._look_open)
        return self._open

    @open.setter
    def open(self, lots: list[Lot]) -> None:
        self._look_open, self._open = None, lots

    @property
    def waiting(self) -> list[Lot]:
        """The lots that are not available yet, in the order in which they will be."""
        if self._look_waiting is not None:
            self._read_waiting(self._look_waiting)
        return self._waiting

    @waiting.setter
    def waiting(self, lots: list[Lot]) -> None:
        self._look_waiting, self._waiting = None, lots

    @property
    def first_end(self) -> int:
        """The last day of the lot that is spent first; 0 where there is none."""
        first = self._open[0].expires_day if self._open else 0
        if self._look_open is None or not self.left_end:
            return first
        return min(first, self.left_end) if first else self.left_end

    def may_end(self, day: int) -> bool:
        """Whether one has to look at the lots to know that none ends by a day, their last days as fixed."""
        return bool(self.notices or self.told) or 0 < self.first_end <= day

    @property
    def first_wait(self) -> int:
        """The first day on which a lot that waits is available, or has lapsed; 0 where none waits."""
        first = self._waiting[0].available_day if self._waiting else 0
        if self._look_waiting is None or not self.left_wait:
            return first
        return min(first, self.left_wait) if first else self.left_wait

    def hold(self, lot: Lot) -> None:
        """Keep a lot that is not available yet."""
        self.pending += lot.left
        waiting = self._waiting
        if not waiting or _wait(waiting[-1]) <= _wait(lot):  # a late event may come before, a host hand over any order
            waiting.append(lot)
        else:
            insort(waiting, lot, key=_wait)

    def admit(self, lot: Lot) -> None:
        """Make a lot spendable, in its turn."""
        self.available += lot.left
        rows = self._open
        if not rows:
            rows.append(lot)
            return
        last = rows[-1]
        if last.expires_day == lot.expires_day and last.earned_day == lot.earned_day and last.seq < lot.seq:
            rows.append(lot)  # the usual case, without building two keys
        elif last.turn() <= lot.turn():
            rows.append(lot)
        else:
            insort(rows, lot, key=Lot.turn)

    def leave(self, available: int, pending: int, look: Look) -> None:
        """Leave lots that come to so much where they are until something looks at one of them, which most purchases
        never do; to those that may be spent, and to those that wait, each by itself. The caller has set `left_end` and
        `left_wait`, and has put no other lots here."""
        self.available, self.pending = available, pending
        self._look_open = self._look_waiting = look
        if not self.knows(available, pending):
            self._read_open(look)
            self._read_waiting(look)

    def knows(self, available: int, pending: int) -> bool:
        """Whether `left_end` and `left_wait` are those of lots that come to so much: a host may not have kept them."""
        return (not available or self.left_end > 0) and (not pending or self.left_wait > 0)

    def _read_open(self, look: Look) -> None:
        self._look_open = None
        self._open = sorted([*map(Lot, *look(False)), *self._open], key=Lot.turn)

    def _read_waiting(self, look: Look) -> None:
        self._look_waiting = None
        self._waiting = sorted([*map(Lot, *look(True)), *self._waiting], key=_wait)

    def take(self, points: int) -> tuple[tuple[int, int], ...]:
        """Debit available points in the order of spending; answers (seq of the lot, points) for each lot touched.

        The caller has checked that `points` are available. Raises ValueError where a host told of more than its lots
        come to: nothing is to be written of points that are not there.
        """
        self.available -= points
        took: list[tuple[int, int]] = []
        emptied = 0
        for lot in self.open:
            if not points:
                break
            part = min(points, lot.left)
            lot.left -= part
            points -= part
            took.append((lot.seq, part))
            emptied += lot.left == 0
        if points:
            raise ValueError(f"{points} points less are in lots than the balance says: `regulars prove` names whose")
        del self.open[:emptied]
        return tuple(took)

    def take_lots(self, lots: list[Lot]) -> tuple[tuple[int, int], ...]:
        """Debit all that is left of available lots; answers as `take`."""
        took = tuple([(lot.seq, lot.left) for lot in lots])
        gone = {seq for seq, _ in took}
        self.open = [lot for lot in self.open if lot.seq not in gone]
        self.available -= sum([points for _, points in took])
        return took

    def take_parts(self, points: int) -> list[Lot]:
        """Debit available points in the order of spending, as parts of lots."""
        days = {lot.seq: (lot.earned_day, lot.available_day, lot.expires_day) for lot in self.open}
        return [Lot(seq, part, *days[seq]) for seq, part in self.take(points)]

    def lots(self) -> Iterator[Lot]:
        """All that is there of lots: what may be spent, what waits, and what is held of each."""
        return chain(self.open, self.waiting, *(hold.lots for hold in self.holds))

    def restore(self, part: Lot) -> None:
        """Make a part of a lot spendable again, together with what is left of its lot."""
        for index, lot in enumerate(self.open):
            if lot.seq == part.seq:
                del self.open[index]
                self.available -= lot.left
                part = Lot(lot.seq, lot.left + part.left, lot.earned_day, lot.available_day, lot.expires_day)
                break
        self.admit(part)

    def wait_again(self, part: Lot) -> None:
        """Let a part of a lot wait again, together with what is left of its lot."""
        for lot in self.waiting:
            if lot.seq == part.seq:
                lot.left += part.left
                self.pending += part.left
                return
        self.hold(part)

    def reserve(self, hold: Hold) -> None:
        """Keep a hold."""
        self.held += hold.left
        insort(self.holds, hold, key=lambda one: one.lapse_day)

    def answer(self, hold: Hold, points: int) -> list[Lot]:
        """Take points out of a hold, the parts in their order; the caller has checked that they are there."""
        took = []
        self.held -= points
        for part in hold.lots:
            some = min(points, part.left)
            if some:
                took.append(Lot(part.seq, some, part.earned_day, part.available_day, part.expires_day))
            part.left -= some
            points -= some
        hold.lots = [part for part in hold.lots if part.left]
        if not hold.lots:
            self.holds.remove(hold)
        return took

    def take_held(self, own: Collection[int], points: int) -> tuple[tuple[int, int], ...]:
        """Take up to `points` out of holds: parts of the lots `own` first, then hold by hold as they lapse."""
        took: dict[int, int] = {}
        for first in (True, False):
            for part in [part for hold in self.holds for part in hold.lots if (part.seq in own) is first]:
                some = min(points, part.left)
                if some:
                    part.left -= some
                    points -= some
                    took[part.seq] = took.get(part.seq, 0) + some
        for hold in self.holds:
            hold.lots = [part for part in hold.lots if part.left]
        self.holds = [hold for hold in self.holds if hold.lots]
        self.held -= sum(took.values())
        return tuple(took.items())

    def take_from(self, seq: int, points: int) -> int:
        """Debit up to `points` from one available lot; answers how many."""
        for index, lot in enumerate(self.open):
            if lot.seq == seq:
                part = min(points, lot.left)
                lot.left -= part
                self.available -= part
                if not lot.left:
                    del self.open[index]
                return part
        return 0

    def take_own(self, own: Collection[int], points: int) -> tuple[tuple[int, int], ...]:
        """Debit up to `points` from the available ones of the lots `own`, in the order of spending."""
        took = []
        for seq in [lot.seq for lot in self.open if lot.seq in own]:
            part = self.take_from(seq, points)
            points -= part
            took += [(seq, part)] if part else []
        return tuple(took)

    def from_pending(self, own: Collection[int], points: int) -> int:
        """How many of `points` that are taken for the lots `own` come from lots that wait: own points go before any
        other's, then those that wait before those that are available."""
        there = sum([lot.left for lot in self.open if lot.seq in own])
        return min(max(0, points - there), self.pending)

    def take_pending(self, own: Collection[int], points: int) -> tuple[tuple[int, int], ...]:
        """Debit up to `points` from lots that wait: the lots `own` first, then in the order they become available."""
        took: list[tuple[int, int]] = []
        for lot in sorted(self.waiting, key=lambda lot: lot.seq not in own):  # `waiting` is in order
            if not points:
                break
            part = min(points, lot.left)
            lot.left -= part
            points -= part
            self.pending -= part
            took.append((lot.seq, part))
            if not lot.left:
                self.awaits.pop(lot.seq, None)
        self.waiting = [lot for lot in self.waiting if lot.left]
        return tuple(took)
