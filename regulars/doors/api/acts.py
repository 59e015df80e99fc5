"""Acts: one request, one act on a member's points: done once, whole or not at all, and answered alike when repeated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja.params.functions import Header, Path, Query

from regulars.doors.api import asks
from regulars.doors.api.bodies import JSON
from regulars.doors.api.describing import described
from regulars.doors.api.events import KEY, source_of
from regulars.doors.api.gate import actor, key_of, only
from regulars.doors.api.keeping import digest_of, once
from regulars.doors.api.members import account_of
from regulars.doors.api.places import place
from regulars.doors.api.problems import Problem
from regulars.doors.api.recalling import paid, recall, tier_moved
from regulars.exchange.earning.acting import By, Done
from regulars.ground.access.auditing import audit
from regulars.ground.installation.facts import now
from regulars.kit.json import encode
from regulars.kit.speaking import worded

REF = Path(..., description="The member's number.")
SOURCE = Query("", description="Under whose name the act is known; that of the key, or its name, when left out.")
DRY_RUN = Query(False, description="Say what would happen, and change nothing.")
IDEMPOTENCY_KEY = Header("", alias="Idempotency-Key", description=KEY, pattern="^[!-~]{0,255}$")
#: What may come of any act, beside what its own rules refuse.
PROBLEMS = (
    *asks.UNREAD, "no_such_member", "in_progress", "no_programme", "idempotency_key_reused", "household_closed",
    "other_content", "other_member", "cannot_be_kept",
)  # fmt: skip


def told(scope: str, kind: type[asks.Ask], *codes: str, ask: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """What the document says of an act: its scope, its body with an example, its refusals, its answer."""
    return described(scope, *PROBLEMS, *codes, answer=answer, body=asks.body_of(kind, ask), speaks=True)


def carry_out(
    request: HttpRequest,
    ref: str,
    kind: type[asks.A],
    do: Callable[[asks.A, By], Done],
    source: str,
    dry_run: bool,
    key: str,
) -> HttpResponse:
    """Read what is asked, let `do` carry it out for the member `ref`, and answer with what it moved.

    `key` is the Idempotency-Key. Raises Problem, ActRefused.
    """
    only(request, "source", "dry_run")
    asked, body = asks.read(kind, request)
    return do_once(request, lambda asked: ref, asked, body, do, source, dry_run, key)


def do_once(
    request: HttpRequest, whose: Callable[[asks.A], str], asked: asks.A, body: bytes, do: Callable[[asks.A, By], Done],
    source: str, dry_run: bool, key: str,
) -> HttpResponse:  # fmt: skip
    """As `carry_out`, for what was read already; `whose` says of it which member's number it is about."""
    ref = whose(asked)
    caller, at = key_of(request), now()
    by = By(actor(caller), source_of(source, "", caller), id_of(asked, key, dry_run), at)
    replayed = []

    def work() -> bytes:
        account = account_of(ref)
        with transaction.atomic():
            with transaction.atomic():
                done = do(asked, by)
                points, pays = recall({done.event: ref})[done.event], paid(done.account, done.event)
                # Whoever joins or leaves a household has the tier of another account.
                tier = None if done.household else tier_moved(done.account, done.event)
                transaction.set_rollback(dry_run)
            if dry_run:
                audit(by.actor, "act rehearsed", account, {"act": type(asked).__name__.lower()}, at)
        replayed.append(done.again)
        ids = {"id": done.event, "received": done.received}
        gone = dict.fromkeys(ids) if dry_run and not done.again else ids
        return encode(
            {
                "dry_run": dry_run,
                "source": by.source,
                "event": by.id,
                "member": ref,
                **gone,
                "points": points,
                "pays": pays,
                "tier": tier,
                **({"household": done.household} if done.household else {}),
            }
        )

    if not key or dry_run:
        return _answer(work(), any(replayed))
    digest = digest_of(request.method or "", request.path, by.source, body)
    answer, again = once(caller.id, key, digest, at, work)
    return _answer(answer, again or any(replayed))


def id_of(asked: asks.Ask, key: str, dry_run: bool) -> str:
    """The id under which the act is known for ever."""
    if asked.event or key:
        return asked.event or key
    if dry_run:
        return f"rehearsal-{uuid4().hex}"
    sentence = worded("Give the act an id of its own, or send it with an Idempotency-Key.")
    raise Problem("bad_parameters", errors=[place("body.event", "missing", sentence)])


def _answer(body: bytes, again: bool) -> HttpResponse:
    return HttpResponse(body, content_type=JSON, headers={"Idempotent-Replayed": "true"} if again else None)
