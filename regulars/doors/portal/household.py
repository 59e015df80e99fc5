"""The household of a member: who is in it, what of the points is theirs, and leaving it, seen before it is done."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.doors.look.seen import seen_as
from regulars.doors.look.templatetags.look import figure
from regulars.doors.portal import saying
from regulars.doors.portal.receiving import Stay, members_only, page
from regulars.doors.portal.spending import pots
from regulars.exchange.counter.rehearsing import rehearse
from regulars.exchange.earning import housing
from regulars.exchange.earning.acting import ActRefused, By, Done
from regulars.exchange.earning.housemates import housemates
from regulars.ground.activity.naming import PORTAL
from regulars.ground.members.households import household_of
from regulars.ground.members.models import Member


@members_only
def show(request: HttpRequest, stay: Stay, why: str = "") -> HttpResponse:
    """Who is in the household, by the name they are called, and what the member would take along."""
    home = household_of(stay.member.account_id)
    if home is None:
        return redirect("portal:home")
    found = housemates(home.account, stay.visit.now)
    people: dict[int, Member] = Member.objects.in_bulk([one.account for one in found])
    own = next(one for one in found if one.account == stay.member.account_id)
    titles = {one.id: saying.title_of(one.title) for one in stay.programme.currencies}
    response = page(
        request,
        "household",
        stay.visit,
        "home",
        names=[people[one.account].called or _("a member") for one in found],
        share=[f"{figure(points)} {titles.get(id, id)}" for id, points in own.share.items()],
        last=len(found) == 1,
        act=str(uuid4()),
        why=why,
    )
    response.status_code = 409 if why else 200
    return response


@require_http_methods(["GET", "POST"])
@members_only
def leave(request: HttpRequest, stay: Stay) -> HttpResponse:
    """GET shows what the member would have, POST lets them leave, once; where they would have something else by now it
    is shown anew."""
    told = request.POST if request.method == "POST" else request.GET
    act = told.get("act", "")
    if not 0 < len(act) <= 40 or not act.isprintable():
        return redirect("portal:household")

    def do(by: By) -> Done:
        gone = housing.leave(stay.member.number, 0, "", by)
        return Done(gone.member, gone.came, gone.again)

    by = By("member", PORTAL, f"leave-{act}", stay.visit.now)
    try:
        seen = rehearse(stay.member.account_id, do, by)
        rows = pots(seen)
        shown = seen_as(rows)
        changed = not seen.again and request.POST.get("seen", shown) != shown
        if request.method == "POST" and not changed:
            do(by)
            return redirect("portal:home")
    except ActRefused as refused:
        instead: HttpResponse = show(request, why=_refused(refused))
        return instead
    if seen.again:
        return redirect("portal:home")
    response = page(request, "household_left", stay.visit, "home", pots=rows, act=act, seen=shown, changed=changed)
    response.status_code = 409 if changed else 200
    return response


def _refused(refused: ActRefused) -> str:
    if refused.refusal.code == "holds_open":
        return _("You have set points aside: fetch what they are for, or release them first.")
    return _("That did not work. Begin again, or ask us at the counter.")
