"""The demo shop's promise, said in four languages."""

from __future__ import annotations

from datetime import date

import pytest

from regulars.programme.currencies import Pending
from regulars.programme.earn import EVENTS
from regulars.programme.loading import load
from regulars.programme.phrases import PHRASES
from regulars.programme.sentences import (
    cap_sentence,
    group_sentence,
    level_sentence,
    pending_sentence,
    rule_sentence,
    tiers_sentence,
)
from regulars.programme.tests.shops import HARBOUR, SMALL, edited

HARBOUR_SAYS = {
    "en": (
        "2 times what is earned with “a point for every dollar”, where the brand is Private.",
        "1.5 times what is earned with “a point for every dollar”, where the day is Tuesday or Wednesday.",
        "1.1 times what is earned with “a point for every dollar”, where the tier is Captain.",
        "Points: 50 once in every 10 purchases, where the total is at least $5.00.",
        "Points: at most 500 a day. What goes beyond that is not given.",
        "Deckhand: from the start.",
        "Mate: from $1,200.00 spent within the last 12 months.",
        "A tier is kept for 12 months. If the progress no longer carries it then, "
        "it falls by one step after 60 more days.",
    ),
    "de": (
        "2-mal so viel, wie mit „ein Punkt je Dollar“ gesammelt wird, wenn gilt: die Marke ist Private.",
        "1,5-mal so viel, wie mit „ein Punkt je Dollar“ gesammelt wird, wenn gilt: der Tag ist Dienstag oder Mittwoch.",
        "1,1-mal so viel, wie mit „ein Punkt je Dollar“ gesammelt wird, wenn gilt: die Stufe ist Kapitän.",
        "Punkte: 50 einmal je 10 Einkäufe, wenn gilt: die Gesamtsumme ist mindestens 5,00 $.",
        "Punkte: höchstens 500 am Tag. Was darüber hinausgeht, wird nicht gutgeschrieben.",
        "Matrose: von Anfang an.",
        "Maat: ab 1.200,00 $ Einkauf in den letzten 12 Monaten.",
        "Eine Stufe bleibt 12 Monate. Reicht es danach nicht mehr, geht es nach 60 weiteren Tagen eine Stufe tiefer.",
    ),
    "es": (
        "2 veces lo que se gana con «un punto por dólar», cuando la marca es Private.",
        "1,5 veces lo que se gana con «un punto por dólar», cuando el día es martes o miércoles.",
        "1,1 veces lo que se gana con «un punto por dólar», cuando el nivel es Capitán.",
        "Puntos: 50 una vez cada 10 compras, cuando el importe total es como mínimo 5,00 US$.",
        "Puntos: como máximo 500 al día. Lo que pase de ahí no se abona.",
        "Marinero: desde el principio.",
        "Contramaestre: a partir de 1.200,00 US$ en compras en los últimos 12 meses.",
        "Un nivel se conserva 12 meses. Si después ya no se alcanza, se baja un nivel al cabo de 60 días más.",
    ),
    "da": (
        "2 gange det, der optjenes med »et point pr. dollar«, når dette gælder: mærket er Private.",
        "1,5 gange det, der optjenes med »et point pr. dollar«, når dette gælder: dagen er tirsdag eller onsdag.",
        "1,1 gange det, der optjenes med »et point pr. dollar«, når dette gælder: niveauet er Kaptajn.",
        "Point: 50 én gang pr. 10 køb, når dette gælder: det samlede beløb er mindst 5,00 US$.",
        "Point: højst 500 om dagen. Det, der går ud over det, gives ikke.",
        "Matros: fra begyndelsen.",
        "Styrmand: fra 1.200,00 US$ i køb inden for de seneste 12 måneder.",
        "Et niveau beholdes i 12 måneder. Rækker det ikke længere derefter, går det efter 60 dage mere ét niveau ned.",
    ),
}
BASE_BEGINS = {
    "en": "Points: 1 for every $1.00 spent, where ",
    "de": "Punkte: 1 je 1,00 $ Einkauf, wenn gilt: ",
    "es": "Puntos: 1 por cada 1,00 US$ de compra, cuando ",
    "da": "Point: 1 for hver 1,00 US$ købt, når dette gælder: ",
}


