"""Keeping: the first answer to a request that carries an Idempotency-Key, for whoever sends it again.

The answer is written in the transaction of the work itself, so there is never one without the other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from django.db import connection, transaction

from regulars.doors.api.problems import Problem

#: An answer is kept at least this long.
KEPT = timedelta(hours=24)


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


def forget_answers(now: datetime) -> int:
    """Drop the answers that were kept long enough; says how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kept_answer WHERE at < %s", [now - KEPT])
        return int(cursor.rowcount)
