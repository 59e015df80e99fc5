"""Noticing: how long before it begins a change is published, so that whoever may be worse off is told in time.

What a change owes is worked out by `regulars.programme.notice`; the day of publishing counts as the day of the notice.
"""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from regulars.ground.activity.models import Event
from regulars.programme.judging import Effect
from regulars.programme.notice import owed
from regulars.programme.promise import Programme


def earliest_day(old: Programme, new: Programme, now: datetime) -> date:
    """The first local day on which `new` may follow `old` when it is published now: after the notice that the change
    owes, today when it owes none. As long as nothing ever happened, there is nobody to tell."""
    today = local_day(new, now)
    return owed(old, new).earliest(today) if _happened() else today


def devalues(old: Programme, new: Programme) -> bool:
    """Whether the change takes from what members have earned already. As long as nothing happened, nobody has."""
    return owed(old, new).effect is Effect.DEVALUING and _happened()


def owed_now(old: Programme, new: Programme) -> int:
    """How many days of notice members are owed for the change: 0 when nobody may be worse off, and as long as nothing
    ever happened."""
    return owed(old, new).notice_days if _happened() else 0


def local_day(programme: Programme, at: datetime) -> date:
    """The day of an instant in the programme's zone."""
    return at.astimezone(ZoneInfo(programme.header.zone)).date()


def beginning(programme: Programme, day: date, now: datetime) -> datetime:
    """When a programme begins that begins on `day`: with its first moment in the programme's zone; today, now."""
    if day == local_day(programme, now):
        return now
    return datetime.combine(day, time.min, ZoneInfo(programme.header.zone))


def _happened() -> bool:
    return Event.objects.exists()