@pytest.mark.parametrize("language", HARBOUR_SAYS)
def test_the_demo_shop_says_its_promise(language: str) -> None:
    harbour = load(HARBOUR)
    tiers = harbour.tiers
    assert tiers is not None
    base, *others = harbour.earn.rules
    first = rule_sentence(base, harbour, language).replace("\xa0", " ")
    assert first.startswith(BASE_BEGINS[language])
    assert "FUEL" in first
    said = (
        *(rule_sentence(rule, harbour, language) for rule in others),
        cap_sentence(harbour.earn.caps[0], harbour, language),
        *(level_sentence(level, tiers, harbour, language) for level in tiers.levels[:2]),
        tiers_sentence(tiers, language),
    )
    assert [text.replace("\xa0", " ") for text in said] == list(HARBOUR_SAYS[language])


def test_a_rule_of_each_kind_has_its_sentence() -> None:
    text = edited("points: 5", "points: 5\n      every: 2\n      count: days").replace("times: 2", "times: 4/3")
    small = load(text)
    assert [rule_sentence(rule, small, "en") for rule in small.earn.rules] == [
        "Points: 1 for every DKK\xa010.00 spent.",
        "Points: 5 once in every 2 days with visits.",
        "4/3 times what is earned with “a point for ten kroner”, where the crust is rye.",
        "Stamps: 1 for every item.",
    ]
    gift = load(edited("on: visit", "on: [visit, referral, thanks]"))
    assert rule_sentence(gift.earn.rules[1], gift, "en") == "Points: 5 for every visit, referral, or word of thanks."


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Points: 5 for 3 weeks in a row with visits."),
        ("de", "Points: 5 für 3 Wochen hintereinander mit Besuch."),
        ("es", "Points: 5 por 3 semanas seguidas con visita."),
        ("da", "Point: 5 for 3 uger i træk med besøg."),
    ],
)
def test_a_streak_says_how_long_it_is(language: str, said: str) -> None:
    shop = load(edited("on: visit", "on: visit\n      streak: {weeks: 3}"))
    assert rule_sentence(shop.earn.rules[1], shop, language) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", " If goods come back, all of it stays as long as what is left meets this, and else none of it."),
        ("de", " Kommt Ware zurück, bleibt alles davon, solange der Rest das erfüllt, sonst nichts."),
        ("es", " Si se devuelve algo, se conserva todo mientras lo que quede lo cumpla y, si no, nada."),
        ("da", " Kommer varer retur, beholdes det hele, så længe resten opfylder det, og ellers intet."),
    ],
)
def test_a_gift_says_that_a_return_reconsiders_it(language: str, said: str) -> None:
    plain = load(edited("on: visit", "when: total >= 50.00"))
    shop = load(edited("on: visit", "when: total >= 50.00\n      on_return: reconsider"))
    before = rule_sentence(plain.earn.rules[1], plain, language)
    assert rule_sentence(shop.earn.rules[1], shop, language) == before + said


def test_a_cap_names_the_rules_it_bounds_unless_it_bounds_all() -> None:
    text = edited("at_edge: clip", "at_edge: refuse, rules: [base, welcome]")
    small = load(text)
    assert cap_sentence(small.earn.caps[0], small, "en") == (
        "Points: at most 100 a day from “a point for ten kroner” and “a gift for a visit”. "
        "Whatever would go beyond that gives nothing."
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Points: at most 5,000 a month from “double on rye” for all members together; first come, first served. "
         "What goes beyond that is not given."),
        ("de", "Points: höchstens 5.000 im Monat aus „double on rye“ für alle Mitglieder zusammen; wer zuerst kommt, hat sie. "
         "Was darüber hinausgeht, wird nicht gutgeschrieben."),
        ("es", "Points: como máximo 5.000 al mes de «double on rye» entre todos los socios, por orden de llegada. "
         "Lo que pase de ahí no se abona."),
        ("da", "Point: højst 5.000 om måneden fra »double on rye« til alle medlemmer tilsammen, først til mølle. "
         "Det, der går ud over det, gives ikke."),
    ],
)  # fmt: skip
def test_a_budget_says_that_all_members_share_it(language: str, said: str) -> None:
    launch = "{id: launch, title: used up, currency: points, rules: [double], per: month, most: 5000, at_edge: clip}"
    small = load(edited("\ntiers:", f"\n  budgets: [{launch}]\ntiers:"))
    assert cap_sentence(small.earn.budgets[0], small, language) == said


def test_a_group_says_that_only_the_best_counts() -> None:
    small = load(SMALL)
    assert group_sentence(small.earn.groups[0], small, "de") == (
        "Von „a point for ten kroner“ und „a gift for a visit“ zählt nur, was am meisten bringt."
    )


