"""Merging: two numbers of one member become one account, and two again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from regulars.doors.api import asks, examples
from regulars.doors.api.acts import DRY_RUN, IDEMPOTENCY_KEY, REF, SOURCE, carry_out, told
from regulars.doors.api.gate import BearerKey
from regulars.doors.api.schemas import ActAnswer
from regulars.exchange.earning import merging
from regulars.exchange.earning.acting import By, Done

router = Router(tags=["merging"])
SCOPE = "members:merge"


@router.post(
    "/members/{path:ref}/merge",
    auth=BearerKey(SCOPE),
    response=ActAnswer,
    operation_id="post_merge",
    summary="Merge two members",
    openapi_extra=told(
        SCOPE, asks.Merge, "same_account", "merged_before", "unknown_member", "in_household", "merged_meanwhile",
        ask=examples.MERGE, answer=examples.MERGED,
    ),
)  # fmt: skip
def post_merge(
    request: HttpRequest, ref: str = REF, source: str = SOURCE, dry_run: bool = DRY_RUN,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Let all that a member has go to the member `into`: points with their days, and the past. Both numbers lead there.

    `points` of the answer are what came. It can be undone.
    """

    def do(ask: asks.Merge, by: By) -> Done:
        done = merging.merge(ref, ask.into, by)
        return Done(done.survivor, done.arrived, done.again)

    return carry_out(request, ref, asks.Merge, do, source, dry_run, idempotency_key)


@router.post(
    "/members/{path:ref}/unmerge",
    auth=BearerKey(SCOPE),
    response=ActAnswer,
    operation_id="post_unmerge",
    summary="Undo a merge",
    openapi_extra=told(
        SCOPE, asks.Unmerge, "not_merged", "not_the_last", "in_household", "unmerge_short", ask=examples.UNMERGE,
        answer=examples.UNMERGED,
    ),
)  # fmt: skip
def post_unmerge(
    request: HttpRequest, ref: str = REF, source: str = SOURCE, dry_run: bool = DRY_RUN,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Give back to the member who was merged what came then; what was spent since stays with the survivor.

    `points` of the answer are what came back.
    """

    def do(ask: asks.Unmerge, by: By) -> Done:
        done = merging.unmerge(ref, by)
        return Done(done.other, done.arrived, done.again)

    return carry_out(request, ref, asks.Unmerge, do, source, dry_run, idempotency_key)
