"""A member's timeline: events and changes of tier together, the latest first, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from regulars.ground.members.trails import trail_of
from regulars.insight.journeys.theirs import ONCE, THEIRS, of_the_time, whose
from regulars.kit.json import decode

#: Rows of one instant stay on one page, so an instant alone is the cursor.
_EVENTS = f"""
SELECT occurred_at, id, type, store, channel,
    -- What came back stands in the outcome: a return of all that was left tells no amount.
    CASE type WHEN 'return' THEN
        (SELECT sum(one::bigint) FROM jsonb_array_elements_text(outcome -> 'returned') AS one)::bigint ELSE net END,
    jsonb_array_length(coalesce(lines -> 'net', '[]')), attributes::text
FROM event
WHERE {THEIRS} AND {ONCE} AND occurred_at < coalesce(%(before)s, 'infinity'::timestamptz)
ORDER BY occurred_at DESC
FETCH FIRST %(rows)s ROWS WITH TIES
"""
_MOVES = f"""
SELECT at, seq, source, target, why, until_on
FROM tier_move
WHERE {of_the_time("tier_move")} AND at < coalesce(%(before)s, 'infinity'::timestamptz)
ORDER BY at DESC
FETCH FIRST %(rows)s ROWS WITH TIES
"""
_OLDER = f"""
SELECT EXISTS (SELECT FROM event WHERE {THEIRS} AND {ONCE} AND occurred_at < %(before)s)
    OR EXISTS (SELECT FROM tier_move WHERE {of_the_time("tier_move")} AND at < %(before)s)
"""
_POINTS = """
SELECT event_id, currency,
    sum(CASE WHEN target IN ('available', 'pending', 'held', 'debt') THEN amount ELSE -amount END)
FROM entry
WHERE account_id = ANY(%(everywhere)s) AND event_id = ANY(%(events)s) AND at >= %(since)s
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
    """What happened to the member of an account before an instant (None: all of it), in whichever accounts that are or
    were theirs: at least `rows` rows if there are so many."""
    asked = {**whose(trail_of(account)), "before": before, "rows": rows}
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, asked)
        events = cursor.fetchall()
        cursor.execute(_MOVES, asked)
        moves = [Moved(*row) for row in cursor.fetchall()]
    instants = sorted([row[0] for row in events] + [move.at for move in moves], reverse=True)
    last = instants[rows - 1] if len(instants) >= rows else None
    events = [row for row in events if last is None or row[0] >= last]
    points = _points(asked, events)
    moments: list[Happened | Moved] = [
        Happened(at, id, type, store, channel, net, lines, decode(told), points.get(id, {}))
        for at, id, type, store, channel, net, lines, told in events
    ]
    moments += [move for move in moves if last is None or move.at >= last]
    # At one instant the event comes first and the tier it led to after it; the page tells it backwards.
    older = last if last and _goes_on({**asked, "before": last}) else None
    return Timeline(sorted(moments, key=_turn, reverse=True), older)


def _goes_on(asked: Mapping[str, Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_OLDER, asked)
        return bool(cursor.fetchone()[0])


def _points(asked: Mapping[str, Any], events: Sequence[Sequence[Any]]) -> dict[UUID, dict[str, int]]:
    """By event and currency. No entry of an event is older than the event."""
    found: dict[UUID, dict[str, int]] = {}
    if events:
        with connection.cursor() as cursor:
            cursor.execute(_POINTS, {**asked, "events": [row[1] for row in events], "since": events[-1][0]})
            for event, currency, points in cursor.fetchall():
                found.setdefault(event, {})[currency] = int(points)
    return found


def _turn(moment: Happened | Moved) -> tuple[datetime, int, str]:
    if isinstance(moment, Moved):
        return moment.at, 1, f"{moment.seq:020}"
    return moment.at, 0, str(moment.id)
