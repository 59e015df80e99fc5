"""A member's statement: every movement of points with its reason, or those of a kind, a currency and a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from regulars.doors.console.admitting import Desk
from regulars.doors.console.member import open_member, render_member, statement_lines
from regulars.doors.console.wording import currency_titles
from regulars.engine import entries
from regulars.exchange.ledger.statement import statement, unwritten_since
from regulars.ground.members.leading import holder_of
from regulars.programme.promise import Programme

_ROWS = 50
#: What people look for, and the kinds of movements that are that.
_KINDS = {
    "earned": (entries.ACCRUAL, entries.ACTIVATION),
    "spent": (entries.REDEMPTION, entries.HOLD, entries.CAPTURE, entries.RELEASE, entries.REVERSAL),
    "returned": (entries.CLAWBACK, entries.REPAYMENT),
    "ended": (entries.EXPIRY, entries.LAPSE, entries.FORFEITURE),
    "decided": (entries.ADJUSTMENT, entries.TRANSFER, entries.MERGE, entries.UNMERGE, entries.POOLING),
}
_DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class SiftForm(forms.Form):
    """Which movements are shown; nothing said, all of them."""

    kind = forms.ChoiceField(
        label=_("Which"),
        required=False,
        choices=[
            ("", _("all movements")),
            ("earned", _("earned")),
            ("spent", _("spent and set aside")),
            ("returned", _("taken back after returns")),
            ("ended", _("expired, lapsed or forfeited")),
            ("decided", _("given, taken or sent")),
        ],
    )
    currency = forms.ChoiceField(label=_("Of which"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=_DAY)
    until = forms.DateField(label=_("Through"), required=False, widget=_DAY)

    def __init__(self, programme: Programme, data: Mapping[str, str]) -> None:
        super().__init__(data, auto_id="sift-%s")
        field = self.fields["currency"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("all currencies")), *currency_titles(programme).items()]
        if len(programme.currencies) == 1:
            del self.fields["currency"]


def show(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """A page of it. `?before=` is the line before which it begins; the fields of the form say what is shown."""
    member = open_member(number, desk, "statement")
    if desk.programme is None:
        return render_member(request, member, "member_statement", {})
    before = request.GET.get("before", "")
    cursor = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    form = SiftForm(desk.programme, request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    kind, currency = asked.get("kind") or "", asked.get("currency") or None
    since, until = asked.get("since"), asked.get("until")
    found = statement(
        holder_of(member.account_id), currency, cursor, _ROWS + 1, _KINDS.get(kind), _start(since, desk),
        _start(until + timedelta(days=1) if until and until < date.max else None, desk),
    )  # fmt: skip
    sifted = bool(kind or currency or since or until)
    query = request.GET.copy()
    query["before"] = str(found[_ROWS - 1].seq) if len(found) > _ROWS else ""
    context: dict[str, object] = {
        "lines": statement_lines(found[:_ROWS], desk, desk.programme),
        "older": f"?{query.urlencode()}" if query["before"] else "",
        "unwritten": None if cursor else unwritten_since(holder_of(member.account_id), localtime(desk.now).date()),
        "form": form,
        "sifted": sifted or not form.is_valid(),
    }
    return render_member(request, member, "member_statement", context)


def _start(day: date | None, desk: Desk) -> datetime | None:
    """The instant at which a local day begins."""
    return datetime.combine(day, time(), ZoneInfo(desk.zone)) if day else None
