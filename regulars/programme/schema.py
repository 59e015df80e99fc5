"""The programme file as a JSON Schema (2020-12), for editors that complete and check as one types.

It says what the shapes of the sections say, and no more than a schema can: whatever it refuses the loader refuses,
but not the other way round, as only the loader knows which ids exist, which keys go together and what a condition
means. `make schema` writes it to docs/programme.schema.json.

A scalar without quotes is read as YAML 1.2 reads it: `1.50` is a number there, `true` a boolean, `yes` a text.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from regulars.programme.arrears import ARREARS
from regulars.programme.benefits import BENEFIT
from regulars.programme.clubs import CLUBS
from regulars.programme.contact import CONTACT
from regulars.programme.currencies import CURRENCIES
from regulars.programme.data import DATA
from regulars.programme.dates import Day
from regulars.programme.earn import EARN
from regulars.programme.flows import FLOWS
from regulars.programme.forfeiture import FORFEITURE
from regulars.programme.header import HEADER, ID, TITLE
from regulars.programme.loading import FORMAT, KNOWN, REQUIRED
from regulars.programme.messages import MESSAGES
from regulars.programme.moments import MOMENTS
from regulars.programme.offers import OFFERS
from regulars.programme.partners import PARTNERS
from regulars.programme.records import REQUIRED as NO_DEFAULT
from regulars.programme.records import ListOf, OrRecord, OrWord, Record
from regulars.programme.referrals import REFERRALS
from regulars.programme.rewards import LIMIT, REWARDS
from regulars.programme.service import SERVICE
from regulars.programme.shapes import (
    Choice,
    Expression,
    Integer,
    Known,
    Money,
    Number,
    Reference,
    Shape,
    Text,
    Title,
    Word,
    YesNo,
)
from regulars.programme.terms import TERMS
from regulars.programme.tiers import TIERS
from regulars.programme.trust import TRUST

#: What each section of the file must look like.
SHAPES: dict[str, Shape] = {
    "regulars": FORMAT,
    "programme": HEADER,
    "currencies": CURRENCIES,
    "earn": EARN,
    "tiers": TIERS,
    "rewards": REWARDS,
    "offers": OFFERS,
    "clubs": CLUBS,
    "referrals": REFERRALS,
    "moments": MOMENTS,
    "partners": PARTNERS,
    "service": SERVICE,
    "contact": CONTACT,
    "trust": TRUST,
    "messages": MESSAGES,
    "arrears": ARREARS,
    "flows": FLOWS,
    "forfeiture": FORFEITURE,
    "terms": TERMS,
    "data": DATA,
}

#: What comes again and again is written once, under its name.
NAMED: dict[str, Shape] = {
    "benefit": BENEFIT,
    "condition": Expression(),
    "id": ID,
    "limit": LIMIT,
    "money": Money(),
    "title": TITLE,
    "yes_or_no": YesNo(),
}

Fragment = dict[str, Any]

#: Texts that YAML takes for something else are texts to the loader: a title may be `2027`.
_ANY_SCALAR: Fragment = {"type": ["string", "number", "boolean"]}
_DECIMAL = "-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?"
_RATIO = "[1-9][0-9]{0,17}/[1-9][0-9]{0,17}"


def schema() -> Fragment:
    """The JSON Schema of a programme file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A programme of Regulars",
        "description": "docs/programme.md is the reference of every key.",
        "type": "object",
        "properties": {name: _part(SHAPES[name]) for name in KNOWN},
        "required": list(REQUIRED),
        "additionalProperties": False,
        "$defs": {name: fragment(shape) for name, shape in NAMED.items()},
    }


def text() -> str:
    """The schema as the text of docs/programme.schema.json."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


@singledispatch
def fragment(shape: Shape) -> Fragment:
    """What `shape` reads, as a part of a schema. Raises NotImplementedError for a shape that is not known here."""
    raise NotImplementedError(f"no JSON Schema for {type(shape).__name__}: register one in {__name__}")


@fragment.register
def _(shape: Text) -> Fragment:
    return {**_ANY_SCALAR, "pattern": "\\S"}


@fragment.register
def _(shape: Word) -> Fragment:
    return _of_form(shape.pattern)


@fragment.register
def _(shape: Day) -> Fragment:
    return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


@fragment.register
def _(shape: Integer) -> Fragment:
    return _number("integer", {"minimum": shape.least, "maximum": shape.most}, "-?[0-9]+")


@fragment.register
def _(shape: Number) -> Fragment:
    bound = "exclusiveMinimum" if shape.above else "minimum"
    form = f"{_DECIMAL}|{_RATIO}" if shape.ratio else _DECIMAL
    return _number("number", {bound: shape.least, "maximum": shape.most}, form)


@fragment.register
def _(shape: Money) -> Fragment:
    return _number("number", {"exclusiveMinimum": 0}, _DECIMAL)


@fragment.register
def _(shape: YesNo) -> Fragment:
    either = "|".join("".join(f"[{one}{one.upper()}]" for one in word) for word in ("yes", "no", "true", "false"))
    return {"type": ["boolean", "string"], "pattern": f"^({either})$"}


@fragment.register
def _(shape: Choice) -> Fragment:
    return _one_of(shape.words)


@fragment.register
def _(shape: Known) -> Fragment:
    return {"type": "string", "description": shape.kind}  # such lists grow: the loader has the one of the day


@fragment.register(Reference)
@fragment.register(Expression)
def _(shape: Shape) -> Fragment:
    return {**_ANY_SCALAR, "description": str(shape.wanted())}


@fragment.register
def _(shape: Title) -> Fragment:
    one = _part(shape.text)
    languages = dict.fromkeys(shape.languages, one)
    several = {"type": "object", "properties": languages, "additionalProperties": False, "minProperties": 1}
    return {"anyOf": [one, several]}


@fragment.register
def _(shape: OrWord) -> Fragment:
    return {"anyOf": [_one_of(shape.words), _part(shape.shape)]}


@fragment.register
def _(shape: OrRecord) -> Fragment:
    return {"anyOf": [_part(shape.shape), _part(shape.record)]}


@fragment.register
def _(shape: ListOf) -> Fragment:
    item = _part(shape.shape)
    several = {"type": "array", "items": item, "minItems": shape.least, "uniqueItems": shape.unique}
    return {"anyOf": [item, several]} if shape.one else several


@fragment.register
def _(shape: Record) -> Fragment:
    return {
        "type": "object",
        "properties": {field.key: {**_part(field.shape), "description": field.meaning} for field in shape.fields},
        "required": [field.key for field in shape.fields if field.default is NO_DEFAULT],
        "additionalProperties": False,
    }


def _part(shape: Shape) -> Fragment:
    name = next((name for name, one in NAMED.items() if one == shape), None)
    return {"$ref": f"#/$defs/{name}"} if name else fragment(shape)


def _number(type: str, bounds: Fragment, form: str) -> Fragment:
    """A number within `bounds`, or a text of that form: a schema asks of each type what concerns it."""
    return {"type": [type, "string"], **bounds, "pattern": f"^({form})$"}


def _of_form(pattern: str) -> Fragment:
    """Texts of a form, and what YAML makes of those that look like a number or a boolean."""
    types = ["string"]
    if any(re.fullmatch(pattern, "1" * length) for length in range(1, 20)):
        types.append("integer")
    if any(re.fullmatch(pattern, word) for word in ("true", "false")):
        types.append("boolean")
    return {"type": types, "pattern": f"^({pattern})$"}


def _one_of(words: Iterable[str]) -> Fragment:
    return {"enum": list(words)}


if __name__ == "__main__":
    sys.stdout.write(text())
