"""Counting: a notice that arrived is told to the kernel, and only then may anything end.

It is an event of its own, known for ever as (`regulars`, the id of the message), so counting twice changes nothing.
It counts as of the day it arrived. What was told must still hold: if more would end by now than the message told of, it
is overtaken, and another one is due.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from regulars.engine.kernel import Kernel
from regulars.exchange.earning.recording import carry_out
from regulars.exchange.forfeitures.announcing import told
from regulars.exchange.forfeitures.wording import KINDS
from regulars.exchange.ledger.assembling import lock
from regulars.exchange.notices.finding import standings
from regulars.exchange.notices.housemates import holds_still, told_last
from regulars.ground.activity.contract import Act, Incoming
from regulars.ground.activity.naming import NOTICES
from regulars.ground.members.households import household_at
from regulars.ground.members.leading import holder_of
from regulars.ground.members.models import Member
from regulars.ground.messaging.models import Message
from regulars.ground.messaging.outbox import arrived
from regulars.ground.messaging.queueing import DELIVERED, OVERTAKEN, SENT, end
from regulars.ground.messaging.rules import arrived_at
from regulars.ground.publishing.versions import PublishRefused, versions
from regulars.kit.zones import microseconds

_SLICE = 200


def count_arrived(now: datetime) -> int:
    """Tell the kernel of every notice that arrived and will not come back; answers how many counted. Of a household's
    it is told once, when the last of its members has theirs.

    Each is a transaction of its own. May run twice, or twice at once.
    """
    try:
        kernel = versions().at(microseconds(now)).kernel
    except PublishRefused:
        return 0
    counted, after = 0, (0, UUID(int=0))
    while True:
        rows: Sequence[tuple[int, UUID]] = arrived(now, after, _SLICE)
        for account, id in rows:
            counted += _count(account, id, kernel, now)
        if len(rows) < _SLICE:
            return counted
        after = rows[-1]


def _count(account: int, id: UUID, kernel: Kernel, now: datetime) -> int:
    with transaction.atomic():
        holder = holder_of(account)
        lock([account, holder])
        message = Message.objects.filter(account_id=account, id=id, state=SENT).first()
        member = Member.objects.filter(account_id=account).first()
        if message is None or message.sent_at is None:
            return 0
        at = arrived_at(message.channel, message.sent_at)
        if message.good_until is not None:  # it told of nothing that ends
            end(account, id, SENT, DELIVERED, now)
            return 0
        if message.kind in KINDS:
            counts = _told(message, kernel, at)
            end(account, id, SENT, DELIVERED if counts else OVERTAKEN, now)
            return int(counts)
        counts = member is not None and holder == holder_of(account) and _holds(kernel, message, holder, at, now)
        last = _last_told(kernel, message, holder, at, now) if counts else None
        if counts and member is not None and last is not None:
            event = Incoming(member.number, str(id), message.kind, microseconds(last), "", [], [], {}, {}, act=Act())
            counts = carry_out([event], NOTICES, now)[0].refusal is None
        end(account, id, SENT, DELIVERED if counts else OVERTAKEN, now)
    return int(counts)


def _told(message: Message, kernel: Kernel, at: datetime) -> bool:
    """Note that a member was told of a forfeiture: its days run from then."""
    on = date.fromordinal(kernel.terms.zone.local(microseconds(at))[0])
    (one,) = message.figures
    return told(message.account_id, UUID(one["id"]), one["state"], on)


def _holds(kernel: Kernel, message: Message, holder: int, at: datetime, now: datetime) -> bool:
    """Whether what a message told still holds of the account that holds the member's points."""
    told, today = _days(kernel, at, now)
    standing = standings(kernel, [holder], today).get(holder)
    return standing is not None and holds_still(kernel, message.kind, message.figures, standing, told, today)


def _last_told(kernel: Kernel, message: Message, holder: int, at: datetime, now: datetime) -> datetime | None:
    """When a notice counts: once it has arrived; of a household's, once the last of its members has theirs."""
    if household_at(holder) is None:
        return at
    _, today = _days(kernel, at, now)
    standing = standings(kernel, [holder], today)[holder]
    return told_last(message.kind, message.account_id, holder, kernel, standing, at, today)


def _days(kernel: Kernel, *moments: datetime) -> list[int]:
    return [kernel.terms.zone.local(microseconds(moment))[0] for moment in moments]
