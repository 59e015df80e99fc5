"""Queueing: asking for messages, and what becomes of each.

waiting -> sending -> sent -> delivered is the way of a mail, waiting -> printed -> sent -> delivered that of a letter.
A mail ends `refused` (for good, by its server) or `given up` (refused for now too often), anything that was sent may
end `returned`; `overtaken` is what was no longer true, or no longer wanted, when its turn came. An urgent one, good for
minutes alone, goes by mail or not at all: what was not sent by then has `run out`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from regulars.ground.access.auditing import audit
from regulars.ground.members.models import Member
from regulars.ground.messaging.models import Message
from regulars.ground.messaging.rules import EMAIL, LETTER, LETTER_INSTEAD
from regulars.kit.ids import uuid7, uuid7s

WAITING, SENDING, PRINTED, SENT = "waiting", "sending", "printed", "sent"
DELIVERED, REFUSED, GIVEN_UP, RETURNED, OVERTAKEN = "delivered", "refused", "given up", "returned", "overtaken"
RUN_OUT = "run out"
#: Under way; of these one account has at most one of a kind, but for urgent ones that were sent.
UNDER_WAY = (WAITING, SENDING, PRINTED, SENT)
#: Ended without having reached anybody.
IN_VAIN = (REFUSED, GIVEN_UP, RETURNED)
STATES = (*UNDER_WAY, DELIVERED, *IN_VAIN, OVERTAKEN, RUN_OUT)
_SLICE = 200
#: Of a member `m`: whether there is an address, or a name that a letter can be handed to.
_REACHABLE = "m.email || m.given_name || m.family_name || m.preferred_name <> ''"
#: Whose acts those of the worker are in the audit, and the source of events the house tells itself.
HOUSE = "regulars"


@dataclass(frozen=True, slots=True)
class Text:
    """A message in words: its subject, and its paragraphs, of which a list stands for a list. Nothing is markup, but
    an address that is a paragraph of its own may be followed."""

    language: str
    subject: str
    paragraphs: Sequence[str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Written:
    """What a message says now: its figures, which are kept, and its text, which is not."""

    figures: list[Any]
    text: Text


#: What a message says to a member at a moment, by its kind and channel; None: there is nothing to say any more.
Write = Callable[[str, str, Member, datetime], Written | None]


def ask(kind: str, accounts: Sequence[int], now: datetime) -> int:
    """Have a message of a kind sent to each account that can be reached; answers how many are new.

    By mail to whoever has an address, unless a mail came to nothing lately; else on paper. Nothing is asked for who is
    known by a number alone, nor while a message of that kind is under way. The caller has the transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.account_id, m.email <> '' AND NOT EXISTS (SELECT FROM message b WHERE b.account_id = m.account_id"
            " AND b.channel = %s AND b.state = ANY(%s) AND b.ended_at > %s), m.language FROM member m"
            f" WHERE m.account_id = ANY(%s) AND {_REACHABLE} ORDER BY m.account_id",
            [EMAIL, list(IN_VAIN), now - LETTER_INSTEAD, list(accounts)],
        )
        rows = cursor.fetchall()
        cursor.execute(
            "INSERT INTO message (account_id, id, kind, channel, language, state, made_at, due_at)"
            " SELECT account_id, id, %s, channel, language, 'waiting', %s, %s"
            " FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::text[]) AS v (account_id, id, channel, language)"
            " ON CONFLICT DO NOTHING",
            [
                kind, now, now, [account for account, _, _ in rows], uuid7s(now, len(rows)),
                [EMAIL if mailed else LETTER for _, mailed, _ in rows], [language for _, _, language in rows],
            ],
        )  # fmt: skip
        return int(cursor.rowcount)


def ask_urgently(kind: str, account: int, now: datetime, good_until: datetime) -> bool:
    """Have a mail of a kind sent to an account at once, or by `good_until`, or not at all; answers whether it is a new
    one: where one waits already, that is good until then. None is asked for where there is no address. The caller has
    the transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE message SET good_until = greatest(good_until, %s)"
            " WHERE account_id = %s AND kind = %s AND state IN ('waiting', 'sending')",
            [good_until, account, kind],
        )
        if cursor.rowcount:
            return False
        cursor.execute(
            "INSERT INTO message (account_id, id, kind, channel, language, state, made_at, due_at, good_until)"
            " SELECT account_id, %s, %s, %s, language, 'waiting', %s, %s, %s FROM member"
            " WHERE account_id = %s AND email <> '' ON CONFLICT DO NOTHING",
            [uuid7(now), kind, EMAIL, now, now, good_until, account],
        )
        return bool(cursor.rowcount)


def reachable(accounts: Iterable[int]) -> set[int]:
    """Those of the accounts whose member can be told something: by mail, or on paper."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.account_id FROM member m WHERE m.account_id = ANY(%s) AND {_REACHABLE}", [list(accounts)]
        )
        return {account for (account,) in cursor.fetchall()}


def under_way(kind: str, accounts: Iterable[int]) -> set[int]:
    """The accounts to which a message of a kind is under way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id FROM message WHERE account_id = ANY(%s) AND kind = %s AND state = ANY(%s)",
            [list(accounts), kind, list(UNDER_WAY)],
        )
        return {account for (account,) in cursor.fetchall()}


def withdraw_needless(write: Write, now: datetime) -> int:
    """End what has waited for a day, to be sent, printed or posted, and has nothing to say any more; answers how many.

    Each is a transaction of its own. May run twice, or twice at once.
    """
    ended, after = 0, (0, UUID(int=0))
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT account_id, id FROM message WHERE (account_id, id) > (%s, %s) AND state = ANY(%s)"
                " AND made_at <= %s ORDER BY account_id, id LIMIT %s",
                [*after, [WAITING, PRINTED], now - timedelta(days=1), _SLICE],
            )
            rows = cursor.fetchall()
        for account, id in rows:
            with transaction.atomic():
                message = Message.objects.select_for_update().filter(account_id=account, id=id).first()
                if message is None or message.state not in (WAITING, PRINTED):
                    continue
                if message.good_until is not None:
                    ended += message.good_until <= now and end(account, id, message.state, RUN_OUT, now, message.why)
                    continue
                member = Member.objects.filter(account_id=account).first()
                if member is None or write(message.kind, message.channel, member, now) is None:
                    ended += end(account, id, message.state, OVERTAKEN, now)
        if len(rows) < _SLICE:
            return ended
        after = rows[-1]


def withdraw(account: int, now: datetime, by: str) -> int:
    """End all messages that are under way to an account; answers how many. The caller has the transaction."""
    found = Message.objects.select_for_update().filter(account_id=account, state__in=UNDER_WAY).order_by("id")
    return sum(end(account, one.id, one.state, OVERTAKEN, now, by=by) for one in found)


def end(account: int, id: UUID, before: str, state: str, now: datetime, why: str = "", by: str = HOUSE) -> bool:
    """Let a message that is in the state `before` end in another; False when it is in another one already.

    The caller has the transaction; the end is noted in the audit.
    """
    ended = Message.objects.filter(account_id=account, id=id, state=before).update(
        state=state, ended_at=now, lease_until=None, why=why
    )
    if ended:
        audit(by, f"message {state}", account, {"message": str(id), **({"why": why} if why else {})}, now)
    return bool(ended)
