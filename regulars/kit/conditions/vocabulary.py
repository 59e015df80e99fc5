"""The names a condition may use: what each one holds and to whom it belongs."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import total_ordering

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FUNCTIONS = ("any", "all", "count", "spend", "missing")


class Type(Enum):
    """What a name holds, with the Python value that stands for it.

    text: str. integer: int. decimal: Decimal. money: int, minor units. boolean: bool. date: datetime.date.
    weekday: str, one of WEEKDAYS. month: int, 1 to 12. text set: a container of str without None.
    """

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    WEEKDAY = "weekday"
    MONTH = "month"
    TEXT_SET = "text set"


NUMBERS = frozenset({Type.INTEGER, Type.DECIMAL})
ORDERED = frozenset({Type.TEXT, Type.INTEGER, Type.DECIMAL, Type.MONEY, Type.DATE, Type.MONTH})


@total_ordering
class Scope(Enum):
    """To whom a name belongs; member < order < line: a wider one may mention what a narrower one holds."""

    MEMBER = "member"
    ORDER = "order"
    LINE = "line"

    def __lt__(self, other: Scope) -> bool:
        scopes = list(Scope)
        return scopes.index(self) < scopes.index(other)


@dataclass(frozen=True, slots=True)
class Name:
    """One word of a vocabulary.

    `title` gives, per language, a noun phrase in the singular that can be a subject, with its article: "the
    brand", "die Marke". For a boolean it names what applies or does not ("the staff discount"); for a text
    set what contains ("the list of segments"). `enum` closes the texts it may be compared with, and `labels`
    gives their titles per language. `bounds` are the smallest and largest integer it ever holds.

    Raises ValueError when the word cannot be written in a condition or the parts do not fit its type.
    """

    name: str
    type: Type
    scope: Scope
    nullable: bool = False
    title: Mapping[str, str] = field(default_factory=dict, compare=False)
    enum: tuple[str, ...] | None = field(default=None, compare=False)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)
    bounds: tuple[int, int] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not (self.name.isascii() and self.name.isidentifier()) or keyword.iskeyword(self.name):
            raise ValueError(f"{self.name!r} cannot be a name: use letters, digits and underscores")
        if self.name in FUNCTIONS:
            raise ValueError(f"{self.name!r} is a word of the language: choose another name")
        if self.enum is not None and self.type not in (Type.TEXT, Type.TEXT_SET):
            raise ValueError(f"{self.name!r}: only a text has closed values")
        if self.bounds is not None and self.type is not Type.INTEGER:
            raise ValueError(f"{self.name!r}: only an integer has bounds")

    def called(self, language: str) -> str:
        """The title in `language`; without one the English title, or the name with spaces."""
        return self.title.get(language) or self.title.get("en") or self.name.replace("_", " ")

    def label(self, value: str, language: str) -> str:
        """The title of one of its texts in `language`, or the text itself."""
        titles = self.labels.get(value, {})
        return titles.get(language) or titles.get("en") or value


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that conditions may use, by name. Build it with `Vocabulary.of`."""

    names: Mapping[str, Name]

    @classmethod
    def of(cls, names: Iterable[Name]) -> Vocabulary:
        """A vocabulary of `names`; ValueError when one is there twice."""
        return cls({}).extended(names)

    def extended(self, names: Iterable[Name]) -> Vocabulary:
        """This vocabulary and `names` beside it (what a keeper declares); ValueError when one exists."""
        known = dict(self.names)
        for name in names:
            if name.name in known:
                raise ValueError(f"{name.name!r} exists already: choose another name")
            known[name.name] = name
        return Vocabulary(known)

    def closed(
        self, name: str, values: Iterable[str], labels: Mapping[str, Mapping[str, str]] | None = None
    ) -> Vocabulary:
        """This vocabulary where `name` holds nothing but `values`, with their `labels` per language."""
        known = dict(self.names)
        known[name] = replace(known[name], enum=tuple(values), labels=labels or {})
        return Vocabulary(known)

    def within(self, scope: Scope) -> list[Name]:
        """The names that a condition of `scope` may mention."""
        return [name for name in self.names.values() if name.scope <= scope]

    def get(self, name: str) -> Name | None:
        """The name, or None."""
        return self.names.get(name)

    def __iter__(self) -> Iterator[Name]:
        return iter(self.names.values())
