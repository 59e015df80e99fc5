"""When members were last seen in the shop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from regulars.ground.members.trails import trails_of

_LAST = """
SELECT asked.account_id, max(seen.at)
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS asked (account_id, place, teller)
CROSS JOIN LATERAL (
    SELECT occurred_at AS at FROM event
    WHERE event.account_id = asked.place AND type IN ('purchase', 'visit')
      AND (asked.teller IS NULL OR (attributes ->> '_by')::bigint = asked.teller)
    ORDER BY occurred_at DESC LIMIT 1) AS seen
GROUP BY 1
"""


def last_visits(accounts: Sequence[int]) -> dict[int, datetime]:
    """The latest purchase or visit of each member, by their account, in all that are theirs; those that never came are
    left out."""
    asked: list[tuple[int, int, int | None]] = []
    for account, trail in trails_of(accounts).items():
        asked += [(account, own, None) for own in trail.own]
        asked += [(account, home, own) for home in trail.homes for own in trail.own]
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [list(column) for column in zip(*asked, strict=True)] or [[], [], []])
        return dict(cursor.fetchall())
