"""Brought along: openings as they were recorded, with all that happened in their accounts: what taking one back, or
letting another one take its place, must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from regulars.engine.entries import Entry
from regulars.engine.events import CAPTURE, OPENING, PURCHASE, RELEASE, Opened, Opening
from regulars.kit.json import decode
from regulars.kit.reading import read_rows
from regulars.kit.zones import Zone, microseconds

_EVENTS = (
    "SELECT e.account_id, e.occurred_at, (e.attributes -> '_opening')::text, (SELECT coalesce(min(n.seq), 0)"
    " FROM entry n WHERE n.account_id = e.account_id AND n.event_id = e.id)"
    " FROM event e JOIN unnest(%s::bigint[], %s::uuid[])"
    " AS asked (account_id, id) ON e.account_id = asked.account_id AND e.id = asked.id WHERE e.type = %s"
)
_ENTRIES = (
    "SELECT account_id, seq, at, event_id, kind, currency, source, target, amount, base, lots, available_on,"
    " expires_on, reverses FROM entry WHERE account_id = ANY(%s) ORDER BY account_id, seq"
)
#: The instants as of which purchases counted, and the holds that captures and releases name.
_ACTS = (
    "SELECT account_id, id, type, occurred_at, (outcome ->> 'counted_at')::bigint, original_id FROM event"
    " WHERE account_id = ANY(%s) AND type = ANY(%s)"
)


def brought(asked: Mapping[int, str], zone: Zone) -> dict[int, Opened]:
    """The opening that each account was told by the event with that id, or for none (empty) what an opening that takes
    the place of one must know; left out where there is no such event.

    `zone` is the one in which days are counted.
    """
    if not asked:
        return {}
    named = {account: UUID(id) for account, id in asked.items() if id}
    found = {account: Opened() for account, id in asked.items() if not id}
    for account, at, told, seq in read_rows(_EVENTS, [list(named), list(named.values()), OPENING]):
        if told is not None:
            found[account] = Opened(microseconds(at), msgspec.convert(decode(told), Opening), seq)
    entries: dict[int, list[Entry]] = {account: [] for account in found}
    bought: dict[int, list[int]] = {account: [] for account in found}
    answers: dict[int, dict[str, str]] = {account: {} for account in found}
    for account, *values in read_rows(_ENTRIES, [list(found)]):
        entries[account].append(_entry(zone, values))
    for account, id, type, at, counted_at, hold in read_rows(_ACTS, [list(found), [PURCHASE, CAPTURE, RELEASE]]):
        if type == PURCHASE:
            bought[account].append(counted_at or microseconds(at))
        else:
            answers[account][str(id)] = str(hold)
    return {
        account: Opened(one.at, one.opening, one.seq, entries[account], bought[account], answers[account])
        for account, one in found.items()
    }


def _entry(zone: Zone, values: Sequence[Any]) -> Entry:
    seq, at, event, kind, currency, source, target, amount, base, lots, available, expires, reverses = values
    return Entry(
        seq, 0, zone.local(microseconds(at))[0], str(event or ""), kind, currency, source, target, amount, None,
        base, amount, (), tuple(zip(lots[::2], lots[1::2], strict=True)) if lots else (),
        available.toordinal() if available else 0, expires.toordinal() if expires else 0, reverses or 0,
    )  # fmt: skip
