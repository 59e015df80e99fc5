"""Who is slipping: the purchases of a year, read for everybody at once and judged one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from regulars.ground.members.trails import trail_of
from regulars.insight.journeys.theirs import THEIRS, whose
from regulars.insight.journeys.year import year_begins
from regulars.insight.rhythm.rules import LEAST_DAYS, LEAST_GAPS, MOST_DAYS, MOST_GAPS, Rhythm, rhythm

_BOUGHT = """
WITH bought AS (
    SELECT account_id, (occurred_at AT TIME ZONE %(zone)s)::date AS day, sum(net) AS net
    FROM event
    WHERE type = 'purchase' AND occurred_at >= %(since)s AND occurred_at <= %(now)s
    GROUP BY 1, 2
), slow AS (
    SELECT account_id, (array_agg(day ORDER BY day DESC))[1:%(most)s] AS days, sum(net) AS net
    FROM bought
    GROUP BY account_id
    HAVING count(*) > %(gaps)s AND max(day) BETWEEN %(earliest)s AND %(latest)s
), back AS (
    -- What came back stands in the outcome: a return of all that was left tells no amount.
    SELECT account_id, sum(one::bigint) AS net
    FROM event r JOIN event p USING (account_id) CROSS JOIN jsonb_array_elements_text(r.outcome -> 'returned') AS one
    WHERE r.type = 'return' AND r.occurred_at >= %(since)s AND r.occurred_at <= %(now)s
      AND p.id = r.original_id AND p.occurred_at >= %(since)s
    GROUP BY account_id
)
SELECT account_id, days, slow.net - coalesce(back.net, 0) AS spent
FROM slow LEFT JOIN back USING (account_id)
ORDER BY spent DESC, account_id
"""
_DAYS = f"""
SELECT DISTINCT (occurred_at AT TIME ZONE %(zone)s)::date AS day
FROM event
WHERE {THEIRS} AND type = 'purchase' AND occurred_at >= %(since)s AND occurred_at <= %(now)s
ORDER BY day DESC
LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Slipping:
    """A member who slips: their rhythm in days, and what they bought for in twelve months, less what they brought back
    of it, in minor units."""

    account: int
    rhythm: Rhythm
    spent: int


def slipping(zone: str, now: datetime) -> list[Slipping]:
    """Everybody who slips at `now`, those who bought for most in the last twelve months first.

    Days are those of `zone`; purchases of the last twelve months count.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    with connection.cursor() as cursor:
        cursor.execute(
            _BOUGHT,
            {
                "zone": zone,
                "since": year_begins(zone, now),
                "now": now,
                "most": MOST_GAPS + 1,
                "gaps": LEAST_GAPS,
                "earliest": today - timedelta(days=MOST_DAYS),
                "latest": today - timedelta(days=LEAST_DAYS),
            },
        )
        rows = cursor.fetchall()
    found = []
    for account, days, spent in rows:
        known = rhythm([day.toordinal() for day in days], today.toordinal())
        if known and known.slipping:
            found.append(Slipping(account, known, int(spent)))
    return found


def rhythm_of(account: int, zone: str, now: datetime) -> Rhythm | None:
    """The rhythm of the member of an account at `now`, from the purchases of twelve months under whichever of their
    numbers; None when it is not known."""
    today = now.astimezone(ZoneInfo(zone)).date()
    with connection.cursor() as cursor:
        cursor.execute(
            _DAYS,
            {
                **whose(trail_of(account)), "zone": zone, "since": year_begins(zone, now), "now": now,
                "most": MOST_GAPS + 1,
            },
        )  # fmt: skip
        days = [day.toordinal() for (day,) in cursor.fetchall()]
    return rhythm(days, today.toordinal())
