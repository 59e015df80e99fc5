"""Members: who one is (read, and put in place), what they have, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Literal, NoReturn

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Header, Path, Query
from pydantic import BaseModel, Field

from regulars.doors.api import asks, examples
from regulars.doors.api.bodies import JSON
from regulars.doors.api.describing import described
from regulars.doors.api.events import KEY, REPLAYED
from regulars.doors.api.gate import BearerKey, actor, key_of, need, only
from regulars.doors.api.keeping import digest_of, once
from regulars.doors.api.places import place
from regulars.doors.api.problems import Problem, spoken
from regulars.doors.api.schemas import (
    BalanceAnswer,
    CurrencyBalance,
    MemberAnswer,
    MemberTier,
    Movement,
    StatementAnswer,
)
from regulars.exchange.ledger.holdings import balances, tier_view
from regulars.exchange.ledger.sifting import Sieve, sifted, unsifted
from regulars.ground.access.auditing import audit
from regulars.ground.activity.contract import Fault
from regulars.ground.installation.facts import now
from regulars.ground.members.describing import Telling, describe
from regulars.ground.members.enrolling import accounts_of, own_accounts_of
from regulars.ground.members.households import household_at
from regulars.ground.members.models import Member
from regulars.ground.publishing.versions import versions

router = Router(tags=["members"], auth=BearerKey("members:read"))
REF = Path(..., description="The member's number.")


class DescribedAnswer(BaseModel):
    """What a telling changed; never what is known."""

    dry_run: bool = Field(description="Whether everything was rolled back.")
    number: str = Field(description="The member's number; of a number that was merged, the survivor's.")
    enrolled: bool = Field(description="Whether they are new.")
    changed: list[str] = Field(description="The fields that changed.")


@router.get(
    "/members/{path:ref}/balance",
    response=BalanceAnswer,
    operation_id="get_balance",
    summary="Read a balance",
    openapi_extra=described("members:read", "no_such_member", "no_programme", answer=examples.BALANCE, speaks=True),
)
def get_balance(request: HttpRequest, ref: str = REF) -> BalanceAnswer:
    """What a member may spend, what still waits and until when, and what would expire when."""
    only(request)
    with reading(request, ref, "balance read") as (account, at):
        money = versions().latest.kernel.terms.money
        found = [CurrencyBalance.of(one, money, spoken()) for one in balances(account, at)]
    return BalanceAnswer(number=ref, balances=found)


@router.get(
    "/members/{path:ref}/statement",
    response=StatementAnswer,
    operation_id="get_statement",
    summary="Read a statement",
    openapi_extra=described(
        "members:read", "no_such_member", "no_programme", "unknown_currency", answer=examples.STATEMENT, speaks=True
    ),
)
def get_statement(
    request: HttpRequest,
    ref: str = REF,
    currency: str = Query(
        "", description="Of one currency; of all when left out.", pattern="^([a-z][a-z0-9-]{0,39})?$"
    ),
    kind: Literal["", "earned", "spent", "returned", "ended", "decided"] = Query(
        "", description="Of one kind; of all when left out."
    ),
    since: Annotated[date | None, Query(description="From this day on, in the programme's zone.")] = None,
    until: Annotated[date | None, Query(description="Through this day.")] = None,
    cursor: str = Query("", description="`next` of the page before, as it is.", pattern="^[0-9]{0,18}$"),
    limit: int = Query(50, description="Lines of a page.", ge=1, le=200),
    gathered: bool = Query(
        False, description="What one event, or one night, did in one way to one pot as one line, under its last `seq`."
    ),
) -> StatementAnswer:
    """Every movement of a member's points, the latest recorded first, each with its reason.

    `Accept-Language` chooses the language of the reasons: English, German, Spanish or Danish. A page never repeats or
    leaves out a movement, whatever is recorded between one page and the next.
    """
    only(request, "currency", "kind", "since", "until", "cursor", "limit", "gathered")
    with reading(request, ref, "statement read") as (account, _):
        promise, sieve = versions(), Sieve(kind, currency, since, until)
        if (refusal := unsifted(sieve, promise)) is not None:
            raise Problem(refusal.code, refusal.sentence, refusal.figures)
        zone, before = promise.latest.kernel.terms.programme.header.zone, int(cursor) if cursor else None
        found = sifted(account, sieve, zone, before, limit + 1, gathered)
        tellers = Member.objects.in_bulk({one for line in found for one in (line.teller, line.told_under) if one})
    numbers = {account: member.number for account, member in tellers.items()}
    lines = [Movement.of(line, spoken(), numbers) for line in found[:limit]]
    more = str(lines[-1].seq) if len(found) > limit else None
    return StatementAnswer(number=ref, language=spoken(), lines=lines, next=more)


# After the readings below it, as a number may have a slash in it.
@router.get(
    "/members/{path:ref}",
    response=MemberAnswer,
    operation_id="get_member",
    summary="Read a member",
    openapi_extra=described("members:read", "no_such_member", "no_programme", answer=examples.MEMBER, speaks=True),
)
def get_member(request: HttpRequest, ref: str = REF) -> MemberAnswer:
    """Who a member is, and where they stand. `Accept-Language` chooses the language of titles and sentences."""
    only(request)
    with reading(request, ref, "member read") as (account, at):
        person = own_accounts_of([ref])[ref]
        home = household_at(account)
        if home is not None and person == account:  # nobody's number, but the household's own
            raise Problem("no_such_member")
        member, tier, language = Member.objects.get(account_id=person), tier_view(account, at), spoken()
    return MemberAnswer(
        number=member.number,
        given_name=member.given_name,
        family_name=member.family_name,
        preferred_name=member.preferred_name,
        email=member.email,
        phone=member.phone,
        language=member.language,
        birth_month=member.birth_month,
        birth_day=member.birth_day,
        birth_year=member.birth_year,
        joined_on=member.joined_on,
        tier=MemberTier.of(tier, language) if tier else None,
        household=home.number if home else None,
    )


@router.put(
    "/members/{path:ref}",
    auth=BearerKey("members:write"),
    response=DescribedAnswer,
    operation_id="put_member",
    summary="Enrol a member, and put right what is known of them",
    openapi_extra=described(
        "members:write", *asks.UNREAD, "in_progress", "idempotency_key_reused", "email_taken", "bad_number",
        "not_a_member", answer=examples.DESCRIBED, body=asks.body_of(asks.Personal, examples.PERSONAL), speaks=True,
    ),
)  # fmt: skip
def put_member(
    request: HttpRequest,
    ref: str = REF,
    dry_run: bool = Query(False, description="Say it, and change nothing: takes `members:read` as well."),
    idempotency_key: str = Header("", alias="Idempotency-Key", description=KEY, pattern="^[!-~]{0,255}$"),
) -> HttpResponse:
    """Tell who the member with this number is; whoever is new is enrolled.

    Only what is told changes: an empty text, or null, forgets it. The same again changes nothing. Of a number that was
    merged it is the survivor who is told of. What is known is not answered: that takes the scope `members:read`. So
    does a dry run, which says of a guess whether it is right, changes nothing and is noted nowhere.
    """
    only(request, "dry_run")
    caller = key_of(request)
    if dry_run:
        need(caller, "members:read")
    asked, body = asks.read(asks.Personal, request)
    told, at = asked.model_dump(include=asked.model_fields_set), now()

    def work() -> bytes:
        (done,) = describe([Telling(ref, told)], actor(caller), at, dry_run)
        if done.faults:
            _refuse(done.faults)
        answer = DescribedAnswer(dry_run=dry_run, number=done.number, enrolled=done.made, changed=list(done.changed))
        return answer.model_dump_json().encode()

    if not idempotency_key or dry_run:
        return HttpResponse(work(), content_type=JSON)
    answer, again = once(caller.id, idempotency_key, digest_of("PUT", request.path, body), at, work)
    return HttpResponse(answer, content_type=JSON, headers=REPLAYED if again else None)


def _refuse(faults: Sequence[Fault]) -> NoReturn:
    first = faults[0]
    if first.code == "email_taken":
        raise Problem("email_taken")
    if first.column == "number":
        raise Problem(first.code, first.sentence)
    raise Problem("bad_parameters", errors=[place(f"body.{one.column}", one.code, one.sentence) for one in faults])


@contextmanager
def reading(request: HttpRequest, ref: str, act: str) -> Iterator[tuple[int, datetime]]:
    """While inside, what is read of a member belongs to one transaction, with the note of who read it.

    Answers the account and the present. Raises Problem `no_such_member`.
    """
    at = now()
    with transaction.atomic():
        account = account_of(ref)
        audit(actor(key_of(request)), act, account, {}, at)
        yield account, at


def account_of(ref: str) -> int:
    """The account of a member number. Raises Problem `no_such_member`."""
    found = accounts_of([ref])
    if ref not in found:
        raise Problem("no_such_member")
    return found[ref]
