"""GET /v1/budgets: what is left of what all members together may be given."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field

from regulars.doors.api import examples
from regulars.doors.api.describing import described
from regulars.doors.api.gate import BearerKey, only
from regulars.doors.api.problems import spoken
from regulars.exchange.budgets.left import Left, running
from regulars.ground.installation.facts import now
from regulars.ground.publishing.versions import versions
from regulars.kit.zones import microseconds
from regulars.programme.sentences import title_in

router = Router(tags=["budgets"], auth=BearerKey("quotes:read"))


class BudgetLeft(BaseModel):
    """A budget in the period that runs."""

    id: str
    title: str
    currency: str
    rules: list[str] = Field(description="The rules that draw on it.")
    per: str = Field(description="day, week (from Monday), month, year or ever.")
    first_day: date | None = Field(description="The first day of the period that runs; of `ever`, none.")
    last_day: date | None = Field(description="Its last day; of `ever`, none.")
    at_edge: str = Field(description="`clip` gives what still fits, `refuse` only what fits as a whole.")
    most: int = Field(description="How many points all members together may be given in one period.")
    given: int = Field(description="How many they were given in this one, less what came back.")
    left: int = Field(description="How many are left for whoever comes next.")

    @classmethod
    def of(cls, one: Left, language: str) -> BudgetLeft:
        """As the room sees it."""
        budget = one.budget
        return cls(
            id=budget.id,
            title=title_in(budget.title, language),
            currency=budget.currency,
            rules=list(budget.rules),
            per=budget.per,
            first_day=one.first,
            last_day=one.last,
            at_edge=budget.at_edge,
            most=budget.most,
            given=one.given,
            left=one.points,
        )


class BudgetsAnswer(BaseModel):
    """The budgets of the programme in force, in the order of the file."""

    budgets: list[BudgetLeft]


@router.get(
    "/budgets",
    response=BudgetsAnswer,
    operation_id="get_budgets",
    summary="Read the budgets",
    openapi_extra=described("quotes:read", "no_programme", answer=examples.BUDGETS, speaks=True),
)
def get_budgets(request: HttpRequest) -> BudgetsAnswer:
    """What is left of each budget of all members, and what was given. `Accept-Language` chooses the language of titles.

    Read without waiting for anybody: others may draw on it before the next purchase does.
    """
    only(request)
    at = microseconds(now())
    return BudgetsAnswer(budgets=[BudgetLeft.of(one, spoken()) for one in running(versions().at(at).kernel, at)])
