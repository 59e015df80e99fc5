"""The words that conditions of one programme may use: standard ones, the keeper's attributes, the tiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from regulars.kit.conditions import ConditionError, Name, Scope, Type, Vocabulary, parse
from regulars.kit.conditions.standard import STANDARD
from regulars.programme.header import Attribute
from regulars.programme.reading import BROKEN, Placed, Reading, point


def vocabulary(attributes: Iterable[Attribute], levels: Mapping[str, Mapping[str, str]] | None) -> Vocabulary:
    """The standard words and `attributes`; `tier` holds only `levels` (titles by id, by language).

    Without tiers (None) there is no word `tier`; where no level could be read, it holds any text. Raises
    ValueError when an attribute has the name of another word.
    """
    declared = [Name(one.name, Type(one.type), Scope(one.scope), nullable=True, title=one.title) for one in attributes]
    words = STANDARD.extended(declared)
    if levels is None:
        return Vocabulary.of(word for word in words if word.name != "tier")
    return words.closed("tier", levels, levels) if levels else words


def read_condition(
    written: Placed | None, scope: Scope, words: Vocabulary, reading: Reading, *more: Scope
) -> Any:  # fmt: skip
    """The Condition that stands there, None when none does, or BROKEN after its problem was noted.

    Where it is not known yet what it is about, it may be right in one of `more` scopes. A name that may be that of an
    attribute whose own reading failed is no problem of the condition.
    """
    if written is None:
        return None
    for other in more:
        with suppress(ConditionError):
            return parse(written.text, words, other, reading.exponent, reading.shared.get("money"))
    try:
        return parse(written.text, words, scope, reading.exponent, reading.shared.get("money"))
    except ConditionError as error:
        word = written.text[error.offset : error.offset + error.length]
        if error.code != "unknown_name" or not reading.meant(word, "attribute", [one.name for one in words]):
            place = point(written, reading.document.text, error.offset, error.length)
            reading.problem(f"condition_{error.code}", written.path, place, error.message, error.remedy)
        return BROKEN
