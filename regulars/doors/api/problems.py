"""Problems: what is answered when a request cannot be carried out (RFC 9457), each with a code that stays.

docs/api.md lists the same codes; a test holds the two together.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from regulars.doors.api.places import misfit
from regulars.exchange.earning.acting import ActRefused
from regulars.ground.publishing.versions import PublishRefused
from regulars.kit.json import encode
from regulars.kit.speaking import said_in, worded

MEDIA_TYPE = "application/problem+json"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Meaning:
    """The HTTP status of a code, what it says, and what to do when the answer itself does not say more. (Of an act it
    always does: what to do is then for /v1/docs, which speaks English.)"""

    status: int
    title: str
    remedy: str


PROBLEMS = {
    "bad_request": Meaning(
        400, worded("The request is not well-formed."), worded("Check its address, query and headers.")
    ),
    "unknown_host": Meaning(
        400,
        worded("Nobody here answers to this host."),
        worded("Send it to a host of the shop; whoever runs this house names them in `REGULARS_HOSTS`."),
    ),
    "incomplete_body": Meaning(
        400, worded("The body ended before its stated length."), worded("Send the request again.")
    ),
    "bad_gzip": Meaning(
        400, worded("The body is not whole gzip data."), worded("Compress it again, or send it as it is.")
    ),
    "not_json": Meaning(
        400, worded("The body is not JSON."), worded("Send UTF-8 JSON; a serialiser writes it correctly.")
    ),
    "duplicate_key": Meaning(400, worded("A key stands twice in one object."), worded("Keep one of the two.")),
    "no_key": Meaning(
        401, worded("The request carries no key."), worded("Send the header `Authorization: Bearer rk_...`.")
    ),
    "bad_key": Meaning(401, worded("This key opens nothing."), worded("Use a key that was made here and not revoked.")),
    "missing_scope": Meaning(
        403, worded("This key may not do that."), worded("Use a key with the scope that is named.")
    ),
    "no_such_operation": Meaning(
        404, worded("There is nothing at this address."), worded("/v1/docs lists every operation.")
    ),
    "no_such_member": Meaning(
        404, worded("No member has this number."), worded("Check the number, or enrol them first.")
    ),
    "method_not_allowed": Meaning(
        405, worded("This address does not take that method."), worded("`Allow` lists those it takes.")
    ),
    "in_progress": Meaning(
        409,
        worded("A request with this Idempotency-Key is being carried out."),
        worded("Wait, then send the same request again."),
    ),
    "email_taken": Meaning(
        409,
        worded("Another member has this e-mail address."),
        worded("Another member has this address: write theirs, or leave it out."),
    ),
    "no_programme": Meaning(
        409, worded("No programme is published yet."), worded("Publish one: regulars publish programme.yaml")
    ),
    "length_required": Meaning(
        411, worded("The length of the body is not stated."), worded("Send Content-Length, not chunks.")
    ),
    "body_too_large": Meaning(413, worded("The body is too large."), worded("Send the events in several requests.")),
    "too_many_events": Meaning(
        413, worded("There are too many events in one request."), worded("Send them in several requests.")
    ),
    "unsupported_type": Meaning(
        415,
        worded("Bodies of this content type are not read."),
        worded("Send application/json or application/x-ndjson, in UTF-8."),
    ),
    "unsupported_encoding": Meaning(
        415, worded("Bodies of this content encoding are not read."), worded("Send gzip, or the body as it is.")
    ),
    "bad_parameters": Meaning(
        422, worded("Something in the request is not as it must be."), worded("`errors` names each place.")
    ),
    "not_events": Meaning(
        422, worded("The JSON holds no events."), worded('Send an event, an array of events, or {"events": [...]}.')
    ),
    "idempotency_key_reused": Meaning(
        422,
        worded("This Idempotency-Key was used for another request."),
        worded("Use a new key for every new request."),
    ),
    "too_many_requests": Meaning(
        429, worded("This key asks too often."), worded("Wait for the seconds that Retry-After states.")
    ),
    "internal_error": Meaning(
        500,
        worded("Something went wrong here; nothing was changed."),
        worded("Try again; if it stays, report the incident number."),
    ),
    "too_busy": Meaning(
        503, worded("More is asked than can be done at once."), worded("Send the same request again shortly.")
    ),
    "database_unavailable": Meaning(
        503, worded("The database does not answer."), worded("Send the same request again shortly.")
    ),
}

#: Why an act on a member's points cannot be done.
ACTS = {
    "unknown_forfeiture": Meaning(404, worded("Nothing of this id was announced."), "Read the member's forfeitures."),
    "reason_does_not_hold": Meaning(
        409,
        worded("The reason does not hold for the member."),
        "`figures` says its condition; tell `facts` of it.",
    ),
    "forfeiture_open": Meaning(
        409, worded("Something is announced for the member already."), "That has to come to its end first."
    ),
    "too_late": Meaning(409, worded("The time to object is over."), "Tell somebody of the house: a person decides."),
    "already_decided": Meaning(409, worded("This has been decided already."), "Read the member's forfeitures."),
    "unknown_reason": Meaning(422, worded("The programme names no such reason."), "`figures` says which there are."),
    "unknown_hold": Meaning(404, worded("There is no such hold, or it is over."), "Read the member's holds."),
    "unknown_original": Meaning(
        404, worded("What the act refers to is not known here."), "Check the id; it must be the same member's."
    ),
    "insufficient_points": Meaning(409, worded("There are not enough points."), "`figures` says how many are missing."),
    "limit_reached": Meaning(
        409,
        worded("The member has had it as often as one may."),
        "`figures` says from which day on it can be had again.",
    ),
    "not_eligible": Meaning(
        409, worded("The member may not have this reward."), "`figures` says which conditions are missing."
    ),
    "share_exceeded": Meaning(
        409, worded("It would pay more than it may of what is payable."), "`figures` says how much it may pay at most."
    ),
    "reward_is_whole": Meaning(409, worded("A reward is handed over or given up as a whole."), "Leave `points` out."),
    "hold_exceeded": Meaning(
        409, worded("The hold has less left than that."), "Ask for what is left, or for all of it."
    ),
    "return_exceeds_purchase": Meaning(
        409, worded("More of a line is brought back than is left of it."), "`figures` says how much is left."
    ),
    "nothing_to_return": Meaning(
        409,
        worded("Nothing comes back with this return."),
        "`figures` says what was bought and what has come back already.",
    ),
    "unknown_line": Meaning(422, worded("The purchase has no such line."), "Name its lines as they were told."),
    "already_reversed": Meaning(
        409, worded("All of these points came back already."), "There is nothing more to give back."
    ),
    "unknown_currency": Meaning(
        422,
        worded("The programme has no such currency to spend."),
        "Name one of its currencies; where there are several, one is needed.",
    ),
    "bad_points": Meaning(
        422, worded("This number of points makes no sense here."), "Ask for a whole number of points."
    ),
    "unknown_reward": Meaning(
        422, worded("The programme has no such reward."), "Read the member's rewards for their ids."
    ),
    "price_missing": Meaning(
        422, worded("The price of this reward moves."), "Say how many `points`, between its floor and its ceiling."
    ),
    "price_out_of_range": Meaning(
        422, worded("This is not a price of the reward."), "`figures` says between which ends it lies."
    ),
    "payable_missing": Meaning(
        422, worded("It takes something off a bill."), "Say under `payable` what is to be paid."
    ),
    "not_payable": Meaning(422, worded("It takes nothing off a bill."), "Leave `payable` out."),
    "unknown_attribute": Meaning(
        422, worded("The programme declares no such fact of members."), "Declare it, or leave it out of `facts`."
    ),
    "bad_attribute": Meaning(
        422, worded("A fact of the member is not of its type."), "Write it as the programme declares it."
    ),
    "bad_term": Meaning(
        422, worded("The time makes no sense here."), "A hold states its days; the last day of a tier lies ahead."
    ),
    "unknown_entry": Meaning(
        422, worded("The statement has no such movement."), "Give the `seq` of a movement in this currency."
    ),
    "correction_exceeds": Meaning(
        409,
        worded("Corrections of a movement come to no more than it moved."),
        "`figures` says how much is left of it. What goes beyond it names no movement.",
    ),
    "unknown_tier": Meaning(422, worded("The programme has no such tier."), "Name one of its levels."),
    "unknown_household": Meaning(404, worded("No household has this number."), "Check the number, or open one."),
    "not_in_household": Meaning(409, worded("This member is in no such household."), "Read the household's members."),
    "beyond_share": Meaning(
        409, worded("This is more than their share of the points."), "`figures` says how many it is."
    ),
    "household_full": Meaning(409, worded("A household has no more members than that."), "Open another one."),
    "household_closed": Meaning(409, worded("Everybody has left this household."), "Use the member's own number."),
    "last_takes_all": Meaning(409, worded("The last member takes all there is."), "Leave `points` out."),
    "not_a_member": Meaning(422, worded("This is a household's number."), "Name the member."),
    "number_taken": Meaning(409, worded("Somebody has this number already."), "Choose another one, or none."),
    "bad_number": Meaning(422, worded("Nobody new may have this number."), "Use characters that can be seen."),
    "same_account": Meaning(422, worded("Points cannot go to where they are."), "Name another member."),
    "holds_open": Meaning(409, worded("Points of the member are set aside."), "Capture or release them first."),
    "in_household": Meaning(409, worded("A household holds the points of one of them."), "Let them leave it first."),
    "merged_before": Meaning(
        409,
        worded("A number was merged before, and is another member's by now."),
        "`figures` says whose: look at them, and name that number.",
    ),
    "merged_meanwhile": Meaning(
        409, worded("One of the two was merged just now."), "Look at them again, then ask again."
    ),
    "not_merged": Meaning(409, worded("This number was not merged into another one."), "There is nothing to undo."),
    "not_the_last": Meaning(
        409, worded("The survivor was merged once more since."), "Undo that first: `figures` names the number."
    ),
    "unmerge_short": Meaning(
        409,
        worded("What came was spent, and nothing may be owed."),
        "Give the survivor what is `missing`, then undo it.",
    ),
    "unknown_member": Meaning(
        422, worded("No member has the number that is to get them."), "Check the number under `to`."
    ),
    "other_content": Meaning(
        422, worded("An act with this id was done before, with another content."), "Use a new id for every new act."
    ),
    "other_member": Meaning(
        422, worded("An act with this id was done before, for another member."), "Use a new id for every new act."
    ),
    "cannot_be_kept": Meaning(
        422, worded("The database cannot keep a figure of this."), "Look for one that cannot be meant."
    ),
}
MEANINGS = PROBLEMS | ACTS


class Problem(Exception):
    """A request that is refused: a `code` of MEANINGS, what to do if that is more than the code's own remedy, the
    figures, the places that are wrong (`errors`), and headers of the answer."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        figures: Mapping[str, Any] | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail or MEANINGS[code].remedy
        self.figures = figures or {}
        self.errors = errors
        self.headers = headers or {}


