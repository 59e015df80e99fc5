"""Acts on a member's points: spend, set aside, give back, adjust, transfer; and the tier that somebody sets."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Path

from regulars.doors.api import asks, examples
from regulars.doors.api.acts import DRY_RUN, IDEMPOTENCY_KEY, REF, SOURCE, carry_out, told
from regulars.doors.api.describing import described
from regulars.doors.api.gate import BearerKey, only
from regulars.doors.api.members import reading
from regulars.doors.api.problems import spoken
from regulars.doors.api.schemas import ActAnswer, HeldPoints, HoldsAnswer, LotsAnswer, SomeLot
from regulars.exchange.earning import acting
from regulars.exchange.earning.importing import reading_terms
from regulars.exchange.ledger.holdings import holds, lots
from regulars.exchange.rewards import redeeming

router = Router(tags=["points"])
READ, TELL, SPEND, ADJUST, TRANSFER, TIERS = (
    "members:read", "events:write", "points:spend", "points:adjust", "points:transfer", "tiers:write",
)  # fmt: skip
SPENT_ID = Path(..., description="The id of the redemption, or of a capture, as it was answered.")
HOLD_ID = Path(..., description="The hold's id, as it was answered.")
LACK = ("unknown_currency", "bad_points", "insufficient_points")
BILLED = ("payable_missing", "share_exceeded", "not_payable")
REWARDED = (
    "unknown_reward", "not_eligible", "limit_reached", "price_missing", "price_out_of_range", "unknown_attribute",
    "bad_attribute",
)  # fmt: skip


@router.post(
    "/members/{path:ref}/redemptions",
    auth=BearerKey(SPEND),
    response=ActAnswer,
    operation_id="post_redemption",
    summary="Spend points",
    openapi_extra=told(
        SPEND, asks.Redemption, *LACK, *REWARDED, *BILLED, ask=examples.REDEMPTION, answer=examples.REDEEMED
    ),
)
def post_redemption(
    request: HttpRequest, ref: str = REF, source: str = SOURCE, dry_run: bool = DRY_RUN,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Spend points that are available, the soonest to expire first, as such or on a reward that is handed over at once.

    With `payable` they take something off that bill: `pays` of the answer. With `original` they pay for that purchase,
    and come back, line by line, when it is returned.
    """

    def do(ask: asks.Redemption, by: acting.By) -> acting.Done:
        payable, original = asks.bill(ask.payable, reading_terms(by.now).digits), ask.original or ""
        if ask.reward is not None:
            return redeeming.redeem(ref, ask.reward, by, ask.points or 0, payable, original, ask.facts)
        return acting.redeem(ref, ask.points or 0, ask.currency, by, original, payable)

    return carry_out(request, ref, asks.Redemption, do, source, dry_run, idempotency_key)


