"""How findings write figures, and how words are looked for in a programme's texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import cache

from babel.numbers import get_currency_precision

from regulars.kit.speaking import Said, amount, listed
from regulars.programme.promise import Programme

_FINEST = 8  # decimals of an amount that are shown


def money(minor: Fraction | int, programme: Programme) -> Said:
    """An amount of minor units, exactly, with its currency: 12.50 EUR; as many decimals as it needs."""
    code = programme.header.money
    exact = Fraction(minor)
    places = get_currency_precision(code)
    while exact.denominator != 1 and places < _FINEST:
        exact, places = exact * 10, places + 1
    return amount(minor, code, places)


def round_sum(programme: Programme) -> int:
    """An ordinary purchase, in minor units: the average order where it is stated, otherwise a hundred."""
    hundred = Decimal(100).scaleb(get_currency_precision(programme.header.money))
    return programme.header.average_order or int(hundred)


def number(value: Fraction | int) -> Said:
    """A number as people write it: 12, 1.5; a fraction that never ends is cut after three decimals."""
    return listed([Fraction(value)])


def words_of_file(words: Iterable[str], style: str = "standard") -> Said:
    """Words that stand in a file, as findings show them: never translated, `one` and `another`."""
    return listed([f"`{word}`" for word in words], style)


def words_in(text: str, words: Iterable[str]) -> list[str]:
    """Those of `words` (small letters; a `*` at an end stands for any ending) that `text` holds as words."""
    folded = text.casefold()
    return [word for word in words if _pattern(word).search(folded)]


@cache
def _pattern(word: str) -> re.Pattern[str]:
    start = r"(?<![^\W_])" if not word.startswith("*") else ""
    end = r"(?![^\W_])" if not word.endswith("*") else ""
    return re.compile(start + re.escape(word.strip("*")) + end)
