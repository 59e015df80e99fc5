"""The words of the sentences, per language.

A statement is a subject and a predicate; a predicate is written `verb|negation|rest`, because German and
Danish put the three in another order inside a subordinate clause. `{v}` stands for the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.kit.conditions.tree import Op

Orders = Mapping[Op, str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language. `main` and `subordinate` order verb (0), negation (1) and rest (2) of a predicate.

    `day` is how a date stands alone after "is". The orders are for a number, two names of numbers, a date, a
    month, and two names of times. `any_line` to `spend` take the clause about the line as {c}.
    """

    main: tuple[int, int, int]
    subordinate: tuple[int, int, int]
    both: str
    either: tuple[str, str]
    one_of: str
    none_of: str
    equal: str
    unequal: str
    neither: str
    same: str
    other: str
    known: str
    unknown: str
    applies: str
    applies_not: str
    contains: str
    lacks: str
    alphabetical: str
    day: str
    numbers: Orders
    numbers_names: Orders
    dates: Orders
    months: Orders
    times_names: Orders
    any_line: str
    no_line: str
    every_line: str
    count: str
    spend: str


def _orders(less: str, at_most: str, more: str, at_least: str) -> Orders:
    return {Op.LT: less, Op.LE: at_most, Op.GT: more, Op.GE: at_least}


ENGLISH = Phrases(
    main=(0, 1, 2),
    subordinate=(0, 1, 2),
    both="and",
    either=("either", "or"),
    one_of="or",
    none_of="nor",
    equal="is||{v}",
    unequal="is|not|{v}",
    neither="is|neither|{v}",
    same="is||the same as {v}",
    other="is|not|the same as {v}",
    known="is||known",
    unknown="is|not|known",
    applies="applies||",
    applies_not="does not apply||",
    contains="contains||{v}",
    lacks="does|not|contain {v}",
    alphabetical="alphabetically",
    day="{v}",
    numbers=_orders("is||less than {v}", "is||at most {v}", "is||more than {v}", "is||at least {v}"),
    numbers_names=_orders("is||less than {v}", "is||at most {v}", "is||more than {v}", "is||at least {v}"),
    dates=_orders("is||before {v}", "is||on or before {v}", "is||after {v}", "is||on or after {v}"),
    months=_orders("is||before {v}", "is||no later than {v}", "is||after {v}", "is||no earlier than {v}"),
    times_names=_orders("is||before {v}", "is||no later than {v}", "is||after {v}", "is||no earlier than {v}"),
    any_line="there is an item where {c}",
    no_line="there is no item where {c}",
    every_line="on every item {c}",
    count="the number of items where {c}",
    spend="the amount spent on items where {c}",
)

GERMAN = Phrases(
    main=(0, 1, 2),
    subordinate=(1, 2, 0),
    both="und",
    either=("entweder", "oder"),
    one_of="oder",
    none_of="noch",
    equal="ist||{v}",
    unequal="ist|nicht|{v}",
    neither="ist|weder|{v}",
    same="ist||genau {v}",
    other="ist|nicht|{v}",
    known="ist||bekannt",
    unknown="ist|nicht|bekannt",
    applies="gilt||",
    applies_not="gilt|nicht|",
    contains="enthält||{v}",
    lacks="enthält|nicht|{v}",
    alphabetical="alphabetisch",
    day="der {v}",
    numbers=_orders("ist||kleiner als {v}", "ist||höchstens {v}", "ist||größer als {v}", "ist||mindestens {v}"),
    numbers_names=_orders(
        "ist||kleiner als {v}",
        "ist||höchstens so groß wie {v}",
        "ist||größer als {v}",
        "ist||mindestens so groß wie {v}",
    ),
    dates=_orders("liegt||vor dem {v}", "ist||spätestens der {v}", "liegt||nach dem {v}", "ist||frühestens der {v}"),
    months=_orders("liegt||vor {v}", "ist||spätestens {v}", "liegt||nach {v}", "ist||frühestens {v}"),
    times_names=_orders(
        "ist||früher als {v}", "ist||nicht später als {v}", "ist||später als {v}", "ist||nicht früher als {v}"
    ),
    any_line="es gibt einen Artikel, bei dem {c}",
    no_line="es gibt keinen Artikel, bei dem {c}",
    every_line="für jeden Artikel gilt, dass {c}",
    count="die Zahl der Artikel, bei denen {c},",
    spend="der Betrag für Artikel, bei denen {c},",
)

