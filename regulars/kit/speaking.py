"""Sentences for people: written once in English, said in the reader's language, figures and all.

What a rule found is told long before anybody knows who will read it. So a sentence is kept as a template of the
catalogues (`locale/`, made by `make messages`) with its figures: as a text it is English, as the command line speaks,
and `said_in` says it in another language. `noted` keeps it so in the database. Names that stand in a file are never
translated.

Texts are marked for the catalogues by the names `worded`, `phrase`, `counted`, `words` and `words_of` alone
(`doors/look/management/commands/makemessages.py`).
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent, get_currency_precision

#: English without a comma before the last of several.
_LISTS = {"en": "en_GB"}
_YEAR = 365  # days, where nobody said which year
_LOCALE = Path(__file__).parents[1] / "locale"


class Said(str):
    """A text that can be said in every language of the house; as it stands it is English."""

    _tell: Callable[[str], str]

    @classmethod
    def by(cls, tell: Callable[[str], str]) -> Said:
        """The text that `tell` gives for a language."""
        said = cls(tell("en"))
        said._tell = tell
        return said

    def said_in(self, language: str) -> str:
        """The text in a language that there is a catalogue of, or in English."""
        return self._tell(language)


def said_in(language: str, text: str) -> str:
    """`text` in a language, where it knows how; as it stands otherwise."""
    return text.said_in(language) if isinstance(text, Said) else text


def noted(text: str) -> Any:
    """`text` as JSON, to be read by somebody who is not known yet (`recalled`): its templates with their figures, no
    language; as it stands where nothing more is known of it."""
    tell = text._tell if isinstance(text, Said) else None
    if not isinstance(tell, partial) or tell.func not in _NAMES:
        return str(text)
    return {"said": [_NAMES[tell.func], *(_noted(part) for part in tell.args)]}


def recalled(note: Any) -> str:
    """The text that `noted` wrote down."""
    told: str = _recalled(note)
    return told


def worded(template: str, /, **figures: Any) -> Said:
    """A whole sentence (or several): `{names}` are figures, of which one that stands first gets a capital.

    A figure is a text, which stands as it is; a whole number or a Fraction, written as the language writes numbers; a
    day; texts by language (a title of the programme), or anything Said. Without figures the template stands as it is,
    braces and all.
    """
    return Said.by(partial(_sentence, template, figures))


def phrase(template: str, /, **figures: Any) -> Said:
    """A part of a sentence, as a figure of another one."""
    return Said.by(partial(_phrase, template, figures))


def counted(one: str, many: str, n: int, /, **figures: Any) -> Said:
    """A whole sentence about `{n}` things: `one` where it is one, else `many`."""
    return Said.by(partial(_counted, one, many, n, figures))


def titled(texts: Mapping[str, str]) -> Said:
    """A title of the programme."""
    return Said.by(partial(_shown, texts))


def listed(items: Iterable[Any], style: str = "") -> Said:
    """Several things in a row: a, b, c; with the style `standard`, a, b and c; with `or`, a, b or c."""
    return Said.by(partial(_listed, list(items), style))


def amount(minor: Fraction | int, iso: str, places: int) -> Said:
    """Money of the currency `iso` in minor units, with so many decimals: 12.50 EUR."""
    return Said.by(partial(_amount, Fraction(minor), iso, places))


def lasting(days: int) -> Said:
    """For how long, as people say it and exactly: for 90 days, for one day less than 2 years (729 days).

    A year is 365 days.
    """
    years, rest = divmod(days, _YEAR)
    if rest == _YEAR - 1:
        return counted(
            "for one day less than a year ({days} days)", "for one day less than {n} years ({days} days)", years + 1,
            days=days,
        )  # fmt: skip
    if not years:
        return counted("for one day", "for {n} days", days)
    if not rest:
        return counted("for one year", "for {n} years", years)
    return counted("for more than one year ({days} days)", "for more than {n} years ({days} days)", years, days=days)


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language of a reader: its words, and how it writes figures."""

    language: str

    def words(self, template: str, /, **figures: Any) -> str:
        """A sentence, see `worded`."""
        return _sentence(template, figures, self.language)

    def words_of(self, one: str, many: str, n: int, /, **figures: Any) -> str:
        """A sentence about `{n}` things, see `counted`."""
        return _counted(one, many, n, figures, self.language)

    def number(self, value: int | Fraction, places: int = 0) -> str:
        """A number with so many decimals."""
        return _decimal(Fraction(value), places, self.language)

    def signed(self, value: int) -> str:
        """A whole number with its sign; nothing has both."""
        return f"{'+' if value > 0 else '−' if value < 0 else '±'}{self.number(abs(value))}"

    def percent(self, part: int, whole: int, places: int = 1) -> str:
        """`part` of `whole` in percent, to so many decimals, halves to the even one; nothing of nothing is nothing."""
        parts = round(Fraction(part * 10 ** (2 + places), whole)) if whole else 0
        share = Decimal(parts).scaleb(-2 - places)
        return format_percent(share, format=_percents(self.language, places), locale=self.language)

    def day(self, value: date | str) -> str:
        """A day, also as `2026-05-12`: May 12, 2026."""
        return format_date(_date(value), "long", locale=self.language)

    def month(self, value: str) -> str:
        """A month such as `2026-05`: May 2026."""
        return format_skeleton("yMMM", _date(f"{value}-01"), locale=self.language)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("django", _LOCALE, [language], fallback=language == "en")


