"""The same person twice: find the other number, see what both have and what one would have, merge; and undo it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from regulars.doors.console.admitting import Desk
from regulars.doors.console.counter.forms import ActForm
from regulars.doors.console.counter.wording import refused
from regulars.doors.console.member import find_member, open_member, render_member
from regulars.doors.console.wording import language, pots_said
from regulars.doors.look.seen import seen_as
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import day
from regulars.exchange.counter.goodwill import SOURCE
from regulars.exchange.counter.merging import Rehearsed, rehearse
from regulars.exchange.counter.uniting import merge
from regulars.exchange.earning.acting import ActRefused, By
from regulars.exchange.earning.merging import Joined, merged_into, unmerge
from regulars.ground.members.enrolling import given_accounts_of
from regulars.ground.members.finding import Found, find
from regulars.ground.members.households import household_numbered
from regulars.ground.members.leading import lead_of
from regulars.ground.members.models import Member

_ROWS = 10


class FindForm(forms.Form):
    """Who the other one may be."""

    q = forms.CharField(
        label=gettext_lazy("Name, number or e-mail"), widget=forms.TextInput({"type": "search", "autocomplete": "off"})
    )


@dataclass(frozen=True, slots=True)
class Merged:
    """A number that leads to the member's account since a day; only the latest can be undone at once."""

    member: Member
    since: str
    last: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is compared, in words: of the survivor, of the other one, and of each afterwards."""

    title: str
    survivor: str
    other: str
    survivor_after: str
    other_after: str


def show(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The numbers that lead here already, and a search for the other one. `?q=` is what to find."""
    member = open_member(number, desk, "merging")
    query = request.GET.get("q", "").strip()
    merged = merged_into(member.account_id)
    others: Sequence[Found] = find(query, "", _ROWS).members if query else ()
    leading = {*merged, member.account_id}
    context: dict[str, object] = {
        "query": query,
        "form": FindForm(initial={"q": query}),
        "found": [one for one in others if one.account not in leading],
        "here": bool(others),
        "household": bool(query) and household_numbered(query) is not None,
        "merged": [
            Merged(Member.objects.get(account_id=one), _since(one), place == 0) for place, one in enumerate(merged)
        ],
    }
    return render_member(request, member, "counter/merging", context)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """What both have and what one would have; then (POST) they are merged. `other` goes into the member's account."""
    member = find_member(number)
    other = find_member(_asked(request, "other"))
    if other == member:  # merged by now, perhaps by this very form
        other = _given(_asked(request, "other"))
    form = ActForm("merge", _data(request))
    if not form.is_valid():
        return _with_an_id("merge", number, other.number)
    by = By(desk.staff.email, SOURCE, str(form.cleaned_data["act"]), desk.now)
    act = partial(merge, other.number, member.number, limit=settings.GOODWILL_LIMIT)
    context = {"undoing": False, "swap": _address("merge", other.number, member.number)}
    said = _("%(other)s is one with %(number)s now.") % {"other": other.number, "number": member.number}
    return _carried(request, member, other, act, by, said, context)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """What each would have again; then (POST) the merge is undone. `other` is the number that was merged."""
    member = find_member(number)
    other = _given(_asked(request, "other"))
    form = ActForm("unmerge", _data(request))
    if not form.is_valid():
        return _with_an_id("unmerge", number, other.number)
    by = By(desk.staff.email, SOURCE, str(form.cleaned_data["act"]), desk.now)
    said = _("%(other)s and %(number)s are two again.") % {"other": other.number, "number": member.number}
    return _carried(request, member, other, partial(unmerge, other.number), by, said, {"undoing": True})


def _given(number: str) -> Member:
    """The member who was given a number, wherever that leads by now. Raises Http404."""
    given = given_accounts_of([number])
    member = Member.objects.filter(account_id__in=list(given.values())).first()
    if member is None:
        raise Http404
    return member


def _carried(
    request: HttpRequest, member: Member, other: Member, act: partial[Joined], by: By, said: str,
    context: dict[str, object],
) -> HttpResponse:  # fmt: skip
    """Show what an act on two accounts would do, or (POST) do it and go back; show it anew where that has changed."""
    told = {"member": member, "other": other, "act": by.id, **context}
    try:
        would = rehearse(act, member.account_id, other.account_id, by)
        rows = _rows(would)
        seen = seen_as(member.name, other.name, rows)
        changed = not would.again and request.POST.get("seen", seen) != seen
        if request.method == "POST" and not changed:
            if act(by).again:
                messages.info(request, _("This was done already; nothing was done twice."))
            else:
                messages.success(request, said)
            return redirect("console:merging", member.number)
    except ActRefused as no:
        told["refusal"] = refused(no.refusal)
        return render(request, "console/counter/merge.html", told, status=409)
    told |= {"again": would.again, "rows": rows, "seen": seen, "changed": changed}
    return render(request, "console/counter/merge.html", told, status=409 if changed else 200)


def _rows(would: Rehearsed) -> list[Row]:
    sides = (would.survivor, would.other, would.survivor_after, would.other_after)
    rows = []
    for place, one in enumerate(would.survivor.balances):
        for pot, said in pots_said(one.currency).items():
            held = [getattr(side.balances[place], pot) for side in sides]
            if any(held) or (pot == "available" and one.currency.kind != "qualifying"):
                rows.append(Row(said, *map(figure, held)))
    if would.survivor.tier is not None:
        rows.append(Row(_("Tier"), *(side.tier.said(language()) if side.tier else "" for side in sides)))
    return rows


def _since(account: int) -> str:
    lead = lead_of(account)
    return day(lead.since) if lead else ""


def _asked(request: HttpRequest, name: str) -> str:
    return (request.POST if request.method == "POST" else request.GET).get(name, "").strip()


def _data(request: HttpRequest) -> Mapping[str, Any]:
    return request.POST if request.method == "POST" else request.GET


def _address(name: str, number: str, other: str) -> str:
    return f"{reverse(f'console:{name}', args=[number])}?{urlencode({'other': other})}"


def _with_an_id(name: str, number: str, other: str) -> HttpResponse:
    """Lead to the same page with an id for the act, so that a reload is the same act."""
    return redirect(f"{_address(name, number, other)}&{urlencode({'act': str(uuid4())})}")
