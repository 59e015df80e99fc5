"""Brought along: openings as they were recorded, with what became of their points: what a withdrawal must know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from regulars.engine.entries import DEBT, Entry
from regulars.engine.entries import OPENING as OPENED
from regulars.engine.events import OPENING, Opened, Opening
from regulars.engine.purse import NEVER
from regulars.kit.json import decode
from regulars.kit.zones import Zone, microseconds

_ASKED = "unnest(%s::bigint[], %s::uuid[]) AS asked (account_id, id)"
_EVENTS = (
    f"SELECT e.account_id, e.occurred_at, (e.attributes -> '_opening')::text FROM event e JOIN {_ASKED}"
    " ON e.account_id = asked.account_id AND e.id = asked.id WHERE e.type = %s"
)
#: The entries of those events, and all that their accounts had later.
_ENTRIES = (
    "SELECT n.account_id, n.event_id = own.id, n.seq, n.at, n.kind, n.currency, n.source, n.target, n.amount, n.lots,"
    " n.available_on, n.expires_on FROM entry n JOIN ("
    f" SELECT first.account_id, asked.id, min(first.seq) AS seq FROM entry first JOIN {_ASKED}"
    " ON first.account_id = asked.account_id AND first.event_id = asked.id GROUP BY first.account_id, asked.id"
    ") AS own ON n.account_id = own.account_id AND n.seq >= own.seq ORDER BY n.account_id, n.seq"
)
_LOTS = "SELECT account_id, seq, earned_on, available_on, expires_on FROM lot WHERE account_id = ANY(%s)"


def brought(asked: Mapping[int, UUID], zone: Zone) -> dict[int, Opened]:
    """The opening that each account was told by the event with that id; left out where there is none.

    `zone` is the one in which days are counted.
    """
    if not asked:
        return {}
    ids = [list(asked), list(asked.values())]
    own: dict[int, list[Entry]] = {account: [] for account in asked}
    later: dict[int, list[Entry]] = {account: [] for account in asked}
    days: dict[int, dict[int, tuple[int, int, int]]] = {account: {} for account in asked}
    owed: set[int] = set()
    for account, its_own, *values in _rows(_ENTRIES, ids):
        entry = _entry(zone, *values)
        (own if its_own else later)[account].append(entry)
        if entry.kind == OPENED and entry.source == DEBT:
            owed.add(account)
    # Any lot may have repaid something of it, or do so with what falls due by the withdrawal.
    for account, seq, earned, available, last in _rows(_LOTS, [sorted(owed)]):
        days[account][seq] = earned.toordinal(), available.toordinal(), last.toordinal() if last else NEVER
    return {
        account: Opened(
            microseconds(at), msgspec.convert(decode(told), Opening), own[account], later[account], days[account]
        )
        for account, at, told in _rows(_EVENTS, [*ids, OPENING])
        if told is not None
    }


def _entry(
    zone: Zone, seq: int, at: Any, kind: str, currency: str, source: str, target: str, amount: int,
    lots: list[int] | None, available: Any, expires: Any,
) -> Entry:  # fmt: skip
    return Entry(
        seq, 0, zone.local(microseconds(at))[0], "", kind, currency, source, target, amount, None, 0, amount, (),
        tuple(zip(lots[::2], lots[1::2], strict=True)) if lots else (),
        available.toordinal() if available else 0, expires.toordinal() if expires else 0, 0,
    )  # fmt: skip


def _rows(query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
