"""Taking: what is due is taken, never more than was announced; and what was wrong is given back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from regulars.engine.entries import AVAILABLE, FORFEITURE, Refusal
from regulars.exchange.earning.acting import ActRefused, By, adjust, forfeit
from regulars.exchange.forfeitures.announcing import NEWS
from regulars.exchange.forfeitures.hearing import decided, held
from regulars.exchange.forfeitures.reading import local_day, open_ones
from regulars.exchange.forfeitures.rules import DROPPED, GIVEN_BACK, TAKEN, Forfeiture
from regulars.exchange.ledger.holdings import present
from regulars.ground.access.auditing import audit
from regulars.ground.members.models import Member
from regulars.ground.messaging.queueing import HOUSE, ask
from regulars.ground.publishing.versions import PublishRefused, versions
from regulars.kit.speaking import worded
from regulars.kit.zones import microseconds

#: Under whose name what is taken and given back is known.
SOURCE = "forfeiture"
#: Why points are given back.
MISTAKE = "our-mistake"
_MANY = 10_000


def take_due(now: datetime) -> int:
    """Take all that is due; answers how many. Each is a transaction of its own. May run twice, or twice at once."""
    try:
        today = local_day(now)
    except PublishRefused:
        return 0
    return sum(_take(one.account, one.id, now) for one in open_ones(_MANY) if one.due(today))


def give_back(account: int, id: UUID, by: str, now: datetime) -> bool:
    """Give back what was taken, as it should not have been: available at once, for as long as points earned today.

    That is never shorter than what was left of their time and the days they were gone. False when it was given back
    before. Raises ActRefused `unknown_forfeiture`, `not_taken`.
    """
    with transaction.atomic():
        kept = held(account, id)
        if kept.state == GIVEN_BACK:
            return False
        if kept.state != TAKEN:
            raise ActRefused(
                Refusal("not_taken", worded("Nothing was taken: let it drop instead."), {"state": kept.state})
            )
        seq = _entry(kept)
        if seq:
            number = _number(account)
            adjust(number, kept.taken, kept.currency, MISTAKE, By(by, SOURCE, f"{id}-back", now), seq)
        _end(kept, GIVEN_BACK, kept.taken, by, now)
    return True


def _take(account: int, id: UUID, now: datetime) -> bool:
    with transaction.atomic():
        kept = held(account, id)
        if not kept.due(local_day(now)):
            return False
        named = [one.id for one in versions().at(microseconds(now)).kernel.terms.programme.forfeiture]
        if kept.reason not in named:  # a later programme does not know it
            decided(kept, DROPPED, HOUSE, now)
            return False
        _, standing, _ = present(account, now)
        points = min(kept.points, standing.purse(kept.currency).available)
        if points:
            by = By(kept.decided_by or HOUSE, SOURCE, str(id), now)
            forfeit(_number(account), points, kept.currency, kept.reason, by)
        _end(kept, TAKEN, points, HOUSE, now)
    return True


def _number(account: int) -> str:
    return Member.objects.values_list("number", flat=True).get(account_id=account)


def _entry(kept: Forfeiture) -> int:
    """The number of the movement by which points were taken; 0 when none were left to take."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.seq FROM entry n JOIN event_key k ON k.account_id = n.account_id AND k.event_id = n.event_id"
            " WHERE n.account_id = %s AND n.kind = %s AND n.source = %s AND k.source = %s AND k.external_id = %s",
            [kept.account, FORFEITURE, AVAILABLE, SOURCE, str(kept.id)],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _end(kept: Forfeiture, state: str, taken: int, by: str, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE forfeiture SET state = %s, taken = %s, ended_at = %s WHERE account_id = %s AND id = %s",
            [state, taken, now, kept.account, kept.id],
        )
    detail = {"forfeiture": str(kept.id), "points": taken, "currency": kept.currency}
    audit(by, f"forfeiture {state}", kept.account, detail, now)
    ask(NEWS, [kept.account], now)
