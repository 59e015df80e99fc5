"""Places: where something in a request is not as it must be, and what is wrong there.

`where` and `code` are for programs, and the same in every language; the sentence is for a person. What the schema
library finds keeps its code, and is said in words of the house: the library speaks English alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from regulars.kit.speaking import Said, counted, listed, worded

#: A name that a caller chose is told so far.
LONGEST = 80
Place = dict[str, str]
Figures = Mapping[str, Any]


def place(where: str, code: str, sentence: str) -> Place:
    """One of the `errors` of a problem; `where` has its parts between dots: `query.members`, `body.lines.2`."""
    return {"where": where, "code": code, "sentence": sentence}


def misfit(error: Mapping[str, Any], *before: str) -> Place:
    """The same, for an error of pydantic; `before` are the parts of the place that it does not know."""
    where = ".".join([*before, *(str(part)[:LONGEST] for part in error["loc"])])
    return place(where, str(error["type"]), _said(str(error["type"]), error.get("ctx") or {}))


def _said(code: str, figures: Figures) -> str:
    own = figures.get("error")
    if code == "value_error" and isinstance(own, ValueError) and own.args and isinstance(own.args[0], Said):
        return own.args[0]
    return _SENTENCES.get(code, _unlike)(figures)


def _unlike(figures: Figures) -> str:
    return worded("This is not what can stand here: look at /v1/docs.")


def _text(figures: Figures) -> str:
    return worded("Write a text here.")


def _whole(figures: Figures) -> str:
    return worded("Write a whole number here.")


def _number(figures: Figures) -> str:
    return worded("Write a number here.")


def _digits_alone(figures: Figures) -> str:
    return worded("Write a number in digits, a point before decimals and nothing between thousands, like 1000.50.")


def _truth(figures: Figures) -> str:
    return worded("Write `true` or `false` here.")


def _day(figures: Figures) -> str:
    return worded("Write a day that there is, like 2026-12-24.")


def _object(figures: Figures) -> str:
    return worded("Write a JSON object here.")


def _digits(figures: Figures) -> str:
    return worded("Write a number of at most {most} digits.", most=int(figures.get("max_digits", 15)))


def _choice(figures: Figures) -> str:
    choices = [f"`{word}`" for word in re.findall("'([^']*)'", str(figures.get("expected", "")))]
    return worded("Write one of {choices}.", choices=listed(choices, "or"))


#: What is said of each kind of error, by its code.
_SENTENCES: dict[str, Callable[[Figures], str]] = {
    "missing": lambda figures: worded("This is needed, and not there."),
    "extra_forbidden": lambda figures: worded("There is no such field here: leave it out, or look how it is spelt."),
    "string_type": _text,
    "string_unicode": _text,
    "string_too_short": lambda figures: counted(
        "Write at least one character.", "Write at least {n} characters.", figures["min_length"]
    ),
    "string_too_long": lambda figures: worded("Write at most {n} characters.", n=figures["max_length"]),
    "string_pattern_mismatch": lambda figures: worded("Write it so that it fits `{form}`.", form=figures["pattern"]),
    "int_type": _whole,
    "int_parsing": _whole,
    "int_parsing_size": _whole,
    "int_from_float": _whole,
    "decimal_type": _number,
    "decimal_parsing": _digits_alone,
    "finite_number": _number,
    "decimal_max_digits": _digits,
    "decimal_whole_digits": _digits,
    "greater_than": lambda figures: worded("Write a number above {n}.", n=str(figures["gt"])),
    "greater_than_equal": lambda figures: worded("Write a number from {n} on.", n=str(figures["ge"])),
    "less_than": lambda figures: worded("Write a number below {n}.", n=str(figures["lt"])),
    "less_than_equal": lambda figures: worded("Write a number up to {n}.", n=str(figures["le"])),
    "bool_type": _truth,
    "bool_parsing": _truth,
    "date_type": _day,
    "date_parsing": _day,
    "date_from_datetime_parsing": _day,
    "date_from_datetime_inexact": _day,
    "list_type": lambda figures: worded("Write an array here."),
    "too_long": lambda figures: worded("Write at most {n} of them.", n=figures["max_length"]),
    "dict_type": _object,
    "model_type": _object,
    "model_attributes_type": _object,
    "literal_error": _choice,
}
