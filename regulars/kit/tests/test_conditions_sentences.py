"""A condition as people read it, in four languages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.kit.conditions import Condition, Name, Scope, Type, parse
from regulars.kit.conditions.phrases import LANGUAGES
from regulars.kit.conditions.plain import plain
from regulars.kit.conditions.standard import STANDARD
from regulars.kit.conditions.tree import And, Compare, Flag, Has, In, Missing, Node, Not, Op, Or
from regulars.kit.tests.random_conditions import (
    LINE,
    MEMBER,
    ORDER,
    VOCABULARY,
    conditions,
    every_statement,
    some_lives,
    values,
)

LIKES = {
    "en": "the list of favourites",
    "de": "die Liste der Vorlieben",
    "es": "la lista de preferencias",
    "da": "listen over favoritter",
}
WRAPPING = {
    "en": "gift wrapping",
    "de": "die Geschenkverpackung",
    "es": "el envoltorio de regalo",
    "da": "gaveindpakning",
}
WORDS = STANDARD.closed(
    "tier",
    ("mate", "captain"),
    {"captain": {"en": "Captain", "de": "Kapitän", "es": "Capitán", "da": "Kaptajn"}},
).extended(
    [
        Name("likes", Type.TEXT_SET, MEMBER, title=LIKES),
        Name("wrapping", Type.BOOLEAN, ORDER, title=WRAPPING),
        Name("loud_music", Type.BOOLEAN, ORDER, nullable=True),
        Name("weight", Type.DECIMAL, LINE, nullable=True, title={"en": "the weight"}),
    ]
)


def said(text: str, language: str, scope: Scope = LINE, currency: str | None = "EUR", exponent: int = 2) -> str:
    return parse(text, WORDS, scope, exponent, currency).sentence(language).replace("\xa0", " ")


# One block per condition: en, de, es, da. Read them aloud.
SENTENCES = [
    (
        'brand == "Private" and weekday in ("tue", "wed")',
        "the brand is Private and the day is Tuesday or Wednesday",
        "die Marke ist Private und der Tag ist Dienstag oder Mittwoch",
        "la marca es Private y el día es martes o miércoles",
        "mærket er Private og dagen er tirsdag eller onsdag",
    ),
    (
        "10 <= hour < 12",
        "the hour is at least 10 and less than 12",
        "die Stunde ist mindestens 10 und kleiner als 12",
        "la hora es como mínimo 10 y menor que 12",
        "timen er mindst 10 og mindre end 12",
    ),
    (
        "total > 1234.50",
        "the total is more than €1,234.50",
        "die Gesamtsumme ist größer als 1.234,50 €",
        "el importe total es mayor que 1.234,50 €",
        "det samlede beløb er større end 1.234,50 €",
    ),
    (
        'date >= "2026-12-01" and date < "2026-12-24"',
        "the date is on or after December 1, 2026 and before December 24, 2026",
        "das Datum ist frühestens der 1. Dezember 2026 und liegt vor dem 24. Dezember 2026",
        "la fecha es como muy pronto el 1 de diciembre de 2026 y anterior al 24 de diciembre de 2026",
        "datoen er tidligst den 1. december 2026 og før den 24. december 2026",
    ),
    (
        'date in ("2026-12-24", "2026-12-31")',
        "the date is December 24, 2026 or December 31, 2026",
        "das Datum ist der 24. Dezember 2026 oder der 31. Dezember 2026",
        "la fecha es el 24 de diciembre de 2026 o el 31 de diciembre de 2026",
        "datoen er den 24. december 2026 eller den 31. december 2026",
    ),
    (
        "month in (9, 10) and month == birthday_month",
        "the month is September or October and is the same as the month of the birthday",
        "der Monat ist September oder Oktober und ist genau der Geburtstagsmonat",
        "el mes es septiembre u octubre y es igual que el mes del cumpleaños",
        "måneden er september eller oktober og er det samme som fødselsdagsmåneden",
    ),
    (
        "month < birthday_month",
        "the month is before the month of the birthday",
        "der Monat ist früher als der Geburtstagsmonat",
        "el mes es anterior al mes del cumpleaños",
        "måneden er før fødselsdagsmåneden",
    ),
    (
        "net < regular_price",
        "the amount is less than the regular price",
        "der Betrag ist kleiner als der reguläre Preis",
        "el importe es menor que el precio habitual",
        "beløbet er mindre end normalprisen",
    ),
    (
        'tier == "captain" or "vip" in segments',
        "the tier is Captain or the list of segments contains vip",
        "die Stufe ist Kapitän oder die Liste der Segmente enthält vip",
        "el nivel es Capitán o la lista de segmentos contiene vip",
        "niveauet er Kaptajn eller listen over segmenter indeholder vip",
    ),
    (
        'tier != "mate" and "vip" not in segments',
        "the tier is known and not mate and the list of segments does not contain vip",
        "die Stufe ist bekannt und nicht mate und die Liste der Segmente enthält nicht vip",
        "el nivel se conoce y no es mate y la lista de segmentos no contiene vip",
        "niveauet er kendt og ikke mate og listen over segmenter indeholder ikke vip",
    ),
    (
        'not brand in ("A", "B", "C")',
        "the brand is neither A nor B nor C",
        "die Marke ist weder A noch B noch C",
        "la marca no es ni A ni B ni C",
        "mærket er hverken A eller B eller C",
    ),
    (
        'missing(brand) or brand not in ("A", "B")',
        "the brand is not known or is neither A nor B",
        "die Marke ist nicht bekannt oder ist weder A noch B",
        "la marca no se conoce o no es ni A ni B",
        "mærket er ikke kendt eller er hverken A eller B",
    ),
    (
        "not (total < 10 or hour >= 18 or wrapping)",
        "the total is at least €10.00 and the hour is less than 18 and gift wrapping does not apply",
        "die Gesamtsumme ist mindestens 10,00 € und die Stunde ist kleiner als 18 "
        "und die Geschenkverpackung gilt nicht",
        "el importe total es como mínimo 10,00 € y la hora es menor que 18 y el envoltorio de regalo no se aplica",
        "det samlede beløb er mindst 10,00 € og timen er mindre end 18 og gaveindpakning gælder ikke",
    ),
    (
        'brand is not None and brand != "A" and brand >= "B"',
        "the brand is not A and is alphabetically at least B",
        "die Marke ist nicht A und ist alphabetisch mindestens so groß wie B",
        "la marca no es A y es alfabéticamente mayor o igual que B",
        "mærket er ikke A og er alfabetisk større end eller lig med B",
    ),
    (
        "wrapping",
        "gift wrapping applies",
        "die Geschenkverpackung gilt",
        "el envoltorio de regalo se aplica",
        "gaveindpakning gælder",
    ),
    (
        'store == "Hafen" and (hour < 12 or weekday == "sun")',
        "the store is Hafen, and either the hour is less than 12 or the day is Sunday",
        "die Filiale ist Hafen, und entweder die Stunde ist kleiner als 12 oder der Tag ist Sonntag",
        "la tienda es Hafen, y o bien la hora es menor que 12 o bien el día es domingo",
        "butikken er Hafen, og enten timen er mindre end 12 eller dagen er søndag",
    ),
    (
        'hour < 12 and weekday == "sun" or wrapping',
        "the hour is less than 12 and the day is Sunday, or gift wrapping applies",
        "die Stunde ist kleiner als 12 und der Tag ist Sonntag, oder die Geschenkverpackung gilt",
        "la hora es menor que 12 y el día es domingo, o el envoltorio de regalo se aplica",
        "timen er mindre end 12 og dagen er søndag, eller gaveindpakning gælder",
    ),
    (
        'any(category == "Wine" and brand is None)',
        "there is an item where the category is Wine and the brand is not known",
        "es gibt einen Artikel, bei dem die Kategorie Wine ist und die Marke nicht bekannt ist",
        "en algún artículo la categoría es Wine y la marca no se conoce",
        "der er en vare, hvor kategorien er Wine og mærket ikke er kendt",
    ),
    (
        "not any(sku in likes)",
        "there is no item where the list of favourites contains the item",
        "es gibt keinen Artikel, bei dem die Liste der Vorlieben den Artikel enthält",
        "en ningún artículo la lista de preferencias contiene el artículo",
        "der er ingen vare, hvor listen over favoritter indeholder varen",
    ),
    (
        'all(category != "Wine") and lines > 3',
        "on every item the category is known and not Wine; and the number of lines is more than 3",
        "für jeden Artikel gilt, dass die Kategorie bekannt ist und nicht Wine ist; "
        "und die Zahl der Positionen ist größer als 3",
        "en cada artículo la categoría se conoce y no es Wine; y el número de líneas es mayor que 3",
        "for hver vare gælder, at kategorien er kendt og ikke er Wine; og antallet af linjer er større end 3",
    ),
    (
        'not all(category == "Wine")',
        "there is an item where the category is not Wine",
        "es gibt einen Artikel, bei dem die Kategorie nicht Wine ist",
        "en algún artículo la categoría no es Wine",
        "der er en vare, hvor kategorien ikke er Wine",
    ),
    (
        'count(category == "Wine") >= 2',
        "the number of items where the category is Wine is at least 2",
        "die Zahl der Artikel, bei denen die Kategorie Wine ist, ist mindestens 2",
        "el número de artículos en los que la categoría es Wine es como mínimo 2",
        "antallet af varer, hvor kategorien er Wine, er mindst 2",
    ),
    (
        'spend(brand == "Own") > 20 and wrapping',
        "the amount spent on items where the brand is Own is more than €20.00, and gift wrapping applies",
        "der Betrag für Artikel, bei denen die Marke Own ist, ist größer als 20,00 €, und die Geschenkverpackung gilt",
        "el importe de los artículos en los que la marca es Own es mayor que 20,00 €, "
        "y el envoltorio de regalo se aplica",
        "beløbet for varer, hvor mærket er Own, er større end 20,00 €, og gaveindpakning gælder",
    ),
    (
        'not (member_since < "2025-01-01")',
        "the date of joining is on or after January 1, 2025 or not known",
        "das Beitrittsdatum ist frühestens der 1. Januar 2025 oder nicht bekannt",
        "la fecha de inscripción es como muy pronto el 1 de enero de 2025 o no se conoce",
        "datoen for indmeldelsen er tidligst den 1. januar 2025 eller ikke kendt",
    ),
]


@pytest.mark.parametrize(("text", "en", "de", "es", "da"), SENTENCES)
def test_a_condition_reads_like_a_sentence(text: str, en: str, de: str, es: str, da: str) -> None:
    assert [said(text, language) for language in LANGUAGES] == [en, de, es, da]


def bracketed(leaves: list[str]) -> list[str]:
    """Every way to join `leaves`, in this order, with and, or and brackets."""
    if len(leaves) == 1:
        return leaves
    return [
        f"({left} {joint} {right})"
        for at in range(1, len(leaves))
        for left in bracketed(leaves[:at])
        for joint in ("and", "or")
        for right in bracketed(leaves[at:])
    ]


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize(
    "leaves", [["gift", "staff", "boxed", "hour < 3", "day < 3"], ["hour < 3", "hour > 1", "hour == 2"]]
)
def test_only_one_meaning_can_be_read(leaves: list[str], language: str) -> None:
    meanings: dict[str, set[Node]] = {}
    for text in bracketed(leaves):
        made = parse(text, VOCABULARY, LINE)
        meanings.setdefault(made.sentence(language), set()).add(made.root)
    assert len(meanings) > 5
    assert [spoken for spoken, trees in meanings.items() if len(trees) > 1] == []


def plainly(made: Condition) -> Node:
    return plain(made.root)


def test_every_statement_and_its_negation_mean_the_same_when_said_plainly() -> None:
    lives = some_lives(LINE, 40)
    for statement in every_statement(LINE):
        for text in (statement, f"not ({statement})"):
            made = parse(text, VOCABULARY, LINE)
            simple = plainly(made)
            assert_plain(simple)
            said, meant = Condition(simple).function(), made.function()
            assert [said(life) for life in lives] == [meant(life) for life in lives], text


@settings(deadline=None)
@given(st.data(), st.sampled_from([LINE, MEMBER]))
def test_said_plainly_it_means_the_same(data: st.DataObject, scope: Scope) -> None:
    made = parse(data.draw(conditions(scope)), VOCABULARY, scope)
    held = data.draw(values(MEMBER)) | data.draw(values(ORDER)) | data.draw(values(LINE))
    lines: list[dict[str, Any]] = data.draw(st.lists(values(LINE), max_size=2))
    simple = plainly(made)
    assert Condition(simple).function()(held, lines) is made.function()(held, lines)
    assert_plain(simple)


def assert_plain(node: Node) -> None:
    match node:
        case And(parts) | Or(parts):
            assert len(set(parts)) == len(parts) > 1
            for part in parts:
                assert_plain(part)
        case Not(part):
            assert not isinstance(part, And | Or | Not)
            assert not isinstance(part, Compare) or part.op is Op.EQ
        case In() | Has():
            assert not node.negated
        case Compare():
            assert node.op is not Op.NE
        case Flag() | Missing():
            assert True


@settings(deadline=None)
@given(conditions(ORDER), st.sampled_from(list(LANGUAGES)))
def test_a_sentence_is_one_line_of_words(text: str, language: str) -> None:
    spoken = parse(text, VOCABULARY, ORDER, 2, "EUR").sentence(language)
    assert spoken == spoken.strip()
    assert "\n" not in spoken
    assert "==" not in spoken
    assert "_" not in spoken


def test_values_are_written_in_the_manner_of_the_language() -> None:
    assert said("weight >= 1234.5", "de") == "the weight ist mindestens 1.234,5"
    assert said("weight >= 0.125", "da") == "the weight er mindst 0,125"
    assert said("total == 5000", "en", currency="JPY", exponent=0) == "the total is ¥5,000"
    assert said("total == 5.5", "da", currency="DKK") == "det samlede beløb er 5,50 kr."
    assert said("total == 5.5", "en", currency=None) == "the total is 5.50"
    assert said("total == 5", "de", currency=None, exponent=0) == "die Gesamtsumme ist 5"


def test_a_name_without_a_title_is_called_by_its_words() -> None:
    assert said("loud_music", "es") == "loud music se aplica"
    assert said("loud_music == False", "en") == "loud music is known and does not apply"


def test_nothing_is_said_twice() -> None:
    once = "the brand is alphabetically at least B"
    assert said('brand is not None and not (brand < "B")', "en") == once
    assert said('brand >= "B" and (brand >= "B" and brand is not None)', "en") == once


def test_texts_stand_as_they_were_written() -> None:
    assert said("store == ' '", "en") == 'the store is " "'
    assert said('store == "{v}|{0} %s"', "de") == "die Filiale ist {v}|{0} %s"
    assert said('any(brand == "{c}")', "da") == "der er en vare, hvor mærket er {c}"


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="en, de, es, da"):
        said("wrapping", "fr")
