"""Deciding: what somebody proposed for a member, answered by somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.doors.console.admitting import Desk
from regulars.doors.console.counter import forfeiting
from regulars.doors.console.counter.confirming import Asked, decide, plainly
from regulars.doors.console.counter.wording import refused
from regulars.doors.console.member import find_member
from regulars.doors.console.wording import currency_titles
from regulars.doors.look.templatetags.writing import signed
from regulars.exchange.counter.answering import answer
from regulars.exchange.counter.goodwill import SOURCE, Proposal, proposal, waiting
from regulars.exchange.counter.missing import unanswered
from regulars.exchange.earning.acting import ActRefused, By, Done
from regulars.exchange.forfeitures.reading import open_ones
from regulars.exchange.ledger.decided import said as reason_said
from regulars.ground.members.models import Member

_MOST = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal as the page tells it; `mine` when whoever reads it proposed it."""

    proposal: Proposal
    number: str
    name: str
    points: str
    reason: str
    mine: bool


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What waits for a second person, and purchases that members miss, the oldest first."""
    found = waiting(_MOST)
    people: dict[int, Member] = Member.objects.in_bulk([one.account for one in found])
    unheard = unanswered(_MOST)
    missed: dict[int, Member] = Member.objects.in_bulk([one.account for one in unheard])
    titles = currency_titles(desk.programme) if desk.programme else {}
    rows = [
        Row(
            one,
            people[one.account].number,
            people[one.account].name,
            _points(one, titles),
            reason_said(one.reason),
            one.proposed_by == desk.staff.email,
        )
        for one in found
        if one.account in people
    ]
    context = {
        "rows": rows,
        "may": desk.finance,
        "missing": [(one, missed[one.account]) for one in unheard if one.account in missed],
        "answers": desk.counter,
        "money": desk.programme.header.money if desk.programme else "",
        "taking": _taking(desk),
    }
    return render(request, "console/counter/deciding.html", context)


def _taking(desk: Desk) -> list[forfeiting.Row]:
    """What is to be taken, of all members."""
    found = open_ones(_MOST) if desk.programme else []
    people: dict[int, Member] = Member.objects.in_bulk([one.account for one in found])
    known = ((one, people.get(one.account)) for one in found)
    return [forfeiting.row(one, member.number, member.name, desk) for one, member in known if member]


@require_http_methods(["GET", "POST"])
def respond(request: HttpRequest, desk: Desk, number: str, id: UUID) -> HttpResponse:
    """Confirm a proposal, after a look at what it would do, or decline it (`answer` is `confirm` or `decline`)."""
    member = find_member(number)
    wanted = (request.POST if request.method == "POST" else request.GET).get("answer")
    if wanted == "confirm":
        return decide(request, desk, member, _confirming(desk, member, id))
    if request.method == "GET":
        return HttpResponseNotAllowed(["POST"])
    if wanted != "decline":
        raise PermissionDenied
    try:
        given = answer(number, id, False, By(desk.staff.email, SOURCE, str(id), desk.now))
    except ActRefused as no:
        messages.error(request, refused(no.refusal))
        return redirect("console:deciding")
    if given.again:
        messages.info(request, _("This was done already; nothing was done twice."))
    else:
        messages.success(request, _("Declined: nothing has moved."))
    return redirect("console:deciding")


def _confirming(desk: Desk, member: Member, id: UUID) -> Asked:
    """Confirming a proposal, as an act that is shown first."""
    kept = proposal(member.account_id, id)
    if kept is None:
        raise Http404
    titles = currency_titles(desk.programme) if desk.programme else {}

    def confirm(by: By) -> Done:
        return answer(member.number, id, True, by).done or Done(member.account_id, id, True)

    return Asked(
        _("Confirm: %(what)s") % {"what": _points(kept, titles)},
        reason_said(kept.reason),
        _("Confirm"),
        _("Confirmed: the points have moved."),
        id,
        confirm,
        plainly(confirm),
        {"answer": "confirm"},
        back=reverse("console:deciding"),
    )


def _points(one: Proposal, titles: Mapping[str, str]) -> str:
    return f"{signed(one.points)} {titles.get(one.currency, one.currency)}"
