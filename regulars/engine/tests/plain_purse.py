"""One currency of one account, naively: lots in a list that is sorted anew for every debit, and a night for every day.

Written from docs/rules, not from the engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from regulars.engine.tests.plain_tiers import moved
from regulars.programme.currencies import Currency

#: A last day that never comes.
FAR = date.max


@dataclass(eq=False)
class PlainLot:
    """So many points with the same days, `waits` or available; `of` is the purchase that gave them."""

    number: int
    left: int
    earned: date
    available: date
    last: date
    waits: bool = False
    awaits: bool = False
    of: str = ""
    lapsed: bool = False
    #: Of a part that a hold gave back, the lot; and how much of a lot ended before it was used.
    root: PlainLot | None = None
    ended: int = 0
    #: How much of it time has ended; and of what a hold gave back for longer, the lot it was taken from, and how much.
    expired: int = 0
    part_of: PlainLot | None = None
    size: int = 0
    #: The days on which its own member was told of its end, before two became one.
    told: list[date] = field(default_factory=list)


#: Parts of lots.
Parts = list[tuple[PlainLot, int]]


@dataclass
class PlainHold:
    """What the event `by` set aside on `day`; back on `back`."""

    by: str
    day: date
    back: date
    parts: Parts


class PlainPurse:
    """One currency of one account."""

    def __init__(self, currency: Currency) -> None:
        self.currency = currency
        self.pots: dict[str, int] = defaultdict(int)
        self.lots: list[PlainLot] = []
        self.holds: list[PlainHold] = []
        self.active = date.min
        self.notices: list[date] = []

    # Lots

    def open(self) -> list[PlainLot]:
        """What can be spent, in the order of spending."""
        found = [lot for lot in self.lots if lot.left and not lot.waits]
        return sorted(found, key=lambda lot: (lot.last, lot.earned, lot.number))

    def waiting(self) -> list[PlainLot]:
        """What waits, in the order in which it becomes available."""
        found = [lot for lot in self.lots if lot.left and lot.waits]
        return sorted(found, key=lambda lot: (lot.available, lot.number))

    def last_from(self, day: date) -> date:
        """The last day of points that became available on `day`."""
        expiry = self.currency.expiry
        return moved(day, expiry.months) if expiry and expiry.after == "earning" else FAR

    def lot(self, points: int, source: str, earned: date, available: date, last: date, waits: bool = False) -> PlainLot:
        """A new lot, out of the pot `source`."""
        made = PlainLot(len(self.lots), points, earned, available, last, waits)
        self.lots.append(made)
        self.move(source, "pending" if waits else "available", points)
        return made

    def move(self, source: str, target: str, points: int) -> None:
        """Points go from one pot to another."""
        self.pots[source] -= points
        self.pots[target] += points

    def take(self, lots: Sequence[PlainLot], points: int, target: str) -> Parts:
        """Debit up to so many points from these lots, which all wait or are all available, in their order."""
        parts = []
        for lot in lots:
            some = min(points, lot.left)
            if some:
                lot.left -= some
                points -= some
                self.move("pending" if lot.waits else "available", target, some)
                parts.append((lot, some))
                if target in ("expired", "forfeited"):
                    (lot.root or lot).ended += some
                lot.expired += some if target == "expired" else 0
        return parts

    def take_held(self, own: PlainLot, points: int) -> None:
        """Take up to so many points out of holds, in the order in which they lapse, parts of its own lot first."""
        for first in (True, False):
            for hold in sorted(self.holds, key=lambda hold: hold.back):
                for place, (lot, some) in enumerate(hold.parts):
                    now = min(some, points) if (own in (lot, lot.root)) == first else 0
                    hold.parts[place] = (lot, some - now)
                    points -= now
                    self.move("held", "issued", now)
        for hold in self.holds:
            hold.parts = [part for part in hold.parts if part[1]]
        self.holds = [hold for hold in self.holds if hold.parts]

    def put_back(self, parts: Parts, source: str, day: date) -> None:
        """Parts of lots are back in them; what is owed is paid, and what should have expired expires at once."""
        for lot, points in parts:
            lot.left += points
            self.move(source, "available", points)
        self.pay()
        self.expire(day)

    def pay(self) -> None:
        """What is available pays what is owed."""
        self.take(self.open(), -self.pots["debt"], "debt")

    def be_active(self, day: date) -> None:
        """The clock of inactivity starts anew, and never goes back."""
        self.active = max(self.active, day)

    # What falls due

    def open_or_lapse(self, day: date) -> None:
        """What has waited long enough is available; what waited in vain is gone."""
        for lot in self.waiting():
            if lot.available <= day and lot.awaits:
                self.take([lot], lot.left, "expired")
                lot.lapsed = True
            elif lot.available <= day:
                self.be_available(lot, day)
        self.pay()

    def be_available(self, lot: PlainLot, day: date) -> None:
        """What waited can be spent."""
        lot.waits = lot.awaits = False
        self.move("pending", "available", lot.left)
        self.be_active(day)

    def let_holds_lapse(self, day: date) -> None:
        """What was not answered in time is back, each part with a last day as a lot of its own, for as much longer."""
        for hold in sorted(self.holds, key=lambda hold: hold.back):
            if hold.back > day:
                continue
            self.holds.remove(hold)
            for lot, points in hold.parts:
                if lot.last == FAR:
                    lot.left += points
                    self.move("held", "available", points)
                else:
                    again = self.lot(points, "held", day, lot.available, lot.last + (hold.back - hold.day))
                    again.root, again.part_of, again.size = lot.root or lot, lot, points
            self.be_active(day)
            self.pay()

    def expire(self, day: date) -> None:
        """What had its last day before `day`, and the notice for it in time, is gone."""
        expiry = self.currency.expiry
        if expiry is None:
            return
        resting = expiry.after == "inactivity"
        if resting and self.open():
            rests = moved(self.active, expiry.months)
        for last in sorted({rests if resting else lot.last for lot in self.open()}):
            for told in sorted({tuple(lot.told) for lot in self.open() if resting or lot.last == last}):
                lots = [lot for lot in self.open() if (resting or lot.last == last) and tuple(lot.told) == told]
                since = self.active if resting else max(lot.earned for lot in lots)
                if self._good_through(last, since, told) < day:
                    self.take(lots, sum(lot.left for lot in lots), "expired")

    def told_alone(self) -> dict[PlainLot, list[date]]:
        """Of each lot that is still there, the notices that were told after the last activity, or after it was earned
        with all that end on its last day."""
        there = [
            lot for lot in self.lots if lot.left or any(part[0] is lot for hold in self.holds for part in hold.parts)
        ]
        found = {}
        for lot in there:
            since = max(one.earned for one in there if one.last == lot.last)
            if self.currency.expiry and self.currency.expiry.after == "inactivity":
                since = self.active
            found[lot] = [told for told in (*lot.told, *self.notices) if told > since]
        return found if self.currency.expiry and self.currency.expiry.notice else {}

    def _good_through(self, last: date, since: date, told: Sequence[date]) -> date:
        """Until when points are good that have this last day, when notices count that were told after `since`."""
        asked = self.currency.expiry.notice if self.currency.expiry else None
        if asked is None:
            return last
        notices = (*told, *self.notices)
        counting = [told for told in notices if since < told and (last - told).days <= asked.earliest]
        return min((max(last, told + timedelta(days=asked.latest)) for told in counting), default=FAR)
