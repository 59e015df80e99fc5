"""Signing in: a link that opens a member's pages once, and soon no more.

A link carries 256 random bits; what is kept is their hash. Nothing here tells a caller whether an address is
known: `ask` answers None for an unknown one, and a door shows the same page for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from django.db import connection, transaction

#: How many links of one member may be open at a time: enough for impatience, too few to fill a letter box.
MOST_OPEN = 5
MINUTES = 15
_NOBODY = 0


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


def make_link(account: int, now: datetime, minutes: int = MINUTES) -> Link:
    """A new link for a member. Raises LinkRefused `too_many_links` while the most that may be open are open."""
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
        if is_open >= MOST_OPEN:
            sentence = "Too many links are open already; use one of those, or wait until they have expired."
            raise LinkRefused("too_many_links", sentence, {"open": is_open, "most": MOST_OPEN})
        cursor.execute(
            "INSERT INTO sign_in_link (token_hash, account_id, made_at, expires_at) VALUES (%s, %s, %s, %s)",
            [_hash(link.token), account, now, link.expires_at],
        )
    return link


def ask(email: str, now: datetime, minutes: int = MINUTES) -> Link | None:
    """A new link for the member with this address, to be sent there and nowhere else.

    None when nobody has the address or enough links are open; whoever asked must not learn which. For an unknown
    address the same work is done, for nobody and expired from the start, so that the time taken tells nothing either.
    """
    with connection.cursor() as cursor:
        address = email.replace("\0", "").strip().lower()
        cursor.execute("SELECT account_id FROM member_email WHERE email = %s", [address])
        row = cursor.fetchone()
    try:
        link = make_link(row[0] if row else _NOBODY, now, minutes if row else 0)
    except LinkRefused:
        return None
    return link if row else None


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
