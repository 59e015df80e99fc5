"""A purchase that a member misses: found among those that are there, recorded, or declined with a reason."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from regulars.doors.console.admitting import Desk
from regulars.doors.console.counter.confirming import Asked, decide
from regulars.doors.console.counter.goodwill import second_person
from regulars.doors.console.counter.wording import refused
from regulars.doors.console.member import find_member
from regulars.doors.look.templatetags.writing import money
from regulars.exchange.counter import missing
from regulars.exchange.counter.goodwill import OPEN, SOURCE, proposal
from regulars.exchange.counter.spent import Bought, bought
from regulars.exchange.earning.acting import ActRefused, By
from regulars.ground.access.auditing import audit
from regulars.ground.members.models import Member

_MANY = 200
#: So many days beside the one on the receipt are looked through.
_NEAR = timedelta(days=3)
_REASONS = {
    "not-readable": gettext_lazy("no such receipt can be found"),
    "not-our-store": gettext_lazy("the store does not belong to the programme"),
    "too-old": gettext_lazy("it is too long ago"),
    "somebody-elses": gettext_lazy("the receipt was counted already"),
    "not-in-programme": gettext_lazy("what was bought does not count"),
}


class RecordForm(forms.Form):
    """Under whose name the receipt is recorded."""

    source = forms.ChoiceField(
        label=gettext_lazy("Recorded as told by"),
        help_text=gettext_lazy("If this source tells the receipt later, it gives nothing again."),
    )

    def __init__(self, sources: list[str], data: object = None) -> None:
        super().__init__(data, auto_id="record-%s")  # type: ignore[arg-type]
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, name) for name in sources]


class DeclineForm(forms.Form):
    """Why it does not count."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=list(_REASONS.items()), help_text=gettext_lazy("The member reads it.")
    )


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, desk: Desk, number: str, id: UUID) -> HttpResponse:
    """The receipt, what is there around its day, and the three answers; POST gives one of them. What recording it would
    do is shown before."""
    member = find_member(number)
    one = next((kept for kept in missing.missed(member.account_id, _MANY) if kept.id == id), None)
    if one is None or desk.programme is None:
        raise Http404
    there = bought(member.account_id, _MANY)
    sources = [*dict.fromkeys([*(purchase.source for purchase in there), SOURCE])]
    told = request.POST if request.method == "POST" else request.GET
    record = RecordForm(sources, told if told.get("answer") == "record" else None)
    decline = DeclineForm(
        request.POST if request.POST.get("answer") == "decline" else None, auto_id="decline-%s"
    )  # fmt: skip
    why = ""
    if record.is_bound or request.method == "POST":
        try:
            if record.is_bound and record.is_valid():
                return decide(request, desk, member, _recording(desk, member, one, record.cleaned_data["source"]))
            done = _answered(request, desk, member, one, decline)
        except ActRefused as no:
            why = _said(no)
        else:
            if done is not None:
                messages.success(request, done)
                return redirect("console:deciding")
    with transaction.atomic():
        audit(desk.staff.email, "member_viewed", member.account_id, {"page": "missing purchase"}, desk.now)
    waits = proposal(member.account_id, id)
    context = {
        "member": member,
        "one": one,
        "near": [purchase for purchase in there if _near(purchase, one)],
        "record": record,
        "waits": waits is not None and waits.state == OPEN,
        "decline": decline,
        "why": why,
        "money": desk.programme.header.money,
    }
    refusing = record.is_bound or request.method == "POST"
    return render(request, "console/counter/missing.html", context, status=409 if refusing else 200)


def _recording(desk: Desk, member: Member, one: missing.Missing, source: str) -> Asked:
    """Recording it under the name of `source`, as an act that is shown first. Raises ActRefused."""
    assert desk.programme
    what = (member.account_id, member.number, one.id, source)
    actor, limit = desk.staff.email, settings.GOODWILL_LIMIT
    second = missing.asks_another(*what, actor, desk.now, limit)
    title = _("Record %(amount)s") % {"amount": money(one.net, desk.programme.header.money)}

    def record_or_propose(by: By) -> bool:
        return missing.recorded(*what, by.actor, by.now, limit) == missing.AGAIN

    return Asked(
        title,
        _("It is taken as one line under the number of the receipt, and earns by the rules of its day."),
        _("Propose it") if second else title,
        _("It is proposed and waits for a second person.") if second else _("The purchase is recorded."),
        one.id,
        partial(missing.rehearsed, *what),
        record_or_propose,
        {"answer": "record", "source": source},
        notice=second_person(member, desk) if second else "",
        back=reverse("console:deciding"),
    )


def _answered(
    request: HttpRequest, desk: Desk, member: Member, one: missing.Missing, decline: DeclineForm
) -> str | None:
    """What became of the answer, in words; None when the form cannot be read."""
    by, account = desk.staff.email, member.account_id
    if decline.is_bound and decline.is_valid():
        new = missing.declined(account, one.id, decline.cleaned_data["reason"], by, desk.now)
    else:
        try:
            event = UUID(request.POST.get("event", ""))
        except ValueError:
            return None
        new = missing.found(account, one.id, event, by, desk.now)
    return _("Answered.") if new else _("This was done already; nothing was done twice.")


def _near(purchase: Bought, one: missing.Missing) -> bool:
    day = localtime(purchase.at).date()
    return purchase.name == one.receipt or one.bought_on - _NEAR <= day <= one.bought_on + _NEAR


def _said(no: ActRefused) -> str:
    if no.refusal.code != "known_already":
        return refused(no.refusal)
    if no.refusal.figures.get("mine"):
        return _("This receipt is there already: it is among the purchases below.")
    return _("This receipt was told already, for another member. Decline it, or correct it there.")
