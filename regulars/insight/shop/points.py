"""Points of the whole shop: what was given and by which rule, what was used, and what is still owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

WEEKS = 52
# What became available by today and no night has moved yet is told as the night will: it pays what is owed first. What
# waits for an event does not become available by its day, but lapses.
_PURSES = """
WITH ready AS (
    SELECT account_id, currency, sum(remaining) AS points
    FROM standing JOIN lot USING (account_id)
    WHERE due_on <= %(today)s AND pending AND remaining > 0 AND available_on <= %(today)s
      AND NOT EXISTS (
        SELECT FROM jsonb_array_elements(state #> ARRAY['purses', currency, 'awaits']) AS one (lot)
        WHERE (one.lot ->> 0)::bigint = lot.seq)
    GROUP BY account_id, currency
), opened AS (
    SELECT currency, sum(points) AS points, sum(least(points, -debt)) AS repaid
    FROM ready JOIN balance USING (account_id, currency)
    GROUP BY currency
), kept AS (
    SELECT currency, -sum(issued) AS issued, sum(available) AS available, sum(pending) AS pending, -sum(debt) AS debt,
           sum(redeemed) AS redeemed, sum(expired) AS expired, sum(held) AS held
    FROM balance GROUP BY currency
)
SELECT currency, issued, available + coalesce(points - repaid, 0), pending - coalesce(points, 0),
       debt - coalesce(repaid, 0), redeemed, expired, held
FROM kept LEFT JOIN opened USING (currency)
"""
_GIVEN = """
SELECT width_bucket(at, %(begins)s::timestamptz[]), currency, rule,
       sum(CASE WHEN source = 'issued' THEN amount ELSE -amount END)
FROM entry
WHERE at >= %(from)s AND at <= %(now)s AND (source = 'issued' OR target = 'issued')
  AND kind IN ('accrual', 'clawback')
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Purse:
    """Whole points of one currency over all members: `issued` is all that was ever given less what returns took
    back; `available`, `pending` and `held` (set aside) are still with members; `debt` is what members owe (not
    negative)."""

    issued: int
    available: int
    pending: int
    debt: int
    redeemed: int
    expired: int
    held: int

    @property
    def outstanding(self) -> int:
        """What members may still spend, now or soon, or have set aside to be spent."""
        return self.available + self.pending + self.held


@dataclass(frozen=True, slots=True)
class Given:
    """Points one rule gave in the week from `monday`, less what returns in that week took back of the rule's. What
    people gave (goodwill), or another system, is of no rule."""

    monday: date
    currency: str
    rule: str
    points: int


def purses(zone: str, now: datetime) -> dict[str, Purse]:
    """The points of every currency that anybody holds or held, at `now` in days of `zone`.

    Points that have become available count as such before the night has run; what ends, ends with the night.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PURSES, {"today": now.astimezone(ZoneInfo(zone)).date()})
        return {currency: Purse(*map(int, sums)) for currency, *sums in cursor.fetchall()}


def given(zone: str, now: datetime) -> list[Given]:
    """What rules gave in the last 52 weeks of `zone`, the running one included, the oldest week first."""
    today = now.astimezone(ZoneInfo(zone)).date()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    mondays = [first + timedelta(weeks=week) for week in range(WEEKS)]
    # Weeks begin at local midnight: 52 instants to compare with are cheaper than a local time for every entry.
    begins = [datetime.combine(monday, time(), ZoneInfo(zone)) for monday in mondays]
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN, {"begins": begins, "from": begins[0], "now": now})
        return [
            Given(mondays[week - 1], currency, rule or "", int(points))
            for week, currency, rule, points in cursor.fetchall()
        ]
