"""Answering: who is meant by what a visitor typed, and a mail to them, if there is somebody."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from regulars.ground.access.auditing import audit
from regulars.ground.admission.rules import WAITS, may_be_sent
from regulars.ground.admission.writing import SIGN_IN
from regulars.ground.members.enrolling import given_accounts_of
from regulars.ground.members.finding import account_with_address
from regulars.ground.members.leading import MERGED, followed
from regulars.ground.members.models import Member
from regulars.ground.messaging.models import Message
from regulars.ground.messaging.queueing import ask_urgently

_SLICE = 200


def answer_asked(now: datetime) -> int:
    """Have a link sent to everybody who asked for one and is known; answers how many asked. What is known of a visitor
    is forgotten: what they typed at once, the rest when it no longer counts against their client.

    Each is a transaction of its own. May run twice, or twice at once. What nobody looked at in time is not answered any
    more: whoever asked has gone another way by then.
    """
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM link_asked WHERE asked_at <= %s", [now - WAITS])
    answered = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM link_asked WHERE answered_at IS NULL ORDER BY asked_at LIMIT %s", [_SLICE])
            rows = cursor.fetchall()
        done = sum(_answer(id, now) for (id,) in rows)
        answered += done
        if not done:
            return answered


def _answer(id: UUID, now: datetime) -> bool:
    """Answer one who asked; False when somebody else does, or has."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT told, asked_at FROM link_asked WHERE id = %s AND answered_at IS NULL FOR UPDATE SKIP LOCKED", [id]
        )
        row = cursor.fetchone()
        if row is None:
            return False
        told, asked_at = row
        account = _whom(told)
        may = account is not None and may_be_sent(_sent(account, now), now)
        if account is not None and may and ask_urgently(SIGN_IN, account, now, asked_at + WAITS):
            audit("member", "sign_in_link_asked", account, {}, now)
        cursor.execute("UPDATE link_asked SET told = '', answered_at = %s WHERE id = %s", [now, id])
    return True


def _whom(told: str) -> int | None:
    """The account to whose address a link goes; None for nobody, or for somebody without an address.

    An e-mail address leads to whom it is looked up by, and the link goes there, also where that member was merged: it
    opens the pages of the survivor. Behind a number that was merged it is the survivor's address, if there is one.
    """
    account = account_with_address(told)
    if account is not None:
        return account
    own = given_accounts_of([told]).get(told)
    if own is None:
        return None
    led = followed([own], (MERGED,))[own]
    mailed = Member.objects.filter(account_id__in=[own, led]).exclude(email="").values_list("account_id", flat=True)
    return next((one for one in (led, own) if one in set(mailed)), None)


def _sent(account: int, now: datetime) -> list[datetime]:
    """When links were asked for that were sent to an account, or are to be, within a day."""
    found = Message.objects.filter(account_id=account, kind=SIGN_IN, made_at__gt=now - timedelta(days=1))
    return list(found.values_list("made_at", flat=True))
