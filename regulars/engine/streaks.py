"""Streaks: the periods in a row in which a rule counted, and what a return does to them. Periods are numbers of
`period_key`.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class StreakGift:
    """A gift that was given with `period`, for `size` periods in a row; so many of them came back since are `owed`."""

    period: int
    size: int
    owed: int = 0


@dataclass(slots=True)
class Streak:
    """One rule's streak: the periods in which it `counted`, and the gifts it gave, the latest last."""

    counted: list[int] = field(default_factory=list)
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
        """Count `period`: 2 when that completes a streak of `length`, 1 when it counts, 0 when it was counted before.

        A period before the latest one that was counted comes too late: streaks follow the order of recording.
        """
        if self.counted and period <= self.counted[-1]:
            return 0
        self.counted.append(period)
        run = self.run(period)
        complete = run >= length + self.owed
        if complete:
            for gift in self.gifts:
                gift.owed = 0
            self.gifts.append(StreakGift(period, run))
        # A return may bring back what came before a gift: twice the length is remembered.
        del self.counted[: -2 * length]
        self.gifts = [gift for gift in self.gifts if gift.period >= self.counted[0]]
        return 1 + complete

    def come_back(self, period: int) -> None:
        """The purchase by which `period` counted has come back, and with it the gift that it completed."""
        if period in self.counted:
            self.counted.remove(period)
            self.gifts = [gift for gift in self.gifts if gift.period != period]
            for gift in self.gifts:
                gift.owed += gift.period - gift.size < period < gift.period
