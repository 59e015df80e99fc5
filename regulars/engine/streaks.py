"""What rules count: the periods in a row of a streak, and days; and what returns do to them.

Several events may stand for one period: the one by which it counted, and those that joined it. It counts as long as one
of them stands, and what it gave stays as long, whichever of them gave it. Periods are numbers of `period_key`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

#: Before the id of a rule in `Outcome.counted`: the event joined a period that counted already.
JOINED: Final = "+"
#: So many days that counted are remembered for each rule that counts days, those recorded last.
DAYS: Final = 100


class Spared(NamedTuple):
    """So many points of the grant `seq` that a return of its purchase, of local day `day`, left with the member, as
    another event stands for the period that gave them; `drawn` are the budgets that they were drawn from, as (budget,
    per, period)."""

    seq: int
    currency: str
    rule: str
    points: int
    day: int
    drawn: Sequence[tuple[str, str, int]] = ()


@dataclass(slots=True)
class Counted:
    """A period that counts, and of which there is more to be said than that one event stands for it.

    So many events `stand` for it. `completes`: it completed a round; `giver`: the event by which it did is among them;
    `spared` is what returns of that one left with the member.
    """

    stand: int
    completes: bool = False
    giver: bool = False
    spared: list[Spared] = field(default_factory=list)

    def lose(self, giver: bool) -> list[Spared]:
        """One of its events has come back whole; answers what nobody else stands for any longer."""
        self.stand -= 1
        if giver:
            self.completes, self.giver = True, False
        if self.stand > self.giver:
            return []
        spared, self.spared = self.spared, []
        return spared


#: Periods that count, by number, in the order of recording; None: one event stands for it, and that is all.
Periods = dict[int, Counted | None]


def lose(counted: Periods, period: int, giver: bool) -> tuple[list[Spared], bool, bool]:
    """An event that stood for `period` has come back whole, the one that gave its gift or another.

    Answers what nobody else stands for any longer; whether the period is gone as well; whether it completed a round.
    """
    found = counted.get(period)
    if found is None:
        gone = period in counted
        counted.pop(period, None)
        return [], gone, giver
    spared = found.lose(giver)
    if not found.stand:
        del counted[period]
    return spared, not found.stand, found.completes


@dataclass(slots=True)
class StreakGift:
    """A gift that was given with `period`, for `size` periods in a row; so many of them came back since are `owed`."""

    period: int
    size: int
    owed: int = 0


@dataclass(slots=True)
class Streak:
    """One rule's streak: the periods that `counted`, by number, and the gifts it gave; of both the latest last."""

    counted: Periods = field(default_factory=dict)
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
        if period in counted:
            join(counted, period)
            return 3
        if counted and period < next(reversed(counted)):
            return 0
        counted[period] = None
        run = self.run(period)
        complete = run >= length + self.owed
        if complete:
            for gift in self.gifts:
                gift.owed = 0
            self.gifts.append(StreakGift(period, run))
            counted[period] = Counted(1, True, True)
        # A return may bring back what came before a gift: twice the length is remembered.
        if len(counted) > 2 * length:
            for old in list(counted)[: -2 * length]:
                del counted[old]
            first = next(iter(counted))
            self.gifts = [gift for gift in self.gifts if gift.period >= first]
        return 1 + complete

    def come_back(self, period: int, giver: bool) -> list[Spared]:
        """A purchase of `period` has come back whole, the one that gave its gift or another; answers what goes now.

        With the last one the period counts no longer, and its gift was not given.
        """
        spared, gone, _ = lose(self.counted, period, giver)
        if gone:
            self.gifts = [gift for gift in self.gifts if gift.period != period]
            for gift in self.gifts:
                gift.owed += gift.period - gift.size < period < gift.period
        return spared


def join(counted: Periods, period: int) -> None:
    """One event more stands for a period that counts."""
    found = counted[period]
    if found is None:
        counted[period] = Counted(2)
    else:
        found.stand += 1


def count_day(counted_day: dict[str, Periods], rule: str, day: int) -> bool:
    """Whether `rule` counts `day` with this event; else the event joins those that stand for it."""
    days = counted_day.get(rule)
    if days is None:
        counted_day[rule] = {day: None}
        return True
    if day in days:
        join(days, day)
        return False
    days[day] = None
    if len(days) > DAYS:
        del days[next(iter(days))]
    return True


def dump_counted(counted: Periods) -> list[Any]:
    """Counted periods as plain JSON values, in their order; one that nothing is to be said of is its number alone."""
    return [
        [period, one.stand, one.completes + one.giver, [_plain(spared) for spared in one.spared]] if one else period
        for period, one in counted.items()
    ]


def _plain(spared: Spared) -> list[Any]:
    """Without budgets as it was before there were any."""
    *rest, drawn = spared
    return [*rest, [list(row) for row in drawn]] if drawn else rest


def load_counted(rows: int | Sequence[Any], given: Sequence[int] = ()) -> Periods:
    """The periods that `dump_counted` described; of an older standing one day alone, or those that counted, of which
    `given` gave a gift."""
    counted: Periods = {}
    for row in [rows] if isinstance(rows, int) else rows:
        if isinstance(row, int):
            counted[row] = Counted(1, True, True) if row in given else None
        else:
            period, stand, completes, spared = row
            counted[period] = Counted(stand, completes > 0, completes > 1, [_spared(*one) for one in spared])
    return counted


def _spared(seq: int, currency: str, rule: str, points: int, day: int, drawn: Sequence[Sequence[Any]] = ()) -> Spared:
    return Spared(seq, currency, rule, points, day, [(budget, per, period) for budget, per, period in drawn])
