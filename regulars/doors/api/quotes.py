"""POST /v1/quote: what would this basket earn, and why not more?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Router

from regulars.doors.api import examples
from regulars.doors.api.bodies import JSON, object_of, read_body
from regulars.doors.api.describing import described
from regulars.doors.api.gate import BearerKey, actor, key_of, only
from regulars.doors.api.members import account_of
from regulars.doors.api.places import Place, place
from regulars.doors.api.problems import Problem, spoken
from regulars.doors.api.schemas import QuoteAnswer
from regulars.doors.api.unfolding import declared_by, unfold_object
from regulars.exchange.earning.importing import reading_terms
from regulars.exchange.earning.quoting import quote
from regulars.ground.access.auditing import audit
from regulars.ground.activity.contract import Fault, Incoming
from regulars.ground.installation.facts import now
from regulars.ground.publishing.versions import versions
from regulars.kit.speaking import worded

router = Router(tags=["quotes"])

BODY = {
    "required": True,
    "content": {JSON: {"schema": {"$ref": "#/components/schemas/Basket"}, "example": examples.BASKET}},
}
PROBLEMS = (
    "incomplete_body", "bad_gzip", "not_json", "duplicate_key", "no_such_member", "no_programme", "length_required",
    "body_too_large", "unsupported_type", "unsupported_encoding", "not_events",
)  # fmt: skip


@router.post(
    "/quote",
    auth=BearerKey("quotes:read"),
    response=QuoteAnswer,
    operation_id="post_quote",
    summary="Ask for a quote",
    openapi_extra=described("quotes:read", *PROBLEMS, answer=examples.QUOTE, body=BODY, speaks=True),
)
def post_quote(request: HttpRequest) -> QuoteAnswer:
    """What a basket would earn now, rule by rule, and why the other rules give nothing. Nothing is written.

    The body is an event as `POST /v1/events` takes it. `event` may be left out, `at` too (then it is now), and
    `member`: then the answer is for somebody who joins with this basket. `Accept-Language` chooses the language.
    """
    only(request)
    remedy = worded("Send one object, with the basket under `lines`.")
    at, told = now(), object_of(read_body(request), request.headers.get("Content-Type", ""), remedy)
    event = judged(told, at)
    with transaction.atomic():
        account = account_of(event.member) if given(told, "member") else None
        if account is not None:
            audit(actor(key_of(request)), "quote asked", account, {}, at)
        answer = quote(event, account, spoken())
    return QuoteAnswer.model_validate(answer, from_attributes=True)


def given(told: dict[str, Any], name: str) -> bool:
    """Whether a basket says something there."""
    return told.get(name) not in (None, "")


def judged(told: dict[str, Any], at: datetime) -> Incoming:
    """The basket as an event, of this moment unless it names another. Raises Problem `bad_parameters`."""
    attributes = versions().latest.kernel.terms.programme.header.attributes
    absent = {"event": "quote", "at": at.isoformat(), "member": "nobody"}
    whole = {**told, **{name: value for name, value in absent.items() if not given(told, name)}, "source": None}
    event = unfold_object(whole, "", reading_terms(at), declared_by(attributes))
    if isinstance(event, Incoming):
        return event
    raise Problem("bad_parameters", errors=[_place(fault) for fault in event.faults])


def _place(fault: Fault) -> Place:
    line = f"lines.{fault.row + 1}" if fault.row is not None else ""
    where = ".".join(part for part in ("body", line, fault.column) if part)
    return place(where, fault.code, fault.sentence)
