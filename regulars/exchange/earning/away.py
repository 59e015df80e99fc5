"""Away: what came back in a household for members who were merged into the one who leaves it.

There it is the count of whoever told it that changed, and so their share. When they leave, what it was is noted with
their own account, so that undoing the merge lets it go home with whom it belongs to.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

from regulars.engine.entries import CLAWBACK, DEBT, REVERSAL
from regulars.engine.events import JOIN_IN
from regulars.engine.purse import NEVER
from regulars.engine.theirs import Theirs, load
from regulars.exchange.earning.originals import pairs
from regulars.exchange.earning.tracing import Place, Trail, trace
from regulars.kit.json import decode

_NOTED = (
    "SELECT id, outcome -> 'theirs' FROM event WHERE account_id = %s AND (attributes ->> '_by')::bigint = %s"
    " AND id > (SELECT id FROM event WHERE account_id = %s AND type = %s AND (attributes ->> '_by')::bigint = %s"
    " ORDER BY id DESC LIMIT 1)"
    " AND outcome ? 'theirs' ORDER BY id"
)
_MOVED = (
    "SELECT event_id, seq, kind, currency, source, amount, base, lots, available_on, expires_on FROM entry"
    " WHERE account_id = %s AND event_id = ANY(%s) AND kind = ANY(%s) ORDER BY seq"
)
_DAYS = "SELECT currency, seq, earned_on, available_on, expires_on FROM lot WHERE account_id = %s AND seq = ANY(%s)"


def noted_there(member: int, household: int, kin: list[int]) -> list[Theirs]:
    """What events that a member told since they joined a household noted there for others, one for each of these.

    Lots and grants are named by the numbers that they have with those. `kin` are all accounts that were ever one.
    """
    noted = _rows(_NOTED, [household, member, household, JOIN_IN, member])
    if not noted:
        return []
    moved: dict[UUID, list[tuple[Any, ...]]] = {}
    for event, *row in _rows(_MOVED, [household, [id for id, _ in noted], [CLAWBACK, REVERSAL]]):
        moved.setdefault(event, []).append(tuple(row))
    seqs = [seq for rows in moved.values() for row in rows for seq, _ in pairs(row[6] or ())]
    days = {
        (currency, seq): (earned.toordinal(), available.toordinal(), expires.toordinal() if expires else NEVER)
        for currency, seq, earned, available, expires in _rows(_DAYS, [household, seqs])
    }
    trail, found = trace(kin), dict[int, Theirs]()
    for id, told in noted:
        for one in map(load, decode(told) if isinstance(told, str | bytes) else told):
            kept = found.setdefault(one.whose, Theirs(one.whose))
            kept.used += one.used
            kept.lost += one.lost
            _note(kept, one, household, moved.get(id, ()), days, trail)
    return list(found.values())


def _note(
    kept: Theirs, one: Theirs, household: int, moved: Any, days: dict[tuple[str, int], tuple[int, int, int]],
    trail: Trail,
) -> None:  # fmt: skip
    back, taken = dict(one.back), [*one.taken]
    for seq, kind, currency, source, amount, base, lots, available, expires in moved:
        if kind == REVERSAL:
            if seq in back:
                last = expires.toordinal() if expires else NEVER
                kept.home.append((currency, back[seq], amount, base, available.toordinal(), last))
            continue
        place = next((place for place, (id, _, left) in enumerate(taken) if id == currency and left), None)
        if place is None:
            continue
        _, grant, left = taken[place]
        taken[place] = (currency, grant, left - amount)
        there = _number_with(one.whose, (household, grant), trail)
        if there is None:  # a gift of somebody else's that stood on it
            continue
        if source == DEBT:
            kept.away.append((currency, there, DEBT, amount, 0, 0, 0))
        for lot, points in pairs(lots or ()):
            kept.away.append((currency, there, source, points, *days[currency, lot]))


def _number_with(whose: int, place: Place, trail: Trail) -> int | None:
    """The number that a grant has with a member; 0 where none of their lots stands for it, None if it is not theirs."""
    if place[1] < 0:
        return 0
    found = None
    while True:
        if place[0] == whose:
            found = place[1]
        if place not in trail.parents:
            return found
        place = trail.parents[place]


def _rows(query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
