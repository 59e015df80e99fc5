"""Spent: what can still be given back at the counter: redemptions, and purchases with what is left of their lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from regulars.kit.json import decode

_REDEEMED = """
SELECT n.event_id, min(n.at), n.currency, sum(n.amount)::bigint - coalesce(sum(back.points), 0)::bigint,
    coalesce(min(n.rule), '')
FROM entry n
LEFT JOIN (
    SELECT reverses, sum(amount) AS points FROM entry
    WHERE account_id = %(account)s AND kind = 'reversal' AND reverses IS NOT NULL GROUP BY reverses
) AS back ON back.reverses = n.seq
WHERE n.account_id = %(account)s AND n.kind IN ('redemption', 'capture')
GROUP BY n.event_id, n.currency
HAVING sum(n.amount) > coalesce(sum(back.points), 0)
ORDER BY min(n.at) DESC LIMIT %(limit)s
"""
_PURCHASES = """
SELECT e.id, e.source, e.external_id, e.occurred_at, e.store, e.net, e.lines::text,
    (SELECT jsonb_agg(r.outcome -> 'returned')::text FROM event r
     WHERE r.account_id = e.account_id AND r.original_id = e.id AND r.type = 'return')
FROM event e
WHERE e.account_id = %s AND e.type = 'purchase' AND e.id = coalesce(%s, e.id)
ORDER BY e.occurred_at DESC, e.id DESC LIMIT %s
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


def redeemed(account: int, limit: int) -> list[Redeemed]:
    """What a member has spent and not got back, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_REDEEMED, {"account": account, "limit": limit})
        return [Redeemed(*row) for row in cursor.fetchall()]


def bought(account: int, limit: int) -> list[Bought]:
    """A member's latest purchases, with what is left of them."""
    return _bought(account, None, limit)


def purchase(account: int, event: UUID) -> Bought | None:
    """One purchase of a member; None when they have none of this id."""
    return next(iter(_bought(account, event, 1)), None)


def _bought(account: int, event: UUID | None, limit: int) -> list[Bought]:
    with connection.cursor() as cursor:
        cursor.execute(_PURCHASES, [account, event, limit])
        rows = cursor.fetchall()
    return [
        Bought(id, source, name, at, store, net, _lines(decode(told), decode(returned or "[]")))
        for id, source, name, at, store, net, told, returned in rows
    ]


def _lines(told: dict[str, list[Any]], returned: list[list[int] | None]) -> tuple[BoughtLine, ...]:
    nets: list[int] = told.get("net", [])
    gone = [sum(one[place] for one in returned if one) for place in range(len(nets))]
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
