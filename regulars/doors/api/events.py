"""POST /v1/events: what happened, from a till, a shop or an app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Header, Query

from regulars.doors.api import examples
from regulars.doors.api.bodies import JSON, NDJSON, events_of, read_body
from regulars.doors.api.describing import described
from regulars.doors.api.gate import BearerKey, actor, key_of, only
from regulars.doors.api.keeping import digest_of, once
from regulars.doors.api.places import place
from regulars.doors.api.problems import Problem, spoken
from regulars.doors.api.schemas import EventResults
from regulars.doors.api.shapes import EVENTS
from regulars.doors.api.taking import Ask, take_told
from regulars.ground.access.keys import Key
from regulars.ground.activity.naming import BadSource, source_of_others
from regulars.ground.installation.facts import now
from regulars.kit.json import encode
from regulars.kit.speaking import worded

router = Router(tags=["events"])

BODY = {
    "required": True,
    "content": {
        JSON: {"schema": EVENTS, "example": examples.EVENT},
        NDJSON: {"schema": {"type": "string", "description": "One event per line."}},
    },
}
#: The header of an answer that was kept from an earlier time.
REPLAYED = {"Idempotent-Replayed": "true"}
KEY = "New for every new request; the same request under the same key gets the first answer again."
PROBLEMS = (
    "incomplete_body", "bad_gzip", "not_json", "duplicate_key", "in_progress", "no_programme", "length_required",
    "body_too_large", "too_many_events", "unsupported_type", "unsupported_encoding", "not_events",
    "idempotency_key_reused", "too_busy",
)  # fmt: skip


@router.post(
    "/events",
    auth=BearerKey("events:write"),
    response=EventResults,
    operation_id="post_events",
    summary="Tell events",
    openapi_extra=described("events:write", *PROBLEMS, answer=examples.RESULTS, body=BODY),
)
def post_events(
    request: HttpRequest,
    members: Literal["known", "create"] = Query("known", description="Whether members not known yet are enrolled."),
    source: str = Query("", description="Whose events these are; the key's own, or its name, when left out."),
    history: bool = Query(False, description="Count each event as of its own time, however late it is told."),
    dry_run: bool = Query(False, description="Say what would happen, and change nothing."),
    idempotency_key: str = Header("", alias="Idempotency-Key", description=KEY, pattern="^[!-~]{0,255}$"),
) -> HttpResponse:
    """One event, an array of up to 10,000, `{"events": [...]}`, or one event per line; plain or as gzip.

    Each event has a result at its place: recorded, duplicate (told before, nothing changed) or quarantined with the
    reason. One bad event never fails the others. All that is recorded is durable when the answer comes.
    """
    only(request, "members", "source", "history", "dry_run")
    body, kind = read_body(request), request.headers.get("Content-Type", "")
    way = Way(members, source, history)
    answer, again = tell(key_of(request), body, kind, way, idempotency_key, dry_run, spoken())
    return HttpResponse(answer, content_type=JSON, headers=REPLAYED if again else None)


@dataclass(frozen=True, slots=True)
class Way:
    """How events are to be taken: the parameters of the query."""

    members: str = "known"
    source: str = ""
    history: bool = False


def asked(
    key: Key, body: bytes, kind: str, way: Way, named: bool, language: str = "en"
) -> tuple[Ask, bytes]:  # fmt: skip
    """What a request asks, and where it is `named` (by an Idempotency-Key) the digest that stands for all of it; `kind`
    is the Content-Type, `language` that of the answer's sentences. Raises Problem."""
    told = events_of(body, kind)
    source = source_of(way.source, told.source, key)
    digest = digest_of("POST /v1/events", kind, source, way.members, str(way.history), body) if named else b""
    create = way.members == "create"
    return Ask(told.events, source, actor(key), key.scopes, create, way.history, language), digest


def tell(
    key: Key, body: bytes, kind: str, way: Way, name: str, dry_run: bool = False, language: str = "en"
) -> tuple[bytes, bool]:
    """Carry out one request by itself, under the Idempotency-Key `name` (empty: none); its answer as JSON, and whether
    it was kept from an earlier time (then in the language of that time). Raises Problem, PublishRefused."""
    ask, digest = asked(key, body, kind, way, bool(name), language)
    at = now()

    def work() -> bytes:
        return encode(take_told(ask, at, dry_run))

    if not name or dry_run:
        return work(), False
    return once(key.id, name, digest, at, work)


def source_of(asked: str, told: str, key: Key) -> str:
    """The source of a request's events: what the query asks, else what the body says, else the key's own, or its name.

    Raises Problem when query and body disagree, when the key speaks for another source alone, or it is no name that
    others than the house may have.
    """
    source = asked or told or key.source or key.name
    if asked and told and asked != told:
        raise _bad_source("bad_source", worded("The query and the body name different sources."))
    if key.source and source != key.source:
        sentence = worded(
            "This key speaks for `{source}` alone: leave the source out, or name that one.", source=key.source
        )
        raise _bad_source("other_source", sentence)
    try:
        return source_of_others(source)
    except BadSource as refused:
        raise _bad_source(refused.code, refused.sentence) from None


def _bad_source(code: str, sentence: str) -> Problem:
    return Problem("bad_parameters", errors=[place("source", code, sentence)])
