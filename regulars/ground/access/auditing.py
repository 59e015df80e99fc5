"""Auditing: the record of every act on a member, kept beside the act itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError

from regulars.kit.binding import ask, columns
from regulars.kit.copying import document, instant
from regulars.kit.ids import uuid7s
from regulars.kit.json import encode
from regulars.kit.zones import microseconds

AUDIT = (
    ("id", "uuid"), ("at", "timestamptz"), ("actor", "text"), ("act", "text"), ("account_id", "int8"),
    ("detail", "jsonb"),
)  # fmt: skip


def audit(actor: str, act: str, account: int | None, detail: Mapping[str, Any], now: datetime) -> None:
    """Note that `actor` (an e-mail address, `key:` and a name, `member`, `command line`) did `act`.

    `account` is the member's, None for an act on the house itself; `detail` holds plain, non-personal values.
    The row commits with the act, or not at all: raises TransactionManagementError outside a transaction.
    """
    audit_all([Note(actor, act, account, detail)], now)


class Note:
    """One row of the record: what `audit` is told."""

    __slots__ = ("account", "act", "actor", "detail")

    def __init__(self, actor: str, act: str, account: int | None, detail: Mapping[str, Any]) -> None:
        self.actor = actor
        self.act = act
        self.account = account
        self.detail = detail


def audit_all(notes: Sequence[Note], now: datetime) -> None:
    """Note several acts of one transaction, as `audit` does one."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("An audit row belongs to the transaction of its act: open one.")
    at = instant(microseconds(now))
    rows = [
        (id.bytes, at, note.actor, note.act, note.account, document(encode(dict(note.detail))))
        for id, note in zip(uuid7s(now, len(notes)), notes, strict=True)
    ]
    ask(
        "INSERT INTO audit (id, at, actor, act, account_id, detail) SELECT * FROM unnest(%s, %s, %s, %s, %s, %s)",
        columns(AUDIT, rows),
    )
