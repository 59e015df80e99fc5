"""Meanwhile: what became of a merge since, as the survivor's entries tell it.

Of the lots that came: what time did to them, and what a return of what the other one had bought took of them. Where
that took lots of the survivor's own, or left something owed, it is known as well: when the two are two again, all of it
is taken where it belongs, and the survivor has its own back. What was spent since is nobody's but the survivor's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from regulars.engine.entries import (
    ACTIVATION,
    AVAILABLE,
    CLAWBACK,
    DEBT,
    EXPIRY,
    LAPSE,
    PENDING,
    RELEASE,
    REPAYMENT,
    REVERSAL,
    Entry,
)
from regulars.engine.events import Came, Own, Spent, Union
from regulars.engine.purse import NEVER
from regulars.engine.standing import load
from regulars.engine.theirs import Theirs, Travelled

#: The kinds of entries that tell it.
KINDS: Final = (ACTIVATION, CLAWBACK, EXPIRY, LAPSE, RELEASE, REPAYMENT, REVERSAL)
#: The days of lots, by their number: (earned, available, last; NEVER: none is fixed).
Days = Mapping[int, tuple[int, int, int]]
_NOTHING: Final[Mapping[str, Theirs]] = MappingProxyType({})


def union_of(
    carried: Mapping[str, Any], before: Mapping[str, Any], merged: Iterable[Entry], later: Iterable[Entry], days: Days,
    theirs: Mapping[str, Theirs] = _NOTHING, exact: bool = True,
) -> Union:  # fmt: skip
    """A merge as the survivor's entries tell it: those of the event itself (`merged`) and all `later` ones, in order.

    `days` are those that lots have now: of all that are there, and those that are named as having repaid something, or
    as taken from. `theirs` is what events since noted for the member who was merged, by event. Unless it is `exact`,
    what points that came paid since of what the other one owed is made up for, as it was once.
    """
    purses = load(carried).purses
    left = [
        (id, lot, hold)
        for id in sorted(purses)
        for hold, lots in (
            ("", purses[id].waiting), ("", purses[id].open), *((one.event, one.lots) for one in purses[id].holds)
        )
        for lot in lots
    ]  # fmt: skip
    entries = list(merged)
    arrived = [entry for entry in entries if entry.is_lot]
    came = [
        Came(id, lot.seq, entry.seq, lot.left, lot.earned_day, lot.available_day, lot.fixed, hold)
        for (id, lot, hold), entry in zip(left, arrived, strict=True)
    ]
    repaid = [
        Spent(entry.seq, entry.currency, entry.amount, [(seq, points, *days[seq]) for seq, points in entry.lots])
        for entry in entries
        if entry.kind == REPAYMENT
    ]
    owes = {id: purse.debt for id, purse in purses.items()}
    for one in repaid:
        owes[one.currency] = max(0, owes.get(one.currency, 0) - one.amount)
    return follow(Union(carried, before, came, repaid, theirs, days=days, owes=owes if exact else None), later)


def with_numbers_there(union: Union) -> list[Theirs]:
    """What was noted for the other one, in order; gifts that stayed by the numbers that they have there, if any."""
    there = {(lot.currency, lot.here): lot.there for lot in union.came}
    found = []
    for one in union.theirs.values():
        numbers = [_there(there, id, seq, one.whose) or 0 for id, seq, *_ in one.spared]
        gifts = [(row[0], seq, *row[2:]) for row, seq in zip(one.spared, numbers, strict=True) if seq]
        found.append(replace(one, spared=gifts))
    return found


def _there(there: Mapping[tuple[str, int], int], currency: str, grant: int, whose: int) -> int | None:
    """The number that a grant has with the other one; 0 where it has none there, None for one of the survivor's."""
    if (currency, grant) in there:
        return there[currency, grant]
    if grant > 0:
        return None
    account, seq = grant_of(grant)
    return seq if account == whose else 0


def follow(union: Union, later: Iterable[Entry]) -> Union:
    """The same merge after some more entries."""
    since = _Since(union)
    for entry in later:
        since.read(entry)
    since.come_from_households(None)
    # Pending lots of which the rest became available since are no longer pending.
    own = [one._replace(pot=AVAILABLE) if (one.currency, one.seq) in since.opened else one for one in since.own]
    owes = None if union.owes is None else since.owes
    theirs = {event: replace(one, since=0) for event, one in union.theirs.items()}  # once is enough
    return replace(
        union, came=list(since.came.values()), theirs=theirs, own=own, owed=since.owed, again=since.again, owes=owes,
        paid=since.paid,
    )  # fmt: skip


