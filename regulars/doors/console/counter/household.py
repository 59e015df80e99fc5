"""Households at the counter: who is in one, what is whose, and joining and leaving, seen before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.doors.console.admitting import Desk
from regulars.doors.console.counter.confirming import Asked, decide, plainly, with_an_id
from regulars.doors.console.counter.forms import ActForm, JoinForm
from regulars.doors.console.member import find_member
from regulars.doors.console.wording import currency_titles, title_of
from regulars.doors.look.templatetags.look import figure
from regulars.exchange.counter import uniting
from regulars.exchange.earning import housing
from regulars.exchange.earning.acting import By, Done
from regulars.exchange.earning.housemates import housemates
from regulars.exchange.ledger.holdings import balances
from regulars.ground.access.auditing import audit
from regulars.ground.members.households import Household, household_numbered
from regulars.ground.members.models import Member
from regulars.ground.publishing.versions import versions


@dataclass(frozen=True, slots=True)
class Row:
    """A member of a household, and what is theirs if they leave now, in words."""

    member: Member
    since: datetime
    share: str


def show(request: HttpRequest, desk: Desk, number: str, form: JoinForm | None = None) -> HttpResponse:
    """The household: what it has, who is in it, what is whose, and a form for whoever joins."""
    home = _find(number)
    with transaction.atomic():
        audit(desk.staff.email, "household_viewed", home.account, {}, desk.now)
    programme = desk.programme
    if programme is None:
        raise Http404
    titles = currency_titles(programme)
    found = housemates(home.account, desk.now)
    people = Member.objects.in_bulk([one.account for one in found])
    rows = [
        Row(
            people[one.account],
            one.since,
            ", ".join(f"{figure(points)} {titles.get(id, id)}" for id, points in one.share.items()) or "0",
        )
        for one in found
    ]
    purses = [
        (title_of(one.currency.title, one.currency.id), one.available, one.pending)
        for one in balances(home.account, desk.now)
        if one.currency.kind != "qualifying"
    ]
    context = {"home": home, "rows": rows, "purses": purses, "form": form or JoinForm("join"), "may": desk.counter}
    return render(request, "console/counter/household.html", context, status=422 if form else 200)


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Let a member (`member`) join: what the household would have; then it is done."""
    home = _find(number)
    form = JoinForm("join", request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return show(request, desk, number, form)
    try:
        member = find_member(form.cleaned_data["member"])
    except Http404:
        form.add_error("member", _("No member has this number."))
        return show(request, desk, number, form)

    def act(by: By) -> Done:
        return uniting.join(member.number, number, by, settings.GOODWILL_LIMIT)

    asked = Asked(
        _("Join the household %(number)s") % {"number": number},
        _("All points of the member go to the household, with the days they have; their number leads there."),
        _("Let them join"),
        _("%(name)s joined the household.") % {"name": member.name},
        form.cleaned_data["act"],
        act,
        plainly(act),
        {"member": member.number},
        account=home.account,
        back=reverse("console:household", args=[number]),
    )
    return decide(request, desk, member, asked)


@require_http_methods(["GET", "POST"])
def open_one(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Open a household with this member as its first: nothing changes for them but where their points are."""
    member = find_member(number)
    form = ActForm("open", request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return with_an_id(request, "household_open", number)

    def act(by: By) -> Done:
        return housing.found(number, "", by).done

    asked = Asked(
        _("Open a household"),
        _("The points go to an account of the household, which others may join."),
        _("Open a household"),
        _("The household is open: others may join it."),
        form.cleaned_data["act"],
        act,
        plainly(act),
        {},
        back=reverse("console:member", args=[number]),
    )
    return decide(request, desk, member, asked)


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Let this member leave their household with their share: what they would have; then it is done."""
    member = find_member(number)
    form = ActForm("leave", request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return with_an_id(request, "household_leave", number)

    def act(by: By) -> Done:
        gone = housing.leave(number, 0, "", by)
        return Done(gone.member, gone.came, gone.again)

    asked = Asked(
        _("Leave the household"),
        _("They take what they brought and earned, less what they spent, to an account of their own again."),
        _("Let them leave"),
        _("%(name)s left the household.") % {"name": member.name},
        form.cleaned_data["act"],
        act,
        plainly(act),
        {},
        account=member.account_id,
        back=reverse("console:member", args=[number]),
    )
    return decide(request, desk, member, asked)


def _find(number: str) -> Household:
    home = household_numbered(number)
    if home is None:
        raise Http404
    versions()
    return home
