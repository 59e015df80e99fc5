"""Recording: what happened becomes rows, each fact once. The caller owns the transaction and locks the accounts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from regulars.ground.access.auditing import audit
from regulars.ground.activity.contract import DIGEST, Incoming
from regulars.ground.activity.rejects import Reject
from regulars.kit.binding import Column, ask, write_parts, write_rows
from regulars.kit.copying import Rows, document, instant
from regulars.kit.ids import bytes_of, uuid7s
from regulars.kit.json import encode
from regulars.kit.speaking import noted
from regulars.kit.texts import spellings, storable
from regulars.kit.zones import microseconds

EVENT: Final = (
    ("account_id", "int8"), ("id", "uuid"), ("source", "text"), ("external_id", "text"), ("type", "text"),
    ("occurred_at", "timestamptz"), ("recorded_at", "timestamptz"), ("version", "int4"), ("store", "text"),
    ("channel", "text"), ("net", "int8"), ("lines", "jsonb"), ("attributes", "jsonb"), ("original_id", "uuid"),
    ("outcome", "jsonb"),
)  # fmt: skip
EVENT_KEY: Final = (
    ("source", "text"), ("external_id", "text"), ("type", "text"), ("account_id", "int8"), ("event_id", "uuid"),
    ("digest", "bytea"),
)  # fmt: skip

#: The natural key of an event: its source, the id it has there, its type.
Key = tuple[str, str, str]
_ASKED: Final = "unnest(%s, %s, %s) AS asked (source, external_id, type)"
# The rows of the quarantine that wait under one of the keys asked for.
_SAME_KEY: Final = (
    "q.source = asked.source AND q.external_id = asked.external_id AND q.type = asked.type AND q.released_at IS NULL"
)

#: So many keys are worth a question of their own before they are looked for.
_SEVERAL: Final = 250
#: How long what was set aside is kept: it is personal data.
RETENTION: Final = timedelta(days=90)


class Known:
    """An event that is recorded already under the same natural key: the digest of what it says, and that of what its
    row keeps besides (see `Recorded`)."""

    __slots__ = ("account", "attested", "digest", "event")

    def __init__(self, account: int, event: UUID, digest: bytes, attested: bytes = b"") -> None:
        self.account = account
        self.event = event
        self.digest = digest
        self.attested = attested

    @classmethod
    def kept(cls, account: int, event: UUID, digest: bytes) -> Known:
        """Of the row of a key, which keeps both digests as one."""
        return cls(account, event, bytes(digest[:DIGEST]), bytes(digest[DIGEST:]))


class Recording:
    """Events on their way into the house, recorded at `now_us` (microseconds): each becomes the rows of its key and of
    itself while it is at hand. `packed`: they are many, and come by COPY."""

    __slots__ = ("_keys", "_rows", "now_us")

    def __init__(self, now_us: int, packed: bool = False) -> None:
        self.now_us = now_us
        self._keys: list[tuple[Any, ...]] = []
        self._rows = Rows(EVENT, packed)

    def add(
        self, account: int, id: UUID, source: str, event: Incoming, digest: bytes, version: int, original: UUID | None,
        outcome: Mapping[str, Any], attested: bytes = b"",
    ) -> None:  # fmt: skip
        """One event, of an account, under its new id: `source` told it, `outcome` is what the kernel said that it does;
        `attested` is a digest of what the row keeps that nothing else says, where there is any."""
        lines, attributes = stated(event)
        own = bytes_of(id)
        self._keys.append((source, event.id, event.type, account, own, digest + attested))
        self._rows.add(
            (
                account, own, source, event.id, event.type, instant(event.at), instant(self.now_us), version,
                event.store, event.channel, sum(event.nets), document(encode(lines)), document(encode(attributes)),
                bytes_of(original) if original else None, document(encode(outcome)),
            )
        )  # fmt: skip

    def write(self) -> list[Key]:
        """Write them; says under which keys. Raises IntegrityError when another writer told one of them meanwhile."""
        self._keys.sort()
        write_rows("event_key", EVENT_KEY, self._keys)
        write_parts("event", EVENT, [self._rows])
        return [(source, id, type) for source, id, type, *_ in self._keys]


def known(keys: Sequence[Key]) -> dict[Key, Known]:
    """Those of the keys that were told already."""
    return known_soon(keys)()


def known_soon(keys: Sequence[Key]) -> Callable[[], dict[Key, Known]]:
    """As `known`, but its answer is waited for when it is called for: inside `at_once` it travels with others."""
    if not keys:
        return dict
    found = ask(
        "SELECT k.source, k.external_id, k.type, k.account_id, k.event_id, k.digest FROM event_key k"
        f" JOIN {_ASKED} ON k.source = asked.source AND k.external_id = asked.external_id AND k.type = asked.type",
        _columns(keys),
    )
    return lambda: {row[:3]: Known.kept(*row[3:]) for row in found.fetchall()}


def _columns(keys: Sequence[Key]) -> list[Column]:
    return [Column("text", column) for column in zip(*keys, strict=True)]


@dataclass(frozen=True, slots=True)
class _Aside:
    """One row of the quarantine on its way there; `reasons` and `body` are JSON, `at` is in microseconds (0: nobody
    knows)."""

    event: str
    type: str
    member: str
    codes: list[str]
    reasons: str
    body: str
    at: int
    store: str


def quarantine(source: str, refused: Sequence[tuple[Incoming, str, list[dict[str, Any]]]], now: datetime) -> list[UUID]:
    """Keep events that could not be taken, with (event, code, reasons); one row per key, replaced when told again."""
    rows = [
        _Aside(
            event.id, event.type, event.member, [code], _written(reasons), encode(event).decode(), event.at, event.store
        )
        for event, code, reasons in refused
    ]
    return _keep(source, rows, now)


def set_aside(source: str, rejects: Sequence[Reject], now: datetime) -> list[UUID]:
    """Quarantine events that broke the contract, with their rows as they stood there.

    One without an id is known by what it says, so that the same file told again adds nothing. What was no row of a file
    (number 0) is kept without a `row`.
    """
    rows = []
    for reject in rejects:
        reasons = [{"code": f.code, "sentence": f.sentence, "column": f.column} for f in reject.faults]
        kept = storable([{**({"row": row.number} if row.number else {}), **row.raw} for row in reject.rows])
        body = json.dumps(kept, default=str)
        event = reject.event or f"unnamed-{blake2b(body.encode(), digest_size=8).hexdigest()}"
        rows.append(
            _Aside(event, reject.type, reject.member, reject.codes, _written(reasons), body, reject.at, reject.store)
        )
    return _keep(source, rows, now)


def _written(reasons: Sequence[Mapping[str, Any]]) -> str:
    """Reasons as JSON: nobody knows yet in which language their sentences will be read."""
    told = [{**reason, "said": noted(reason["sentence"])} for reason in reasons]
    return encode(storable(told)).decode()


def _keep(source: str, rows: Sequence[_Aside], now: datetime) -> list[UUID]:
    """Rows in place of what was kept under the same (event, type); of two with the same key the last one stays."""
    if not rows:
        return []
    latest = {(storable(row.event), storable(row.type)): row for row in rows}
    ids = uuid7s(now, len(latest))
    ask(
        f"DELETE FROM quarantine q USING {_ASKED} WHERE {_SAME_KEY}",
        _columns([(source, event, type) for event, type in latest]),
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO quarantine"
            " (id, source, external_id, type, member, received_at, codes, reasons, body, occurred_at, store)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb,"
            " timestamptz 'epoch' + nullif(%s, 0) * interval '1 microsecond', %s)",
            [
                (id, source, *key, storable(row.member), now, row.codes, row.reasons, row.body, row.at, row.store)
                for id, (key, row) in zip(ids, latest.items(), strict=True)
            ],
        )
    return ids


def release(keys: Sequence[Key], now: datetime) -> None:
    """What was quarantined under these keys has been taken meanwhile."""
    if not keys or (len(keys) > _SEVERAL and not _any_aside()):
        return
    at = Column("timestamptz", [instant(microseconds(now))])
    ask(f"UPDATE quarantine q SET released_at = (%s)[1] FROM {_ASKED} WHERE {_SAME_KEY}", [at, *_columns(keys)])


def close(id: UUID, actor: str, now: datetime) -> bool:
    """Close one event that is set aside: it is not taken and waits no longer, until it is told again. False, and
    nothing done, when it waits no longer already."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE quarantine SET released_at = %s WHERE id = %s AND released_at IS NULL RETURNING source, codes",
                [now, id],
            )
            closed = cursor.fetchone()
        if closed:
            source, codes = closed
            audit(actor, "event closed", None, {"quarantined": str(id), "source": source, "codes": codes}, now)
    return closed is not None


