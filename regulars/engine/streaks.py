"""What rules count: the periods in a row of a streak, and days; and what returns do to them.

Several events may stand for one period: the one by which it counted, and those that joined it. It counts as long as one
of them stands, and what it gave stays as long, whichever of them gave it. Periods are numbers of `period_key`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: Before the id of a rule in `Outcome.counted`: the event joined a period that counted already.
JOINED = "+"
#: So many days that counted are remembered for each rule that counts days, those recorded last.
DAYS = 100


class Spared(NamedTuple):
    """So many points of the grant `seq` that a return of its purchase, of local day `day`, left with the member, as
    another event stands for the period that gave them."""

    seq: int
    currency: str
    rule: str
    points: int
    day: int


@dataclass(slots=True)
class Counted:
    """A period that counts: so many events `stand` for it.

    `completes`: it completed a round; `giver`: the event by which it did is among them; `spared` is what returns of
    that one left with the member.
    """

    stand: int = 1
    completes: bool = False
    giver: bool = False
    spared: list[Spared] = field(default_factory=list)

    def complete(self) -> None:
        """A round is completed by the event that was counted just now."""
        self.completes = self.giver = True

    def lose(self, giver: bool) -> list[Spared]:
        """One of its events has come back whole; answers what nobody else stands for any longer."""
        self.stand -= 1
        if giver:
            self.completes, self.giver = True, False
        if self.stand > self.giver:
            return []
        spared, self.spared = self.spared, []
        return spared


@dataclass(slots=True)
class StreakGift:
    """A gift that was given with `period`, for `size` periods in a row; so many of them came back since are `owed`."""

    period: int
    size: int
    owed: int = 0


@dataclass(slots=True)
class Streak:
    """One rule's streak: the periods that `counted`, by number, and the gifts it gave; of both the latest last."""

    counted: dict[int, Counted] = field(default_factory=dict)
    gifts: list[StreakGift] = field(default_factory=list)

    @property
    def owed(self) -> int:
        """How many periods more the next gift takes, for those that came back after their gift was given."""
        return sum(gift.owed for gift in self.gifts)

    def run(self, period: int) -> int:
        """How many periods in a row, up to `period`, counted since the rule last gave."""
        length, given = 0, [gift.period for gift in self.gifts]
        while period - length in self.counted and period - length not in given:
            length += 1
        return length

    def count(self, period: int, length: int) -> int:
        """Count `period`: 2 when that completes a streak of `length`, 1 when it counts, 3 when it was counted before.

        A period before the latest one that was counted comes too late (0): streaks follow the order of recording.
        """
        counted = self.counted
        found = counted.get(period)
        if found is not None:
            found.stand += 1
            return 3
        if counted and period < next(reversed(counted)):
            return 0
        found = counted[period] = Counted()
        run = self.run(period)
        complete = run >= length + self.owed
        if complete:
            for gift in self.gifts:
                gift.owed = 0
            self.gifts.append(StreakGift(period, run))
            found.complete()
        # A return may bring back what came before a gift: twice the length is remembered.
        while len(counted) > 2 * length:
            del counted[next(iter(counted))]
        first = next(iter(counted))
        self.gifts = [gift for gift in self.gifts if gift.period >= first]
        return 1 + complete

    def come_back(self, period: int, giver: bool) -> list[Spared]:
        """A purchase of `period` has come back whole, the one that gave its gift or another; answers what goes now.

        With the last one the period counts no longer, and its gift was not given.
        """
        found = self.counted.get(period)
        if found is None:
            return []
        spared = found.lose(giver)
        if not found.stand:
            del self.counted[period]
            self.gifts = [gift for gift in self.gifts if gift.period != period]
            for gift in self.gifts:
                gift.owed += gift.period - gift.size < period < gift.period
        return spared


def count_day(days: dict[int, Counted], day: int) -> bool:
    """Whether `day` counts with this event; else the event joins those that stand for it."""
    found = days.get(day)
    if found is not None:
        found.stand += 1
        return False
    days[day] = Counted()
    if len(days) > DAYS:
        del days[next(iter(days))]
    return True


def dump_counted(counted: Mapping[int, Counted]) -> list[Any]:
    """Counted periods as plain JSON values, in their order; one that nothing is to be said of is its number alone."""
    return [
        [period, one.stand, one.completes + one.giver, [list(spared) for spared in one.spared]]
        if one.stand > 1 or one.completes
        else period
        for period, one in counted.items()
    ]


def load_counted(rows: int | Sequence[Any], given: Sequence[int] = ()) -> dict[int, Counted]:
    """The periods that `dump_counted` described; of an older standing one day alone, or those that counted, of which
    `given` gave a gift."""
    counted: dict[int, Counted] = {}
    for row in [rows] if isinstance(rows, int) else rows:
        if isinstance(row, int):
            counted[row] = Counted(1, row in given, row in given)
        else:
            period, stand, completes, spared = row
            counted[period] = Counted(stand, completes > 0, completes > 1, [Spared(*one) for one in spared])
    return counted
