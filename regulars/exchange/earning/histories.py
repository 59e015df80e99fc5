"""Histories: all that is kept of some accounts, read in one moment, and events as they were told, out of their rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from regulars.engine.events import ARRIVES_AS
from regulars.exchange.ledger.posting import BALANCE, ENTRY, LOT, MOVE, STANDING
from regulars.ground.activity.contract import Act, Incoming
from regulars.ground.activity.recording import EVENT, Known
from regulars.ground.installation.facts import fact
from regulars.kit.conditions.vocabulary import Type
from regulars.kit.json import decode
from regulars.kit.reading import read_rows
from regulars.kit.zones import microseconds
from regulars.programme.promise import Programme

Row = dict[str, Any]
_TABLES = {"event": EVENT, "entry": ENTRY, "tier_move": MOVE, "lot": LOT, "balance": BALANCE, "standing": STANDING}
_KEYS = (
    "SELECT k.source, k.external_id, k.type, k.account_id, k.event_id, k.digest FROM event_key k"
    " JOIN unnest(%s::text[], %s::text[], %s::text[]) AS asked (source, external_id, type)"
    " ON k.source = asked.source AND k.external_id = asked.external_id AND k.type = asked.type"
)
_ACTORS = (
    "SELECT detail ->> 'event', actor FROM audit WHERE account_id BETWEEN %s AND %s AND detail ->> 'event' IS NOT NULL"
)
#: What the event of another account says that arrived there.
_ARRIVED = (
    "SELECT k.source, k.external_id, k.type, e.attributes::text FROM event_key k"
    " JOIN unnest(%s::text[], %s::text[], %s::text[]) AS asked (source, external_id, type)"
    " ON k.source = asked.source AND k.external_id = asked.external_id AND k.type = asked.type"
    " JOIN event e ON e.account_id = k.account_id AND e.id = k.event_id"
)
#: The fact that says from when on events are attested (`attesting`), where there are some from before.
ATTESTED_FROM = "attested_from"
#: The fact that says from when on an event comes to what it comes to today, where there are some from before.
EXACT_FROM = "exact_from"
_ACT = [field.name for field in fields(Act)]


@dataclass(slots=True)
class History:
    """The rows of one account by table, in order of their keys, with plain values; events in order of recording.

    `keys` are the natural keys of its events by (source, id, type), `actors` who the audit says did an event. Of its
    events by which something left for another account, `arrived` has the attributes of the event there by which it
    came, under the natural key of the one that left. Of events recorded before `attested_from` (None: of none), by an
    older program, less is attested; one recorded before `exact_from` may have come to what it came to then.
    """

    account: int
    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in _TABLES})
    keys: dict[tuple[str, str, str], Known] = field(default_factory=dict)
    actors: dict[str, str] = field(default_factory=dict)
    arrived: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    attested_from: datetime | None = None
    exact_from: datetime | None = None


def histories(first: int, last: int) -> Iterator[History]:
    """What is kept of the accounts of a range, one after the other; accounts of which nothing is kept are left out."""
    found: dict[int, History] = {}
    for table, columns in _TABLES.items():
        names = [name for name, _ in columns]
        asked = ", ".join(f"{name}::text" if kind == "jsonb" else name for name, kind in columns)
        documents = [name for name, kind in columns if kind == "jsonb"]
        order = {"event": "id", "lot": "seq, currency", "balance": "currency", "standing": "account_id"}
        for values in read_rows(
            f"SELECT {asked} FROM {table} WHERE account_id BETWEEN %s AND %s"
            f" ORDER BY account_id, {order.get(table, 'seq')}",
            [first, last],
        ):
            row = dict(zip(names, values, strict=True))
            for name in documents:
                row[name] = decode(row[name])
            found.setdefault(row["account_id"], History(row["account_id"])).rows[table].append(row)
    events = [row for history in found.values() for row in history.rows["event"]]
    keys = {
        (source, external_id, type): Known.kept(*kept)
        for source, external_id, type, *kept in read_rows(
            _KEYS, [[row[name] for row in events] for name in ("source", "external_id", "type")]
        )
    }
    actors, arrived = dict(read_rows(_ACTORS, [first, last])), _arrived(events)
    attested_from, exact_from = _since(ATTESTED_FROM), _since(EXACT_FROM)
    for account in sorted(found):
        history = found.pop(account)
        history.keys = {key: keys[key] for row in history.rows["event"] if (key := key_of(row)) in keys}
        history.actors, history.attested_from, history.exact_from = actors, attested_from, exact_from
        history.arrived = {key: arrived[key] for row in history.rows["event"] if (key := key_of(row)) in arrived}
        yield history


def _since(name: str) -> datetime | None:
    begun = fact(name)
    return datetime.fromisoformat(begun) if begun else None


def _arrived(events: Sequence[Row]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """What arrived elsewhere, under the keys of those of the events by which it left."""
    left = {(*key_of(row)[:2], ARRIVES_AS[row["type"]]): key_of(row) for row in events if row["type"] in ARRIVES_AS}
    found = read_rows(_ARRIVED, [list(column) for column in zip(*left, strict=True)]) if left else []
    return {left[source, id, type]: decode(attributes) for source, id, type, attributes in found}


def key_of(row: Row) -> tuple[str, str, str]:
    """The natural key of an event's row: (source, id there, type)."""
    return row["source"], row["external_id"], row["type"]


