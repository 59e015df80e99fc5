"""A programme's terms as members read them: what a point is worth, when it may be spent, when it ends.

Rules, caps and tiers are put into words by `programme.sentences`; here is what that leaves to the portal.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import money
from regulars.programme.currencies import Currency
from regulars.programme.earn import Base
from regulars.programme.header import LANGUAGES
from regulars.programme.sentences import pending_sentence


def language() -> str:
    """The reader's language, as programme files name it."""
    short = (get_language() or "en").split("-")[0]
    return short if short in LANGUAGES else "en"


def title_of(texts: Mapping[str, str]) -> str:
    """A title in the reader's language, else the programme's first."""
    return texts.get(language()) or next(iter(texts.values()), "")


def capitalised(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def base_sentences(base: Base) -> list[str]:
    """Which part of a bill counts when points are worked out."""
    if base.amount == "gross":
        price = _("What counts is the price before discounts.")
    else:
        price = _("What counts is the price after discounts.")
    besides = {
        (False, False): _("Tax and shipping do not count."),
        (True, False): _("Tax counts, shipping does not."),
        (False, True): _("Shipping counts, tax does not."),
        (True, True): _("Tax and shipping count as well."),
    }[base.tax, base.shipping]
    if base.paid_with_points:
        paid = _("What you pay with points earns points again.")
    else:
        paid = _("What you pay with points earns no new ones.")
    return [price, besides, paid]


def worth_sentence(currency: Currency, iso: str) -> str:
    """What a hundred points are worth; empty when the programme does not say. `iso` is the programme's money."""
    if currency.value is None:
        return ""
    return _("100 %(title)s are worth at least %(money)s.") % {
        "title": title_of(currency.title),
        "money": money(int(currency.value * 100), iso),
    }


def waiting_sentence(currency: Currency) -> str:
    """From when points may be spent."""
    if currency.pending is None:
        return _("They may be spent at once.")
    days = currency.pending.days
    if not days:
        return pending_sentence(currency.pending, language())
    return ngettext(
        "They may be spent after %(days)d day: until then, what you bought can be brought back.",
        "They may be spent after %(days)d days: until then, what you bought can be brought back.",
        days,
    ) % {"days": days}


def lasting_sentence(currency: Currency) -> str:
    """How long points last, and what keeps them."""
    expiry = currency.expiry
    if expiry is None:
        return _("They never expire.")
    months = {"months": expiry.months}
    if expiry.after == "inactivity":
        return (
            ngettext(
                "Nothing expires as long as you shop or spend points once in %(months)d month.",
                "Nothing expires as long as you shop or spend points once in %(months)d months.",
                expiry.months,
            )
            % months
        )
    return (
        ngettext(
            "They may be spent for %(months)d month, counted from the day they become available.",
            "They may be spent for %(months)d months, counted from the day they become available.",
            expiry.months,
        )
        % months
    )


def notice_sentence(currency: Currency) -> str:
    """When members are told that points are about to expire; empty when they are not told, or nothing expires."""
    notice = currency.expiry.notice if currency.expiry else None
    if notice is None:
        return ""
    return _(
        "Before anything expires we tell you, %(latest)d to %(earliest)d days ahead; without that, nothing expires."
    ) % {"latest": notice.latest, "earliest": notice.earliest}


def owed_sentence(points: int) -> str:
    """What becomes of points that are owed; empty where none are."""
    if not points:
        return ""
    return ngettext(
        "%(points)s point is owed after a return; the next ones make up for it.",
        "%(points)s points are owed after a return; the next ones make up for it.",
        points,
    ) % {"points": figure(points)}


def rounding_sentence(currency: Currency) -> str:
    """What becomes of fractions of a point."""
    if currency.rounding == "carry":
        return _("Fractions are kept for your next purchase, so nothing is lost.")
    if currency.rounding == "line":
        return {
            "down": _("Fractions are rounded down, item by item."),
            "up": _("Fractions are rounded up, item by item."),
            "half_up": _("Fractions are rounded to the nearest whole, item by item."),
        }[currency.mode]
    return {
        "down": _("Fractions are rounded down, once for each purchase."),
        "up": _("Fractions are rounded up, once for each purchase."),
        "half_up": _("Fractions are rounded to the nearest whole, once for each purchase."),
    }[currency.mode]


def returning_sentence(currency: Currency) -> str:
    """What becomes of points when something is brought back."""
    if currency.debt:
        return _(
            "If you bring something back, the points it gave go as well; "
            "if you have spent them already, the next ones make up for it."
        )
    return _("If you bring something back, the points it gave go as well, as far as they are still there.")
