"""Deciding: what somebody proposed for a member, answered by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.doors.console.admitting import Desk
from regulars.doors.console.counter import forfeiting
from regulars.doors.console.counter.wording import refused
from regulars.doors.console.member import find_member
from regulars.doors.console.wording import currency_titles
from regulars.doors.look.templatetags.writing import signed
from regulars.exchange.counter.answering import answer
from regulars.exchange.counter.goodwill import SOURCE, Proposal, waiting
from regulars.exchange.counter.missing import unanswered
from regulars.exchange.earning.acting import ActRefused, By
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
            f"{signed(one.points)} {titles.get(one.currency, one.currency)}",
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


@require_POST
def respond(request: HttpRequest, desk: Desk, number: str, id: UUID) -> HttpResponse:
    """Confirm or decline a proposal (`answer` is `confirm` or `decline`)."""
    find_member(number)
    wanted = request.POST.get("answer")
    if wanted not in ("confirm", "decline"):
        raise PermissionDenied
    try:
        given = answer(number, id, wanted == "confirm", By(desk.staff.email, SOURCE, str(id), desk.now))
    except ActRefused as no:
        messages.error(request, refused(no.refusal))
        return redirect("console:deciding")
    if given.again:
        messages.info(request, _("This was done already; nothing was done twice."))
    elif wanted == "confirm":
        messages.success(request, _("Confirmed: the points have moved."))
    else:
        messages.success(request, _("Declined: nothing has moved."))
    return redirect("console:deciding")
