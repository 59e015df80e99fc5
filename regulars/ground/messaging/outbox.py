"""The outbox: what was sent to whom, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from regulars.ground.messaging.models import Message
from regulars.ground.messaging.queueing import DELIVERED, RETURNED, SENT, UNDER_WAY
from regulars.ground.messaging.rules import EMAIL, MAY_COME_BACK

LAST = UUID(int=(1 << 128) - 1)


def of_member(account: int, before: UUID = LAST, limit: int = 50) -> list[Message]:
    """The messages to one member, the newest first, from below an id on."""
    return list(Message.objects.filter(account_id=account, id__lt=before).order_by("-id")[:limit])


def sent_to(account: int, before: UUID = LAST, limit: int = 50) -> list[Message]:
    """Those of them that went out, whatever became of them then."""
    gone = Message.objects.filter(account_id=account, id__lt=before, state__in=(SENT, DELIVERED, RETURNED))
    return list(gone.order_by("-id")[:limit])


def cursor(text: str) -> UUID:
    """The id that a page goes on from; the last there can be for none, or for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return LAST


def newest(before: UUID = LAST, limit: int = 50) -> list[Message]:
    """The messages to everybody, the newest first, from below an id on."""
    return list(Message.objects.filter(id__lt=before).order_by("-id")[:limit])


def counts() -> dict[tuple[str, str], int]:
    """How many messages are under way, by (state, channel); urgent ones, which nothing waits for, are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, channel, count(*) FROM message WHERE state = ANY(%s) AND good_until IS NULL GROUP BY 1, 2",
            [list(UNDER_WAY)],
        )
        return {(state, channel): number for state, channel, number in cursor.fetchall()}


def held_up() -> str:
    """What stood in the way of the mail that waits longest, as a code; empty when nothing did."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT why FROM message WHERE state = 'waiting' AND channel = %s AND why <> '' ORDER BY due_at LIMIT 1",
            [EMAIL],
        )
        row = cursor.fetchone()
    return row[0] if row else ""


def arrived(now: datetime, after: tuple[int, UUID], limit: int) -> Sequence[tuple[int, UUID]]:
    """(account, id) of the next messages after `after` that were sent so long ago that they will not come back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, id FROM message WHERE (account_id, id) > (%s, %s) AND state = %s AND sent_at <= %s"
            " ORDER BY account_id, id LIMIT %s",
            [*after, SENT, now - MAY_COME_BACK, limit],
        )
        return list(cursor.fetchall())
