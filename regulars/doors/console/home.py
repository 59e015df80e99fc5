"""The first page: the figures of the shop, as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.doors.console.admitting import Desk
from regulars.doors.console.reading import shop_reading
from regulars.doors.console.slipping import rows
from regulars.doors.console.wording import currency_titles, main_currency, rule_titles, tier_titles
from regulars.doors.look.drawing import Point
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import money, short_day
from regulars.exchange.earning.rounds import findings
from regulars.exchange.rewards.awaiting import waiting
from regulars.insight.shop.keeping import Kept
from regulars.insight.shop.overview import Overview
from regulars.insight.shop.points import WEEKS, Given, Purse
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme

_RULES_WEEKS = 12
_SLIPPING = 8
#: More than that waits on a page of its own.
_WAITING = 200


@dataclass(frozen=True, slots=True)
class Share:
    """A line with a bar: what it is called, and its part of the whole."""

    title: str
    part: int


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The home page. `?currency=` chooses whose points are shown where a programme has several."""
    context: dict[str, object] = {"greeting": _greeting(desk), "findings": findings() if desk.keeper else ()}
    if desk.programme:
        context["handing"] = len(waiting(desk.now, _WAITING))
        reading = shop_reading(desk, desk.programme)
        context |= _figures(request.GET.get("currency", ""), desk, desk.programme, reading)
    return render(request, "console/home.html", context)


def _figures(wanted: str, desk: Desk, programme: Programme, reading: Kept[Overview]) -> dict[str, object]:
    shop = reading.value
    currency = next((one for one in programme.currencies if one.id == wanted), main_currency(programme))
    purse = shop.purses.get(currency.id, Purse(0, 0, 0, 0, 0, 0, 0))
    given = [row for row in shop.given if row.currency == currency.id]
    today = localtime(desk.now).date()
    rules = _rules(given, programme, today)
    titles = currency_titles(programme)
    return {
        "shop": shop,
        "as_of": reading.at,
        "currency": currency,
        "unit": titles[currency.id],
        "currencies": titles,
        "purse": purse,
        "worth": worth(purse.outstanding, currency, programme),
        "weeks": _weeks(given, today),
        "span": _span(given, today),
        "rules": rules,
        "rules_total": sum(rule.part for rule in rules),
        "tiers": [Share(title, shop.tiers.get(id, 0)) for id, title in reversed(tier_titles(programme).items())],
        "slipping": rows(shop.slipping[:_SLIPPING], programme, desk.now),
        "slipping_count": len(shop.slipping),
    }


def worth(points: int, currency: Currency, programme: Programme) -> str:
    """What points are worth in money, rounded down to the smallest coin; empty when no value is stated."""
    if currency.value is None:
        return ""
    return money(floor(points * currency.value), programme.header.money)


def _greeting(desk: Desk) -> str:
    hour = localtime(desk.now).hour
    given = desk.staff.name.split(" ")[0]
    if 5 <= hour < 12:
        return _("Good morning, %(name)s") % {"name": given} if given else _("Good morning")
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s") % {"name": given} if given else _("Good afternoon")
    return _("Good evening, %(name)s") % {"name": given} if given else _("Good evening")


def _by_week(given: Sequence[Given], today: date) -> dict[date, int]:
    """Points per week, from the first in which any were given; the running week is the last."""
    this = today - timedelta(days=today.weekday())
    sums = {this - timedelta(weeks=back): 0 for back in range(WEEKS - 1, -1, -1)}
    for row in given:
        sums[row.monday] = sums.get(row.monday, 0) + row.points
    first = min((monday for monday, points in sums.items() if points), default=this)
    return {monday: points for monday, points in sorted(sums.items()) if monday >= first}


def _weeks(given: Sequence[Given], today: date) -> list[Point]:
    """The series of the chart; nothing when nothing was given, or returns took back all of it."""
    sums = _by_week(given, today)
    if not any(sums.values()):
        return []
    return [
        Point(short_day(monday), points, figure(points), partial=monday == max(sums)) for monday, points in sums.items()
    ]


def _span(given: Sequence[Given], today: date) -> str:
    ended = list(_by_week(given, today).values())[:-1]
    if not ended:
        return _("The first week is still running.")
    return ngettext(
        "%(least)s in the week that has ended; the last one is still running.",
        "Between %(least)s and %(most)s in the %(weeks)s weeks that have ended; the last one is still running.",
        len(ended),
    ) % {"least": figure(min(ended)), "most": figure(max(ended)), "weeks": figure(len(ended))}


def _rules(given: Sequence[Given], programme: Programme, today: date) -> list[Share]:
    """What each rule gave in the last weeks, the most first."""
    since = today - timedelta(days=today.weekday(), weeks=_RULES_WEEKS - 1)
    sums: dict[str, int] = {}
    for row in given:
        if row.monday >= since and row.rule:
            sums[row.rule] = sums.get(row.rule, 0) + row.points
    titles = rule_titles(programme)
    most_first = sorted(sums.items(), key=lambda rule: (-rule[1], rule[0]))
    return [Share(titles.get(id, id), points) for id, points in most_first]
