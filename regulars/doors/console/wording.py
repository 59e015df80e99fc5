"""Words of the programme in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.programme.currencies import Currency
from regulars.programme.header import LANGUAGES
from regulars.programme.promise import Programme
from regulars.programme.sentences import title_in


def language() -> str:
    """The reader's language, as programme files name it."""
    short = (get_language() or "en").split("-")[0]
    return short if short in LANGUAGES else "en"


def title_of(texts: Mapping[str, str], otherwise: str) -> str:
    """A title in the reader's language, else the first one written, else `otherwise`."""
    return title_in(texts, language()) or otherwise


def rule_titles(programme: Programme) -> dict[str, str]:
    """The titles of its rules by id."""
    return {rule.id: title_of(rule.title, rule.id) for rule in programme.earn.rules}


def tier_titles(programme: Programme) -> dict[str, str]:
    """The titles of its tiers by id, the lowest first; empty when it has none."""
    levels = programme.tiers.levels if programme.tiers else ()
    return {level.id: title_of(level.title, level.id) for level in levels}


def currency_titles(programme: Programme) -> dict[str, str]:
    """The titles of its currencies by id."""
    return {currency.id: title_of(currency.title, currency.id) for currency in programme.currencies}


def pots_said(currency: Currency) -> dict[str, str]:
    """The pots of a currency, by their names in a balance, in words: what is available can be spent, or serves tiers
    alone."""
    words = {
        "available": _("%(title)s for tiers") if currency.kind == "qualifying" else _("%(title)s to spend"),
        "pending": _("%(title)s still pending"),
        "held": _("%(title)s set aside"),
        "debt": _("%(title)s owed"),
    }
    title = title_of(currency.title, currency.id)
    return {pot: capfirst(said % {"title": title}) for pot, said in words.items()}


def main_currency(programme: Programme) -> Currency:
    """The currency that pages show first: the first that can be spent, else the first."""
    return next((one for one in programme.currencies if one.kind == "spendable"), programme.currencies[0])