@pytest.mark.parametrize(
    ("counts", "window", "said"),
    [
        ("stamps", "calendar_year", "Friend: from stamps: 10 within a calendar year."),
        ("visits", "membership_year", "Friend: from 10 visits within a year of membership."),
        ("spend", "{rolling_months: 1}", "Friend: from DKK 10.00 spent within the last month."),
    ],
)
def test_a_level_says_what_it_asks(counts: str, window: str, said: str) -> None:
    text = edited("counts: stamps", f"counts: {counts}").replace("window: calendar_year", f"window: {window}")
    small = load(text)
    assert small.tiers is not None
    assert level_sentence(small.tiers.levels[1], small.tiers, small, "en").replace("\xa0", " ") == said


def test_without_grace_a_tier_falls_at_once() -> None:
    small = load(edited("counts: stamps", "counts: stamps\n  grace_days: 0\n  fall: to_level"))
    assert small.tiers is not None
    assert tiers_sentence(small.tiers, "en") == (
        "A tier is kept to the end of the next calendar year. "
        "If the progress no longer carries it then, it falls to where the progress stands."
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "A tier that is reached is kept for ever."),
        ("de", "Eine erreichte Stufe bleibt für immer."),
        ("es", "Un nivel alcanzado se conserva para siempre."),
        ("da", "Et niveau, der er nået, beholdes for altid."),
    ],
)
def test_a_tier_that_never_falls_is_said_to_be_kept_for_ever(language: str, said: str) -> None:
    tiers = load(edited("counts: stamps", "counts: stamps\n  fall: never")).tiers
    assert tiers is not None
    assert tiers_sentence(tiers, language) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", " It falls only if we told you 30 to 60 days before."),
        ("de", " Das geschieht nur, wenn wir 30 bis 60 Tage vorher Bescheid gegeben haben."),
        ("es", " Solo ocurre si le avisamos entre 30 y 60 días antes."),
        ("da", " Det sker kun, hvis vi har givet besked 30 til 60 dage før."),
    ],
)
def test_a_tier_that_falls_only_after_a_notice_says_so(language: str, said: str) -> None:
    plain = load(SMALL).tiers
    told = load(edited("counts: stamps", "counts: stamps\n  notice: {earliest: 60, latest: 30}")).tiers
    assert plain and told
    assert tiers_sentence(told, language) == tiers_sentence(plain, language) + said


@pytest.mark.parametrize(
    ("language", "level", "kept"),
    [
        ("en", "Friend: from points: 10 in your balance.", "A tier is kept as long as the balance carries it."),
        ("de", "Friend: ab points: 10 auf Ihrem Konto.", "Eine Stufe bleibt, solange der Stand reicht."),
        ("es", "Friend: a partir de points: 10 en su saldo.", "Un nivel se conserva mientras alcance el saldo."),
        ("da", "Friend: fra point: 10 på din saldo.", "Et niveau beholdes, så længe saldoen rækker."),
    ],
)
def test_a_tier_may_follow_the_balance_of_points_that_are_spent(language: str, level: str, kept: str) -> None:
    shop = load(edited("counts: stamps\n  window: calendar_year", "counts: points\n  window: balance"))
    assert shop.tiers is not None
    assert level_sentence(shop.tiers.levels[1], shop.tiers, shop, language) == level
    assert tiers_sentence(shop.tiers, language).startswith(kept)


def test_a_language_the_programme_lacks_hears_the_programmes_own_titles() -> None:
    small = load(SMALL)
    assert rule_sentence(small.earn.rules[0], small, "es") == "Points: 1 por cada 10,00\xa0DKK de compra."


def test_another_language_is_refused() -> None:
    small = load(SMALL)
    with pytest.raises(ValueError, match="use one of en, de, es, da"):
        rule_sentence(small.earn.rules[0], small, "fr")


@pytest.mark.parametrize(
    ("pending", "language", "said"),
    [
        (Pending(1), "en", "They may be spent after 1 day."),
        (Pending(until=date(2026, 12, 24)), "de", "Sie sind ab dem 24. Dezember 2026 einlösbar."),
        (
            Pending(event="order delivered", within_days=60),
            "es",
            "Se pueden gastar en cuanto llegue esto para la compra: entrega. Si no llega en 60 días, se pierden.",
        ),
        (
            Pending(event="order delivered", within_days=1),
            "da",
            "De kan bruges, så snart dette er sket for købet: levering. Sker det ikke inden for 1 dag, bortfalder de.",
        ),
    ],
)
def test_points_that_wait_say_for_what(pending: Pending, language: str, said: str) -> None:
    assert pending_sentence(pending, language) == said


@pytest.mark.parametrize("language", PHRASES)
def test_every_language_has_a_word_for_every_event(language: str) -> None:
    assert tuple(PHRASES[language].events) == EVENTS
