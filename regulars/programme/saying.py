"""Saying: templates of one language, filled in with figures as that language writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from babel.dates import format_date
from babel.lists import format_list

from regulars.programme.phrases import Words
from regulars.programme.promise import Programme
from regulars.programme.sentences import figure, money, title_in


class Say:
    """The words of one language, filled in. ValueError for a language that has none."""

    def __init__(self, words: Mapping[str, Words], programme: Programme, language: str) -> None:
        if language not in words:
            raise ValueError(f"no sentences in {language!r}: use one of {', '.join(words)}")
        self.programme = programme
        self.language = language
        self.words = words[language]

    def __call__(self, key: str, number: int | None = None, **figures: str) -> str:
        """The words for `key`; of a pair, those for `number`, which is also {n} unless `figures` has it."""
        words = self.words[key]
        template = words if isinstance(words, str) else words[0 if number == 1 else 1]
        count = {} if number is None else {"n": figure(number, self.language)}
        return template.format(**{**count, **figures})

    def whether(self, key: str, yes: bool) -> str:
        """The words for `key` where it is so, those for `not key` where it is not."""
        return self(key if yes else f"not {key}")

    def number(self, value: int | Fraction) -> str:
        return figure(value, self.language)

    def money(self, minor: int) -> str:
        return money(minor, self.programme, self.language)

    def day(self, day: date) -> str:
        return format_date(day, "long", locale=self.language)

    def all_of(self, parts: Iterable[str]) -> str:
        return format_list(list(parts), style="standard", locale=self.language)

    def one_of(self, parts: Iterable[str]) -> str:
        return format_list(list(parts), style="or", locale=self.language)

    def each(self, keys: Iterable[str], group: str = "") -> str:
        """The words for several keys (of one group) in a row."""
        return self.all_of(self(f"{group} {key}".strip()) for key in keys)

    def titled(self, titles: Mapping[str, str] | None) -> str:
        return title_in(titles or {}, self.language)
