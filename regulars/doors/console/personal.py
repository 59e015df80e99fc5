"""Who a member is: somebody new is enrolled at the counter, and what is known of a member is put right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel import Locale
from babel.dates import get_month_names
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from regulars.doors.console.admitting import Desk
from regulars.doors.console.member import facts_of, find_member, open_member
from regulars.doors.console.wording import language
from regulars.doors.look.templatetags.writing import reader
from regulars.ground.activity.contract import MAX_ID
from regulars.ground.members.describing import Described, Telling, describe, fingerprint
from regulars.ground.members.models import Member
from regulars.ground.members.personal import FIELDS, MAX_EMAIL, MAX_NAME, MAX_PHONE
from regulars.kit.speaking import said_in
from regulars.programme.header import LANGUAGES

#: Nobody else's form is filled into this one: the browser of a till knows its clerk.
_PLAIN = {"autocomplete": "off"}
_FIGURE = {"inputmode": "numeric", **_PLAIN}


class PersonalForm(forms.Form):
    """What is known of a person. What cannot stand in a field is said by the vault, not here."""

    given_name = forms.CharField(
        label=gettext_lazy("Given name"), required=False, max_length=MAX_NAME, widget=forms.TextInput(_PLAIN)
    )
    family_name = forms.CharField(
        label=gettext_lazy("Family name"), required=False, max_length=MAX_NAME, widget=forms.TextInput(_PLAIN)
    )
    preferred_name = forms.CharField(
        label=gettext_lazy("How they like to be called"), required=False, max_length=MAX_NAME,
        widget=forms.TextInput(_PLAIN), help_text=gettext_lazy("If not by the given name."),
    )  # fmt: skip
    email = forms.CharField(
        label=gettext_lazy("E-mail"), required=False, max_length=MAX_EMAIL,
        widget=forms.EmailInput({**_PLAIN, "inputmode": "email"}),
        help_text=gettext_lazy("Messages go there."),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("Phone"), required=False, max_length=MAX_PHONE,
        widget=forms.TextInput({**_PLAIN, "inputmode": "tel"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    birth_day = forms.CharField(
        label=gettext_lazy("Day of birth"), required=False, max_length=2, widget=forms.TextInput(_FIGURE)
    )
    birth_month = forms.ChoiceField(label=gettext_lazy("Month of birth"), required=False)
    birth_year = forms.CharField(
        label=gettext_lazy("Year of birth"), required=False, max_length=4, widget=forms.TextInput(_FIGURE),
        help_text=gettext_lazy("May stay unknown."),
    )  # fmt: skip
    joined_on = forms.CharField(label=gettext_lazy("Member since"), widget=forms.DateInput({"type": "date"}))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, use_required_attribute=False)
        tongues = [(one, (Locale(one).get_display_name(reader()) or one).capitalize()) for one in LANGUAGES]
        months = [(str(n), name) for n, name in get_month_names("wide", "stand-alone", locale=reader()).items()]
        for name, choices in (("language", tongues), ("birth_month", months)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("not known")), *choices]

    @property
    def told(self) -> dict[str, str]:
        """All that the form says of the person."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def tell(self, done: Described) -> None:
        """Say beside each field what is wrong with it."""
        for fault in done.faults:
            self.add_error(fault.column or None, said_in(language(), fault.sentence))


class NewForm(PersonalForm):
    """The same of somebody new, with the number that they get."""

    number = forms.CharField(
        label=gettext_lazy("Number"), max_length=MAX_ID, widget=forms.TextInput({**_PLAIN, "autofocus": True}),
        help_text=gettext_lazy("As it stands on the card, or as the till will tell it."),
    )  # fmt: skip
    field_order = ("number",)


@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Enrol somebody. Sent twice it is done once; a number that somebody has already is refused."""
    form = NewForm(
        request.POST or None, {"joined_on": _today(desk).isoformat(), "number": request.GET.get("number", "")}
    )
    if form.is_valid():
        telling = Telling(form.cleaned_data["number"], form.told, new=True)
        (done,) = describe([telling], desk.staff.email, desk.now)
        if not done.faults:
            if done.made:
                messages.success(request, _("They are a member now."))
            return redirect("console:member", done.number)
        form.tell(done)
    return render(request, "console/new_member.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def put_right(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Put right what is known of a member; what somebody else changed meanwhile is not written over."""
    if request.method != "POST":
        member = open_member(number, desk, "personal")
        return _shown(request, member, PersonalForm(initial=_known(member)))
    form = PersonalForm(request.POST)
    if form.is_valid():
        (done,) = describe([Telling(number, form.told, seen=form.cleaned_data["seen"])], desk.staff.email, desk.now)
        if not done.faults:
            said = _("It is put right.") if done.changed else _("Nothing was changed: it stood there so already.")
            messages.success(request, said)
            return redirect("console:member", done.number)
        form.tell(done)
        if form.non_field_errors():  # what stands there now is shown beside it: sent again, it is meant
            form.data = {**request.POST.dict(), "seen": fingerprint(find_member(number))}
    return _shown(request, find_member(number), form)


def _shown(request: HttpRequest, member: Member, form: PersonalForm) -> HttpResponse:
    context = {"member": member, "form": form, "facts": facts_of(member) if form.non_field_errors() else ()}
    return render(request, "console/put_right.html", context, status=422 if form.errors else 200)


def _known(member: Member) -> dict[str, Any]:
    known = {name: getattr(member, name) for name in FIELDS}
    return {**known, "joined_on": member.joined_on.isoformat(), "seen": fingerprint(member)}


def _today(desk: Desk) -> date:
    return localtime(desk.now).date()
