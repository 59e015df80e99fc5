"""Spent: what can still be given back at the counter: redemptions, and purchases with what is left of their lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from regulars.ground.members.leading import holder_of, kin_of, numbers_of
from regulars.kit.json import decode

# What a member told in a household that they have left is theirs; what others told there is not.
_REDEEMED = """
WITH back AS (
    SELECT account_id, seq, sum(points)::bigint AS points FROM (
        SELECT account_id, reverses AS seq, amount AS points FROM entry
        WHERE account_id = ANY(%(kin)s) AND kind = 'reversal' AND reverses IS NOT NULL
        UNION ALL  -- in another account
        SELECT (row ->> 0)::bigint, (row ->> 1)::bigint, (row ->> 2)::bigint
        FROM event CROSS JOIN LATERAL jsonb_array_elements(outcome -> 'back') AS row
        WHERE account_id = ANY(%(kin)s) AND outcome ? 'back'
    ) AS one GROUP BY account_id, seq
)
SELECT n.event_id, min(n.at), n.currency, sum(n.amount)::bigint - coalesce(sum(back.points), 0)::bigint,
    coalesce(min(n.rule), '')
FROM entry n
JOIN event e ON e.account_id = n.account_id AND e.id = n.event_id
LEFT JOIN back ON back.account_id = n.account_id AND back.seq = n.seq
WHERE n.account_id = ANY(%(kin)s) AND n.kind IN ('redemption', 'capture')
    AND (n.account_id = ANY(%(own)s) OR (e.attributes ->> '_by')::bigint = ANY(%(own)s))
    AND n.event_id = coalesce(%(event)s, n.event_id)
GROUP BY n.event_id, n.currency
HAVING sum(n.amount) > coalesce(sum(back.points), 0)
    AND (%(before)s::uuid IS NULL OR (min(n.at), n.event_id) < (
        SELECT min(at), %(before)s::uuid FROM entry
        WHERE account_id = ANY(%(kin)s) AND event_id = %(before)s AND kind IN ('redemption', 'capture')
    ))
ORDER BY min(n.at) DESC, n.event_id DESC LIMIT %(limit)s
"""
_PURCHASES = """
SELECT id, source, external_id, occurred_at, store, net, lines::text
FROM event
WHERE account_id = ANY(%(kin)s) AND type = 'purchase' AND id = coalesce(%(event)s, id)
    AND (account_id = ANY(%(own)s) OR (attributes ->> '_by')::bigint = ANY(%(own)s))
ORDER BY occurred_at DESC, id DESC LIMIT %(limit)s
"""
_RETURNED = """
SELECT original_id, outcome -> 'returned'
FROM event
WHERE account_id = ANY(%(kin)s) AND original_id = ANY(%(events)s) AND type = 'return'
"""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Points spent by an event, on a `reward` (empty: none), of which `left` have not come back."""

    event: UUID
    at: datetime
    currency: str
    left: int
    reward: str


@dataclass(frozen=True, slots=True)
class BoughtLine:
    """A line of a purchase: its id, what it is (the first of sku, category, brand, department that was told), and of
    `net` (minor units) what is `left`."""

    id: str
    name: str
    quantity: int
    net: int
    left: int


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase as its `source` told it under `name`; `left` (minor units) has not been brought back."""

    event: UUID
    source: str
    name: str
    at: datetime
    store: str
    net: int
    lines: tuple[BoughtLine, ...]

    @property
    def left(self) -> int:
        """What has not been brought back of all its lines."""
        return sum(line.left for line in self.lines)


def redeemed(account: int, limit: int, before: UUID | None = None) -> list[Redeemed]:
    """What a member has spent and not got back, the latest first: under each number that leads to the account, by all
    of the household that they are in, and what they spent before they joined it. With `before`, what stands after that
    redemption, also where it has been given back since."""
    return _redeemed(account, None, before, limit)


def redemption(account: int, event: UUID) -> Redeemed | None:
    """One of these redemptions; None when nothing of this id can come back."""
    return next(iter(_redeemed(account, event, None, 1)), None)


def _redeemed(account: int, event: UUID | None, before: UUID | None, limit: int) -> list[Redeemed]:
    kin, own = _kin(account)
    with connection.cursor() as cursor:
        cursor.execute(_REDEEMED, {"kin": kin, "own": own, "event": event, "before": before, "limit": limit})
        return [Redeemed(*row) for row in cursor.fetchall()]


def bought(account: int, limit: int) -> list[Bought]:
    """The latest purchases of the member of an account, with what is left of them: under each number that leads to it,
    by all of the household that they are in, and what they bought before they joined it."""
    return _bought(account, None, limit)


def purchase(account: int, event: UUID) -> Bought | None:
    """One of these purchases; None when the member has none of this id."""
    return next(iter(_bought(account, event, 1)), None)


def _bought(account: int, event: UUID | None, limit: int) -> list[Bought]:
    kin, own = _kin(account)
    with connection.cursor() as cursor:
        cursor.execute(_PURCHASES, {"kin": kin, "own": own, "event": event, "limit": limit})
        rows = cursor.fetchall()
        cursor.execute(_RETURNED, {"kin": kin, "events": [row[0] for row in rows]})
        returned: dict[UUID, list[list[int]]] = {}
        for original, nets in cursor.fetchall():
            returned.setdefault(original, []).append(decode(nets))
    return [
        Bought(id, source, name, at, store, net, _lines(decode(told), returned.get(id, [])))
        for id, source, name, at, store, net, told in rows
    ]


def _kin(account: int) -> tuple[list[int], list[int]]:
    """All accounts that were ever one with an account, and those of them that are its own."""
    holder = holder_of(account)
    return sorted(kin_of([account, holder])), sorted({holder, *numbers_of(account)})


def _lines(told: dict[str, list[Any]], returned: list[list[int]]) -> tuple[BoughtLine, ...]:
    nets: list[int] = told.get("net", [])
    gone = [sum(one[place] for one in returned) for place in range(len(nets))]
    ids: list[str] = told.get("line", [])
    quantities: list[int] = told.get("quantity", [])
    return tuple(
        BoughtLine(
            ids[place] if ids else str(place + 1), _name(told, place), quantities[place] if quantities else 1, net,
            net - gone[place],
        )
        for place, net in enumerate(nets)
    )  # fmt: skip


def _name(told: dict[str, list[Any]], place: int) -> str:
    for column in ("sku", "category", "department", "brand"):
        values = told.get(column)
        if values and values[place]:
            return str(values[place])
    return ""
