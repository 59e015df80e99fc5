"""A purchase is missing: a member tells what stands on the receipt, and reads what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from babel.numbers import get_currency_precision
from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from regulars.doors.look.numbers import AmountField
from regulars.doors.look.templatetags.writing import day, money, place
from regulars.doors.portal.receiving import Stay, members_only, page
from regulars.exchange.counter.missing import Missing, missed, tell
from regulars.exchange.earning.acting import ActRefused

_SHOWN = 20
#: A receipt is older than this only by mistake.
_OLDEST = timedelta(days=366)
_LARGEST = Decimal(10**9)
_SIGNS = RegexValidator(r"\A[\w .,/#-]+\Z", gettext_lazy("Letters, digits and simple signs only."))


class MissingForm(forms.Form):
    """What stands on a receipt."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    store = forms.CharField(label=gettext_lazy("Store"), max_length=40, validators=[_SIGNS])
    bought_on = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput({"type": "date", "autocomplete": "off"}, format="%Y-%m-%d")
    )
    amount = AmountField(
        label=gettext_lazy("Amount"), min_value=Decimal("0.01"), max_value=_LARGEST,
        widget=forms.NumberInput({"inputmode": "decimal", "step": "any"}),
    )  # fmt: skip
    receipt = forms.CharField(
        label=gettext_lazy("Receipt number"),
        max_length=40,
        validators=[_SIGNS],
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=gettext_lazy("As it is printed on the receipt. Nothing about people, please."),
    )

    def __init__(self, today: date, digits: int, data: object = None) -> None:
        super().__init__(data, initial={"id": uuid4()}, auto_id="missing-%s")  # type: ignore[arg-type]
        self._today, self._digits = today, digits

    def clean_bought_on(self) -> date:
        """A day that has been, and not long ago."""
        told: date = self.cleaned_data["bought_on"]
        if not self._today - _OLDEST <= told <= self._today:
            raise forms.ValidationError(_("Give a day of the last twelve months."), "bad_day")
        return told

    def clean_amount(self) -> int:
        """In minor units."""
        minor = self.cleaned_data["amount"].scaleb(self._digits)
        if minor != int(minor) or minor < 1:
            raise forms.ValidationError(_("Give the amount as it stands on the receipt."), "bad_amount")
        return int(minor)


@dataclass(frozen=True, slots=True)
class Told:
    """What a member told, and what came of it."""

    title: str
    detail: str
    state: str
    answer: str


@require_http_methods(["GET", "POST"])
@members_only
def show(request: HttpRequest, stay: Stay) -> HttpResponse:
    """The form, and below it all that was told with its answers. Sent twice, it is told once."""
    iso = stay.programme.header.money
    data = request.POST if request.method == "POST" else None
    form = MissingForm(localdate(stay.visit.now), get_currency_precision(iso), data)
    why = ""
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            tell(
                stay.member.account_id, told["id"], told["store"], told["bought_on"], told["amount"], told["receipt"],
                stay.visit.now,
            )  # fmt: skip
            return redirect("portal:missing")
        except ActRefused as refused:
            why = _refused(refused.refusal.code)
    found = [_told(one, iso) for one in missed(stay.member.account_id, _SHOWN)]
    response = page(request, "missing", stay.visit, "statement", form=form, found=found, why=why)
    response.status_code = 429 if why else 422 if form.is_bound else 200
    return response


def _refused(code: str) -> str:
    if code == "too_many_open":
        return _("We have not answered what you told us before: please wait for that first.")
    return _("That is enough for one day: please tell us the others tomorrow.")


def _told(one: Missing, iso: str) -> Told:
    answers = {
        "open": _("We are looking for it."),
        "found": _("It is in your statement already."),
        "recorded": _("We have recorded it: its points are in your statement."),
        "not-readable": _("We cannot find such a receipt. Please show it at the counter."),
        "not-our-store": _("This store does not belong to the programme."),
        "too-old": _("This is too long ago to be counted."),
        "somebody-elses": _("This receipt was counted already."),
        "not-in-programme": _("What was bought does not count in the programme."),
    }
    return Told(
        f"{place(one.store)}, {money(one.net, iso)}",
        f"{day(one.bought_on)}, {one.receipt}",
        one.state,
        answers.get(one.reason or one.state, ""),
    )