@router.post(
    "/members/{path:ref}/redemptions/{id}/reversal",
    auth=BearerKey(SPEND),
    response=ActAnswer,
    operation_id="post_reversal",
    summary="Cancel a redemption",
    openapi_extra=told(
        SPEND, asks.Reversal, "unknown_original", "already_reversed", ask=examples.REVERSAL, answer=examples.REVERSED
    ),
)
def post_reversal(
    request: HttpRequest, ref: str = REF, id: UUID = SPENT_ID,
    source: str = SOURCE, dry_run: bool = DRY_RUN, idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Give back all that is left of a redemption or a capture, to the lots it came from, with their own last days."""

    def do(ask: asks.Reversal, by: acting.By) -> acting.Done:
        return acting.cancel(ref, id, by)

    return carry_out(request, ref, asks.Reversal, do, source, dry_run, idempotency_key)


@router.post(
    "/members/{path:ref}/returns",
    auth=BearerKey(TELL),
    response=ActAnswer,
    operation_id="post_return",
    summary="Take a purchase back",
    openapi_extra=told(
        TELL, asks.Return, "unknown_original", "unknown_line", "return_exceeds_purchase", "nothing_to_return",
        ask=examples.RETURN, answer=examples.RETURNED,
    ),
)  # fmt: skip
def post_return(
    request: HttpRequest, ref: str = REF, source: str = SOURCE, dry_run: bool = DRY_RUN,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Take back a purchase that the same source told, whole or of some lines so much.

    Points that paid for it come back, and what it earned is taken back; `dry_run` says both before it is done.
    """

    def do(ask: asks.Return, by: acting.By) -> acting.Done:
        lines = asks.minor_units(ask.lines or (), reading_terms(by.now).digits)
        return acting.bring_back(ref, ask.original, lines, by)

    return carry_out(request, ref, asks.Return, do, source, dry_run, idempotency_key)


@router.get(
    "/members/{path:ref}/holds",
    auth=BearerKey(READ),
    response=HoldsAnswer,
    operation_id="get_holds",
    summary="Read what is held",
    openapi_extra=described(READ, "no_such_member", "no_programme", answer=examples.HOLDS),
)
def get_holds(request: HttpRequest, ref: str = REF) -> HoldsAnswer:
    """What is set aside for a member, the next to come back by itself first."""
    only(request)
    with reading(request, ref, "holds read") as (account, at):
        return HoldsAnswer(number=ref, holds=[HeldPoints.of(one) for one in holds(account, at)])


@router.post(
    "/members/{path:ref}/holds",
    auth=BearerKey(SPEND),
    response=ActAnswer,
    operation_id="post_hold",
    summary="Set points aside",
    openapi_extra=told(SPEND, asks.Hold, *LACK, *REWARDED, "bad_term", ask=examples.HOLD, answer=examples.HELD),
)
def post_hold(
    request: HttpRequest, ref: str = REF, source: str = SOURCE, dry_run: bool = DRY_RUN,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Set points aside for a reward or something else, to be captured or released; `id` of the answer is the hold's.

    When its time is over and nobody answered it, the points come back by themselves and last as much longer.
    """

    def do(ask: asks.Hold, by: acting.By) -> acting.Done:
        if ask.reward is not None:
            return redeeming.set_aside(ref, ask.reward, by, ask.points or 0, ask.facts)
        return acting.hold(ref, ask.points or 0, ask.currency, ask.within_days or 0, by)

    return carry_out(request, ref, asks.Hold, do, source, dry_run, idempotency_key)


@router.post(
    "/members/{path:ref}/holds/{id}/capture",
    auth=BearerKey(SPEND),
    response=ActAnswer,
    operation_id="post_capture",
    summary="Spend what was held",
    openapi_extra=told(
        SPEND,
        asks.Capture,
        "unknown_hold",
        "hold_exceeded",
        "reward_is_whole",
        "insufficient_points",
        *BILLED,
        ask=examples.CAPTURE,
        answer=examples.CAPTURED,
    ),
)
def post_capture(
    request: HttpRequest, ref: str = REF, id: UUID = HOLD_ID, source: str = SOURCE, dry_run: bool = DRY_RUN,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Spend held points, all of them or some; what is left stays held. A reward is handed over with it, as a whole."""

    def do(ask: asks.Capture, by: acting.By) -> acting.Done:
        payable = asks.bill(ask.payable, reading_terms(by.now).digits)
        return acting.capture(ref, id, ask.points or 0, by, ask.original or "", payable)

    return carry_out(request, ref, asks.Capture, do, source, dry_run, idempotency_key)


@router.post(
    "/members/{path:ref}/holds/{id}/release",
    auth=BearerKey(SPEND),
    response=ActAnswer,
    operation_id="post_release",
    summary="Give back what was held",
    openapi_extra=told(
        SPEND,
        asks.Release,
        "unknown_hold",
        "hold_exceeded",
        "reward_is_whole",
        ask=examples.RELEASE,
        answer=examples.RELEASED,
    ),
)
def post_release(
    request: HttpRequest, ref: str = REF, id: UUID = HOLD_ID, source: str = SOURCE, dry_run: bool = DRY_RUN,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Give held points back, all of them or some, as they were."""

    def do(ask: asks.Release, by: acting.By) -> acting.Done:
        return acting.release(ref, id, ask.points or 0, by)

    return carry_out(request, ref, asks.Release, do, source, dry_run, idempotency_key)


@router.post(
    "/members/{path:ref}/adjustments",
    auth=BearerKey(ADJUST),
    response=ActAnswer,
    operation_id="post_adjustment",
    summary="Give or take points by decision",
    openapi_extra=told(
        ADJUST,
        asks.Adjustment,
        *LACK,
        "unknown_entry",
        "correction_exceeds",
        ask=examples.ADJUSTMENT,
        answer=examples.ADJUSTED,
    ),
)
def post_adjustment(
    request: HttpRequest, ref: str = REF, source: str = SOURCE, dry_run: bool = DRY_RUN,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Goodwill and corrections: points that somebody decided to give, or to take. The reason is part of the record."""

    def do(ask: asks.Adjustment, by: acting.By) -> acting.Done:
        return acting.adjust(ref, ask.points, ask.currency, ask.reason, by, ask.corrects or 0)

    return carry_out(request, ref, asks.Adjustment, do, source, dry_run, idempotency_key)


@router.post(
    "/members/{path:ref}/transfers",
    auth=BearerKey(TRANSFER),
    response=ActAnswer,
    operation_id="post_transfer",
    summary="Transfer points",
    openapi_extra=told(
        TRANSFER, asks.Transfer, *LACK, "same_account", "unknown_member", ask=examples.TRANSFER,
        answer=examples.TRANSFERRED,
    ),
)  # fmt: skip
def post_transfer(
    request: HttpRequest, ref: str = REF, source: str = SOURCE, dry_run: bool = DRY_RUN,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Let points go to another member, each with the last day it has; what is owed there is paid first.

    `received` of the answer is the event by which they arrived.
    """

    def do(ask: asks.Transfer, by: acting.By) -> acting.Done:
        return acting.transfer(ref, ask.to, ask.points, ask.currency, by)

    return carry_out(request, ref, asks.Transfer, do, source, dry_run, idempotency_key)


@router.post(
    "/members/{path:ref}/tier",
    auth=BearerKey(TIERS),
    response=ActAnswer,
    operation_id="post_tier",
    summary="Set a tier by hand",
    openapi_extra=told(TIERS, asks.TierSet, "unknown_tier", "bad_term", ask=examples.TIER, answer=examples.TIER_SET),
)
def post_tier(
    request: HttpRequest, ref: str = REF, source: str = SOURCE, dry_run: bool = DRY_RUN,
    idempotency_key: str = IDEMPOTENCY_KEY,
) -> HttpResponse:  # fmt: skip
    """Give a member a tier that no night lowers, through a day or without end; or end what was set."""

    def do(ask: asks.TierSet, by: acting.By) -> acting.Done:
        return acting.set_tier(ref, ask.tier or "", ask.until, ask.reason, by)

    return carry_out(request, ref, asks.TierSet, do, source, dry_run, idempotency_key)


@router.get(
    "/members/{path:ref}/lots",
    auth=BearerKey(READ),
    response=LotsAnswer,
    operation_id="get_lots",
    summary="Read the lots",
    openapi_extra=described(READ, "no_such_member", "no_programme", answer=examples.LOTS, speaks=True),
)
def get_lots(request: HttpRequest, ref: str = REF) -> LotsAnswer:
    """What is left of every grant, in the order in which it would be spent, and until when; what waits comes last."""
    only(request)
    with reading(request, ref, "lots read") as (account, at):
        return LotsAnswer(number=ref, lots=[SomeLot.of(one, spoken()) for one in lots(account, at)])
