"""Which events are a member's: those of their own accounts, and what their number told in a household."""

from __future__ import annotations

from typing import Any

from regulars.engine.events import JOIN_IN, JOIN_OUT, LEAVE_IN, LEAVE_OUT, MERGE_OUT, UNMERGE_IN
from regulars.ground.members.trails import Trail

#: True for an event that is the member's. Joining and leaving a household stand in both accounts: the member's own says
#: it.
THEIRS = """(account_id = ANY(%(own)s) OR account_id = ANY(%(homes)s) AND (attributes ->> '_by')::bigint = ANY(%(own)s)
    AND NOT type = ANY(%(homely)s))"""
#: Likewise of two accounts merged: the survivor's says it.
ONCE = "NOT (type = ANY(%(twofold)s) AND (attributes ->> '_counterpart')::bigint = ANY(%(own)s))"
#: True for what happened to a household, named by its `account_id`, `at` an instant when the member was in it.
_STAY = """(SELECT stay.type FROM event stay
    WHERE stay.account_id = ANY(%(own)s) AND stay.type = ANY(%(stays)s)
      AND (stay.attributes ->> '_counterpart')::bigint = {table}.account_id AND stay.occurred_at <= {table}.at
    ORDER BY stay.occurred_at DESC, stay.id DESC LIMIT 1) = %(joined)s"""


#: True for a tier that went along: the account that gave all it had to another one begins anew, its member does not.
_WENT = """EXISTS (SELECT FROM event went WHERE went.account_id = {table}.account_id AND went.id = {table}.event_id
    AND went.type = ANY(%(gave)s))"""


def of_the_time(table: str) -> str:
    """The same for the rows of a table of changes of tier."""
    stay, went = _STAY.format(table=table), _WENT.format(table=table)
    return f"({table}.account_id = ANY(%(own)s) AND NOT {went} OR {table}.account_id = ANY(%(homes)s) AND {stay})"


def whose(trail: Trail) -> dict[str, Any]:
    """What these conditions are told of a member."""
    return {
        "own": trail.own,
        "homes": trail.homes,
        "everywhere": trail.everywhere,
        "kin": trail.kin,
        "homely": [JOIN_IN, LEAVE_OUT],
        "twofold": [MERGE_OUT, UNMERGE_IN],
        "stays": [JOIN_OUT, LEAVE_IN],
        "joined": JOIN_OUT,
        "gave": [JOIN_OUT, MERGE_OUT],
    }