def _any_aside() -> bool:
    """Whether anything is in quarantine: mostly nothing is, and then thousands of keys need not be looked for there."""
    return bool(ask("SELECT EXISTS (SELECT FROM quarantine WHERE released_at IS NULL)").fetchall()[0][0])


def stated(event: Incoming) -> tuple[dict[str, Any], dict[str, Any]]:
    """The `lines` and the `attributes` of an event's row: what an event is besides stands under names that begin
    with an underscore."""
    lines = {"line": event.lines, "net": event.nets, **event.columns} if event.lines else {}
    told = dict(event.attributes)
    if event.tendered:
        told["_tendered"] = event.tendered
    if event.points:
        told["_points"] = event.points
    if event.of:
        told["_of"] = event.of
    if event.original:
        told["_original"] = event.original
    if event.by:
        told["_by"] = event.by
    if event.number:
        told["_number"] = event.number
    if event.act is not None:
        told |= {f"_{field.name}": own for field in fields(event.act) if (own := getattr(event.act, field.name))}
    return lines, told


def forget_quarantine_of(numbers: Sequence[str]) -> int:
    """Drop what was set aside of these members' numbers; says how many."""
    written = [one for number in numbers for one in spellings(number)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM quarantine WHERE member = ANY(%s)", [written])
        return int(cursor.rowcount)


def forget_quarantine(now: datetime) -> int:
    """Drop what was set aside longer ago than its retention; says how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM quarantine WHERE received_at < %s", [now - RETENTION])
        return int(cursor.rowcount)
