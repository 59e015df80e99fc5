"""Signing in: a link that opens a member's pages once, and soon no more.

A link carries 256 random bits; what is kept is their hash. Staff make one at the counter, and `admission` one for each
mail that a member asked for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from django.db import connection, transaction

#: How many links of one member may be open at a time: enough for impatience, too few to fill a letter box.
MOST_OPEN = 5
MINUTES = 15


class LinkRefused(Exception):
    """A link was not made: a stable `code`, a sentence that says what to do, and the figures."""

    def __init__(self, code: str, sentence: str, figures: dict[str, int]) -> None:
        super().__init__(sentence)
        self.code = code
        self.figures = figures


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was just made: whose it is, what it carries, and until when it opens."""

    account: int
    token: str
    expires_at: datetime


def make_link(account: int, now: datetime, minutes: int = MINUTES, make_room: bool = False) -> Link:
    """A new link for a member. While the most that may be open are open, the oldest of them is closed to `make_room`;
    else it raises LinkRefused `too_many_links`."""
    link = Link(account, token_urlsafe(32), now + timedelta(minutes=minutes))
    with transaction.atomic(), connection.cursor() as cursor:
        # Whoever asks at the same moment waits here, so that the count holds.
        cursor.execute("SELECT 1 FROM account WHERE account_id = %s FOR NO KEY UPDATE", [account])
        cursor.execute(
            "DELETE FROM sign_in_link WHERE account_id = %s AND (used_at IS NOT NULL OR expires_at <= %s)",
            [account, now],
        )
        cursor.execute("SELECT count(*) FROM sign_in_link WHERE account_id = %s", [account])
        (is_open,) = cursor.fetchone() or (0,)
        if is_open >= MOST_OPEN and make_room:
            cursor.execute(
                "DELETE FROM sign_in_link WHERE token_hash IN (SELECT token_hash FROM sign_in_link"
                " WHERE account_id = %s ORDER BY made_at, token_hash LIMIT %s)",
                [account, is_open - MOST_OPEN + 1],
            )
        elif is_open >= MOST_OPEN:
            sentence = "Too many links are open already; use one of those, or wait until they have expired."
            raise LinkRefused("too_many_links", sentence, {"open": is_open, "most": MOST_OPEN})
        cursor.execute(
            "INSERT INTO sign_in_link (token_hash, account_id, made_at, expires_at) VALUES (%s, %s, %s, %s)",
            [_hash(link.token), account, now, link.expires_at],
        )
    return link


def close_links(accounts: Collection[int]) -> None:
    """Let every link of these members open nothing any more. The caller has the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sign_in_link WHERE account_id = ANY(%s)", [sorted(accounts)])


def open_link(token: str, now: datetime) -> int | None:
    """Use a link up; answers its account, or None for one that is unknown, used or expired, without saying which.

    Of two that come at once, one gets in. What is looked up is a hash, of which a caller controls not one bit, and
    the last comparison is in constant time.
    """
    asked = _hash(token)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sign_in_link SET used_at = %s WHERE token_hash = %s AND used_at IS NULL AND expires_at > %s"
            " RETURNING token_hash, account_id",
            [now, asked, now],
        )
        row = cursor.fetchone()
    if row is None or not compare_digest(bytes(row[0]), asked):
        return None
    return int(row[1])


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
