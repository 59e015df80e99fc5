"""Respending: what a member did with their points is done again, with other points at the beginning.

What happened is known by its entries and stays: grants as they were granted, and so many points spent, set aside, sent
away or taken back, in the order in which they were. Of which lots that was, what ended by time, and what paid what was
owed, is decided anew, as the kernel decides it. What was used and would not have been there is borrowed: it is owed
until other points pay for it. Pure, and of one currency at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from regulars.engine.aside import Aside, Asides
from regulars.engine.entries import (
    ACCRUAL,
    ACTIVATION,
    ADJUSTMENT,
    AVAILABLE,
    CAPTURE,
    CLAWBACK,
    DEBT,
    EXPIRED,
    EXPIRY,
    FORFEITURE,
    HELD,
    HOLD,
    LAPSE,
    MERGE,
    OPENING,
    PENDING,
    POOLING,
    REDEMPTION,
    RELEASE,
    REPAYMENT,
    REVERSAL,
    TRANSFER,
    UNMERGE,
    WITHDRAWAL,
    Entry,
    Outcome,
)
from regulars.engine.expiring import expire, expiry_day, receive
from regulars.engine.purse import NEVER, Hold, Lot, Purse
from regulars.engine.standing import Standing
from regulars.engine.terms import CurrencyTerms

#: What was there first comes first of what ends on one day, whatever its number is.
_FIRST: Final = 1 << 60
#: Kinds of entries that are decided anew, or are those of openings.
_ANEW: Final = {OPENING, WITHDRAWAL, REPAYMENT, EXPIRY, LAPSE}


@dataclass(slots=True)
class Respent:
    """One currency of an account, lived again in `purse`. `before` is the purse as it is, `bought` are the days on
    which something was bought, and `asides` what is set aside. `holds` are those that there are at the end, with what
    is set aside for each; `longer` are lots that holds gave back for longer and that are not recorded, by numbers below
    zero.
    """

    currency: CurrencyTerms | None
    before: Purse
    bought: Sequence[int]
    asides: Asides
    purse: Purse = field(default_factory=Purse)
    holds: list[Hold] = field(default_factory=list)
    longer: list[Lot] = field(default_factory=list)
    _out: Outcome = field(default_factory=Outcome)
    _scratch: Standing = field(default_factory=Standing)
    _day: int = 0
    _lapsed: int = 0
    _days: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    #: Points of lots that are nowhere, and that may stand for what is borrowed.
    _room: dict[int, int] = field(default_factory=dict)
    #: What was borrowed for the account that this one was merged into.
    _lent: dict[int, int] = field(default_factory=dict)
    #: The parts that were spent, by the entry, and how many points of them came back.
    _used: dict[int, list[Lot]] = field(default_factory=dict)
    _back: dict[int, int] = field(default_factory=dict)
    #: The event at hand, and the lots that it brought.
    _event: str = ""
    _came: set[int] = field(default_factory=set)

    @property
    def expired(self) -> int:
        """How many points have ended by time."""
        return self._lapsed + sum(entry.amount for entry in self._out.entries if entry.target == EXPIRED)

    def begin(self, day: int, lots: Iterable[Lot], debt: int, last_day: int) -> None:
        """On a day, with these lots and this debt; the member was active until `last_day`."""
        self._day = day
        for lot in lots:
            first = Lot(lot.seq - _FIRST, lot.left, lot.earned_day, lot.available_day, lot.expires_day)
            self._days[first.seq] = (lot.earned_day, lot.available_day, lot.expires_day)
            (self.purse.hold if lot.available_day > day else self.purse.admit)(first)
        self.purse.debt, self.purse.last_day = debt, last_day
        self.purse.told = dict(self.before.told)

    def live(self, entries: Sequence[Entry], today: int) -> None:
        """What was recorded, in its order, and time to the first moment of `today`."""
        for entry in entries:
            if entry.is_lot:
                self._days[entry.seq] = entry.earned_day, entry.available_day, entry.expires_day or NEVER
                if entry.kind == OPENING:
                    self._room[entry.seq] = entry.amount
        corrections = {entry.event for entry in entries if entry.kind in (OPENING, WITHDRAWAL)}
        for place, entry in enumerate(entries):
            lapses = entry.kind == RELEASE and not entry.event
            self._pass(max(entry.day, self._day), lapses)
            if lapses:
                self._let_lapse(entry, entries[place:])
            elif entry.event in corrections:
                if entry.kind in (RELEASE, HOLD):
                    self.asides.correct(entry)
            elif entry.kind not in _ANEW:
                self._take_in(entry)
        self._pass(today)
        self._set_aside()
        if any(entry.kind in (MERGE, UNMERGE, POOLING) for entry in entries):
            self.purse.last_day = max(self.purse.last_day, self.before.last_day)  # that of another account came along
        for lot in (*self.purse.open, *self.purse.waiting, *(part for hold in self.holds for part in hold.lots)):
            lot.seq += _FIRST if lot.seq < -_FIRST // 2 else 0

    def _set_aside(self) -> None:
        """The holds that there are, each with what is set aside for it; where no entry says which was meant, anew."""
        found, others = self.asides.match(self.before.holds)
        for part in others:
            self.purse.restore(part)
        for hold, aside in zip(self.before.holds, found, strict=True):
            recorded = [(part.seq, part.left) for part in hold.lots]
            parts: dict[int, Lot] = {}
            for part in aside.lots if aside is not None else self._take(hold.left, recorded):
                if part.seq in parts:  # some of it was borrowed
                    parts[part.seq].left += part.left
                else:
                    parts[part.seq] = part
            self.holds.append(Hold(hold.event, hold.day, hold.lapse_day, list(parts.values()), hold.promised))
        self._pay()

    # Time

    def _pass(self, day: int, lapses: bool = False) -> None:
        """What becomes available and what ends up to a day; where a hold lapses on it, that comes before what ends."""
        purse, self._day = self.purse, max(day, self._day)
        while True:
            opens = purse.waiting[0].available_day if purse.waiting else NEVER
            due = min(opens, self._ends())
            bought = max((one for one in self.bought if one < min(due, day + 1)), default=0)
            if bought > purse.last_day and self.currency is not None and self.currency.after == "inactivity":
                purse.last_day = bought
            elif due > day or (lapses and due == day and opens > day):
                return
            elif opens <= due:
                self._open(opens)
            else:
                self._end(due)

    def _ends(self) -> int:
        purse = self.purse
        purse.notices = [one for one in self.before.notices if one <= self._day]
        if self.currency is None or not self.currency.after or not purse.first_end:
            return NEVER
        return expiry_day(self.currency, purse)

    def _open(self, day: int) -> None:
        purse = self.purse
        lots = [lot for lot in purse.waiting if lot.available_day <= day]
        purse.waiting = purse.waiting[len(lots) :]
        purse.pending -= sum(lot.left for lot in lots)
        for lot in lots:
            if purse.awaits.pop(lot.seq, ""):
                self._lapsed += lot.left
            else:
                purse.admit(lot)
                purse.last_day = max(purse.last_day, day)
        self._pay()

    def _end(self, day: int) -> None:
        assert self.currency is not None
        expire(self.currency, self._scratch, self.purse, "", 0, day, self._out)

    def _pay(self) -> None:
        if self.purse.debt and self.currency is not None:
            first = len(self._out.entries)
            receive(self.currency, self._scratch, self.purse, "", 0, self._day, self._out)
            for entry in self._out.entries[first:]:
                for seq, points in entry.lots:
                    self._room[seq] = self._room.get(seq, 0) + points

    def _let_lapse(self, entry: Entry, since: Sequence[Entry]) -> None:
        """A hold was not answered in time; of what it gave back each part was recorded by itself."""
        found = self.asides.lapse(entry, since)
        if found is None:
            return
        aside, rows = found
        purse = self.purse
        purse.last_day = max(purse.last_day, entry.day)
        for part in aside.lots:
            if part.expires_day == NEVER:
                purse.restore(part)
                continue
            row, days = rows.get((part.seq, part.left)), (part.available_day, part.expires_day + entry.day - aside.day)
            seq = row.seq if row is not None else -1 - len(self.longer)
            if row is None:
                self.longer.append(Lot(seq, part.left, entry.day, *days))
            self._days[seq] = entry.day, *days
            purse.admit(Lot(seq, part.left, entry.day, *days))
        self._pay()

    # What happened

    def _take_in(self, entry: Entry) -> None:
        purse = self.purse
        if entry.event != self._event:
            self._event, self._came = entry.event, set()
        if entry.is_lot:
            self._came.add(entry.seq)
            lot = Lot(entry.seq, entry.amount, entry.earned_day, entry.available_day, entry.expires_day or NEVER)
            if entry.target == PENDING:
                purse.hold(lot)
                if self.currency is not None and self.currency.awaits:
                    purse.awaits[entry.seq] = self.currency.awaits
            else:
                purse.admit(lot)
                self._pay()
        elif entry.kind == ACTIVATION:
            if entry.event:
                self._opened_by_event(entry)
        elif entry.kind == HOLD:
            parts = self._take(entry.amount, entry.lots, {seq for seq, _ in entry.lots} <= self._came)
            self.asides.there.append(Aside(entry.event, entry.day, list(entry.lots), parts))
        elif entry.source == HELD and entry.kind in (CAPTURE, RELEASE):
            parts, over = self.asides.answer(entry, entry.amount)
            if entry.kind == CAPTURE:
                left = entry.amount - sum(part.left for part in parts)
                self._used[entry.seq] = parts + self._take(left, entry.lots)
            self._come_back([*(parts if entry.kind == RELEASE else ()), *over])
        elif entry.kind == REVERSAL:
            self._come_back(self._unspent(entry))
        elif entry.kind == CLAWBACK:
            self._claw_back(entry)
        elif entry.kind == FORFEITURE:
            if entry.source == PENDING:
                purse.take_pending((), min(entry.amount, purse.pending))
            else:
                purse.take(min(entry.amount, purse.available))
        elif DEBT in (entry.source, entry.target):
            purse.debt += entry.amount if entry.source == DEBT else -min(entry.amount, purse.debt)
            for seq, points in entry.lots:  # what had paid it is back
                purse.restore(Lot(seq, points, *self._days[seq]))
        elif entry.source in (AVAILABLE, PENDING):
            self._leaves(entry)
        elif entry.lots:
            self._come_home(entry)
        if _is_active(entry):
            purse.last_day = max(purse.last_day, entry.day)

    def _opened_by_event(self, entry: Entry) -> None:
        """What points waited for has come, and gives them their days."""
        named = {seq for seq, _ in entry.lots}
        lots = [lot for lot in self.purse.waiting if lot.seq in named]
        for lot in lots:
            self.purse.waiting.remove(lot)
            self.purse.pending -= lot.left
            self.purse.awaits.pop(lot.seq, "")
            lot.available_day, lot.expires_day = entry.available_day, entry.expires_day or NEVER
            self._days[lot.seq] = lot.earned_day, lot.available_day, lot.expires_day
            self.purse.admit(lot)
        self._pay()

    def _take(self, points: int, recorded: Sequence[tuple[int, int]], own: bool = False) -> list[Lot]:
        """Points that are used, in the order of spending, or of the lots that were recorded, if these are meant; what
        is not there is borrowed."""
        purse, parts = self.purse, []
        for seq, some in recorded if own else ():
            there = purse.take_from(seq, some)
            parts += [Lot(seq, there, *self._days[seq])] if there else []
        left = points - sum(part.left for part in parts)
        parts += purse.take_parts(min(left, purse.available))
        missing = points - sum(part.left for part in parts)
        return parts + self._borrow(missing, [seq for seq, _ in recorded])

    def _borrow(self, points: int, recorded: Sequence[int]) -> list[Lot]:
        """Points that are not there, told as parts of lots that are nowhere else; they are owed."""
        self.purse.debt += points
        parts = []
        for seq in dict.fromkeys((*recorded, *self._room)):
            some = min(points, self._room.get(seq, 0))
            if some:
                parts.append(Lot(seq, some, *self._days[seq]))
                self._room[seq] -= some
                points -= some
        return parts

    def _lend(self, points: int, recorded: Sequence[int]) -> None:
        """Points that are not there go to the one that the account is merged into: nobody owes them."""
        for part in self._borrow(points, recorded):
            self._lent[part.seq] = self._lent.get(part.seq, 0) + part.left
        self.purse.debt -= points

    def _unspent(self, entry: Entry) -> list[Lot]:
        """The parts that come back of what was spent, the last one first."""
        skip, left, parts = self._back.get(entry.reverses, 0), entry.amount, []
        self._back[entry.reverses] = skip + entry.amount
        for part in reversed(self._used.get(entry.reverses, [])):
            some = min(max(0, part.left - skip), left)
            skip = max(0, skip - part.left)
            left -= some
            if some:
                parts.append(Lot(part.seq, some, *self._days[part.seq]))
        return parts

    def _come_back(self, parts: Iterable[Lot], waits: bool = False) -> None:
        for part in parts:
            (self.purse.wait_again if waits else self.purse.restore)(part)
        self._pay()
        while self._ends() <= self._day:
            self._end(self._day)

    def _come_home(self, entry: Entry) -> None:
        """Lots are back from another account, less what was borrowed for it: that was nowhere."""
        parts = []
        for seq, points in entry.lots:
            gone = min(points, self._lent.get(seq, 0))
            self._lent[seq] = self._lent.get(seq, 0) - gone
            self._room[seq] = self._room.get(seq, 0) + gone
            parts += [Lot(seq, points - gone, *self._days[seq])] if points > gone else []
        self._come_back(parts, entry.target == PENDING)

    def _claw_back(self, entry: Entry) -> None:
        """What a return took back: its own lot first, then from what waits, what is available, a debt, or holds."""
        purse, left, own = self.purse, entry.amount, (entry.reverses,)
        some = purse.from_pending(own, left)
        purse.take_pending(own, some)
        left -= some
        left -= purse.take_from(entry.reverses, left)
        some = min(left, purse.available)
        purse.take(some)
        left -= some
        for seq, points in entry.lots if entry.source == HELD else ():
            parts, over = self.asides.answer(entry._replace(lots=((seq, points),)), min(left, points))
            left -= sum(part.left for part in parts)
            self._come_back(over)
        purse.debt += left

    def _leaves(self, entry: Entry) -> None:
        """Points were spent, sent away or corrected away; those that went to a merge are owed by nobody."""
        purse, borrow = self.purse, self._lend if entry.kind == MERGE else self._borrow
        named, own = [seq for seq, _ in entry.lots], entry.kind in (MERGE, UNMERGE, POOLING)
        if entry.source == PENDING:
            waits = {lot.seq: lot.left for lot in purse.waiting}
            there = [(seq, min(points, waits.get(seq, 0))) for seq, points in entry.lots]
            for seq, points in there:
                purse.take_pending((seq,), points)
            borrow(entry.amount - sum(points for _, points in there), named)
        elif entry.kind == MERGE:
            some = min(entry.amount, purse.available)
            self._take(some, entry.lots, own)
            self._lend(entry.amount - some, named)
        else:
            self._used[entry.seq] = self._take(entry.amount, entry.lots, own)


def _is_active(entry: Entry) -> bool:
    """Whether the member was active: by an entry that happened, as what time makes available is seen by itself."""
    if entry.kind in (ADJUSTMENT, TRANSFER):
        return AVAILABLE in (entry.target, entry.source if entry.kind == TRANSFER else "")
    return entry.kind in (ACCRUAL, REDEMPTION, HOLD, CAPTURE) or (entry.kind == ACTIVATION and bool(entry.event))