SPANISH = Phrases(
    main=(1, 0, 2),
    subordinate=(1, 0, 2),
    both="y",
    either=("o bien", "o bien"),
    one_of="o",
    none_of="ni",
    equal="es||{v}",
    unequal="es|no|{v}",
    neither="es|no|ni {v}",
    same="es||igual que {v}",
    other="es|no|igual que {v}",
    known="se conoce||",
    unknown="se conoce|no|",
    applies="se aplica||",
    applies_not="se aplica|no|",
    contains="contiene||{v}",
    lacks="contiene|no|{v}",
    alphabetical="alfabéticamente",
    day="el {v}",
    numbers=_orders("es||menor que {v}", "es||como máximo {v}", "es||mayor que {v}", "es||como mínimo {v}"),
    numbers_names=_orders(
        "es||menor que {v}", "es||menor o igual que {v}", "es||mayor que {v}", "es||mayor o igual que {v}"
    ),
    dates=_orders(
        "es||anterior al {v}",
        "es||como muy tarde el {v}",
        "es||posterior al {v}",
        "es||como muy pronto el {v}",
    ),
    months=_orders("es||anterior a {v}", "es||como muy tarde {v}", "es||posterior a {v}", "es||como muy pronto {v}"),
    times_names=_orders("es||anterior a {v}", "es|no|posterior a {v}", "es||posterior a {v}", "es|no|anterior a {v}"),
    any_line="en algún artículo {c}",
    no_line="en ningún artículo {c}",
    every_line="en cada artículo {c}",
    count="el número de artículos en los que {c}",
    spend="el importe de los artículos en los que {c}",
)

DANISH = Phrases(
    main=(0, 1, 2),
    subordinate=(1, 0, 2),
    both="og",
    either=("enten", "eller"),
    one_of="eller",
    none_of="eller",
    equal="er||{v}",
    unequal="er|ikke|{v}",
    neither="er|hverken|{v}",
    same="er||det samme som {v}",
    other="er|ikke|det samme som {v}",
    known="er||kendt",
    unknown="er|ikke|kendt",
    applies="gælder||",
    applies_not="gælder|ikke|",
    contains="indeholder||{v}",
    lacks="indeholder|ikke|{v}",
    alphabetical="alfabetisk",
    day="den {v}",
    numbers=_orders("er||mindre end {v}", "er||højst {v}", "er||større end {v}", "er||mindst {v}"),
    numbers_names=_orders(
        "er||mindre end {v}",
        "er||mindre end eller lig med {v}",
        "er||større end {v}",
        "er||større end eller lig med {v}",
    ),
    dates=_orders("er||før den {v}", "er||senest den {v}", "er||efter den {v}", "er||tidligst den {v}"),
    months=_orders("er||før {v}", "er||senest {v}", "er||efter {v}", "er||tidligst {v}"),
    times_names=_orders("er||før {v}", "er||senest samtidig med {v}", "er||efter {v}", "er||tidligst samtidig med {v}"),
    any_line="der er en vare, hvor {c}",
    no_line="der er ingen vare, hvor {c}",
    every_line="for hver vare gælder, at {c}",
    count="antallet af varer, hvor {c},",
    spend="beløbet for varer, hvor {c},",
)

LANGUAGES: Mapping[str, Phrases] = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "da": DANISH}
