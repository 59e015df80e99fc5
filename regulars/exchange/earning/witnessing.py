"""Witnessing: what the row of an event and the standing of an account must say, beside what they do say."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from regulars.engine import tiering
from regulars.engine.entries import PENDING, Outcome
from regulars.engine.events import ARRIVES_AS, TRANSFER_IN, TRANSFER_OUT
from regulars.engine.standing import Standing, dump
from regulars.exchange.earning.attesting import OF_BEFORE, attest
from regulars.exchange.earning.histories import History, Row, key_of
from regulars.exchange.ledger.packing import told
from regulars.ground.activity.contract import Act, Incoming
from regulars.ground.activity.recording import stated
from regulars.ground.publishing.versions import InForce, Versions
from regulars.kit.ids import made_about, made_at
from regulars.kit.json import decode, encode
from regulars.kit.zones import microseconds

#: What differs: what it is, what it must be and what it is; None is nothing.
Fault = tuple[str, Any, Any]
#: Acts that always say themselves by whom they were done; of others the audit may alone.
_NAMED = {*ARRIVES_AS, *ARRIVES_AS.values()} - {TRANSFER_OUT, TRANSFER_IN}
#: A day that never comes, as `posting` writes it.
_FAR = date(9999, 12, 31).toordinal()
#: A purse that nothing ever moved in: an event that was refused may have opened it.
_EMPTY = {"debt": 0, "carry": [0, 1], "last": 0, "notices": []}
_NO_LOTS: dict[str, list[Any]] = {"waiting": [], "open": []}


def event_faults(
    history: History, row: Row, event: Incoming, before: UUID | None, promise: Versions
) -> Iterator[Fault]:
    """The row of an event beside its key, both digests, its id and the audit; `before` is the account's event before.

    Of an event from before there was a second digest, that may be missing, and its id says when only to a millisecond.
    """
    name = f"event {row['type']} {row['external_id']}"
    key = history.keys.get(key_of(row))
    older = history.attested_from is not None and row["recorded_at"] < history.attested_from
    # The id of an event whose clock stood still is the one after the last: then the instant is that of the last.
    follows = before is not None and row["id"].int == before.int + 1
    if key is None:
        yield f"{name}: key", "one in event_key", None
    elif (key.account, key.event) != (row["account_id"], row["id"]):
        yield f"{name}: key", f"{row['account_id']} {row['id']}", f"{key.account} {key.event}"
    else:
        digests = _digests(event, promise)
        as_act = digests.get(key.digest)
        if as_act is None:
            yield f"{name}: digest", "that of the key", next(iter(digests)).hex()
        elif as_act and row["occurred_at"] != row["recorded_at"] and row["type"] not in OF_BEFORE:
            yield f"{name}: occurred at", row["recorded_at"], row["occurred_at"]
        act = replace(event, act=event.act or Act()) if as_act else event
        recorded = microseconds(row["recorded_at"])
        attested = attest(act, row["outcome"], recorded, follows)
        # A notice from before its moment was kept there as well.
        known = attested, attest(act, row["outcome"], recorded, follows, with_moment=False)
        if key.attested not in known and not (older and not key.attested):
            yield f"{name}: what only its row keeps", f"that of the key, {key.attested.hex()}", attested.hex()
    yield from _stated(name, row, event)
    if not follows and not (made_about if older else made_at)(row["id"], row["recorded_at"]):
        yield f"{name}: recorded at", f"when its id {row['id']} was made", row["recorded_at"]
    actor = history.actors.get(str(row["id"]))
    unnamed = () if row["type"] in _NAMED else ("",)
    if actor is not None and event.act is not None and event.act.actor not in (actor, *unnamed):
        yield f"{name}: actor", actor, event.act.actor
    for part in event.act.moved if event.act is not None else ():
        if part.awaits and part.pot != PENDING:
            yield f"{name}: what moved waits", None, part.awaits


def _digests(event: Incoming, promise: Versions) -> dict[bytes, bool]:
    """The digests that an event may have, and whether it is then an act: its currency is in no row, nor are columns
    of no line, nor what sets an act apart that asked for nothing of its own."""
    acts = {replace(event, act=event.act or Act()).digest(): True}
    if event.act is not None:
        return acts
    monies = dict.fromkeys([*(version.kernel.terms.money for version in promise), ""])
    lines: list[dict[str, Any]] = [event.columns] if event.lines else [event.columns, {"quantity": []}]
    plain = {replace(event, currency=money, columns=own).digest(): False for money in monies for own in lines}
    return plain | acts


def _stated(name: str, row: Row, event: Incoming) -> Iterator[Fault]:
    """What a row says beside the event told again out of it."""
    lines, attributes = stated(event)
    for column, should in (("lines", lines), ("attributes", attributes), ("net", sum(event.nets))):
        if row[column] != (again := decode(encode(should))):
            yield f"{name}: {column}", again, row[column]


def arrival_faults(history: History, row: Row, outcome: Outcome) -> Iterator[Fault]:
    """What left for another account by the event of a row, beside what the event there says that arrived.

    One that is not there is found by its key.
    """
    arrived = history.arrived.get(key_of(row))
    if arrived is None:
        return
    name = f"event {ARRIVES_AS[row['type']]} {row['external_id']} of another account"
    carried: dict[str, Any] = decode(encode(outcome.carried or {}))
    came = dict(arrived.get("_carried", {}))
    if "purses" in carried and "purses" in came:
        came["purses"] = _moved_in(came["purses"], carried["purses"])
    for part in sorted(carried.keys() | came.keys()):
        if carried.get(part) != came.get(part):
            yield f"{name}: {part} that was carried", carried.get(part), came.get(part)
    moved = decode(encode(outcome.moved))
    if moved != (now := arrived.get("_moved", [])):
        yield f"{name}: what moved", moved, now


def standing_faults(
    history: History, standing: Standing, last: InForce | None, promise: Versions, event: UUID | None, now: datetime
) -> Iterator[Fault]:
    """The row of a standing beside the one that a fold came to, whose `last` version and event these were.

    An event that was refused, or a night on which nothing was to do, leaves no row, and yet the account was looked at
    by the version in force: which tiers it knows, and when the next night is, may be that one's.
    """
    rows = history.rows["standing"]
    if not rows:
        if event is not None or standing.seq:
            yield "standing", "one", None
        return
    (row,) = rows
    levels = tuple(row["state"].get("levels", ()))
    begun = [version for version in promise if version.effective_us <= microseconds(now)]
    later = [version for version in begun if last is None or version.number >= last.number]
    adopted = next((one for one in later if one.kernel.terms.level_ids == levels), None)
    if levels != standing.levels and adopted is not None:
        tiering.adopt(adopted.kernel.terms, standing, 0, standing.day, Outcome())
    must = {
        "seq": standing.seq, "tier": standing.levels[standing.tier] if standing.levels else row["tier"],
        "tier_until": date.fromordinal(standing.tier_until) if standing.tier_until else None,
        "progress": standing.total, "last_on": date.fromordinal(standing.day or 1), "last_event": event,
    }  # fmt: skip
    for column, should in must.items():
        if row[column] != should:
            yield f"standing: {column}", should, row[column]
    due = [date.fromordinal(min(version.kernel.due(standing), _FAR)) for version in ([last] if last else []) + later]
    if row["due_on"] not in due:
        yield "standing: due_on", due[0] if due else None, row["due_on"]
    state, kept = (_opened(decode(encode(one))) for one in (dump(standing, lots=False), told(row["state"])))
    for name in sorted(state.keys() | kept.keys()):
        if state.get(name) != kept.get(name):
            yield f"standing: {name} in the state", state.get(name), kept.get(name)


def _opened(state: dict[str, Any]) -> dict[str, Any]:
    """A state less the purses that nothing moved in; holds of a household's members, which have no order, in one."""
    if "shares" in state:
        shares = [[*share[:3], sorted(share[3]), *share[4:]] for share in state["shares"]]
        state = {**state, "shares": shares}
    return {**state, "purses": _moved_in(state["purses"])} if "purses" in state else state


def _moved_in(purses: dict[str, Any], known: Collection[str] = ()) -> dict[str, Any]:
    """Purses less those that nothing moved in, unless they are `known`."""
    return {id: purse for id, purse in purses.items() if id in known or purse not in (_EMPTY, _EMPTY | _NO_LOTS)}
