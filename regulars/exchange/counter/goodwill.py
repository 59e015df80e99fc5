"""Goodwill and corrections: at once up to a limit; above it somebody proposes and somebody else answers (`answering`).

The limit is over what one member is given or loses by decision within a day, so that it cannot be passed in parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from regulars.engine.entries import ADJUSTMENT as ADJUSTED
from regulars.engine.entries import ISSUED, Refusal
from regulars.engine.events import ADJUSTMENT
from regulars.exchange.earning.acting import ActRefused, By, Done, adjust
from regulars.exchange.ledger.assembling import lock
from regulars.exchange.ledger.decided import REASONS
from regulars.ground.access.auditing import audit
from regulars.ground.activity.naming import COUNTER
from regulars.ground.activity.recording import known
from regulars.ground.members.enrolling import own_accounts_of
from regulars.ground.members.leading import holder_of, kin_of

OPEN, CONFIRMED, DECLINED = "open", "confirmed", "declined"
#: Under whose name acts at the counter are known.
SOURCE = COUNTER
_DAY = timedelta(days=1)
#: What was decided within a day for any of some accounts, by its source and its id there: goodwill and corrections, and
#: what purchases gave that they had missed.
_DECIDED = """SELECT coalesce(sum(amount), 0)::bigint FROM (
    SELECT n.amount, e.source, e.external_id AS id FROM entry n
    JOIN event e ON e.account_id = n.account_id AND e.id = n.event_id
    WHERE n.account_id = ANY(%(kin)s) AND n.kind = %(decided)s AND n.at > %(since)s
    UNION ALL SELECT n.amount, %(counter)s, m.id::text FROM missing_purchase m JOIN entry n ON n.event_id = m.event_id
    WHERE n.account_id = ANY(%(kin)s) AND n.source = %(issued)s
    AND m.account_id = ANY(%(kin)s) AND m.state = 'recorded' AND m.answered_at > %(since)s
) AS given"""
#: Of that, what one person did at the counter.
_ALONE = """ WHERE given.source = %(counter)s AND NOT EXISTS (SELECT FROM proposal p
    WHERE p.account_id = ANY(%(kin)s) AND p.id::text = given.id AND p.state = 'confirmed')"""
_COLUMNS = "account_id, id, currency, points, reason, source, proposed_by, proposed_at, state, answered_by, answered_at"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Points that somebody would give (or, below zero, take) and somebody else has to confirm; `state` is `open`,
    `confirmed` or `declined`. With a `source`: of a purchase that the member misses, which is recorded under it."""

    account: int
    id: UUID
    currency: str
    points: int
    reason: str
    source: str
    proposed_by: str
    proposed_at: datetime
    state: str
    answered_by: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Given:
    """What became of goodwill: points moved (`done`), or it waits for somebody else. `again`: so it had before."""

    done: Done | None
    again: bool


def give(member: str, points: int, currency: str, reason: str, by: By, limit: int) -> Given:
    """Give points, or take them (below zero), for a declared reason; above `limit` points in a day it is proposed.

    `by.id` is a UUID as text, `by.source` is SOURCE. Raises ActRefused (`unknown_reason`, as `acting.adjust`),
    PublishRefused.
    """
    if reason not in REASONS:
        raise ActRefused(Refusal("unknown_reason", "Choose one of the declared reasons.", {"reason": reason[:80]}))
    account = person(member)
    with transaction.atomic():
        lock([account, holder_of(account)])
        told = known([(by.source, by.id, ADJUSTMENT)])
        kept = proposal(account, UUID(by.id))
        if kept is not None:
            return _proposed_again(kept, points, currency, reason)
        if told or not above(holder_of(account), points, limit, by.now):
            done = adjust(member, points, currency, reason, by)
            return Given(done, done.again)
        with transaction.atomic():
            adjust(member, points, currency, reason, by)  # what cannot be done is refused, and not proposed
            transaction.set_rollback(True)
        propose(account, points, currency, reason, by)
    return Given(None, False)


def propose(account: int, points: int, currency: str, reason: str, by: By, source: str = "") -> None:
    """Let points wait for somebody else than `by.actor`, in the caller's transaction; `source` as of Proposal."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO proposal (account_id, id, currency, points, reason, source, proposed_by, proposed_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [account, UUID(by.id), currency, points, reason, source, by.actor, by.now],
        )
    audit(by.actor, "points proposed", account, told_of(points, currency, reason, by.id), by.now)


def above(account: int, points: int, limit: int, now: datetime) -> bool:
    """Whether so many points, either way, need a second person, with what was decided for the member within a day, and
    given for purchases they had missed: of every currency, and also in the accounts that this one was ever one with, so
    that neither another currency nor a merge or household makes room for more."""
    return decided(account, now) + abs(points) > limit


def decided(account: int, now: datetime) -> int:
    """The points, either way, that were decided for the member within a day, as `above` counts them."""
    return _decided(account, now)


def alone(account: int, now: datetime) -> int:
    """The points that were decided like that at the counter without a second person: not what somebody confirmed, nor
    what keys and the command line did."""
    return _decided(account, now, _ALONE)


def _decided(account: int, now: datetime, which: str = "") -> int:
    values: dict[str, Any] = {
        "kin": list(kin_of([account])), "decided": ADJUSTED, "issued": ISSUED, "since": now - _DAY, "counter": SOURCE
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED + which, values)
        (moved,) = cursor.fetchone() or (0,)
    return int(moved)


def waiting(limit: int) -> list[Proposal]:
    """The open proposals of all members, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM proposal WHERE state = 'open' ORDER BY proposed_at LIMIT %s", [limit])
        return [Proposal(*row) for row in cursor.fetchall()]


def proposals(account: int, limit: int) -> list[Proposal]:
    """The proposals for a member, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM proposal WHERE account_id = %s ORDER BY proposed_at DESC LIMIT %s",
            [account, limit],
        )
        return [Proposal(*row) for row in cursor.fetchall()]


def proposal(account: int, id: UUID) -> Proposal | None:
    """A proposal for the member, or for one who was merged with them since."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM proposal WHERE account_id = ANY(%s) AND id = %s", [list(kin_of([account])), id]
        )
        row = cursor.fetchone()
    return Proposal(*row) if row else None


def _proposed_again(kept: Proposal, points: int, currency: str, reason: str) -> Given:
    if (kept.points, kept.currency, kept.reason) != (points, currency, reason):
        raise ActRefused(Refusal("other_content", "This was proposed before with another content.", {}))
    return Given(None, True)


def person(member: str) -> int:
    """The account of the person: whose points they are is another matter."""
    account = own_accounts_of([member]).get(member)
    if account is None:
        raise ActRefused(Refusal("unknown_member", "No member has this number.", {"member": member}))
    return account


def told_of(points: int, currency: str, reason: str, id: str) -> dict[str, object]:
    """What the audit notes of a proposal."""
    return {"points": points, "currency": currency, "reason": reason, "proposal": id}
