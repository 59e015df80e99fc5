"""Originals: the purchase that a return refers to, as it was recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from regulars.engine.entries import ACCRUAL
from regulars.engine.events import PURCHASE, Grant, Origin
from regulars.exchange.earning.folding import Original
from regulars.ground.activity.recording import known
from regulars.kit.json import decode


def load_originals(source: str, ids: Sequence[str]) -> dict[str, Original]:
    """The recorded purchases of these external ids, with what earlier returns took. Unknown ids are left out."""
    keys = known(source, [(id, PURCHASE) for id in ids])
    found = {key.event: id for (id, _), key in keys.items()}
    if not found:
        return {}
    accounts, events = [key.account for key in keys.values()], [key.event for key in keys.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.account_id, e.id, extract(epoch FROM e.occurred_at) * 1000000, e.lines::text, e.outcome::text"
            " FROM event e JOIN unnest(%s::bigint[], %s::uuid[]) AS asked (account_id, id)"
            " ON e.account_id = asked.account_id AND e.id = asked.id",
            [accounts, events],
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT n.account_id, n.event_id, n.seq, n.currency, n.rule, n.amount, n.shares"
            " FROM entry n JOIN unnest(%s::bigint[], %s::uuid[]) AS asked (account_id, event_id)"
            " ON n.account_id = asked.account_id AND n.event_id = asked.event_id"
            " WHERE n.kind = %s ORDER BY n.seq",
            [accounts, events, ACCRUAL],
        )
        grants: dict[UUID, list[Grant]] = {}
        for _, event, seq, currency, rule, amount, shares in cursor.fetchall():
            grants.setdefault(event, []).append(Grant(seq, currency, rule or "", amount, shares or [amount]))
        cursor.execute(
            "SELECT e.original_id, e.outcome -> 'returned' FROM event e"
            " JOIN unnest(%s::bigint[], %s::uuid[]) AS asked (account_id, id)"
            " ON e.account_id = asked.account_id AND e.original_id = asked.id WHERE e.type = 'return'",
            [accounts, events],
        )
        returned = [(event, _plain(nets)) for event, nets in cursor.fetchall()]
    originals = {found[row[1]]: _original(row, grants.get(row[1], [])) for row in rows}
    for event, nets in returned:
        if nets:
            originals[found[event]].note(nets)
    return originals


def _original(row: Sequence[Any], grants: list[Grant]) -> Original:
    account, id, at, lines, outcome = row
    columns: Mapping[str, list[Any]] = decode(lines)
    told = decode(outcome)
    nets = columns.get("net", [])
    progress = told.get("progress", nets if told.get("progressed") else [])
    counted, thresholds = tuple(told.get("counted", ())), told.get("thresholds", {})
    origin = Origin(str(id), int(at), nets, [0] * len(nets), grants, progress, counted, thresholds=thresholds)
    return Original(account, id, columns.get("line", []), origin)


def _plain(value: Any) -> list[int] | None:
    loaded: list[int] | None = decode(value) if isinstance(value, str | bytes) else value
    return loaded
