"""Points that are to be taken: a member reads why, until when, and objects."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from regulars.doors.portal import saying
from regulars.doors.portal.receiving import Stay, members_only, page
from regulars.exchange.earning.acting import ActRefused
from regulars.exchange.forfeitures.hearing import object_to
from regulars.exchange.forfeitures.reading import local_day, of_member
from regulars.exchange.forfeitures.rules import TAKEN, Forfeiture
from regulars.exchange.forfeitures.wording import points_told, reason_told, state_told

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Told:
    """One of them in the member's words; `objectable` while they can object."""

    id: UUID
    title: str
    reason: str
    evidence: str
    state: str
    objectable: bool


@require_safe
@members_only
def show(request: HttpRequest, stay: Stay) -> HttpResponse:
    """All of them, the newest first."""
    found = [_told(one, stay) for one in of_member(stay.member.account_id, _SHOWN)]
    return page(request, "forfeitures", stay.visit, "statement", found=found, why=objections())


@require_POST
@members_only
def objecting(request: HttpRequest, stay: Stay, id: UUID) -> HttpResponse:
    """Note that the member objects. Sent twice, it is noted once."""
    try:
        object_to(stay.member.account_id, id, request.POST.get("why", ""), "member", stay.visit.now)
    except ActRefused:
        found = [_told(one, stay) for one in of_member(stay.member.account_id, _SHOWN)]
        response = page(request, "forfeitures", stay.visit, "statement", found=found, why=objections(), refused=True)
        response.status_code = 409
        return response
    return redirect("portal:forfeitures")


def objections() -> list[tuple[str, str]]:
    """Why one may object, by code."""
    return [
        ("not-me", _("That was not me")),
        ("mistake", _("That is a mistake")),
        ("agreed", _("We had agreed on it")),
        ("unfair", _("That is not fair")),
    ]


def _told(one: Forfeiture, stay: Stay) -> Told:
    words = saying.language()
    reason, evidence = reason_told(stay.programme, one.reason, words)
    points = one.taken if one.state == TAKEN else one.points
    return Told(
        one.id, points_told(stay.programme, one.currency, points, words), reason, evidence, state_told(one, words),
        one.objectable(local_day(stay.visit.now)),
    )  # fmt: skip