def left_behind(union: Union, used: Mapping[tuple[str, int], int]) -> tuple[Union, dict[tuple[str, int], int]]:
    """The same merge, where returns took from the survivor what that had `used` of lots that are over by now: this
    stays with the survivor, and is not taken again. Answers also what is used beyond it; by (currency, seq there)."""
    room, left, beyond = dict(union.owed), dict.fromkeys(union.owed, 0), dict(used)
    for one in union.own:
        room[one.currency] = room.get(one.currency, 0) + one.points
    again, own, owed = [], list[Own](), dict(union.owed)
    for id, seq, asked, paid in union.again:
        some = min(paid, beyond.get((id, seq), 0), room.get(id, 0) - left.get(id, 0))
        beyond[id, seq] = beyond.get((id, seq), 0) - some
        left[id] = left.get(id, 0) + some
        again.append((id, seq, asked - some, paid - some))
    for id, points in union.owed.items():
        owed[id] = points - min(points, left[id])
        left[id] -= points - owed[id]
    for one in reversed(union.own):
        some = min(one.points, left.get(one.currency, 0))
        left[one.currency] = left.get(one.currency, 0) - some
        own.insert(0, one._replace(points=one.points - some))
    return replace(union, own=own, owed=owed, again=again), beyond


class _Since:
    def __init__(self, union: Union) -> None:
        self.came = {(lot.currency, lot.here): lot for lot in union.came}
        self.own, self.owed, self.again = list(union.own), dict(union.owed), list(union.again)
        self.owes, self.paid = dict(union.owes or {}), dict(union.paid)
        self.opened: set[tuple[str, int]] = set()
        self._days = dict(union.days)
        self._theirs = union.theirs
        self._noted = [one for one in union.theirs.values() if one.since]
        self._taken = {event: list(one.taken) for event, one in union.theirs.items()}

    def read(self, entry: Entry) -> None:
        self.come_from_households(entry.seq)
        if entry.is_lot:
            self._days.setdefault(entry.seq, (entry.earned_day, entry.available_day, entry.expires_day or NEVER))
        if entry.kind == CLAWBACK:
            if entry.event in self._theirs:
                self._claw(entry)
        elif entry.kind == REPAYMENT:
            self._repay(entry)
        elif entry.kind == REVERSAL:
            there = dict(self._theirs[entry.event].back).get(entry.seq) if entry.event in self._theirs else None
            if there is not None:
                self.came[entry.currency, entry.seq] = Came(
                    entry.currency, there, entry.seq, entry.amount, entry.earned_day, entry.available_day,
                    entry.expires_day, back=True,
                )  # fmt: skip
        else:
            self._by_time(entry)

    def come_from_households(self, until: int | None) -> None:
        """Read what the survivor noted on leaving households, of those they had left by the entry `until` (None: all).

        What was taken there they had less of when they left: of what had come, as far as that goes, else of their own,
        or they owed it, unless they took so much from others there. What came back there they have among their own.
        """
        while self._noted and (until is None or self._noted[0].since < until):
            one = self._noted.pop(0)
            gone = {(lot.currency, lot.before): lot.expired + lot.lapsed for lot in one.lots}
            short = {id: points for id, points, _ in one.short}
            debts = {id: points for id, _, points in one.short}
            for id, there, pot, points, *days in one.away:
                left = self._take_of_all(id, there, points, gone)
                others = min(left, short.get(id, 0))
                short[id] = short.get(id, 0) - others
                left -= others
                self.again.append((id, there, points - others, left))
                if pot == DEBT:
                    owed = min(left, debts.get(id, 0)) if days[0] else left
                    debts[id] = debts.get(id, 0) - owed
                    self.owed[id] = self.owed.get(id, 0) + owed
                    left -= owed
                if left:
                    self.own.append(Own(id, PENDING if pot == PENDING else AVAILABLE, 0, left, *days))
            for travelled in one.lots:
                self._travel(travelled)
            for id, there, points, earned, available, last in one.home:
                here = -1 - len(self.came)  # no lot of the survivor's
                ends = 0 if last == NEVER else last
                self.came[id, here] = Came(id, there, here, points, earned, available, ends, back=True)

    def _take_of_all(self, currency: str, there: int, points: int, gone: Mapping[tuple[str, int], int]) -> int:
        """Let points of all that came be taken, of the lot `there` first, and none that ended meanwhile (`gone`);
        answers how many of them are not of it."""
        for key in sorted(self.came, key=lambda key: self.came[key].there != there):
            lot = self.came[key]
            room = max(0, lot.points - lot.taken - gone.get(key, 0))
            some = min(points, room) if lot.currency == currency and not lot.over else 0
            self.came[key], points = lot._replace(taken=lot.taken + some), points - some
        return points

    def _travel(self, one: Travelled) -> None:
        """A lot was in a household, where time dealt with it, and is another one since."""
        lot = self.came.get((one.currency, one.before))
        if lot is None:
            return
        if one.longer:
            ends = 0 if one.expires_day == NEVER else one.expires_day
            here = one.now or -1 - len(self.came)
            self.came[one.currency, here] = lot._replace(
                here=here, points=one.longer, expires_day=ends, lasts_longer=True, taken=0, over=bool(one.expired),
                expired=one.expired,
            )  # fmt: skip
            self.came[one.currency, one.before] = lot._replace(points=lot.points - one.longer)
            return
        if one.opened:
            lot = lot._replace(opened=one.opened, opened_day=one.opened_day)
        if one.available_day:
            ends = 0 if one.expires_day == NEVER else one.expires_day
            lot = lot._replace(available_day=one.available_day, expires_day=ends)
        if one.expired or one.lapsed:
            lot = lot._replace(over=True, expired=lot.expired + one.expired, lapsed=lot.lapsed + one.lapsed)
        lot = lot._replace(here=one.now or one.before)
        rest = {key: other for key, other in self.came.items() if key != (one.currency, one.before)}
        place = [*self.came].index((one.currency, one.before))  # they go back in the order in which they came
        rows = [*rest.items()]
        self.came = dict([*rows[:place], ((lot.currency, lot.here), lot), *rows[place:]])

    def _by_time(self, entry: Entry) -> None:
        """Time, or what they waited for, deals with lots."""
        for seq, points in entry.lots:
            if entry.kind == ACTIVATION:
                self.opened.add((entry.currency, seq))
            lot = self.came.get((entry.currency, seq))
            if lot is None:
                continue
            if entry.kind == ACTIVATION:
                lot = lot._replace(opened=points, opened_day=entry.day)
                if entry.available_day:
                    lot = lot._replace(available_day=entry.available_day, expires_day=entry.expires_day)
            elif entry.kind == EXPIRY:
                lot = lot._replace(over=True, expired=lot.expired + points)
            elif entry.kind == LAPSE:
                lot = lot._replace(over=True, lapsed=points)
            elif entry.kind == RELEASE and entry.is_lot and lot.hold:  # its hold has lapsed, and gave it more days
                self.came[entry.currency, entry.seq] = lot._replace(
                    here=entry.seq, points=points, expires_day=entry.expires_day, lasts_longer=True, taken=0
                )
                lot = lot._replace(points=lot.points - points)
            self.came[entry.currency, seq] = lot

    def _claw(self, entry: Entry) -> None:
        """A return took points; of what the other one had bought, if it noted them as theirs."""
        id, rows = entry.currency, self._taken[entry.event]
        place = next((place for place, (currency, _, left) in enumerate(rows) if currency == id and left), None)
        if place is None:
            return
        _, grant, left = rows[place]
        rows[place] = (id, grant, left - entry.amount)
        there = _there({key: lot.there for key, lot in self.came.items()}, id, grant, self._theirs[entry.event].whose)
        if there is None:  # a gift of the survivor's own that stood on it
            return
        for seq, points in entry.lots:
            self._take(id, seq, points)
        pot = PENDING if entry.source == PENDING else AVAILABLE
        self._pay(id, pot, [lot for lot in entry.lots if (id, lot[0]) not in self.came])
        if entry.source == DEBT:
            self.owed[id] = self.owed.get(id, 0) + entry.amount
        came = sum([points for seq, points in entry.lots if (id, seq) in self.came])
        self.again.append((id, there, entry.amount, entry.amount - came))

    def _repay(self, entry: Entry) -> None:
        """What such a return left owing is paid first; lots that came pay next what their own member owes."""
        id = entry.currency
        for seq, points in entry.lots:
            part = min(points, self.owed.get(id, 0))
            self.owed[id] = self.owed.get(id, 0) - part
            self._take(id, seq, part)
            lot = self.came.get((id, seq))
            if lot is None:
                self._pay(id, AVAILABLE, [(seq, part)])
                continue
            paid = min(points - part, self.owes.get(id, 0))
            self.came[id, seq] = lot._replace(points=lot.points - paid)
            self.owes[id] = self.owes.get(id, 0) - paid
            self.paid[id] = self.paid.get(id, 0) + paid

    def _take(self, currency: str, seq: int, points: int) -> None:
        """Let points of a lot be taken for its own member, if it is one that came."""
        lot = self.came.get((currency, seq))
        if lot is not None:
            self.came[currency, seq] = lot._replace(taken=lot.taken + points)

    def _pay(self, currency: str, pot: str, lots: Iterable[tuple[int, int]]) -> None:
        self.own += [Own(currency, pot, seq, points, *self._days[seq]) for seq, points in lots if points]


_WHOSE: Final = 40
_SEQ: Final = (1 << _WHOSE) - 1


def alone(whose: int, seq: int) -> int:
    """The number by which a grant stands for itself here, of which no lot came from the account `whose`."""
    return -(whose << _WHOSE | seq)


def grant_of(number: int) -> tuple[int, int]:
    """The grant for which a number of `alone` stands: (account, seq there)."""
    return -number >> _WHOSE, -number & _SEQ
