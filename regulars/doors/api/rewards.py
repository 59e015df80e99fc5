"""GET /v1/members/{ref}/rewards: what a member can have for their points, and what is missing for the rest."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.params.functions import Path, Query
from pydantic import BaseModel, Field

from regulars.doors.api import examples
from regulars.doors.api.describing import described
from regulars.doors.api.gate import BearerKey, only
from regulars.doors.api.members import reading
from regulars.doors.api.places import place
from regulars.doors.api.problems import Problem, spoken
from regulars.doors.api.schemas import Money
from regulars.exchange.rewards.offering import Offered, rewards
from regulars.kit.speaking import worded

router = Router(tags=["rewards"], auth=BearerKey("members:read"))
REF = Path(..., description="The member's number.")
FACTS = Query("", description="Facts of the member that rewards may ask for, as one JSON object.", max_length=4_000)


class RewardOffered(BaseModel):
    """A reward, as it stands for the member."""

    id: str
    title: str
    kind: str
    currency: str
    least: int = Field(description="Its price in points; of one that moves, the floor.")
    most: int = Field(description="The ceiling of its price; the same where it does not move.")
    worth: Money | None = Field(description="What a member would pay for it, or what it takes off a bill.")
    fulfil_hours: int = Field(description="In how many hours it is handed over, if it is not at once.")
    can: bool = Field(description="Whether the member can have it now, at its lowest price.")
    code: str | None = Field(description="Why not, as the code of the refusal; none when they can.")
    missing_points: int = Field(
        description="Points that lack to its lowest price, with those owed, which are paid first."
    )
    why_not: list[str] = Field(description="What is missing, as sentences.")
    terms: list[str] = Field(description="What is promised of it, as sentences.")

    @classmethod
    def of(cls, one: Offered, language: str) -> RewardOffered:
        """As the room sees it."""
        reward, money = one.reward, one.programme.header.money
        return cls(
            id=reward.id,
            title=one.title(language),
            kind=reward.kind,
            currency=reward.currency,
            least=reward.price.least,
            most=reward.price.most,
            worth=Money(amount=reward.worth, currency=money) if reward.worth is not None else None,
            fulfil_hours=reward.fulfil_hours,
            can=one.refusal is None,
            code=one.refusal.code if one.refusal else None,
            missing_points=one.missing,
            why_not=one.why_not(language),
            terms=one.terms(language),
        )


class RewardsAnswer(BaseModel):
    """The rewards of the programme in force, in the order of the file."""

    number: str
    rewards: list[RewardOffered]


@router.get(
    "/members/{path:ref}/rewards",
    response=RewardsAnswer,
    operation_id="get_rewards",
    summary="Read the rewards",
    openapi_extra=described(
        "members:read", "no_such_member", "no_programme", "unknown_attribute", "bad_attribute", answer=examples.REWARDS,
        speaks=True,
    ),
)  # fmt: skip
def get_rewards(request: HttpRequest, ref: str = REF, facts: str = FACTS) -> RewardsAnswer:
    """What a member can have for their points now, and what is missing for the rest. `Accept-Language` chooses the
    language of titles and sentences."""
    only(request, "facts")
    told = _facts(facts)
    with reading(request, ref, "rewards read") as (account, at):
        found = [RewardOffered.of(one, spoken()) for one in rewards(account, ref, at, told)]
    return RewardsAnswer(number=ref, rewards=found)


def _facts(told: str) -> dict[str, Any]:
    """The JSON object of a query. Raises Problem `bad_parameters`."""
    try:
        found = json.loads(told or "{}", parse_float=str)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    sentence = worded("Send one JSON object, such as {example}.", example='`{"segments": ["vip"]}`')
    raise Problem("bad_parameters", errors=[place("query.facts", "not_json", sentence)])
