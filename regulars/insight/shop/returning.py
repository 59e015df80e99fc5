"""Who comes again: the two figures that say whether a shop has regulars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

#: A second purchase counts within so many days of the first.
SECOND_WITHIN_DAYS = 60
#: The time in which a repeated purchase counts.
REPEAT_DAYS = 84
_YEAR = 365
_BOUGHT = """
WITH bought AS (
    SELECT DISTINCT account_id, (occurred_at AT TIME ZONE %(zone)s)::date AS day
    FROM event
    WHERE type = 'purchase' AND occurred_at <= %(now)s
), life AS (
    SELECT account_id, min(day) AS first, count(*) FILTER (WHERE day > %(today)s - %(repeat)s) AS lately,
           (array_agg(day ORDER BY day))[2] AS second
    FROM bought GROUP BY account_id
)
SELECT count(*) FILTER (WHERE first > %(today)s - %(year)s AND first <= %(today)s - %(within)s),
       count(*) FILTER (WHERE first > %(today)s - %(year)s AND first <= %(today)s - %(within)s
                        AND second <= first + %(within)s),
       count(*) FILTER (WHERE lately >= 1),
       count(*) FILTER (WHERE lately >= 2)
FROM life
"""


@dataclass(frozen=True, slots=True)
class Returning:
    """Of the members who bought for the first time in the last 365 days and at least 60 days ago (`new`), how
    many bought again on another day within 60 days (`second`). Of the members who bought in the last 84 days
    (`lately`), how many did so on two days or more (`repeated`)."""

    new: int
    second: int
    lately: int
    repeated: int


def returning(zone: str, now: datetime) -> Returning:
    """Count them, at `now`, in days of `zone`."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BOUGHT,
            {
                "zone": zone,
                "now": now,
                "today": now.astimezone(ZoneInfo(zone)).date(),
                "repeat": REPEAT_DAYS,
                "year": _YEAR,
                "within": SECOND_WITHIN_DAYS,
            },
        )
        return Returning(*cursor.fetchone())
