"""Names for the households of the demo: invented, and always the same for the same household.

The data knows households by number only. Each gets a name, an address at a domain that is nobody's, a language and,
more often than not, a birthday. Chance is plain arithmetic on the household's number, as in `made.py`.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from itertools import accumulate

import polars as pl
import yaml

from regulars.doors.cli.demo.harbour import purchases
from regulars.ground.members.enrolling import Person

#: Of a hundred members, how many read each language.
SHARES = {"en": 55, "de": 15, "es": 20, "da": 10}
#: Of a hundred members, how many told their birthday, and how many of those the year as well.
BIRTHDAYS, BIRTH_YEARS = 60, 35
OLDEST, YEARS = 1938, 65
#: Reserved for examples (RFC 2606): mail to them reaches nobody.
DOMAINS = ("example.com", "example.org")

_STEP = 2_654_435_761
_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"})


@dataclass(frozen=True, slots=True)
class _Names:
    given: list[str]
    family: list[str]

    def of(self, number: int) -> tuple[str, str]:
        """Given and family name of a household.

        The step is a prime, so household numbers smaller than the count of pairs all fall on different pairs.
        """
        given, family = divmod(number * _STEP % (len(self.given) * len(self.family)), len(self.family))
        return self.given[given], self.family[family]


def people(weeks: int) -> list[Person]:
    """Everybody who shops at Harbour, one person per household, by household number.

    `weeks` is how far the year was moved; a member joined on the day of the first purchase in the moved year.
    Raises DemoDataMissing.
    """
    first = purchases(weeks).group_by("household_id").agg(pl.col("transaction_timestamp").min().dt.date())
    names = _names()
    return [_person(number, joined_on, names) for number, joined_on in first.sort("household_id").collect().iter_rows()]


def _names() -> dict[str, _Names]:
    written = (resources.files("regulars.doors.cli.demo") / "names.yaml").read_text(encoding="utf-8")
    lists = yaml.safe_load(written)
    return {one: _Names(lists[one]["given"].split(), lists[one]["family"].split()) for one in SHARES}


def _person(number: int, joined_on: date, names: dict[str, _Names]) -> Person:
    language = _language(number)
    given, family = names[language].of(number)
    born = birth_year = None
    if _chance(number, 13) % 100 < BIRTHDAYS:
        # A day of a common year, so that it exists in every birth year.
        born = date(2001, 1, 1) + timedelta(days=_chance(number, 29) % 365)
        birth_year = OLDEST + _chance(number, 43) % YEARS if _chance(number, 37) % 100 < BIRTH_YEARS else None
    return Person(
        number=str(number),
        given_name=given,
        family_name=family,
        email=f"{_ascii(given)}.{_ascii(family)}@{DOMAINS[_chance(number, 59) % len(DOMAINS)]}",
        language=language,
        birth_month=born.month if born else None,
        birth_day=born.day if born else None,
        birth_year=birth_year,
        joined_on=joined_on,
    )


def _language(number: int) -> str:
    bounds = list(accumulate(SHARES.values()))
    return list(SHARES)[bisect(bounds, _chance(number, 7) % bounds[-1])]


def _chance(number: int, salt: int) -> int:
    """A whole number from 0 to 2^32 - 1 that looks random and depends on nothing else than what is given."""
    mixed = (number + salt) % 4_294_967_291 * _STEP % 4_294_967_296
    return (mixed // 97 + salt) * 2_246_822_519 % 4_294_967_296


def _ascii(name: str) -> str:
    spelled = unicodedata.normalize("NFKD", name.lower().translate(_ASCII))
    return spelled.encode("ascii", "ignore").decode("ascii")
