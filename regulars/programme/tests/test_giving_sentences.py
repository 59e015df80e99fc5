"""What is given beside the points, said in four languages."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from regulars.programme.giving_phrases import GIVING
from regulars.programme.giving_sentences import (
    club_sentence,
    moment_sentence,
    offer_sentence,
    partner_sentence,
    referrals_sentence,
)
from regulars.programme.loading import load
from regulars.programme.promise import Programme
from regulars.programme.tests.shops import SMALL
from regulars.programme.tests.test_clubs import LOAF
from regulars.programme.tests.test_moments import YEAR
from regulars.programme.tests.test_offers import BREAD
from regulars.programme.tests.test_partners import FERRY
from regulars.programme.tests.test_referrals import FRIENDS

ENERGY = (Path(__file__).parents[3] / "programmes" / "energy.yaml").read_text("utf-8")


def all_sentences(programme: Programme, language: str) -> list[str]:
    said = [
        *(offer_sentence(one, programme, language) for one in programme.offers),
        *(moment_sentence(one, programme, language) for one in programme.moments),
        *(club_sentence(one, programme, language) for one in programme.clubs),
        *(partner_sentence(one, programme, language) for one in programme.partners),
    ]
    if programme.referrals:
        said.append(referrals_sentence(programme.referrals, programme, language))
    return [one.replace("\xa0", " ") for one in said]


ENERGY_SAYS = {
    "en": (
        "One month free, on green-12, for everybody, with at least 1,825 days as a customer, at most once a year.",
        "DKK 39.00 a month for 6 months, then DKK 59.00 a month, on heat, for everybody.",
        "A day on top of a wind turbine, every 10 years as a customer.",
        "DKK 29.00 a month: an adviser who reads the meter with you (worth DKK 35.00) and DKK 10.00 of credit for "
        "later; 60 days to try it for free; it goes on by itself; one may leave at any time.",
        "The Railway – in exchange: 50 leaves for 40 kilometres; gets to know: the membership.",
        "When a friend buys for the first time: 150 leaves for the member, 150 leaves for the friend, "
        "at most 10 times a year.",
    ),
    "de": (
        "Ein Monat kostenlos, bei green-12, für alle, nach mindestens 1.825 Tagen als Kunde, höchstens einmal im Jahr.",
        "6 Monate lang 39,00 DKK im Monat, danach 59,00 DKK im Monat, bei heat, für alle.",
        "Ein Tag auf einem Windrad, alle 10 Jahre als Kunde.",
        "29,00 DKK im Monat: eine Beraterin die mit Ihnen abliest (im Wert von 35,00 DKK) und 10,00 DKK Guthaben für "
        "später; 60 Tage kostenlos zum Ausprobieren; sie verlängert sich von selbst; Austritt jederzeit.",
        "Die Eisenbahn – im Tausch: 50 Blätter gegen 40 Kilometer; erfährt: die Mitgliedschaft.",
        "Wenn ein Freund zum ersten Mal einkauft: 150 Blätter für das Mitglied, 150 Blätter für den Freund, "
        "höchstens 10-mal im Jahr.",
    ),
    "es": (
        "Un mes gratis, en green-12, para todos, con al menos 1.825 días como cliente, como máximo una vez al año.",
        "39,00 DKK al mes durante 6 meses, después 59,00 DKK al mes, en heat, para todos.",
        "Un día en lo alto de un aerogenerador, cada 10 años como cliente.",
        "29,00 DKK al mes: una asesora que lee el contador con usted (con un valor de 35,00 DKK) y 10,00 DKK de saldo "
        "para más adelante; 60 días de prueba gratis; se renueva por sí sola; se puede dejar en cualquier momento.",
        "El Ferrocarril – a cambio: 50 hojas por 40 kilómetros; llega a saber: la pertenencia.",
        "Cuando un amigo compra por primera vez: 150 hojas para el miembro, 150 hojas para el amigo, "
        "como máximo 10 veces al año.",
    ),
    "da": (
        "Én måned gratis, på green-12, for alle, efter mindst 1.825 dage som kunde, højst én gang om året.",
        "39,00 kr. om måneden i 6 måneder, derefter 59,00 kr. om måneden, på heat, for alle.",
        "En dag på toppen af en vindmølle, hvert 10. år som kunde.",
        "29,00 kr. om måneden: en rådgiver der aflæser sammen med dig (til en værdi af 35,00 kr.) og 10,00 kr. til "
        "gode til senere; 60 dages gratis prøve; det fortsætter af sig selv; man kan gå når som helst.",
        "Jernbanen – i bytte: 50 blade for 40 kilometer; får at vide: medlemskabet.",
        "Når en ven køber første gang: 150 blade til medlemmet, 150 blade til vennen, højst 10 gange om året.",
    ),
}


@pytest.mark.parametrize("language", ENERGY_SAYS)
def test_an_energy_supplier_says_what_it_gives(language: str) -> None:
    said = all_sentences(load(ENERGY), language)
    assert [one for one in ENERGY_SAYS[language] if one not in said] == []


def test_all_that_bounds_an_offer_is_said() -> None:
    text = (
        "  - {id: all, title: All, kind: save, gives: [{percent: 12.5, most: 20}, {amount: 3}, {points: 7}], "
        "eligible: {customers: tenured, tenure_days: {least: 365, most: 730}, away_days: 90, channels: [shop, app], "
        "payments: card, terms: [12, 24], regions: north, segments: students, tiers: friend, when: weekday == 'tue'}, "
        "lines: 'crust == \"rye\"', use: {minimum_spend: 30, regular_price_only: yes, margin_floor: 0.1, "
        "valid_days: 30, limit: {most: 2, per: month}}, code: unique, stacking: exclusive, "
        "starts: 2027-02-01, ends: 2027-02-28}\n"
    )
    programme = load(SMALL + BREAD + text)
    assert offer_sentence(programme.offers[1], programme, "en").replace("\xa0", " ") == (
        "12.5 % off, at most DKK 20.00, DKK 3.00 off, and 7 points, for those who want to leave, for everybody who has "
        "bought before, with at least 365 days as a customer, with at most 730 days as a customer, at least 90 days "
        "after the last purchase, bought through shop or app, paid by card, on a contract of 12 or 24 months, in "
        "north, in the group students, at the tier Friend, where the day is Tuesday, from a purchase of "
        "DKK 30.00, only on goods at their regular price, to be used within 30 days, at most 2 times a month, on goods "
        "where the crust is rye, with a personal code, not together with other offers, from February 1, 2027, until "
        "February 28, 2027."
    )


def test_a_club_that_is_hard_to_leave_says_so() -> None:
    hard = "price: 49, months: 12, trial: {days: 1, price: 5}, exit: {notice_days: 30, fee: 20}"
    programme = load(SMALL + LOAF.replace("price: 49", hard))
    assert all_sentences(programme, "en") == [
        "DKK 49.00 a year: a loaf (worth DKK 32.00); one day to try it for DKK 5.00; it ends by itself; "
        "leaving takes 30 days; leaving costs DKK 20.00."
    ]


@pytest.mark.parametrize(
    ("kind", "occasion"),
    [
        ("kind: anniversary", "on every anniversary as a customer"),
        ("kind: anniversary, years: 1", "after one year as a customer"),
        ("kind: anniversary, years: [1, 5, 10]", "after 1, 5, or 10 years as a customer"),
        ("kind: birthday", "for the birthday"),
        ("kind: milestone, milestone: {visits: 100}", "after 100 visits"),
        ("kind: milestone, milestone: {visits: 10, repeats: yes}", "after every 10 visits"),
        ("kind: milestone, milestone: {spend: 500}", "after purchases of DKK 500.00"),
        ("kind: milestone, milestone: {spend: 500, repeats: yes}", "for every DKK 500.00 spent"),
        ("kind: milestone, milestone: {years: 5}", "after 5 years as a customer"),
        ("kind: surprise, budget: {most: 9, chosen: staff}", "as a surprise, without any purchase"),
    ],
)
def test_a_moment_says_its_occasion(kind: str, occasion: str) -> None:
    programme = load(SMALL + YEAR.replace("kind: anniversary", kind))
    assert all_sentences(programme, "en") == [f"50 points, {occasion}."]


def test_what_is_not_given_and_not_shared_is_said_too() -> None:
    programme = load(SMALL + FERRY + FRIENDS.replace("  friend: {amount: 10}\n", "  earned_by: join\n"))
    assert all_sentences(programme, "en") == [
        "The Ferry – points: 1 for every DKK 20.00 spent; gets to know nothing.",
        "When a friend joins: 50 points for the member, nothing for the friend.",
    ]


def test_every_language_has_the_same_words_with_the_same_figures() -> None:
    def figures(words: str | tuple[str, str]) -> list[str]:
        many = words if isinstance(words, str) else words[1]
        return sorted(name for _, name, _, _ in string.Formatter().parse(many) if name)

    shape = {key: (isinstance(words, str), figures(words)) for key, words in GIVING["en"].items()}
    for language, words in GIVING.items():
        assert {key: (isinstance(one, str), figures(one)) for key, one in words.items()} == shape, language


def test_another_language_is_refused() -> None:
    programme = load(SMALL + BREAD)
    with pytest.raises(ValueError, match="no sentences in 'fr'"):
        offer_sentence(programme.offers[0], programme, "fr")
