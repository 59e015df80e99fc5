"""Days of a place: from an instant to the local day, weekday and hour, and back to a day's first moment.

Instants are whole microseconds since 1970 (UTC): no float, so none is a little off.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

QUARTER_US: Final = 900_000_000
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Zone:
    """An IANA zone with memory: offsets change only at quarters of an hour (since 1972), so each is looked up once."""

    __slots__ = ("_hours", "_midnights", "name", "zone")

    def __init__(self, name: str) -> None:
        """Raises zoneinfo.ZoneInfoNotFoundError for an unknown name."""
        self.name = name
        self.zone = ZoneInfo(name)
        self._hours: dict[int, tuple[int, str, int]] = {}
        self._midnights: dict[int, int] = {}

    def local(self, at: int) -> tuple[int, str, int]:
        """(day as proleptic ordinal, weekday `mon`..`sun`, hour 0-23) of an instant in microseconds."""
        quarter = at // QUARTER_US
        known = self._hours.get(quarter)
        if known is None:
            local = (_EPOCH + timedelta(microseconds=quarter * QUARTER_US)).astimezone(self.zone)
            known = (local.toordinal(), WEEKDAYS[local.weekday()], local.hour)
            if len(self._hours) > 200_000:
                self._hours.clear()
            self._hours[quarter] = known
        return known

    def midnight(self, day: int) -> int:
        """The first moment of a local day, in microseconds."""
        known = self._midnights.get(day)
        if known is None:
            moment = date.fromordinal(day)
            local = datetime(moment.year, moment.month, moment.day, tzinfo=self.zone)
            known = microseconds(local.astimezone(UTC))
            self._midnights[day] = known
        return known


def microseconds(moment: datetime) -> int:
    """The instant of an aware moment. Raises TypeError for one without a zone."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(at_us: int) -> datetime:
    """The moment, in UTC, of an instant."""
    return _EPOCH + timedelta(microseconds=at_us)


def add_months(day: int, months: int) -> int:
    """The same day of the month `months` later (or earlier), or that month's last day if it has no such day.

    31 January plus one month is the last day of February. `day` is a proleptic ordinal.
    """
    start = date.fromordinal(day)
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(start.day, last)).toordinal()
