"""A member's timeline: events and changes of tier together, the latest first, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from regulars.kit.json import decode

#: Rows of one instant stay on one page, so an instant alone is the cursor.
_EVENTS = """
SELECT occurred_at, id, type, store, channel,
    -- What came back stands in the outcome: a return of all that was left tells no amount.
    CASE type WHEN 'return' THEN
        (SELECT sum(one::bigint) FROM jsonb_array_elements_text(outcome -> 'returned') AS one)::bigint ELSE net END,
    jsonb_array_length(coalesce(lines -> 'net', '[]')), attributes::text
FROM event
WHERE account_id = %s AND occurred_at < coalesce(%s, 'infinity'::timestamptz)
ORDER BY occurred_at DESC
FETCH FIRST %s ROWS WITH TIES
"""
_MOVES = """
SELECT at, seq, source, target, why, until_on
FROM tier_move
WHERE account_id = %s AND at < coalesce(%s, 'infinity'::timestamptz)
ORDER BY at DESC
FETCH FIRST %s ROWS WITH TIES
"""
_OLDER = """
SELECT EXISTS (SELECT FROM event WHERE account_id = %s AND occurred_at < %s)
    OR EXISTS (SELECT FROM tier_move WHERE account_id = %s AND at < %s)
"""
_POINTS = """
SELECT event_id, currency,
    sum(CASE WHEN target IN ('available', 'pending', 'held', 'debt') THEN amount ELSE -amount END)
FROM entry
WHERE account_id = %s AND event_id = ANY(%s) AND at >= %s
  AND (source IN ('available', 'pending', 'held', 'debt')) <> (target IN ('available', 'pending', 'held', 'debt'))
GROUP BY 1, 2
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event: what was bought or came back for (`net`, minor units) in how many `lines`, and the whole points it
    gave or, negative, took, by currency."""

    at: datetime
    id: UUID
    type: str
    store: str
    channel: str
    net: int
    lines: int
    attributes: Mapping[str, Any]
    points: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of tier, from `source` to `target` (ids of levels); `why` as the kernel says it; `until` the last
    day it is kept, or None."""

    at: datetime
    seq: int
    source: str
    target: str
    why: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page, the latest first; `older` is where the next page begins, None at the end."""

    moments: Sequence[Happened | Moved]
    older: datetime | None


def timeline(account: int, before: datetime | None, rows: int) -> Timeline:
    """What happened to an account before an instant (None: all of it): at least `rows` rows if there are so many."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [account, before, rows])
        events = cursor.fetchall()
        cursor.execute(_MOVES, [account, before, rows])
        moves = [Moved(*row) for row in cursor.fetchall()]
    instants = sorted([row[0] for row in events] + [move.at for move in moves], reverse=True)
    last = instants[rows - 1] if len(instants) >= rows else None
    events = [row for row in events if last is None or row[0] >= last]
    points = _points(account, events)
    moments: list[Happened | Moved] = [
        Happened(at, id, type, store, channel, net, lines, decode(told), points.get(id, {}))
        for at, id, type, store, channel, net, lines, told in events
    ]
    moments += [move for move in moves if last is None or move.at >= last]
    # At one instant the event comes first and the tier it led to after it; the page tells it backwards.
    return Timeline(sorted(moments, key=_turn, reverse=True), last if last and _goes_on(account, last) else None)


def _goes_on(account: int, before: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_OLDER, [account, before, account, before])
        return bool(cursor.fetchone()[0])


def _points(account: int, events: Sequence[Sequence[Any]]) -> dict[UUID, dict[str, int]]:
    """By event and currency. No entry of an event is older than the event."""
    found: dict[UUID, dict[str, int]] = {}
    if events:
        with connection.cursor() as cursor:
            cursor.execute(_POINTS, [account, [row[1] for row in events], events[-1][0]])
            for event, currency, points in cursor.fetchall():
                found.setdefault(event, {})[currency] = int(points)
    return found


def _turn(moment: Happened | Moved) -> tuple[datetime, int, str]:
    if isinstance(moment, Moved):
        return moment.at, 1, f"{moment.seq:020}"
    return moment.at, 0, str(moment.id)
