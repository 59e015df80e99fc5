"""Households: several members, one account. They are opened, joined, read and left."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Path, Query
from pydantic import BaseModel, Field

from regulars.doors.api import asks, examples
from regulars.doors.api.acts import DRY_RUN, IDEMPOTENCY_KEY, PROBLEMS, SOURCE, do_once, told
from regulars.doors.api.describing import described
from regulars.doors.api.gate import BearerKey, only
from regulars.doors.api.members import reading
from regulars.doors.api.schemas import ActAnswer
from regulars.engine.entries import Refusal
from regulars.exchange.earning import housing
from regulars.exchange.earning.acting import ActRefused, By, Done
from regulars.exchange.earning.housemates import housemates
from regulars.ground.activity.contract import MAX_ID, MAX_POINTS
from regulars.ground.members.households import household_at
from regulars.ground.members.models import Member
from regulars.ground.publishing.versions import versions
from regulars.kit.speaking import worded

router = Router(tags=["households"])
SCOPE, READ = "households:write", "members:read"
REF = Path(..., description="The household's number.")
EVENT = Query(
    "", description="The source's own id of this act, for ever; the Idempotency-Key when left out.", max_length=MAX_ID
)
POINTS = Query(0, description="How many points they take, if fewer than their share.", ge=0, le=MAX_POINTS)
CURRENCY = Query("", description="Of which currency.", pattern="^([a-z][a-z0-9-]{0,39})?$")
JOINS = ("forfeiture_open", "in_household", "household_full", "not_a_member")


class Housemate(BaseModel):
    """A member of a household."""

    number: str
    joined_at: datetime
    share: dict[str, int] = Field(description="By currency, the points that are theirs if they leave now.")


class HouseholdAnswer(BaseModel):
    """A household; what it has is read as a member's balance, under its number."""

    number: str
    members: list[Housemate] = Field(description="Those first who joined first; none when everybody has left.")


@router.post(
    "/households",
    auth=BearerKey(SCOPE),
    response=ActAnswer,
    operation_id="post_household",
    summary="Open a household",
    openapi_extra=told(
        SCOPE, asks.Opened, *JOINS, "number_taken", "bad_number", ask=examples.OPENING, answer=examples.OPENED
    ),
)
def post_household(
    request: HttpRequest, source: str = SOURCE, dry_run: bool = DRY_RUN, idempotency_key: str = IDEMPOTENCY_KEY
) -> HttpResponse:
    """Open a household with its first member, whose points go there. `household` of the answer is its number."""

    def do(ask: asks.Opened, by: By) -> Done:
        return housing.found(ask.member, ask.number or "", by).done

    only(request, "source", "dry_run")
    asked, body = asks.read(asks.Opened, request)
    return do_once(request, lambda ask: ask.member, asked, body, do, source, dry_run, idempotency_key)


@router.post(
    "/households/{path:ref}/members",
    auth=BearerKey(SCOPE),
    response=ActAnswer,
    operation_id="post_housemate",
    summary="Join a household",
    openapi_extra=told(
        SCOPE, asks.Joining, *JOINS, "unknown_household", "household_closed", ask=examples.JOINING,
        answer=examples.JOINED,
    ),
)  # fmt: skip
def post_housemate(
    request: HttpRequest, ref: str = REF, source: str = SOURCE, dry_run: bool = DRY_RUN,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Let all that a member has go to the household, with its days; from then on their number leads there.

    `points` of the answer are what came.
    """

    def do(ask: asks.Joining, by: By) -> Done:
        return housing.join(ask.member, ref, by).done

    only(request, "source", "dry_run")
    asked, body = asks.read(asks.Joining, request)
    return do_once(request, lambda ask: ask.member, asked, body, do, source, dry_run, idempotency_key)


@router.delete(
    "/households/{path:ref}/members/{path:member}",
    auth=BearerKey(SCOPE),
    response=ActAnswer,
    operation_id="delete_housemate",
    summary="Leave a household",
    openapi_extra=described(
        SCOPE, *PROBLEMS, "not_in_household", "holds_open", "beyond_share", "last_takes_all", "unknown_currency",
        "bad_points", "not_a_member", answer=examples.LEFT, speaks=True,
    ),
)  # fmt: skip
def delete_housemate(
    request: HttpRequest, ref: str = REF, member: str = Path(..., description="The member's number."),
    event: str = EVENT, points: int = POINTS, currency: str = CURRENCY, source: str = SOURCE, dry_run: bool = DRY_RUN,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Let a member leave with their share of the points; their number leads to an account of their own again.

    `points` of the answer are what they take; `dry_run` says it before.
    """

    def do(ask: asks.Leaving, by: By) -> Done:
        gone = housing.leave(member, ask.points or 0, ask.currency, by, ref)
        return Done(gone.member, gone.came, gone.again, household=ref)

    only(request, "source", "dry_run", "event", "points", "currency")
    asked = asks.checked(asks.Leaving, {"event": event or None, "points": points or None, "currency": currency})
    body = repr((event, points, currency)).encode()
    return do_once(request, lambda ask: member, asked, body, do, source, dry_run, idempotency_key)


@router.get(
    "/households/{path:ref}",
    auth=BearerKey(READ),
    response=HouseholdAnswer,
    operation_id="get_household",
    summary="Read a household",
    openapi_extra=described(READ, "no_such_member", "unknown_household", "no_programme", answer=examples.HOUSEHOLD),
)
def get_household(request: HttpRequest, ref: str = REF) -> HouseholdAnswer:
    """Who is in a household, since when, and what would be theirs if they left now.

    What the household has is read as a member's: `/v1/members/{its number}/balance`, and so on.
    """
    only(request)
    with reading(request, ref, "household read") as (account, at):
        versions()
        home = household_at(account)
        if home is None or home.number != ref:
            raise ActRefused(
                Refusal("unknown_household", worded("No household has this number: check it, or open one."), {})
            )
        found = housemates(account, at)
        people = Member.objects.in_bulk([one.account for one in found])
        members = [Housemate(number=people[one.account].number, joined_at=one.since, share=one.share) for one in found]
    return HouseholdAnswer(number=ref, members=members)
