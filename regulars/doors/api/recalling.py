"""Recalling: the points that an event moved, from the kernel's answer or from the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from regulars.engine.entries import AVAILABLE, HELD, PENDING, Entry
from regulars.ground.members.enrolling import accounts_of
from regulars.ground.members.leading import kin_of_each
from regulars.ground.publishing.versions import versions

#: Per currency, what came to (or, negative, went from) the points a member may spend, those that still wait, and those
#: set aside.
Moved = dict[str, dict[str, int]]


def moved(entries: Iterable[Entry]) -> Moved:
    """What the entries of one event moved; what merely fell due before it is not among them."""
    points: Moved = {}
    for entry in entries:
        if entry.event:
            _move(points, entry.currency, entry.source, entry.target, entry.amount)
    return points


def recall(told: Mapping[UUID, str]) -> dict[UUID, Moved]:
    """What recorded events moved when they were taken; `told` has the number of each event's member.

    An event may lie in the account of a member who was merged with that one.
    """
    found: dict[UUID, Moved] = {event: {} for event in told}
    if not told:
        return found
    accounts = accounts_of(list(told.values()))
    kin = kin_of_each(accounts.values())
    asked = [(account, event) for event, member in told.items() for account in kin[accounts[member]]]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.event_id, n.currency, n.source, n.target, n.amount FROM entry n"
            " JOIN unnest(%s::bigint[], %s::uuid[]) AS asked (account_id, event_id)"
            " ON n.account_id = asked.account_id AND n.event_id = asked.event_id",
            [[account for account, _ in asked], [event for _, event in asked]],
        )
        for event, currency, source, target, amount in cursor.fetchall():
            _move(found[event], currency, source, target, amount)
    return found


def paid(account: int, event: UUID) -> dict[str, Any] | None:
    """What an event took off a bill, in minor units of its version's money; None when it paid for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (outcome ->> 'pays')::bigint, version FROM event WHERE account_id = %s AND id = %s",
            [account, event],
        )
        pays, version = cursor.fetchone()
    return {"amount": pays, "currency": versions().numbered(version).kernel.terms.money} if pays else None


def tier_moved(account: int, event: UUID) -> dict[str, str] | None:
    """The ids of the tiers from which and to which an event moved an account; None where it stayed as it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source, target FROM tier_move WHERE account_id = %s AND event_id = %s ORDER BY seq",
            [account, event],
        )
        moves = cursor.fetchall()
    if not moves or moves[0][0] == moves[-1][1]:
        return None
    return {"before": moves[0][0], "after": moves[-1][1]}


def _move(points: Moved, currency: str, source: str, target: str, amount: int) -> None:
    row = points.setdefault(currency, {AVAILABLE: 0, PENDING: 0, HELD: 0})
    if target in row:
        row[target] += amount
    if source in row:
        row[source] -= amount