def told(row: Row) -> Incoming:
    """An event as it was told, out of its row; an act of the house whenever it has what only an act has.

    What no row says stays out: the member's number, and the currency. Raises LookupError, TypeError or ValueError for
    a row that no event leaves.
    """
    attributes = dict(row["attributes"])
    own = {name: attributes.pop(f"_{name}", default) for name, default in _OWN.items()}
    given = {name: attributes.pop(f"_{name}") for name in _ACT if f"_{name}" in attributes}
    try:
        act = msgspec.convert(given, Act) if given else None
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
    columns = dict(row["lines"])
    lines, nets = (columns.pop("line"), columns.pop("net")) if columns else ([], [])
    return Incoming(
        "", row["external_id"], row["type"], microseconds(row["occurred_at"]), "", lines, nets, columns, attributes,
        row["store"], row["channel"], own["tendered"], own["points"], own["of"], own["original"],
        act=act, by=own["by"], number=own["number"],
    )  # fmt: skip


_OWN = {"tendered": 0, "points": 0, "of": "", "original": "", "by": 0, "number": 0}


def typed(event: Incoming, programme: Programme) -> Incoming:
    """The event with its attributes as conditions read them: rows keep decimals and days as texts."""
    for one in programme.header.attributes:
        read = _READ.get(Type(one.type))
        if read is None:
            continue
        if event.attributes.get(one.name) is not None:
            event.attributes = {**event.attributes, one.name: read(event.attributes[one.name])}
        if one.name in event.columns:
            values = [None if value is None else read(value) for value in event.columns[one.name]]
            event.columns = {**event.columns, one.name: values}
    return event


_READ: dict[Type, Any] = {Type.DECIMAL: Decimal, Type.DATE: date.fromisoformat}


def strays(after: Sequence[str] | None, limit: int) -> tuple[list[tuple[int, str]], Sequence[str] | None, int]:
    """Natural keys whose event is not there, or is another one: (account, what it is), of a page of `limit` keys.

    Begins after a key (None: at the first); answers with the last key of the page (None: it was the last page) and
    how many it had. The caller reads both tables in one moment.
    """
    keys = read_rows(
        "SELECT source, external_id, type, account_id, event_id FROM event_key WHERE (source, external_id, type) >"
        " (%s, %s, %s) ORDER BY source, external_id, type LIMIT %s",
        [*(after or ("", "", "")), limit],
    )
    events = {
        (account, id): tuple(key)
        for account, id, *key in read_rows(
            "SELECT e.account_id, e.id, e.source, e.external_id, e.type FROM event e"
            " JOIN unnest(%s::bigint[], %s::uuid[]) AS asked (account_id, id)"
            " ON e.account_id = asked.account_id AND e.id = asked.id",
            [[row[3] for row in keys], [row[4] for row in keys]],
        )
    }
    found = [
        (account, f"key {type} {external_id} of {source}")
        for source, external_id, type, account, id in keys
        if events.get((account, id)) != (source, external_id, type)
    ]
    return found, keys[-1][:3] if len(keys) == limit else None, len(keys)


def count_keys() -> int:
    """How many natural keys there are, about: for a progress bar."""
    ((count,),) = read_rows("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'event_key'::regclass", [])
    return int(count)
