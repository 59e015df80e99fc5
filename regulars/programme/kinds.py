"""Kinds of clauses: where their records stand, how one is said, and who judges each of its facets.

The kinds themselves are told in `comparable`, `comparable_giving` and `comparable_care`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from regulars.programme import judging
from regulars.programme.clause_words import WORDS
from regulars.programme.judging import Effect, Judge, Pair
from regulars.programme.promise import Programme
from regulars.programme.sentences import title_in

#: What coming or going does.
Coming = Callable[[Any, Pair], Effect]


@dataclass(frozen=True, slots=True)
class Facet:
    """Something about a record: the fields it is read from, and its judge (who sees several as a list).

    A field of what stands in a field is written with a point: `exit.fee`.
    """

    name: str
    fields: tuple[str, ...]
    judge: Judge

    def read(self, record: Any) -> list[Any]:
        """The values of its fields."""
        return [value_of(record, path) for path in self.fields]


def value_of(record: Any, path: str) -> Any:
    """The value of a field, or of a field within one."""
    for name in path.split("."):
        record = getattr(record, name)
    return record


_NAME = {"id": "names the clause"}


@dataclass(frozen=True)
class Kind:
    """A kind of clause: its records by id, the part of the file they stand in, the sentences that say one, its facets,
    and what coming and going does.

    `untold` are the fields that promise nothing to members, `differs` those of which nobody can say which way is
    better: each with the reason. A field in none of them is told as different as well. `rules` are those whose
    points a record bears on. `replaced` says whether the new promise has something as good in the place of an old
    record: then what changes of it takes nothing from points already earned.
    """

    name: str
    part: str
    records: Callable[[Programme], Mapping[str, Any]]
    title: Callable[[str, Any, str], str]
    clause: Callable[[Any, Programme, str], list[str]]
    facets: tuple[Facet, ...]
    rules: Callable[[Any, Pair], Iterable[str]] = lambda record, pair: ()
    added: Coming = lambda record, pair: Effect.GOOD
    removed: Coming = lambda record, pair: Effect.ADVERSE
    replaced: Callable[[Any, Pair], bool] = lambda record, pair: False
    differs: Mapping[str, str] = field(default_factory=dict)
    untold: Mapping[str, str] = field(default_factory=dict)

    @property
    def silent(self) -> Mapping[str, str]:
        """All fields that promise nothing, with the reasons."""
        return {**_NAME, **self.untold}


def one(name: str, judge: Judge) -> Facet:
    """A facet of one field."""
    return Facet(name, (name,), judge)


TITLE = one("title", judging.neutral)
#: Of what is given by its title alone: a loaf is no slice.
GIFT = one("title", judging.retitled)


def by_id(records: Iterable[Any]) -> dict[str, Any]:
    return {record.id: record for record in records}


def section(name: str) -> Callable[[Programme], Mapping[str, Any]]:
    """The one record of a section that may be left out."""

    def records(programme: Programme) -> Mapping[str, Any]:
        record = getattr(programme, name)
        return {} if record is None else {"": record}

    return records


def own_title(id: str, record: Any, language: str) -> str:
    return title_in(record.title, language)


def called(kind: str) -> Callable[[str, Any, str], str]:
    """The name of a kind whose records have no title of their own."""
    return lambda id, record, language: WORDS[language].titles[kind]


def said(sentence: Callable[[Any, Programme, str], str]) -> Callable[[Any, Programme, str], list[str]]:
    """One sentence as a clause."""
    return lambda record, programme, language: [sentence(record, programme, language)]
