"""A year of one member: what they bought for, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Year:
    """Purchases of the last 365 days: what they were for in minor units, and how many there were."""

    spent: int
    purchases: int


def last_year(account: int, now: datetime) -> Year:
    """The year of an account up to `now`. What was brought back is not taken off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(net), 0), count(*) FROM event"
            " WHERE account_id = %s AND type = 'purchase' AND occurred_at > %s AND occurred_at <= %s",
            [account, now - _YEAR, now],
        )
        spent, purchases = cursor.fetchone()
    return Year(int(spent), purchases)
