"""Taking: what is due is taken, never more than was announced; and what was wrong is given back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from regulars.engine.entries import AVAILABLE, FORFEITURE, Refusal
from regulars.exchange.earning.acting import ActRefused, By, adjust, forfeit
from regulars.exchange.earning.correcting import given_for
from regulars.exchange.earning.inheriting import latest_merge
from regulars.exchange.forfeitures.announcing import NEWS
from regulars.exchange.forfeitures.hearing import decided, held
from regulars.exchange.forfeitures.reading import local_day, open_ones, person_of
from regulars.exchange.forfeitures.rules import DROPPED, GIVEN_BACK, TAKEN, Forfeiture
from regulars.exchange.ledger.holdings import present
from regulars.ground.access.auditing import audit
from regulars.ground.activity import naming
from regulars.ground.activity.contract import MAX_POINTS
from regulars.ground.activity.recording import known
from regulars.ground.members.leading import MERGED, holder_of, lead_of
from regulars.ground.members.models import Member
from regulars.ground.messaging.queueing import HOUSE, ask
from regulars.ground.publishing.versions import PublishRefused, versions
from regulars.kit.speaking import worded
from regulars.kit.zones import microseconds

#: Under whose name what is taken and given back is known.
SOURCE = naming.FORFEITURE
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
        taken_from, seq = _entry(kept)
        if seq:
            # It stays where it was taken, whatever was merged or undone since; its statement goes no further than that.
            seq = seq if holder_of(taken_from) == taken_from else 0
            points = kept.taken - (max(0, given_for(taken_from, seq)) if seq else 0)  # less what was put right by hand
            if points > 0:
                by_whom = By(by, SOURCE, f"{id}-back", now)
                adjust(_number(taken_from), points, kept.currency, MISTAKE, by_whom, seq)
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
        holder = holder_of(account)
        _, standing, _ = present(holder, now)
        points = min(kept.points, standing.purse(kept.currency).available, _came_with(account, kept.currency))
        if points:
            by = By(kept.decided_by or HOUSE, SOURCE, str(id), now)
            forfeit(_number(account), points, kept.currency, kept.reason, by)
        _end(kept, TAKEN, points, HOUSE, now)
    return True


def _number(account: int) -> str:
    return Member.objects.values_list("number", flat=True).get(account_id=account)


def _came_with(account: int, currency: str) -> int:
    """How many points that could be spent came along when a number was merged: of others the member was told nothing.

    Of a number that was not merged, all there is.
    """
    lead = lead_of(account)
    event = latest_merge(lead.to, account) if lead is not None and lead.why == MERGED else None
    if lead is None or event is None:
        return MAX_POINTS
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(CASE kind WHEN 'merge' THEN amount ELSE -amount END), 0)::bigint FROM entry"
            " WHERE account_id = %s AND event_id = %s AND currency = %s"
            " AND (kind = 'merge' AND target = %s OR kind = 'hold')",
            [lead.to, event, currency, AVAILABLE],
        )
        row = cursor.fetchone()
    return int(row[0])


def _entry(kept: Forfeiture) -> tuple[int, int]:
    """The account and the number of the movement by which points were taken; the number is 0 when none were left."""
    key = known([(SOURCE, str(kept.id), FORFEITURE)]).get((SOURCE, str(kept.id), FORFEITURE))
    if key is None:
        return kept.account, 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq FROM entry WHERE account_id = %s AND event_id = %s AND kind = %s AND source = %s",
            [key.account, key.event, FORFEITURE, AVAILABLE],
        )
        row = cursor.fetchone()
    return key.account, int(row[0]) if row else 0


def _end(kept: Forfeiture, state: str, taken: int, by: str, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE forfeiture SET state = %s, taken = %s, ended_at = %s WHERE account_id = %s AND id = %s",
            [state, taken, now, kept.account, kept.id],
        )
    detail = {"forfeiture": str(kept.id), "points": taken, "currency": kept.currency}
    audit(by, f"forfeiture {state}", kept.account, detail, now)
    ask(NEWS, [person_of(kept.account)], now)
