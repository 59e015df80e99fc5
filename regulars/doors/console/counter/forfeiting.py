"""Points that are to be taken: announced for a reason of the programme, objected to, decided by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from regulars.doors.console.admitting import Desk
from regulars.doors.console.counter.forms import PointsForm
from regulars.doors.console.counter.wording import refused
from regulars.doors.console.member import find_member, open_member, render_member
from regulars.doors.console.wording import language, title_of
from regulars.exchange.earning.acting import ActRefused
from regulars.exchange.forfeitures.announcing import announce
from regulars.exchange.forfeitures.hearing import decide, object_to
from regulars.exchange.forfeitures.reading import local_day, of_member
from regulars.exchange.forfeitures.rules import ANNOUNCED, OPEN, TAKEN, Forfeiture
from regulars.exchange.forfeitures.taking import give_back
from regulars.exchange.forfeitures.wording import points_told, reason_told
from regulars.programme.promise import Programme

OBJECTIONS = {
    "not-me": gettext_lazy("it was not them"),
    "mistake": gettext_lazy("it is a mistake"),
    "agreed": gettext_lazy("it had been agreed"),
    "unfair": gettext_lazy("it is not fair"),
}


class AnnounceForm(PointsForm):
    """What is to be taken, why, and where the evidence is found."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"))
    evidence = forms.CharField(
        label=gettext_lazy("Where the evidence is found"), max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=gettext_lazy("A case number or an address. Nothing about people, please."),
    )  # fmt: skip
    segments = forms.CharField(
        label=gettext_lazy("Segments that the member is in"), required=False, max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=gettext_lazy("With commas between them, if the reason asks for one."),
    )  # fmt: skip

    def __init__(self, programme: Programme, data: object = None) -> None:
        super().__init__("forfeit", programme, data)  # type: ignore[arg-type]
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.id, title_of(one.title, one.id)) for one in programme.forfeiture]

    @property
    def facts(self) -> dict[str, list[str]]:
        """What is known of the member."""
        named = [one.strip() for one in self.cleaned_data["segments"].split(",")]
        return {"segments": [one for one in named if one]}


@dataclass(frozen=True, slots=True)
class Row:
    """One of them as a page tells it. `upholds` and `drops` say what the reader may decide now, `back` whether it can
    be given back, `waits` whether the member can still object."""

    one: Forfeiture
    number: str
    name: str
    points: str
    reason: str
    objection: str
    upholds: bool
    drops: bool
    waits: bool
    back: bool


def row(one: Forfeiture, number: str, name: str, desk: Desk) -> Row:
    """A forfeiture, ready for a page."""
    programme, tongue = desk.programme, language()
    assert programme is not None
    ripe = one.ripe(local_day(desk.now)) and one.announced_by != desk.staff.email
    return Row(
        one,
        number,
        name,
        points_told(programme, one.currency, one.points, tongue),
        reason_told(programme, one.reason, tongue)[0],
        str(OBJECTIONS.get(one.objection, one.objection)),
        desk.finance and ripe,
        desk.finance and one.state in OPEN,
        one.state == ANNOUNCED and not one.ripe(local_day(desk.now)),
        desk.finance and one.state == TAKEN,
    )


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """All of a member, and the form that announces another one; POST announces it."""
    member = open_member(number, desk, "forfeitures")
    if desk.programme is None or not desk.programme.forfeiture:
        raise Http404
    form = AnnounceForm(desk.programme, request.POST if request.method == "POST" else None)
    why = ""
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            announce(
                number, told["points"], told["currency"], told["reason"], told["evidence"], desk.staff.email,
                told["act"], desk.now, form.facts,
            )  # fmt: skip
            messages.success(request, _("It is announced: the member is told, and can object."))
            return redirect("console:forfeit", number)
        except ActRefused as no:
            why = refused(no.refusal)
    rows = [row(one, number, member.name, desk) for one in of_member(member.account_id)]
    response = render_member(
        request, member, "counter/forfeit", {"form": form, "rows": rows, "why": why, "objections": OBJECTIONS.items()}
    )
    response.status_code = 409 if why else 422 if form.is_bound else 200
    return response


@require_POST
def hear(request: HttpRequest, desk: Desk, number: str, id: UUID) -> HttpResponse:
    """Note that the member objects, as they told somebody (`why` is one of the declared reasons)."""
    member = find_member(number)
    return _answered(
        request,
        number,
        lambda: object_to(member.account_id, id, request.POST.get("why", ""), desk.staff.email, desk.now),
    )


@require_POST
def settle(request: HttpRequest, desk: Desk, number: str, id: UUID) -> HttpResponse:
    """Uphold it, let it drop, or give the points back (`answer` is `uphold`, `drop` or `back`)."""
    member, wanted = find_member(number), request.POST.get("answer")
    if wanted == "back":
        return _answered(request, number, lambda: give_back(member.account_id, id, desk.staff.email, desk.now))
    if wanted not in ("uphold", "drop"):
        raise PermissionDenied
    return _answered(
        request, number, lambda: decide(member.account_id, id, wanted == "uphold", desk.staff.email, desk.now)
    )


def _answered(request: HttpRequest, number: str, act: Callable[[], bool]) -> HttpResponse:
    try:
        done = act()
    except ActRefused as no:
        messages.error(request, refused(no.refusal))
    else:
        messages.success(request, _("Noted.") if done else _("This was done already; nothing was done twice."))
    return redirect("console:forfeit", number)
