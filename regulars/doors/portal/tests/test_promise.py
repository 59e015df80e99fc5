"""The promise on its page says what the programme file says, whole, in four languages."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.utils import translation

from regulars.doors.portal import saying
from regulars.exchange.budgets.left import Left
from regulars.exchange.budgets.tests.test_drawing import launch
from regulars.exchange.earning.tests.cast import fresh, purchase, tell
from regulars.ground.publishing.versions import versions
from regulars.programme.loading import load
from regulars.programme.sentences import cap_sentence, level_sentence, rule_sentence, tiers_sentence
from regulars.programme.tests.shops import HARBOUR, SMALL, edited


def promised(language: str = "en") -> str:
    return unescape(Client().get("/promise/", headers={"Accept-Language": language}).content.decode())


@pytest.mark.parametrize("language", ["en", "de", "es", "da"])
@pytest.mark.usefixtures("harbour")
def test_every_rule_cap_and_tier_stands_on_the_page(language: str) -> None:
    page, programme = promised(language), load(HARBOUR)
    assert f'<html lang="{language}">' in page
    for rule in programme.earn.rules:
        assert rule_sentence(rule, programme, language) in page
    for cap in programme.earn.caps:
        assert cap_sentence(cap, programme, language) in page
    assert programme.tiers
    for level in programme.tiers.levels:
        assert level_sentence(level, programme.tiers, programme, language) in page
    assert tiers_sentence(programme.tiers, language) in page


@pytest.mark.usefixtures("harbour")
def test_the_terms_of_points_stand_on_the_page_and_since_when() -> None:
    page = promised()
    for sentence in (
        "100 points are worth at least $1.00.",
        "They may be spent after 14 days: until then, what you bought can be brought back.",
        "Nothing expires as long as you shop or spend points once in 36 months.",
        "Before anything expires we tell you, 30 to 60 days ahead; without that, nothing expires.",
        "Fractions are kept for your next purchase, so nothing is lost.",
        "What counts is the price after discounts.",
        "Tax and shipping do not count.",
        "What you pay with points earns no new ones.",
        "In force since Dec 31, 2015",  # midnight in London is an evening in New York
    ):
        assert sentence in page


@pytest.mark.usefixtures("corner")
def test_a_currency_that_cannot_be_spent_is_not_said_to_be_worth_anything() -> None:
    page = promised()
    assert "100 points are worth at least DKK" in page.replace("\xa0", " ")
    assert "100 miles" not in page
    assert "They may be spent for 6 months, counted from the day they become available." in page
    assert "we tell you" not in page  # this shop gives no notice, and claims none


def test_every_way_of_counting_a_bill_has_words_of_its_own() -> None:
    said = set()
    for amount in ("net", "gross"):
        for tax in ("yes", "no"):
            for shipping in ("yes", "no"):
                for paid in ("yes", "no"):
                    base = f"{{amount: {amount}, tax: {tax}, shipping: {shipping}, paid_with_points: {paid}}}"
                    programme = load(edited("earn:\n", f"earn:\n  base: {base}\n"))
                    said.add(" ".join(saying.base_sentences(programme.earn.base)))
    assert len(said) == 16


@pytest.mark.parametrize("language", ["en", "de", "es", "da"])
def test_every_way_of_keeping_points_has_words_of_its_own(language: str) -> None:
    said = set()
    with translation.override(language):
        for rounding in ("carry", "order", "line"):
            for mode in ("", "\n    mode: half_up", "\n    mode: up") if rounding != "carry" else ("",):
                text = edited("{en: points, da: point}", f"{{en: points, da: point}}\n    rounding: {rounding}{mode}")
                said.add(saying.rounding_sentence(load(text).currencies[0]))
    assert len(said) == 7


def test_one_month_and_one_day_are_said_in_the_singular() -> None:
    terms = "{en: points, da: point}\n    pending: {days: 1}\n    expiry: {after: inactivity, months: 1}"
    currency = load(edited("{en: points, da: point}", terms, SMALL)).currencies[0]
    assert "after 1 day:" in saying.waiting_sentence(currency)
    assert "once in 1 month." in saying.lasting_sentence(currency)


@pytest.mark.parametrize("language", ["en", "de", "es", "da"])
def test_what_is_left_of_a_budget_of_all_members_stands_beside_it(db: None, language: str) -> None:
    launch(100)
    tell(purchase(fresh("ada"), "2024-03-07 15:00", 3_000))
    budget = Left(versions().latest.kernel.terms.programme.earn.budgets[0], 100, 0, None, None)
    assert budget.sentence(language) in promised(language)  # that was another month
    assert Left(budget.budget, 0, 100, None, None).sentence(language) != budget.sentence(language)
