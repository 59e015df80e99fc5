"""Keys: how machines say who they are. The key itself is shown once; what is kept is its hash."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from uuid import UUID

from django.db import connection, transaction

from regulars.ground.access.auditing import audit
from regulars.ground.activity.naming import BadSource, source_of_others
from regulars.kit.binding import Column, ask
from regulars.kit.ids import uuid7

PREFIX = "rk_"
#: What a key may be allowed, with the words for people.
SCOPES = {
    "events:write": "tell what happened",
    "members:read": "read members, their balances and statements",
    "members:write": "enrol members, and put right what is known of them",
    "quotes:read": "ask what a basket would earn, and what is left of budgets",
    "points:spend": "spend points, set them aside, and take that back",
    "points:adjust": "give or take points by decision",
    "points:forfeit": "announce that points are to be taken, and note objections",
    "points:transfer": "let points go from one member to another",
    "members:merge": "make two members one, and two again",
    "households:write": "open households, and let members join and leave them",
    "tiers:write": "set tiers by hand",
    "metrics:read": "read how the installation runs",
}
_COLUMNS = "id, name, source, scopes, made_at, revoked_at"


class KeyRefused(Exception):
    """A key could not be made or revoked: a stable `code` and a sentence that says what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret; `source` is the only one that it may speak for (empty: whichever it names).

    `revoked_at` is None while it opens doors.
    """

    id: UUID
    name: str
    source: str
    scopes: frozenset[str]
    made_at: datetime
    revoked_at: datetime | None


def make_key(name: str, scopes: Iterable[str], actor: str, now: datetime, source: str = "") -> tuple[Key, str]:
    """A new key and its secret, `rk_` and 256 random bits, which cannot be seen again; see Key for `source`.

    Raises KeyRefused `no_name`, `no_scope`, `unknown_scope`, `bad_source` or `reserved_source`.
    """
    wanted = sorted(set(scopes))
    if not name.strip():
        raise KeyRefused("no_name", "Give the key a name that says who uses it, such as `till 3`.")
    if not wanted:
        raise KeyRefused("no_scope", f"Say what the key may do, at least one of: {', '.join(SCOPES)}.")
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown:
        raise KeyRefused("unknown_scope", f"There is no scope {unknown[0]}; there are: {', '.join(SCOPES)}.")
    if source:
        try:
            source_of_others(source)
        except BadSource as refused:
            raise KeyRefused(refused.code, str(refused)) from None
    key = Key(uuid7(now), name.strip(), source, frozenset(wanted), now, None)
    secret = PREFIX + token_urlsafe(32)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_key (id, name, source, key_hash, scopes, made_at) VALUES (%s, %s, %s, %s, %s, %s)",
            [key.id, key.name, key.source, _hash(secret), wanted, now],
        )
        detail = {"key": str(key.id), "name": key.name, "source": key.source, "scopes": wanted}
        audit(actor, "key made", None, detail, now)
    return key, secret


def find(secret: str) -> Key | None:
    """The key behind a secret; None when there is none, or when it was revoked.

    What is looked up is the hash, of which a caller controls not one bit: the time it takes says nothing about
    any secret. The last comparison is in constant time all the same.
    """
    asked = _hash(secret)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key_hash, {_COLUMNS} FROM api_key WHERE key_hash = %s AND revoked_at IS NULL", [asked])
        row = cursor.fetchone()
    if row is None or not compare_digest(bytes(row[0]), asked):
        return None
    return _key(row[1:])


def ask_still_open(ids: Collection[UUID]) -> Callable[[], set[UUID]]:
    """Ask which of some keys nobody has revoked; call what is answered to be told."""
    asked = Column("uuid", [id.bytes for id in ids])
    told = ask("SELECT id FROM api_key WHERE id = ANY(%s) AND revoked_at IS NULL", [asked])
    return lambda: {row[0] for row in told.fetchall()}


def keys() -> list[Key]:
    """All keys, the newest first; the revoked ones stay listed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM api_key ORDER BY made_at DESC, id DESC")
        return [_key(row) for row in cursor.fetchall()]


def revoke(id: UUID, actor: str, now: datetime) -> None:
    """The key opens nothing from the next request on. Again changes nothing. Raises KeyRefused `unknown_key`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT revoked_at FROM api_key WHERE id = %s FOR UPDATE", [id])
        row = cursor.fetchone()
        if row is None:
            raise KeyRefused("unknown_key", "There is no such key; look at the list of keys.")
        if row[0] is None:
            cursor.execute("UPDATE api_key SET revoked_at = %s WHERE id = %s", [now, id])
            audit(actor, "key revoked", None, {"key": str(id)}, now)


def _key(row: tuple[UUID, str, str, list[str], datetime, datetime | None]) -> Key:
    id, name, source, scopes, made_at, revoked_at = row
    return Key(id, name, source, frozenset(scopes), made_at, revoked_at)


def _hash(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
