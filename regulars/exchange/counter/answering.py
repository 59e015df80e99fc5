"""Answering: what somebody proposed for a member is confirmed or declined by somebody else."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from regulars.engine.entries import Refusal
from regulars.exchange.counter.goodwill import (
    CONFIRMED,
    DECLINED,
    OPEN,
    SOURCE,
    Given,
    person,
    proposal,
    told_of,
)
from regulars.exchange.counter.missing import confirmed_as
from regulars.exchange.earning.acting import ActRefused, By, adjust
from regulars.exchange.ledger.assembling import lock
from regulars.ground.access.auditing import audit
from regulars.ground.members.leading import holder_of


def answer(member: str, id: UUID, confirmed: bool, by: By) -> Given:
    """Confirm a proposal, which moves its points (or records the purchase that the member misses), or decline it.

    The same answer of the same person again changes nothing; what is confirmed now is `done`. Raises ActRefused
    `unknown_proposal`, `same_person`, `already_answered`, and as `acting.adjust` and `missing.recorded`.
    """
    account = person(member)
    with transaction.atomic():
        lock([account, holder_of(account)])
        kept = proposal(account, id)
        if kept is None:
            raise ActRefused(Refusal("unknown_proposal", "There is no such proposal.", {"proposal": str(id)}))
        if kept.proposed_by == by.actor:
            raise ActRefused(Refusal("same_person", "Somebody else has to answer what you proposed.", {}))
        state = CONFIRMED if confirmed else DECLINED
        if kept.state != OPEN:
            if (kept.state, kept.answered_by) == (state, by.actor):
                return Given(None, True)
            raise ActRefused(Refusal("already_answered", "Somebody has answered this already.", {"state": kept.state}))
        done = None
        if confirmed:
            if kept.source:
                done = confirmed_as(kept.account, member, id, kept.source, by.actor, by.now)
            else:
                done = adjust(member, kept.points, kept.currency, kept.reason, By(by.actor, SOURCE, str(id), by.now))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE proposal SET state = %s, answered_by = %s, answered_at = %s WHERE account_id = %s AND id = %s",
                [state, by.actor, by.now, kept.account, id],
            )
        told = told_of(kept.points, kept.currency, kept.reason, str(id))
        audit(by.actor, f"proposal {state}", account, {**told, "proposed_by": kept.proposed_by}, by.now)
    return Given(done, False)
