"""Letters: what no mail can bring, printed here and handed over or posted by a person.

Printing notes what a letter says; the sheet itself is put together again whenever it is looked at. A letter is posted
within a week of being printed, else it is printed anew: what it says may not hold any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from regulars.ground.access.auditing import audit
from regulars.ground.members.models import Member
from regulars.ground.messaging.models import Message
from regulars.ground.messaging.queueing import OVERTAKEN, PRINTED, RETURNED, SENT, WAITING, Write, end
from regulars.ground.messaging.rules import EMAIL, LETTER, PRINTED_HOLDS

Key = tuple[int, UUID]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter and whom it is for."""

    message: Message
    member: Member


def letters(state: str, mail: bool, limit: int) -> list[Letter]:
    """Letters that are `waiting` to be printed, or `printed`, the oldest first. Without `mail` (no server is set) mails
    that wait are letters as well, but for urgent ones."""
    channels = [LETTER] if mail else [LETTER, EMAIL]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, id FROM message WHERE state = %s AND channel = ANY(%s) AND account_id > 0"
            " AND good_until IS NULL ORDER BY due_at, account_id LIMIT %s",
            [state, channels, limit],
        )
        return _found(cursor.fetchall())


def printed(keys: Sequence[Key], write: Write, mail: bool, by: str, now: datetime) -> int:
    """Write these letters as of `now` and note that they are printed; answers how many there is something to say in.

    Each is a transaction of its own. Printed again, one that was not posted says what holds then.
    """
    channels = [LETTER] if mail else [LETTER, EMAIL]
    done = 0
    for account, id in keys:
        with transaction.atomic():
            message = (
                Message.objects.select_for_update().filter(account_id=account, id=id, good_until__isnull=True).first()
            )
            if message is None or message.state not in (WAITING, PRINTED) or message.channel not in channels:
                continue
            member = Member.objects.filter(account_id=account).first()
            written = write(message.kind, LETTER, member, now) if member else None
            if written is None:
                end(account, id, message.state, OVERTAKEN, now, by=by)
                continue
            done += Message.objects.filter(account_id=account, id=id).update(
                state=PRINTED, channel=LETTER, figures=written.figures, written_at=now, language=written.text.language,
            )  # fmt: skip
            audit(by, "letter printed", account, {"message": str(id)}, now)
    return done


def posted(keys: Sequence[Key], by: str, now: datetime) -> int:
    """Note that these letters were handed over or posted; answers how many. One that was printed too long ago is left
    as it is: it is printed anew first."""
    done = 0
    for account, id in keys:
        with transaction.atomic():
            sent = Message.objects.filter(
                account_id=account, id=id, state=PRINTED, channel=LETTER, written_at__gt=now - PRINTED_HOLDS
            ).update(state=SENT, sent_at=now, due_at=now)
            if sent:
                audit(by, "letter posted", account, {"message": str(id)}, now)
            done += sent
    return done


def came_back(account: int, id: UUID, by: str, now: datetime) -> bool:
    """Note that a message which was sent came back; it will never count. False when it is too late for that."""
    with transaction.atomic():
        return end(account, id, SENT, RETURNED, now, by=by)


def _found(keys: Sequence[Key]) -> list[Letter]:
    accounts = [account for account, _ in keys]
    members = {one.account_id: one for one in Member.objects.filter(account_id__in=accounts)}
    rows = {one.id: one for one in Message.objects.filter(account_id__in=accounts, id__in=[id for _, id in keys])}
    return [Letter(rows[id], members[account]) for account, id in keys if id in rows and account in members]
