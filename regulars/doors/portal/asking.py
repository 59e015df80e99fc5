"""Asking for a link: a visitor says who they are, and hears the same whoever that is."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from regulars.doors.portal.receiving import Visit, client_of, page, shut, visited
from regulars.doors.worker.waking import SIGN_INS, wake
from regulars.ground.admission.asking import AskingRefused
from regulars.ground.admission.asking import ask as put_in_queue
from regulars.ground.admission.rules import WAITS
from regulars.ground.members.personal import MAX_EMAIL
from regulars.ground.messaging.mailing import mail_server, members_address

#: The worker looks within so many seconds: how busy it then is tells nobody for whom.
_SOON_S = 5


class AskingForm(forms.Form):
    """Who wants to come in."""

    who = forms.CharField(
        label=gettext_lazy("E-mail address or member number"),
        max_length=MAX_EMAIL,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id="asking-%s")  # type: ignore[arg-type]


@require_http_methods(["GET", "HEAD", "POST"])
@visited
def ask(request: HttpRequest, visit: Visit) -> HttpResponse:
    """GET shows the door; POST has the worker look who was meant. Nothing is looked up here, so that neither the answer
    nor the time it takes tells who is a member."""
    if visit.promise is None or not links_are_mailed() or (visit.member and request.method != "POST"):
        return redirect("portal:home")
    form = AskingForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return welcome(request, visit, form)
    try:
        with transaction.atomic():
            put_in_queue(form.cleaned_data["who"], client_of(request), visit.now)
            wake(SIGN_INS, _SOON_S)
    except AskingRefused:
        return _too_many(request, visit)
    return redirect("portal:asked")


@require_safe
@visited
def asked(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What everybody reads who asked."""
    return page(request, "asked", visit)


def welcome(request: HttpRequest, visit: Visit, form: AskingForm | None = None) -> HttpResponse:
    """The welcome at the door, with a form to ask for a link where links are mailed, as it was filled in."""
    shown = (form or AskingForm()) if links_are_mailed() else None
    response = page(request, "welcome", visit, form=shown)
    response.status_code = 422 if form is not None and form.is_bound else 200
    return response


def links_are_mailed() -> bool:
    """Whether there is a server to send links by, and an address for them to lead to."""
    try:
        return bool(mail_server() and members_address())
    except ValueError:
        return False


def link_address(token: str) -> str:
    """Where a link leads: to the address that the environment names, whatever a visitor called this house."""
    return members_address().rstrip("/") + reverse("enter", "regulars.doors.portal.urls", [token])


def _too_many(request: HttpRequest, visit: Visit) -> HttpResponse:
    words = {
        "heading": _("One moment, please"),
        "why": _("From here too many links were asked for."),
        "remedy": _("Wait a quarter of an hour, or ask us at the counter."),
    }
    return shut(request, visit, 429, words, int(WAITS.total_seconds()))
