"""What is told in English is said in the reader's language, with figures as that language writes them."""

from __future__ import annotations

import copy
import json
import pickle
import re
from datetime import date
from fractions import Fraction

import pytest

from regulars.kit.json import decode, encode
from regulars.kit.speaking import (
    Said,
    Tongue,
    amount,
    counted,
    lasting,
    listed,
    noted,
    phrase,
    recalled,
    said_in,
    titled,
    worded,
)

SENTENCE = "In the worst twelve months {expired} points expired beside {issued} issued."
ROW = "{points}: {parts}"
PARTS = "{a}, {b}, {c}, {d}, {e}, {f}, {g}"


def said() -> Said:
    return worded(SENTENCE, expired=1_234, issued=56_789)


def test_as_a_text_it_is_english() -> None:
    assert said() == "In the worst twelve months 1,234 points expired beside 56,789 issued."
    assert json.loads(json.dumps([said()])) == [said()]


def test_it_is_said_in_another_language_with_its_figures() -> None:
    assert (
        said().said_in("de")
        == "In den schlechtesten zwölf Monaten verfielen 1.234 Punkte, während 56.789 vergeben wurden."
    )
    assert said_in("da", said()).startswith("I de værste tolv måneder udløb 1.234 point")
    assert said_in("de", "what nobody marked") == "what nobody marked"


@pytest.mark.parametrize(
    "again",
    [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one)), lambda one: recalled(decode(encode(noted(one))))],
)
def test_a_copy_speaks_as_well(again: object) -> None:
    assert callable(again) and again(said()).said_in("es") == said().said_in("es")


def test_figures_are_written_as_the_reader_writes_them() -> None:
    points = titled({"de": "Punkte", "en": "points"})
    for language, told in (
        ("en", "Points: 1.5, May 12, 2026, 1,200.50 EUR"),
        ("de", "Punkte: 1,5, 12. Mai 2026, 1.200,50 EUR"),
    ):
        parts = listed([Fraction(3, 2), date(2026, 5, 12), amount(120_050, "EUR", 2)])
        assert worded(ROW, points=points, parts=parts).said_in(language) == told
    assert phrase(ROW, points=points, parts=Fraction(1, 3)) == "points: 0.333"
    assert listed(["a", "b", "c"], "or") == "a, b or c"


def test_a_title_in_no_known_language_is_said_as_it_is() -> None:
    assert titled({"sv": "poäng"}).said_in("de") == "poäng"


def test_one_and_many_are_told_apart() -> None:
    one, many = "made one purchase", "made {n} purchases"
    assert [counted(one, many, n).said_in("de") for n in (1, 2_000)] == ["kauften einmal ein", "kauften 2.000-mal ein"]


def test_shares_are_exact_to_the_last_decimal() -> None:
    told = Tongue("en")
    assert [told.percent(1, 8), told.percent(-1, 3, 2), told.percent(1, 0), told.percent(5, 1000, 0)] == [
        "12.5%", "-33.33%", "0.0%", "0%",
    ]  # fmt: skip
    assert [told.signed(n) for n in (1_000, -1, 0)] == ["+1,000", "−1", "±0"]


def test_a_time_is_said_as_people_say_it_exactly_and_the_same_in_every_language() -> None:
    said = {
        1: "for one day", 90: "for 90 days", 364: "for one day less than a year (364 days)", 365: "for one year",
        400: "for more than one year (400 days)", 729: "for one day less than 2 years (729 days)", 730: "for 2 years",
    }  # fmt: skip
    assert {days: str(lasting(days)) for days in said} == said
    assert lasting(729).said_in("de") == "seit 2 Jahren weniger einem Tag (729 Tage)"
    for days in said:
        numbers = re.findall(r"[0-9]+", str(lasting(days)))
        assert all(re.findall(r"[0-9]+", lasting(days).said_in(language)) == numbers for language in ("de", "es", "da"))


def test_what_is_noted_down_is_said_later_as_it_would_have_been_at_once() -> None:
    parts = {
        "a": listed([titled({"de": "Maat", "en": "Mate"}), "Captain"], "or"), "b": lasting(729), "c": Fraction(5, 2),
        "d": date(2026, 11, 26), "e": amount(1_250, "EUR", 2), "f": {"de": "Punkte", "en": "points"}, "g": 1_000,
    }  # fmt: skip
    text = phrase(PARTS, **parts)
    later = recalled(decode(encode(noted(text))))
    assert {language: said_in(language, later) for language in ("en", "de", "es", "da")} == {
        language: text.said_in(language) for language in ("en", "de", "es", "da")
    }
    assert text.said_in("de") == (
        "Maat oder Captain, seit 2 Jahren weniger einem Tag (729 Tage), 2,5, 26. November 2026, 12,50 EUR, Punkte, 1.000"
    )


def test_what_only_code_can_say_is_noted_as_it_stands() -> None:
    assert noted(Said.by(lambda language: f"in {language}")) == "in en"
    assert recalled(noted("a text of a till")) == "a text of a till"
