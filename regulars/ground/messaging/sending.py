"""Sending: every mail that is due, one by one, and nothing twice by intent.

A mail is claimed and written in one transaction, handed over outside any, and what came of it noted in another. Who
dies in between leaves it claimed; when the lease is over it goes out again under the same Message-ID, so it may come
twice and is never lost, and what counts is only an acceptance that was noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from regulars.ground.access.auditing import audit
from regulars.ground.members.models import Member
from regulars.ground.messaging.mailing import Mailer, MailRefused, MailServer, ServerUnusable, mail
from regulars.ground.messaging.models import Message
from regulars.ground.messaging.queueing import (
    GIVEN_UP,
    HOUSE,
    OVERTAKEN,
    REFUSED,
    RUN_OUT,
    SENDING,
    SENT,
    WAITING,
    Text,
    Write,
    end,
)
from regulars.ground.messaging.rules import EMAIL, LEASE, MOST_TRIES, after_server, next_try

_SLICE = 200


def send_due(write: Write, server: MailServer | None, clock: Callable[[], datetime], urgent: bool = False) -> int:
    """Send every mail that is due, either the `urgent` ones or the others; answers how many were taken by the server.
    Without one they wait.

    `write` says what each says, as of the moment it is sent. May run twice, or twice at once: each mail is claimed by
    one. When the server cannot be used the rest waits for the next run.
    """
    if server is None:
        return 0
    sent = 0
    with Mailer(server) as mailer:
        for account, id in _due(clock(), urgent):
            claimed = _claim(account, id, write, clock())
            if claimed is None:
                continue
            message, member, text = claimed
            try:
                mailer.send(mail(id, server.sender, member.email, member.name, text, clock()))
            except MailRefused as refused:
                _note_refusal(message, refused, clock())
            except ServerUnusable as unusable:
                _put_back(message, unusable.code, clock())
                break
            else:
                sent += _note_sent(message, clock())
    return sent


def _due(now: datetime, urgent: bool) -> Iterator[tuple[int, UUID]]:
    """(account, id) of mails that wait and are due, and of those whose sender died over them, slice by slice."""
    after: tuple[int, UUID] = (0, UUID(int=0))
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT account_id, id FROM message WHERE (account_id, id) > (%s, %s) AND channel = %s"
                f" AND good_until IS {'NOT ' if urgent else ''}NULL"
                " AND ((state = 'waiting' AND due_at <= %s) OR (state = 'sending' AND lease_until <= %s))"
                " ORDER BY account_id, id LIMIT %s",
                [*after, EMAIL, now, now, _SLICE],
            )
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < _SLICE:
            return
        after = rows[-1]


def _claim(account: int, id: UUID, write: Write, now: datetime) -> tuple[Message, Member, Text] | None:
    """Make a mail ours and write it; None when somebody else has it, or when there is nothing to say any more."""
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(account_id=account, id=id, channel=EMAIL).first()
        if message is None or not _free(message, now):
            return None
        if message.good_until is not None and message.good_until <= now:
            end(account, id, message.state, RUN_OUT, now, message.why)
            return None
        if message.attempts >= MOST_TRIES:  # every one of them died over it
            end(account, id, message.state, GIVEN_UP, now, "broke_off")
            return None
        member = Member.objects.filter(account_id=account).first()
        written = write(message.kind, EMAIL, member, now) if member and member.email else None
        if member is None or written is None:
            end(account, id, message.state, OVERTAKEN, now)
            return None
        message.lease_until, message.attempts = now + LEASE, message.attempts + 1
        Message.objects.filter(account_id=account, id=id).update(
            state=SENDING, lease_until=message.lease_until, attempts=message.attempts, figures=written.figures,
            written_at=now, language=written.text.language,
        )  # fmt: skip
    return message, member, written.text


def _free(message: Message, now: datetime) -> bool:
    if message.state == SENDING:
        return message.lease_until is not None and message.lease_until <= now
    return message.state == WAITING and message.due_at <= now


def _note_sent(message: Message, now: datetime) -> int:
    """Note that the server took it; 0 when it is not ours any more."""
    with transaction.atomic():
        noted = _ours(message).update(state=SENT, sent_at=now, due_at=now, lease_until=None, why="")
        if noted:
            audit(HOUSE, "message sent", message.account_id, {"message": str(message.id), "channel": EMAIL}, now)
    return noted


def _note_refusal(message: Message, refused: MailRefused, now: datetime) -> None:
    again = next_try(message.attempts, now, message.good_until) if refused.again else None
    with transaction.atomic():
        if again:
            _ours(message).update(state=WAITING, due_at=again, lease_until=None, why=refused.code)
        elif _ours(message).exists():
            tried = RUN_OUT if message.good_until else GIVEN_UP
            ended = tried if refused.again else REFUSED
            end(message.account_id, message.id, SENDING, ended, now, refused.code)


def _put_back(message: Message, why: str, now: datetime) -> None:
    due = after_server(now, message.good_until)
    _ours(message).update(state=WAITING, due_at=due, lease_until=None, attempts=message.attempts - 1, why=why)


def _ours(message: Message) -> QuerySet[Message]:
    """The row, as long as nobody else has claimed it since."""
    return Message.objects.filter(
        account_id=message.account_id, id=message.id, state=SENDING, lease_until=message.lease_until
    )
