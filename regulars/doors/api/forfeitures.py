"""Points that are to be taken: announced and objected to. A person decides, so no key does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Path
from pydantic import BaseModel, Field

from regulars.doors.api import asks, examples
from regulars.doors.api.acts import DRY_RUN, IDEMPOTENCY_KEY, REF, SOURCE, id_of, told
from regulars.doors.api.bodies import JSON
from regulars.doors.api.describing import described
from regulars.doors.api.events import source_of
from regulars.doors.api.gate import BearerKey, actor, key_of, only
from regulars.doors.api.keeping import digest_of, once
from regulars.doors.api.members import account_of, reading
from regulars.exchange.forfeitures.announcing import announce
from regulars.exchange.forfeitures.hearing import object_to
from regulars.exchange.forfeitures.reading import forfeiture, of_member
from regulars.exchange.forfeitures.rules import Forfeiture
from regulars.ground.installation.facts import now
from regulars.kit.json import encode

router = Router(tags=["forfeitures"])
READ, SCOPE = "members:read", "points:forfeit"
ID = Path(..., description="The id it was announced under, as it was answered.")
#: What a caller calls an announcement stands for an id of the house.
_NAMES = UUID("8f6a5f0e-6f0e-5d0c-9d55-2f6f2f0a7c11")


class Announced(BaseModel):
    """Points that are to be taken, or were."""

    id: UUID
    state: str = Field(description="announced, objected, upheld, dropped, taken or given back.")
    currency: str
    points: int = Field(description="How many at most.")
    reason: str
    evidence: str
    announced_at: datetime
    told_on: date | None = Field(description="The day on which the announcement reached the member; none: not yet.")
    appeal_until: date | None = Field(description="The last day on which the member can object.")
    takes_from: date | None = Field(description="The first day on which they may be taken.")
    objection: str | None
    taken: int

    @classmethod
    def of(cls, one: Forfeiture) -> Announced:
        """As the room sees it."""
        return cls(
            id=one.id, state=one.state, currency=one.currency, points=one.points, reason=one.reason,
            evidence=one.evidence, announced_at=one.announced_at, told_on=one.told_on, appeal_until=one.appeal_until,
            takes_from=one.takes_from, objection=one.objection or None, taken=one.taken,
        )  # fmt: skip


class ForfeituresAnswer(BaseModel):
    """All of a member, the newest first."""

    number: str
    forfeitures: list[Announced]


@router.get(
    "/members/{path:ref}/forfeitures",
    auth=BearerKey(READ),
    response=ForfeituresAnswer,
    operation_id="get_forfeitures",
    summary="Read what is to be taken",
    openapi_extra=described(READ, "no_such_member", answer=examples.FORFEITURES),
)
def get_forfeitures(request: HttpRequest, ref: str = REF) -> ForfeituresAnswer:
    """Points that are to be taken from a member, or were, the newest first."""
    only(request)
    with reading(request, ref, "forfeitures read") as (account, _):
        return ForfeituresAnswer(number=ref, forfeitures=[Announced.of(one) for one in of_member(account)])


@router.post(
    "/members/{path:ref}/forfeitures",
    auth=BearerKey(SCOPE),
    response=Announced,
    operation_id="post_forfeiture",
    summary="Announce that points are to be taken",
    openapi_extra=told(
        SCOPE, asks.Forfeit, "unknown_reason", "reason_does_not_hold", "forfeiture_open", "unknown_currency",
        "insufficient_points", "unknown_attribute", "bad_attribute", ask=examples.FORFEIT, answer=examples.ANNOUNCED,
    ),
)  # fmt: skip
def post_forfeiture(
    request: HttpRequest, ref: str = REF, source: str = SOURCE, dry_run: bool = DRY_RUN,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Announce that points are to be taken, for a reason that the programme names and that holds for the member.

    The member is told and can object; nothing is taken by this, and a person has to uphold it.
    """
    only(request, "source", "dry_run")
    asked, body = asks.read(asks.Forfeit, request)
    caller, at = key_of(request), now()
    name = id_of(asked, idempotency_key, dry_run)

    def do() -> Forfeiture:
        id = uuid5(_NAMES, f"{source_of(source, '', caller)} {name}")
        account_of(ref)
        with transaction.atomic():
            one = announce(
                ref, asked.points, asked.currency, asked.reason, asked.evidence, actor(caller), id, at, asked.facts
            )
            transaction.set_rollback(dry_run)
        return one

    return _answered(request, "" if dry_run else idempotency_key, body, do, at)


@router.post(
    "/members/{path:ref}/forfeitures/{id}/objection",
    auth=BearerKey(SCOPE),
    response=Announced,
    operation_id="post_objection",
    summary="Object to losing points",
    openapi_extra=told(
        SCOPE, asks.Objection, "unknown_forfeiture", "too_late", "already_decided", ask=examples.OBJECTION,
        answer=examples.OBJECTED,
    ),
)  # fmt: skip
def post_objection(
    request: HttpRequest, ref: str = REF, id: UUID = ID, idempotency_key: str = IDEMPOTENCY_KEY
) -> HttpResponse:
    """Note that the member objects; somebody who did not announce it then decides. Noted again, nothing changes."""
    only(request)
    asked, body = asks.read(asks.Objection, request)
    caller, at = key_of(request), now()

    def do() -> Forfeiture:
        account = account_of(ref)
        object_to(account, id, asked.reason, actor(caller), at)
        one = forfeiture(account, id)
        assert one is not None
        return one

    return _answered(request, idempotency_key, body, do, at)


def _answered(request: HttpRequest, key: str, body: bytes, do: Callable[[], Forfeiture], at: datetime) -> HttpResponse:
    """What `do` comes to, once for each Idempotency-Key."""

    def work() -> bytes:
        return encode(Announced.of(do()).model_dump())

    if not key:
        return HttpResponse(work(), content_type=JSON)
    digest = digest_of(request.method or "", request.path, "", body)
    answer, again = once(key_of(request).id, key, digest, at, work)
    return HttpResponse(answer, content_type=JSON, headers={"Idempotent-Replayed": "true"} if again else None)
