"""The months of the books: every month with what is owed at its end, and one of them line by line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date
from functools import wraps
from typing import Any, TypeVar

from django import forms
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from regulars.doors.console.admitting import Desk
from regulars.doors.console.finance.wording import bookings, roll_forward, tenths
from regulars.doors.console.wording import currency_titles, main_currency
from regulars.ground.publishing.versions import versions
from regulars.insight.liability.closing import NOTHING_BEFORE, Books, Closing, books, latest_digest, seen_of
from regulars.insight.liability.estimating import LEAST_MONTHS, MILLION, BackTest
from regulars.insight.liability.keeping import forget
from regulars.insight.liability.movements import LedgerUnsound, month_day, month_name, month_named
from regulars.insight.liability.rolling import ENDED, REDEEMED
from regulars.insight.liability.stating import ESTIMATE, estimate_of
from regulars.insight.liability.till import FIRST_DAY
from regulars.insight.shop.keeping import Kept, kept

R = TypeVar("R")
CLOSED, DUE, RUNNING = "closed", "due", "running"
_BOOKS = "books"


class CloseForm(forms.Form):
    """That the figures were looked at, and which they were."""

    read = forms.BooleanField(label=gettext_lazy("I have looked at these figures. They will never change again."))
    digest = forms.CharField(widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class One:
    """A month as pages show it: its plain `figures`, whether it is closed, due to be closed or running, and its
    closing if it has one."""

    number: int
    figures: Mapping[str, Any]
    state: str
    closing: Closing | None

    @property
    def name(self) -> str:
        return month_name(self.number)

    @property
    def day(self) -> date:
        return month_day(self.number)


@dataclass(frozen=True, slots=True)
class Row:
    """A month of one currency in the list; money in minor units."""

    one: One
    points: int
    late: bool
    liability: int
    revenue: int


@dataclass(frozen=True, slots=True)
class Tested:
    """A back-test as the page shows it; `error` in points of a per cent."""

    month: date
    test: BackTest
    error: str


def counted(view: Callable[..., R]) -> Callable[..., R | HttpResponse]:
    """As the view; where the ledger holds what no month can count, a page that says so."""

    @wraps(view)
    def told(request: HttpRequest, desk: Desk, **kwargs: Any) -> R | HttpResponse:
        try:
            return view(request, desk, **kwargs)
        except LedgerUnsound as unsound:
            forget()
            return render(request, "console/finance/unsound.html", {"code": unsound.code}, status=409)

    return told


@counted
def show_all(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every month, the newest first. `?currency=` chooses the points where a programme has several."""
    if desk.programme is None:
        return render(request, "console/finance/months.html", {})
    found = read(desk)
    months = list(reversed(every(found.value)))
    titles = currency_titles(desk.programme)
    currency = _currency(request, desk, titles)
    rows = [_row(one, currency) for one in months if currency in one.figures["currencies"]]
    ended = next((row for row in rows if row.one.state != RUNNING), None)
    estimate = estimate_of(ended.one.figures["currencies"][currency]) if ended else None
    context = {
        "titles": titles,
        "currency": currency,
        "unit": titles.get(currency, currency),
        "rows": rows,
        "ended": ended,
        "due": [row.one for row in rows if row.one.state == DUE],
        "broken": found.value.broken,
        "money": desk.programme.header.money,
        "estimate": estimate,
        "issue_share": int(estimate.seen_after(-1) * MILLION) if estimate else 0,
        "million": MILLION,
        "least": LEAST_MONTHS,
        "tests": _tests(found.value.back_tests.get(currency, ())),
        "as_of": found.at,
    }
    return render(request, "console/finance/months.html", context)


@counted
def show(request: HttpRequest, desk: Desk, month: str) -> HttpResponse:
    """One month, line by line."""
    return shown(request, desk, month)


def shown(request: HttpRequest, desk: Desk, month: str, **more: object) -> HttpResponse:
    """The page of a month; with `more` to say, why something was refused. Raises Http404, LedgerUnsound."""
    number = month_or_404(month)
    if desk.programme is None:
        raise Http404
    found = read(desk)
    months = every(found.value)
    one = next((one for one in months if one.number == number), None)
    if one is None:
        raise Http404
    titles = currency_titles(desk.programme)
    currency = _currency(request, desk, titles)
    figures = one.figures["currencies"].get(currency)
    seen = seen_of(found.value, number) if one.state == DUE else ""
    context = {
        "one": one,
        "titles": titles,
        "currency": currency,
        "unit": titles.get(currency, currency),
        "figures": figures,
        "lines": roll_forward(figures) if figures else [],
        "booked": bookings(one.figures, currency),
        "money": one.figures["money"],
        "worth": _worth(figures) if figures else None,
        "million": MILLION,
        "least": LEAST_MONTHS,
        "earlier": [other for other in months if other.state == DUE and other.number < number],
        "broken": one.name in found.value.broken,
        "form": CloseForm(initial={"digest": seen}),
        "as_of": found.at,
        **more,
    }
    return render(request, "console/finance/month.html", context, status=409 if more else 200)


def read(desk: Desk) -> Kept[Books]:
    """Every month, as it was read last; read anew when that has had its time, or when a month was closed since, by
    whichever process of the server."""
    found = _read(desk)
    closed = found.value.closed
    if (closed[-1].digest if closed else NOTHING_BEFORE) != latest_digest():
        read_anew()
        found = _read(desk)
    return found


def _read(desk: Desk) -> Kept[Books]:
    return kept(_BOOKS, lambda: books(versions(), desk.now), desk.now)


def read_anew() -> None:
    """What was read last will not do any more."""
    cache.delete(_BOOKS)


def every(found: Books) -> list[One]:
    """Closed and open months, oldest first."""
    closed = [One(one.number, one.figures, CLOSED, one) for one in found.closed]
    last = found.open[-1][1].number if found.open else 0
    opened = [
        One(month.number, figures, RUNNING if month.number == last else DUE, None) for figures, month in found.open
    ]
    return [*closed, *opened]


def month_or_404(name: str) -> int:
    """The month of an address. Raises Http404 for what is none, or none in which anything can have happened."""
    try:
        month = month_named(name)
    except ValueError:
        raise Http404 from None
    if month_name(month) != name or not FIRST_DAY.year <= month_day(month).year < MAXYEAR:
        raise Http404
    return month


def _currency(request: HttpRequest, desk: Desk, titles: Mapping[str, str]) -> str:
    wanted = request.GET.get("currency", "")
    return wanted if wanted in titles or desk.programme is None else main_currency(desk.programme).id


def _row(one: One, currency: str) -> Row:
    figures = one.figures["currencies"][currency]
    money = figures["money"]
    revenue = sum(money.get(line, 0) for line in (REDEEMED, *ENDED, ESTIMATE))
    return Row(one, figures["closing"], bool(figures["late"]), figures["liability_closing"], revenue)


def _worth(figures: Mapping[str, Any]) -> dict[str, Any]:
    estimate = estimate_of(figures)
    return {
        "value": figures["value"],
        "used": estimate.used,
        "months": estimate.months,
        "at_issue": figures["estimate"]["at_issue"],
        "seen": int(estimate.seen_after(-1) * MILLION),
    }


def _tests(found: Sequence[BackTest]) -> list[Tested]:
    return [Tested(month_day(test.month), test, tenths(test.error)) for test in reversed(found)]
