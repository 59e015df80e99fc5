"""Twelve months of one member: what they bought for, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import connection

from regulars.ground.members.trails import trail_of
from regulars.insight.journeys.theirs import THEIRS, whose
from regulars.kit.zones import add_months

_YEAR = f"""
WITH bought AS (
    SELECT id, net FROM event
    WHERE {THEIRS} AND type = 'purchase' AND occurred_at >= %(since)s AND occurred_at <= %(now)s
), back AS (
    -- What came back stands in the outcome: a return of all that was left tells no amount. It may stand in another
    -- account: the survivor's, the household's, or the member's own again.
    SELECT sum(one::bigint) AS net FROM event r JOIN bought ON bought.id = r.original_id
    CROSS JOIN jsonb_array_elements_text(r.outcome -> 'returned') AS one
    WHERE r.account_id = ANY(%(kin)s) AND r.type = 'return' AND r.occurred_at <= %(now)s
)
SELECT coalesce(sum(net), 0) - coalesce((SELECT net FROM back), 0), count(*) FROM bought
"""


@dataclass(frozen=True, slots=True)
class Year:
    """Purchases of twelve months: what they were for in minor units, less what was brought back of them, and how many
    there were."""

    spent: int
    purchases: int


def year_begins(zone: str, now: datetime) -> datetime:
    """The first moment of the twelve months that end on the local day of `now`, as rolling tiers count them."""
    today = now.astimezone(ZoneInfo(zone)).date()
    first = date.fromordinal(add_months(today.toordinal(), -12) + 1)
    return datetime.combine(first, time(), ZoneInfo(zone))


def last_year(account: int, zone: str, now: datetime) -> Year:
    """The twelve months of the member of an account up to `now`, in days of `zone`: what they bought themselves, under
    whichever of their numbers."""
    asked = {**whose(trail_of(account)), "since": year_begins(zone, now), "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_YEAR, asked)
        spent, purchases = cursor.fetchone()
    return Year(int(spent), purchases)
