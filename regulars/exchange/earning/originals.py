"""Originals: the purchase that a return refers to, as it was recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from regulars.engine.entries import ACCRUAL, Outcome
from regulars.engine.events import PURCHASE, Grant, Origin
from regulars.ground.activity.contract import Incoming
from regulars.ground.activity.recording import known
from regulars.kit.json import decode


@dataclass(slots=True)
class Original:
    """A purchase and what the kernel must know to take it back; `lines` are the ids of its lines."""

    account: int
    id: UUID
    lines: Sequence[str]
    origin: Origin

    def brought_back(self, event: Incoming) -> list[int] | None:
        """What a return brings back of each line, in minor units; None when it names a line that is not there.

        A return without lines brings back all that is left.
        """
        if not event.lines:
            return [net - gone for net, gone in zip(self.origin.nets, self.origin.returned, strict=True)]
        place = {line: index for index, line in enumerate(self.lines)}
        nets = [0] * len(self.lines)
        named = event.columns.get("original_line") or event.lines
        for line, net in zip(named, event.nets, strict=True):
            index = place.get(line)
            if index is None:
                return None
            nets[index] += net
        return nets

    def note(self, nets: Sequence[int]) -> None:
        """Remember what came back, for the next return of the same purchase."""
        self.origin.returned = [gone + now for gone, now in zip(self.origin.returned, nets, strict=True)]


def as_original(account: int, id: UUID, event: Incoming, outcome: Outcome) -> Original:
    """A purchase of the batch at hand, for returns later in the same batch."""
    grants = [
        Grant(entry.seq, entry.currency, entry.rule.id, entry.amount, entry.shares())
        for entry in outcome.entries
        if entry.kind == ACCRUAL and entry.rule and entry.event
    ]
    nothing = [0] * len(event.nets)
    origin = Origin(str(id), event.at, event.nets, nothing, grants, list(outcome.progress), outcome.counted)
    return Original(account, id, event.lines, origin)


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
    origin = Origin(str(id), int(at), nets, [0] * len(nets), grants, progress, tuple(told.get("counted", ())))
    return Original(account, id, columns.get("line", []), origin)


def _plain(value: Any) -> list[int] | None:
    loaded: list[int] | None = decode(value) if isinstance(value, str | bytes) else value
    return loaded
