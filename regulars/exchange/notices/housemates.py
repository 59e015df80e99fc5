"""Housemates: what ends of a household's is told to each of them, and counts when the last of them was told.

Whoever is known by a number alone is not waited for; where nobody can be reached, nothing ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from regulars.engine.events import TIER_NOTICE
from regulars.engine.kernel import Kernel
from regulars.engine.standing import Standing
from regulars.exchange.notices.owed import endings, falling, told_ending, told_enough, told_fall
from regulars.ground.members.households import members_of
from regulars.ground.messaging.models import Message
from regulars.ground.messaging.queueing import DELIVERED, reachable
from regulars.ground.messaging.rules import arrived_at
from regulars.kit.zones import microseconds


def untold(kind: str, household: int, kernel: Kernel, standing: Standing, now: datetime) -> list[int]:
    """The members of a household who can be told of something that is owed to it now, and were not yet."""
    today = kernel.terms.zone.local(microseconds(now))[0]
    arrived = _arrived(kind, household, kernel, standing, now, today)
    return [account for account in sorted(reachable(members_of(household))) if account not in arrived]


def told_last(
    kind: str, member: int, household: int, kernel: Kernel, standing: Standing, at: datetime, today: int
) -> datetime | None:
    """When the last member of a household was told, of whom one is told as of `at`; None while somebody was not yet."""
    arrived = {**_arrived(kind, household, kernel, standing, at, today), member: at}
    last = max(arrived.values())
    if last > at:  # by then more may end than some were told of
        arrived = {**_arrived(kind, household, kernel, standing, last, today), member: at}
    return last if reachable(members_of(household)) <= arrived.keys() else None


def holds_still(
    kernel: Kernel, kind: str, figures: Sequence[Mapping[str, Any]], standing: Standing, told: int, today: int
) -> bool:
    """Whether what a message told still holds, on the day as of which the kernel will count it."""
    if kind == TIER_NOTICE:
        fall = falling(kernel, standing, today)
        return fall is not None and bool(figures) and told_fall(figures[0]).through <= fall.through
    if today - told > kernel.terms.late_days:
        told = today
    owed = endings(kernel.terms, standing, told)
    return bool(owed) and told_enough(map(told_ending, figures), owed)


def _arrived(
    kind: str, household: int, kernel: Kernel, standing: Standing, at: datetime, today: int
) -> dict[int, datetime]:
    """By member, when their latest message of a kind arrived, if it told enough for a notice that counts as of `at`."""
    day = kernel.terms.zone.local(microseconds(at))[0]
    found: dict[int, datetime] = {}
    looked: set[int] = set()
    for message in Message.objects.filter(
        account_id__in=members_of(household), kind=kind, state=DELIVERED, sent_at__isnull=False
    ).order_by("account_id", "-id"):
        if message.account_id in looked:
            continue
        looked.add(message.account_id)
        assert message.sent_at is not None
        if holds_still(kernel, kind, message.figures, standing, day, today):
            found[message.account_id] = arrived_at(message.channel, message.sent_at)
    return found
