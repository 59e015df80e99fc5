"""Hearing: a member objects, and somebody who did not announce it decides. No machine decides against an objection."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from regulars.engine.entries import Refusal
from regulars.exchange.earning.acting import ActRefused
from regulars.exchange.forfeitures.announcing import NEWS
from regulars.exchange.forfeitures.reading import forfeiture, local_day, person_of
from regulars.exchange.forfeitures.rules import DROPPED, OBJECTED, OBJECTIONS, OPEN, UPHELD, Forfeiture
from regulars.exchange.ledger.assembling import lock
from regulars.ground.access.auditing import audit
from regulars.ground.members.leading import holder_of
from regulars.ground.messaging.queueing import HOUSE, ask
from regulars.kit.speaking import worded


def object_to(account: int, id: UUID, why: str, by: str, now: datetime) -> bool:
    """Note that the member objects, for one of OBJECTIONS; False when it was noted before.

    Raises ActRefused `unknown_forfeiture`, `unknown_objection`, `too_late` (the time is over), `already_decided`.
    """
    if why not in OBJECTIONS:
        raise ActRefused(
            Refusal("unknown_objection", worded("Choose one of the declared reasons."), {"reason": why[:80]})
        )
    with transaction.atomic():
        kept = held(account, id)
        if kept.state == OBJECTED:
            return False
        if kept.state not in OPEN or kept.state == UPHELD:
            raise ActRefused(
                Refusal(
                    "already_decided",
                    worded("This has been decided already: read what was decided."),
                    {"state": kept.state},
                )
            )
        today = local_day(now)
        if not kept.objectable(today):
            figures = {"until": str(kept.appeal_until)}
            raise ActRefused(
                Refusal("too_late", worded("The time to object is over; somebody decides all the same."), figures)
            )
        _set(kept, "state = 'objected', objection = %s, objected_at = %s", [why, now])
        audit(by, "forfeiture objected to", account, {"forfeiture": str(id), "reason": why}, now)
    return True


def decide(account: int, id: UUID, upheld: bool, by: str, now: datetime) -> bool:
    """Uphold it, or let it drop; False when this person decided so before.

    It can be dropped by anybody at any time before points are taken, and upheld by a person who did not announce it,
    once the member was heard or had the time to be. Raises ActRefused `unknown_forfeiture`, `same_person`,
    `no_person`, `too_early`, `already_decided`.
    """
    state = UPHELD if upheld else DROPPED
    with transaction.atomic():
        kept = held(account, id)
        if (kept.state, kept.decided_by) == (state, by):
            return False
        if kept.state not in OPEN or (upheld and kept.state == UPHELD):
            raise ActRefused(
                Refusal(
                    "already_decided",
                    worded("This has been decided already: read what was decided."),
                    {"state": kept.state},
                )
            )
        if upheld and by == kept.announced_by:
            raise ActRefused(Refusal("same_person", worded("Somebody else has to decide what you announced."), {}))
        if by == HOUSE:
            raise ActRefused(Refusal("no_person", worded("A person has to decide this."), {}))
        if upheld and not kept.ripe(local_day(now)):
            figures = {"until": str(kept.appeal_until) if kept.told_on else ""}
            sentence = worded("The member can still object: wait until that time is over, or let it drop.")
            raise ActRefused(Refusal("too_early", sentence, figures))
        decided(kept, state, by, now)
    return True


def decided(kept: Forfeiture, state: str, by: str, now: datetime) -> None:
    """Note a decision; the caller has the transaction and the lock."""
    ended = now if state == DROPPED else None
    _set(kept, "state = %s, decided_by = %s, decided_at = %s, ended_at = %s", [state, by, now, ended])
    audit(by, f"forfeiture {state}", kept.account, {"forfeiture": str(kept.id), "objection": kept.objection}, now)
    if state == DROPPED:
        ask(NEWS, [person_of(kept.account)], now)


def held(account: int, id: UUID) -> Forfeiture:
    """A forfeiture with its account locked, and the one in which the points are.

    Raises ActRefused `unknown_forfeiture`.
    """
    kept = forfeiture(account, id)
    own = kept.account if kept else account
    lock({account, own, holder_of(own)})
    kept = forfeiture(account, id)
    if kept is None:
        raise ActRefused(
            Refusal(
                "unknown_forfeiture",
                worded("Nothing of this id was announced: read what was."),
                {"forfeiture": str(id)},
            )
        )
    return kept


def _set(kept: Forfeiture, what: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE forfeiture SET {what} WHERE account_id = %s AND id = %s", [*values, kept.account, kept.id]
        )
