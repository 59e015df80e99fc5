"""Awaiting: rewards that were set aside and wait to be handed over, over all members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from regulars.exchange.ledger.assembling import assemble
from regulars.ground.members.leading import followed
from regulars.ground.members.models import Member
from regulars.ground.publishing.versions import versions
from regulars.kit.zones import microseconds
from regulars.programme.currencies import Currency
from regulars.programme.rewards import Reward

#: No reward may take longer to be handed over (`fulfil_hours`), and a day more for the night in which it lapses.
_LONGEST = timedelta(days=367)
_WAITING = """
SELECT n.account_id, n.event_id, n.at, n.version, n.currency, n.rule, e.external_id,
    coalesce((e.attributes ->> '_by')::bigint, n.account_id) AS member
FROM entry n JOIN event e ON e.account_id = n.account_id AND e.id = n.event_id
WHERE n.kind = 'hold' AND n.rule IS NOT NULL AND n.at >= %s AND NOT EXISTS (
    SELECT FROM event answer
    WHERE answer.account_id = n.account_id AND answer.original_id = n.event_id AND answer.type IN ('capture', 'release')
)
ORDER BY n.at, n.account_id
LIMIT 1000
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reward that waits for a member: its hold, the id under which it was asked for, the `points` that are held for
    it, and the last day on which it is handed over; after that everything comes back by itself."""

    number: str
    name: str
    hold: UUID
    asked_as: str
    reward: Reward
    currency: Currency
    points: int
    asked_at: datetime
    until: date


def waiting(now: datetime, limit: int) -> list[Waiting]:
    """What waits to be handed over at `now`, the most urgent first; at most so many."""
    promise, found = versions(), []
    terms = promise.at(microseconds(now)).kernel.terms
    today = terms.zone.local(microseconds(now))[0]
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [now - _LONGEST])
        rows = cursor.fetchall()
    holders = followed({row[0] for row in rows})  # a hold goes along with a merge, and into a household
    members = Member.objects.in_bulk({row[-1] for row in rows})
    standings = {account: held.standing for account, held in assemble(sorted({*holders.values()})).items()}
    for account, hold, at, version, currency, id, name, who in rows:
        own = promise.numbered(version).kernel.terms
        reward = own.rewards[id]
        until = own.zone.local(microseconds(at))[0] + reward.held_days
        held = next((one for one in standings[holders[account]].purse(currency).holds if one.event == str(hold)), None)
        if until >= today and held is not None and who in members:  # a return may have taken all of it
            of, member = own.programme.currency(currency), members[who]
            day = date.fromordinal(until)
            found.append(Waiting(member.number, member.name, hold, name, reward, of, held.left, at, day))
    return sorted(found, key=lambda one: (one.until, one.asked_at))[:limit]
