"""Who is slipping: the purchases of a year, read for everybody at once and judged one by one.

Whose a purchase is follows the same rule as on a member's page (`journeys.theirs`): it is of whoever told it, also in a
household, under whichever of their numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from regulars.ground.members.leading import MERGED
from regulars.ground.members.trails import trail_of
from regulars.insight.journeys.theirs import THEIRS, whose
from regulars.insight.journeys.year import year_begins
from regulars.insight.rhythm.rules import LEAST_DAYS, LEAST_GAPS, MOST_DAYS, MOST_GAPS, Rhythm, rhythm

_BOUGHT = """
WITH RECURSIVE step AS (
    SELECT account_id, leads_to FROM account WHERE leads_why = %(merged)s
), led AS (
    SELECT account_id, leads_to FROM step
    UNION ALL
    SELECT led.account_id, step.leads_to FROM led JOIN step ON step.account_id = led.leads_to
), person AS (
    SELECT account_id AS teller, leads_to AS account_id FROM led
    WHERE NOT EXISTS (SELECT FROM step WHERE step.account_id = led.leads_to)
), bought AS (
    SELECT coalesce(person.account_id, (e.attributes ->> '_by')::bigint, e.account_id) AS account_id,
        (occurred_at AT TIME ZONE %(zone)s)::date AS day, sum(net) AS net
    FROM event e LEFT JOIN person ON teller = coalesce((e.attributes ->> '_by')::bigint, e.account_id)
    WHERE type = 'purchase' AND occurred_at >= %(since)s AND occurred_at <= %(now)s
    GROUP BY 1, 2
), slow AS (
    SELECT account_id, (array_agg(day ORDER BY day DESC))[1:%(most)s] AS days, sum(net) AS net
    FROM bought
    WHERE NOT EXISTS (SELECT FROM household h WHERE h.account_id = bought.account_id)
    GROUP BY account_id
    HAVING count(*) > %(gaps)s AND max(day) BETWEEN %(earliest)s AND %(latest)s
), came AS (
    -- What came back stands in the outcome: a return of all that was left tells no amount. It may stand in another
    -- account than the purchase: the survivor's, the household's, or the member's own again.
    SELECT coalesce((p.attributes ->> '_by')::bigint, p.account_id) AS teller, sum(one::bigint) AS net
    FROM event r JOIN account a ON a.account_id = r.account_id
    CROSS JOIN unnest(a.kin || r.account_id) AS kin (account_id)
    JOIN event p ON p.account_id = kin.account_id AND p.id = r.original_id
    CROSS JOIN jsonb_array_elements_text(r.outcome -> 'returned') AS one
    WHERE r.type = 'return' AND r.occurred_at >= %(since)s AND r.occurred_at <= %(now)s
      AND p.type = 'purchase' AND p.occurred_at >= %(since)s
    GROUP BY 1
), back AS (
    SELECT coalesce(person.account_id, teller) AS account_id, sum(net) AS net
    FROM came LEFT JOIN person USING (teller)
    GROUP BY 1
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
    """A member who slips, by the account of their own: their rhythm in days, and what they bought for in twelve months,
    less what they brought back of it, in minor units."""

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
                "merged": MERGED,
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
