"""The section `programme`: who makes the promise, where its days begin, in which money and languages."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import get_currency_name, get_currency_symbol, list_currencies

from regulars.kit.conditions.standard import STANDARD
from regulars.kit.conditions.vocabulary import FUNCTIONS
from regulars.kit.speaking import worded
from regulars.programme.document import Node
from regulars.programme.problems import shown
from regulars.programme.reading import BROKEN, Fields, Reading
from regulars.programme.records import Field, ListOf, Record
from regulars.programme.shapes import Choice, Integer, Known, Money, Text, Title, Word

LANGUAGES = ("en", "de", "es", "da")
ATTRIBUTE_TYPES = ("text", "integer", "decimal", "money", "boolean", "date")


@dataclass(frozen=True, slots=True)
class Attribute:
    """A fact of the keeper's own that conditions may use: its scope is where it stands.

    That is the line, the order or the member.
    """

    name: str
    scope: str
    type: str
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Brand:
    """How the members' pages look: `accent` as #rrggbb, the name drawn in the head of each page."""

    accent: str
    name: str


@dataclass(frozen=True, slots=True)
class Header:
    """`zone` is an IANA name: days, weeks and expiry are counted there. `money` is an ISO 4217 code.

    `average_order` (minor units) and `orders_a_year` are an average member's, None where they are not stated: what
    percentages, limits and years are weighed with before there is a year of data.
    """

    id: str
    name: str
    zone: str
    money: str
    languages: tuple[str, ...]
    brand: Brand
    attributes: tuple[Attribute, ...]
    average_order: int | None = None
    orders_a_year: int | None = None


#: Names among the time zones that are of no place, and what each machine takes for its own.
_NOWHERE = frozenset({"Factory", "localtime", "posixrules"})
#: Codes of ISO 4217 that nobody can pay with: metals, units of account, for tests, and for no money at all.
_NO_MONEY = frozenset(["XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"])


#: Monies that most keepers mean: proposed before rarer ones.
_USUAL = (
    "EUR", "USD", "GBP", "DKK", "SEK", "NOK", "ISK", "CHF", "PLN", "CZK", "HUF", "RON", "CAD", "AUD", "NZD", "MXN",
    "ARS", "CLP", "COP", "PEN", "BRL", "JPY",
)  # fmt: skip


@cache
def _zones() -> Collection[str]:
    return available_timezones() - _NOWHERE


@cache
def _monies() -> Collection[str]:
    return list_currencies() - _NO_MONEY


def _usual_like(text: str) -> Sequence[str]:
    """The usual monies that `text` may stand for: by their names in the languages of the house, signs or codes."""
    words = set(text.casefold().split())
    named = [code for code in _USUAL if words and words <= _called(code)]
    return named or get_close_matches(text.upper()[:20], _USUAL, n=3)


@cache
def _called(code: str) -> Set[str]:
    """The words by which a money is known: dollar, dollars, kroner, $."""
    names = (get_currency_name(code, count, language) for count in (1, 2) for language in LANGUAGES)
    signs = (get_currency_symbol(code, language) for language in LANGUAGES)
    return {word.casefold() for name in (*names, *signs) for word in name.split()}


ID = Word(
    "[a-z][a-z0-9-]{0,39}",
    "not_an_id",
    "an id: at most 40 small letters, digits or hyphens, the first one a letter",
)
TITLE = Title(LANGUAGES)
ACCENT = Word("#[0-9a-fA-F]{6}", "not_a_colour", 'a colour in quotes, such as "#1f4d5c"')
ZONE = Known(_zones, "unknown_zone", "a time zone, such as Europe/Berlin")
MONEY = Known(_monies, "unknown_money", "an ISO 4217 code, such as EUR", _usual_like)
ATTRIBUTE_NAME = Word(
    "[a-z][a-z0-9_]{0,39}",
    "not_a_name",
    "a name: at most 40 small letters, digits or underscores, the first one a letter",
)

BRAND = Record(
    Field("name", Text(80), "the name in the head of the members' pages", default=None),
    Field("accent", ACCENT, "the colour of buttons and links", default="#1f4d5c"),
)
ATTRIBUTE = Record(
    Field("name", ATTRIBUTE_NAME, "the word that conditions use"),
    Field("on", Choice(("line", "order", "member")), "where the fact stands"),
    Field("type", Choice(ATTRIBUTE_TYPES), "what it holds"),
    Field("title", TITLE, "what members call it, with its article"),
)
HEADER = Record(
    Field("id", ID, "the programme's own id"),
    Field("name", Text(80), "its name, as members know it"),
    Field("zone", ZONE, "where its days begin"),
    Field("money", MONEY, "the money of its purchases", shared=True),
    Field("languages", ListOf(Choice(LANGUAGES), unique=True), "the main one first", shared=True),
    Field("brand", BRAND, "how its pages look", default=None),
    Field("attributes", ListOf(ATTRIBUTE, least=0), "facts of your own that conditions may use", default=()),
    Field("average_order", Money(), "what an average order comes to", default=None),
    Field("orders_a_year", Integer(1, 10_000), "how often an average member buys", default=None),
)


def read_header(node: Node, reading: Reading) -> Any:
    """The Fields of the section, or BROKEN, with `attributes` as far as they could be read.

    Later sections read titles in its languages and amounts in its money; `build(Header)` makes a value of it.
    """
    fields = HEADER.read(node, "programme", reading)
    if fields is BROKEN:
        return BROKEN
    fields["attributes"] = tuple(_attributes(fields.get("attributes") or ()))
    brand = fields.get("brand")
    if brand:
        brand["name"] = brand["name"] or fields.get("name")
        fields["brand"] = brand.build(Brand)
    elif not fields.given("brand"):
        fields["brand"] = Brand("#1f4d5c", fields.get("name"))
    return fields


def _attributes(given: Iterable[Fields]) -> Iterator[Attribute]:
    """Those with a name that no other attribute, no word of the language and no standard name has."""
    seen: set[str] = set()
    for fields in given:
        name = fields.get("name")
        if name and name in seen:
            message = worded("Another attribute is called {given} already.", given=shown(name))
            fields.problem("duplicate_id", "name", message, worded("Choose another name."))
        elif name and (keyword.iskeyword(name) or name in FUNCTIONS or STANDARD.get(name)):
            message = worded("{given} is a word that conditions know already.", given=shown(name))
            fields.problem("reserved_name", "name", message, worded("Use that one, or choose another name for yours."))
        else:
            if all(fields.get(key) for key in ("name", "on", "type")):
                # Without its title conditions can know it all the same.
                yield Attribute(fields["name"], fields["on"], fields["type"], fields.get("title") or {})
        seen.add(name)
