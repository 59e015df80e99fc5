"""Tiers a second time, slowly and in the open: a calendar that goes day by day, and every gain ever made.

Written from docs/rules/tiers.md. It knows no returns and no late events.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from regulars.programme.tiers import Tiers

Move = tuple[int, str, str, str, str, int, int]


def moved(day: date, months: int) -> date:
    """The same day of the month some months on or back, or the last day of that month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


class PlainTiers:
    """The tiers of one account."""

    def __init__(self, tiers: Tiers, joined: int) -> None:
        self.tiers = tiers
        self.joined = date.fromordinal(joined)
        self.today = self.joined
        self.gains: list[tuple[date, int]] = []
        self.level = 0
        self.until: date | None = None
        self.grace: date | None = None
        self.told: date | None = None
        self.moves: list[Move] = []

    @property
    def tier(self) -> str:
        """The id of the tier held now."""
        return self.tiers.levels[self.level].id

    def nights(self, day: int, activated: Mapping[int, int]) -> None:
        """Every first moment of a day up to `day`; `activated` is what became available and counts from then on."""
        while self.today.toordinal() < day:
            self.today += timedelta(days=1)
            points = activated.get(self.today.toordinal(), 0)
            if points:
                self.gain(points, "")
            self._review()

    def gain(self, amount: int, event: str) -> None:
        """Progress made today."""
        self.gains.append((self.today, amount))
        progress = self._progress(self.today)
        carried = self._carried(progress)
        if carried > self.level:
            self._move(carried, "reached", progress, self._kept(self.today), event)
        elif self.grace and carried == self.level:
            self._move(self.level, "renewed", progress, self._kept(self.today), event)

    def tell(self) -> None:
        """A notice that the tier may fall is delivered today."""
        last = self.grace or (self.until and self.until + timedelta(days=self.tiers.grace_days))
        if self.tiers.notice and last and not self.told:
            early = last - timedelta(days=self.tiers.notice.earliest)
            self.told = self.today if self.today >= early else None

    def _may_fall(self, yesterday: date) -> bool:
        """Whether the notice that a fall needs came so long ago that yesterday could be the last day."""
        if self.tiers.notice is None:
            return True
        return bool(self.told) and (yesterday - (self.told or yesterday)).days >= self.tiers.notice.latest

    def _review(self) -> None:
        yesterday = self.today - timedelta(days=1)
        progress = self._progress(yesterday)
        if self.level and not self.grace and yesterday == self.until:
            if self._carried(progress) >= self.level:
                self._move(self.level, "renewed", progress, self._kept(yesterday), "")
                return
            if self.tiers.grace_days or not self._may_fall(yesterday):
                told = self.told
                self._move(self.level, "grace", progress, yesterday, "")
                self.told = told
                self.grace = yesterday + timedelta(days=self.tiers.grace_days)
                return
            self.grace = yesterday
        if self.level and self.grace and self.grace <= yesterday and self._may_fall(yesterday):
            target = self.level - 1
            if self.tiers.fall == "to_level":
                target = min(target, self._carried(progress))
            self._move(target, "fell", progress, self._kept(yesterday) if target else None, "")

    def _move(self, target: int, why: str, progress: int, until: date | None, event: str) -> None:
        source, self.level = self.tier, target
        self.until, self.grace, self.told = until, None, None
        until_day = until.toordinal() if until else 0
        self.moves.append((self.today.toordinal(), event, source, self.tier, why, progress, until_day))

    def _carried(self, progress: int) -> int:
        return max(place for place, level in enumerate(self.tiers.levels) if progress >= level.at)

    def _progress(self, day: date) -> int:
        start = self._years(day)[0] if self.tiers.window != "rolling" else moved(day, -self.tiers.months)
        return sum(amount for on, amount in self.gains if start <= on <= day and (on != start or not self._rolls))

    @property
    def _rolls(self) -> bool:
        """Twelve months back from 15 May begin on 16 May: the day of the month itself lies before the window."""
        return self.tiers.window == "rolling"

    def _years(self, day: date) -> tuple[date, date]:
        """First and last day of the year of the window that `day` lies in."""
        if self.tiers.window == "calendar_year":
            return date(day.year, 1, 1), date(day.year, 12, 31)
        year = 0
        while moved(self.joined, 12 * (year + 1)) <= day:
            year += 1
        return moved(self.joined, 12 * year), moved(self.joined, 12 * (year + 1)) - timedelta(days=1)

    def _kept(self, day: date) -> date | None:
        """The last day of a tier reached or renewed by the progress of `day`; None where tiers never fall."""
        if self.tiers.fall == "never":
            return None
        if self.tiers.window == "rolling":
            return moved(day, self.tiers.keep_months)
        return self._years(self._years(day)[1] + timedelta(days=1))[1]
