"""Tills beside the ledger: where a till counted something else than was recorded, and what may explain it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.contrib import messages
from django.core.files.base import File
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from regulars.doors.console.admitting import Desk
from regulars.doors.console.finance.months import month_or_404
from regulars.doors.console.wording import language
from regulars.doors.look.templatetags.writing import place
from regulars.ground.members.models import Member
from regulars.insight.liability.movements import month_day, month_name, month_of
from regulars.insight.liability.reconciling import Compared, Happening, compared, happenings, tell_totals
from regulars.insight.liability.till import TillRefused, read_totals
from regulars.kit.speaking import said_in
from regulars.kit.texts import storable

_ROWS = 500
_EVENTS = 200
_LARGEST_FILE = 5_000_000


class TillForm(forms.Form):
    """The till's own totals."""

    file = forms.FileField(
        label=gettext_lazy("The till's totals"),
        help_text=gettext_lazy("A CSV file with the columns day, store, count and net."),
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> File[bytes]:
        """Not too large to be read at once."""
        file: File[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > _LARGEST_FILE:
            raise forms.ValidationError(_("That is more than 5 MB: send fewer days at once."), "too_large")
        return file


@dataclass(frozen=True, slots=True)
class Seen:
    """A purchase or return of a day, with the number of its member (empty: erased)."""

    event: Happening
    number: str
    late: bool


def show(request: HttpRequest, desk: Desk, faults: tuple[str, ...] = (), form: TillForm | None = None) -> HttpResponse:
    """The days of a month (`?month=`, else the last that is over) on which both do not agree, or all (`?all=yes`)."""
    if desk.programme is None:
        return render(request, "console/finance/till.html", {})
    running = month_of(localtime(desk.now).date())
    asked = request.GET.get("month", "")
    number = month_or_404(asked) if asked else running - 1
    every = request.GET.get("all") == "yes"
    found = _compared(desk, number, every)
    if not asked and not found.days:
        number = running
        found = _compared(desk, number, every)
    context = {
        "rows": [(one, place(one.store)) for one in found.shown],
        "every": every,
        "found": found,
        "agreeing": found.told - found.differing,
        "most": _ROWS if len(found.shown) >= _ROWS else 0,
        "month": month_day(number),
        "name": month_name(number),
        "before": f"?month={month_name(number - 1)}",
        "after": f"?month={month_name(number + 1)}" if number < running else "",
        "money": desk.programme.header.money,
        "form": form or TillForm(),
        "faults": faults,
    }
    return render(request, "console/finance/till.html", context, status=409 if faults or form else 200)


@require_POST
def tell(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a file of totals; of a day and store that was told before, the latest counts."""
    if desk.programme is None:
        raise Http404
    form = TillForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, desk, form=form)
    try:
        text = form.cleaned_data["file"].read().decode("utf-8")
        totals = read_totals(text, get_currency_precision(desk.programme.header.money), localtime(desk.now).date())
    except UnicodeDecodeError:
        return show(request, desk, (_("The file is not text in UTF-8: save it as CSV (UTF-8)."),))
    except TillRefused as refused:
        return show(request, desk, tuple(said_in(language(), fault) for fault in refused.faults))
    tell_totals(totals, desk.staff.email, desk.now)
    sentence = ngettext("One total was taken.", "%(count)s totals were taken.", len(totals))
    messages.success(request, sentence % {"count": len(totals)})
    latest = month_name(month_of(max(one.day for one in totals)))
    return redirect(f"{reverse('console:till')}?{urlencode({'month': latest})}")


def show_day(request: HttpRequest, desk: Desk, day: str) -> HttpResponse:
    """What was recorded of a day in one store (`?store=`; empty: of what names none), or which stores there are."""
    month_or_404(day[:7])
    try:
        when = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    if desk.programme is None or when.isoformat() != day:
        raise Http404
    every = compared(desk.zone, when, when, _ROWS, True).shown
    named = {"day": when, "name": month_name(month_of(when)), "money": desk.programme.header.money}
    if "store" not in request.GET:
        stores = [(one, place(one.store)) for one in every]
        return render(request, "console/finance/till_day.html", {**named, "stores": stores, "asked": True})
    store = storable(request.GET["store"])
    found = happenings(desk.zone, when, store, _EVENTS)
    numbers: dict[int, Any] = Member.objects.in_bulk([one.account for one in found])
    total = next((one for one in every if one.store == store), None)
    context = {
        **named,
        "store": place(store),
        "total": total,
        "most": _EVENTS if len(found) >= _EVENTS else 0,
        "rows": [
            Seen(
                one,
                numbers[one.account].number if one.account in numbers else "",
                bool(total and total.told_at and one.recorded_at > total.told_at),
            )
            for one in found
        ],
    }
    return render(request, "console/finance/till_day.html", context)


def _compared(desk: Desk, number: int, every: bool) -> Compared:
    return compared(desk.zone, month_day(number), month_day(number + 1) - timedelta(days=1), _ROWS, every)
