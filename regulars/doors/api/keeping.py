"""Keeping: the first answer to a request that carries an Idempotency-Key, for whoever sends it again.

The answer is written in the transaction of the work itself, so there is never one without the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from regulars.doors.api.problems import Problem
from regulars.kit.binding import Column, ask, at_once, columns
from regulars.kit.copying import document, instant
from regulars.kit.zones import microseconds

ANSWER: Final = (
    ("key_id", "uuid"), ("idempotency_key", "text"), ("request_hash", "bytea"), ("status", "int4"),
    ("body", "jsonb"), ("at", "timestamptz"),
)  # fmt: skip
#: An answer is kept at least this long.
KEPT: Final = timedelta(hours=24)


def digest_of(*parts: str | bytes) -> bytes:
    """16 bytes that stand for a request: the same for the same parts in the same order."""
    digest = blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()


def once(key: UUID, name: str, digest: bytes, now: datetime, work: Callable[[], bytes]) -> tuple[bytes, bool]:
    """The JSON that `work` answers, and whether it was kept from an earlier time (then nothing was done).

    `name` is the Idempotency-Key, `digest` stands for the whole request. `work` runs in this transaction. Raises
    Problem `idempotency_key_reused` for another request under the same name, `in_progress` while the first one runs.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"{key} {name}"])
        if not cursor.fetchone()[0]:
            raise Problem("in_progress", headers={"Retry-After": "1"})
        cursor.execute(
            "SELECT request_hash, body::text FROM kept_answer WHERE key_id = %s AND idempotency_key = %s", [key, name]
        )
        row = cursor.fetchone()
        if row and bytes(row[0]) != digest:
            raise Problem("idempotency_key_reused")
        if row:
            return row[1].encode(), True
        answer = work()
        cursor.execute(
            "INSERT INTO kept_answer (key_id, idempotency_key, request_hash, status, body, at)"
            " VALUES (%s, %s, %s, 200, %s::jsonb, %s)",
            [key, name, digest, answer.decode(), now],
        )
    return answer, False


@dataclass(frozen=True, slots=True)
class Named:
    """A request under an Idempotency-Key (`name`) of the key `key`; `digest` stands for the whole of it."""

    key: UUID
    name: str
    digest: bytes


def kept(asked: Sequence[Named]) -> dict[Named, bytes | Problem]:
    """What is to be answered to those requests that are not to be carried out now, as `once` would; each under a name
    of its own. The others may be, in this transaction, and then `keep` their answers."""
    columns_asked = [Column("uuid", [one.key.bytes for one in asked]), Column("text", [one.name for one in asked])]
    told: dict[Named, bytes | Problem] = {}
    with at_once():
        alone = ask(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(asked.key || ' ' || asked.name, 0))"
            " FROM unnest(%s, %s) AS asked (key, name)",
            columns_asked,
        )
        answers = ask(
            "SELECT k.key_id, k.idempotency_key, k.request_hash, k.body::text FROM kept_answer k"
            " JOIN unnest(%s, %s) AS asked (key, name) ON k.key_id = asked.key AND k.idempotency_key = asked.name",
            columns_asked,
        )
        for one, (locked,) in zip(asked, alone.fetchall(), strict=True):
            if not locked:
                told[one] = Problem("in_progress", headers={"Retry-After": "1"})
        found = {(key, name): (bytes(digest), body) for key, name, digest, body in answers.fetchall()}
    for one in asked:
        if one not in told and (one.key, one.name) in found:
            digest, body = found[one.key, one.name]
            told[one] = body.encode() if digest == one.digest else Problem("idempotency_key_reused")
    return told


def keep(answers: Sequence[tuple[Named, bytes]], now: datetime) -> None:
    """Keep the answers of requests that were carried out in this transaction."""
    at = instant(microseconds(now))
    rows = [(one.key.bytes, one.name, one.digest, 200, document(body), at) for one, body in answers]
    ask(
        "INSERT INTO kept_answer (key_id, idempotency_key, request_hash, status, body, at)"
        " SELECT * FROM unnest(%s, %s, %s, %s, %s, %s)",
        columns(ANSWER, rows),
    )


def forget_answers(now: datetime) -> int:
    """Drop the answers that were kept long enough; says how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kept_answer WHERE at < %s", [now - KEPT])
        return int(cursor.rowcount)
