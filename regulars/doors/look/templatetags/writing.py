"""Money, points, days and shares as the reader's language writes them.

Instants are told in the zone that is active (`timezone.activate`, which each door does for the programme's zone).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision
from django import template
from django.utils.timezone import localtime
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

register = template.Library()


def reader() -> str:
    """The locale of whoever reads the page, as Babel names it: en, de, es, da."""
    return to_locale(get_language() or "en")


@register.filter
def money(minor: int, currency: str) -> str:
    """An amount in minor units of an ISO 4217 currency: $42.60 or 42,60 $, and −$4.00 (a true minus)."""
    amount = Decimal(abs(minor)).scaleb(-get_currency_precision(currency))
    return ("−" if minor < 0 else "") + format_currency(amount, currency, locale=reader())


@register.filter
def signed(points: int) -> str:
    """A movement of points with its sign: +86, −4 (a true minus)."""
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return sign + format_decimal(abs(points), locale=reader())


@register.filter
def percent(part: int, whole: int) -> str:
    """How much `part` is of `whole` in whole per cent, halves up; a dash when the whole is nothing."""
    if not whole:
        return "–"
    return format_percent(Decimal((200 * part + whole) // (2 * whole)).scaleb(-2), locale=reader())


@register.filter
def day(value: date) -> str:
    """A date with its year: May 12, 2026 or 12. Mai 2026. Of an instant, the day in the active zone."""
    return _skeleton("yMMMd", value)


@register.filter
def short_day(value: date) -> str:
    """A date without its year: May 12 or 12. Mai."""
    return _skeleton("MMMd", value)


@register.filter
def near_day(value: date, today: date) -> str:
    """A date, with its year where that is not the one of `today`."""
    return short_day(value) if _local(value).year == today.year else day(value)


def span(first: date, last: date) -> str:
    """The days from one to another, with the year said once where it is one: May 4 to Jun 12, 2026."""
    if first == last:
        return day(last)
    begins = short_day(first) if first.year == last.year else day(first)
    return _("%(first)s to %(last)s") % {"first": begins, "last": day(last)}


@register.filter
def month(value: date) -> str:
    """A month with its year: May 2026."""
    return _skeleton("yMMMM", value)


@register.filter
def whole_day(value: date) -> str:
    """A date with its weekday: Tuesday, May 12, 2026."""
    return format_date(_local(value), "full", locale=reader())


@register.filter
def place(store: str) -> str:
    """Where something happened: a store that is known by a code (31862, harbour-1) is named as one, one that has a name
    by that."""
    is_code = " " not in store and any(sign.isdigit() for sign in store)
    return _("Store %(number)s") % {"number": store} if is_code else store


@register.filter
def clock(value: datetime) -> str:
    """The time of day of an instant in the active zone: 8:14 AM or 08:14."""
    # Our typefaces have no narrow space that holds words together; the wide one does as well.
    return format_time(localtime(value), "short", locale=reader()).replace("\u202f", "\u00a0")


def _skeleton(skeleton: str, value: date) -> str:
    return format_skeleton(skeleton, _local(value), locale=reader())


def _local(value: date) -> date:
    return localtime(value).replace(tzinfo=None) if isinstance(value, datetime) else value