def spoken() -> str:
    """The language that the request asks for, among those the house speaks."""
    return get_language() or "en"


def answer(problem: Problem) -> HttpResponse:
    """The problem as a response, its sentences in the language that the request asks for."""
    language, meaning = spoken(), MEANINGS[problem.code]
    told: dict[str, Any] = {
        "type": f"/v1/docs#{problem.code}",
        "title": said_in(language, meaning.title),
        "status": meaning.status,
        "code": problem.code,
        "detail": said_in(language, problem.detail),
        "figures": problem.figures,
    }
    if problem.errors:
        told["errors"] = [{**one, "sentence": said_in(language, one["sentence"])} for one in problem.errors]
    headers = {"Cache-Control": "no-store", **problem.headers}
    return HttpResponse(encode(told), status=meaning.status, content_type=MEDIA_TYPE, headers=headers)


def problem_of(error: Exception) -> Problem:
    """What a caller is told of an error that reached the door. No text leaves the house that is not ours."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return Problem("bad_parameters", errors=[misfit(one) for one in error.errors])
    if isinstance(error, AuthenticationError):
        return Problem("no_key", headers={"WWW-Authenticate": "Bearer"})
    if isinstance(error, ActRefused) and error.refusal.code in ACTS:
        return Problem(error.refusal.code, error.refusal.sentence, error.refusal.figures)
    if isinstance(error, PublishRefused):
        return Problem("no_programme")
    if isinstance(error, Http404):
        return Problem("no_such_operation")
    if isinstance(error, SuspiciousOperation):
        return Problem("bad_request")
    if isinstance(error, OperationalError | InterfaceError):
        logger.warning("The database did not answer.", exc_info=error)
        return Problem("database_unavailable", headers={"Retry-After": "2"})
    incident = str(uuid4())
    logger.error("Incident %s", incident, exc_info=error)
    return Problem("internal_error", figures={"incident": incident})


def install(api: NinjaAPI) -> None:
    """Let every error of an operation be answered as a problem."""

    def handle(request: HttpRequest, error: Exception) -> HttpResponse:
        return answer(problem_of(error))

    # Those that ninja answers in its own way unless it is told.
    for kind in (Exception, Http404, ValidationError, HttpError):
        api.add_exception_handler(kind, handle)  # type: ignore[arg-type]