def _sentence(template: str, figures: Mapping[str, Any], language: str) -> str:
    return _begun(_catalogue(language).gettext(template), figures, language)


def _phrase(template: str, figures: Mapping[str, Any], language: str) -> str:
    return _filled(_catalogue(language).gettext(template), figures, language)


def _counted(one: str, many: str, n: int, figures: Mapping[str, Any], language: str) -> str:
    return _begun(_catalogue(language).ngettext(one, many, n), {**figures, "n": n}, language)


def _begun(text: str, figures: Mapping[str, Any], language: str) -> str:
    """`text` with its figures; one that stands first has a capital."""
    filled = _filled(text, figures, language)
    return filled[:1].upper() + filled[1:] if text.startswith("{") else filled


def _filled(text: str, figures: Mapping[str, Any], language: str) -> str:
    return text.format_map({name: _shown(value, language) for name, value in figures.items()}) if figures else text


def _shown(value: Any, language: str) -> str:
    """A figure as the language writes it."""
    if isinstance(value, str):
        return said_in(language, value)
    if isinstance(value, Mapping):
        return str(value.get(language) or next(iter(value.values()), ""))
    if isinstance(value, date):
        return format_date(value, "long", locale=language)
    return _decimal(Fraction(value), None, language)


def _decimal(value: Fraction, places: int | None, language: str) -> str:
    """With so many decimals; None: as many as it needs, at most three."""
    if places is None:
        return format_decimal(Decimal(round(value * 1000)).scaleb(-3), format="#,##0.###", locale=language)
    digits = f"#,##0.{'0' * places}" if places else "#,##0"
    return format_decimal(Decimal(round(value * 10**places)).scaleb(-places), format=digits, locale=language)


def _amount(minor: Fraction, iso: str, places: int, language: str) -> str:
    return f"{_decimal(minor / 10 ** get_currency_precision(iso), places, language)} {iso}"


def _listed(items: list[Any], style: Any, language: str) -> str:
    said = [_shown(item, language) for item in items]
    return format_list(said, style=style, locale=_LISTS.get(language, language)) if style else ", ".join(said)


def _percents(language: str, places: int) -> str:
    """The language's own pattern of a percentage, with so many decimals."""
    pattern: str = Locale.parse(language).percent_formats[None].pattern
    return pattern.replace("##0", f"##0.{'0' * places}" if places else "##0")


def _date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


#: What a text is made by, and how it is called where it is noted down: these names stand in databases.
_WAYS: dict[str, Callable[..., str]] = {
    "sentence": _sentence, "phrase": _phrase, "counted": _counted, "shown": _shown, "listed": _listed,
    "amount": _amount,
}  # fmt: skip
_NAMES = {make: name for name, make in _WAYS.items()}


def _noted(part: Any) -> Any:
    if isinstance(part, str):
        return noted(part)
    if isinstance(part, Mapping):
        return {"by_name": {name: _noted(inner) for name, inner in part.items()}}
    if isinstance(part, list):
        return [_noted(inner) for inner in part]
    if isinstance(part, date):
        return {"day": part.isoformat()}
    return {"ratio": part.as_integer_ratio()} if isinstance(part, Fraction) else part


def _recalled(note: Any) -> Any:
    if isinstance(note, list):
        return [_recalled(inner) for inner in note]
    if not isinstance(note, dict):
        return note
    ((kind, told),) = note.items()
    if kind == "said":
        way, *parts = told
        return Said.by(partial(_WAYS[way], *map(_recalled, parts)))
    if kind == "by_name":
        return {name: _recalled(inner) for name, inner in told.items()}
    return date.fromisoformat(told) if kind == "day" else Fraction(*told)
