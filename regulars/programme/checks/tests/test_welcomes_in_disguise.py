"""Whoever keeps coming is never worse off than who stays away, and a welcome is one by whatever name."""

from __future__ import annotations

import pytest

from regulars.programme.checks.linting import lint
from regulars.programme.checks.tests.test_offers import LOYAL, SHOP, WELCOME, codes, offers
from regulars.programme.problems import Problem

BACK = "kind: win-back, eligible: {customers: tenured, away_days: 90}, gives: {amount: 10}"


def test_whoever_stays_away_gets_no_more_than_who_keeps_coming() -> None:
    (problem,) = offers(BACK)
    assert (problem.code, problem.severity, problem.path) == ("LP-5", "error", "offers[0].eligible")
    assert problem.message == (
        "By `offer 0` one who bought before who stayed away for 90 days gets 10.00 EUR where one who bought before who "
        "kept coming gets 0.00 EUR: 10.00 EUR less."
    )
    assert codes(BACK, f"{LOYAL}, gives: {{amount: 10}}") == []
    assert codes(BACK, f"{LOYAL}, gives: {{amount: 9.99}}") == ["LP-5"]
    assert codes(BACK.replace("customers: tenured, ", "")) == ["LP-5"]


def test_a_lower_price_for_everybody_is_no_thanks_to_those_who_keep_coming() -> None:
    everybody = "kind: promotion, gives: {amount: 10}"
    assert codes(BACK, everybody) == ["LP-5"]
    assert codes(f"{BACK}, stacking: {{best_of: one}}", f"{everybody}, stacking: {{best_of: one}}") == []
    assert codes(BACK, everybody, f"{LOYAL}, gives: {{amount: 10}}") == []


def test_a_thanks_for_some_who_keep_coming_is_none_for_the_others() -> None:
    some = "kind: loyalty, eligible: {tiers: [friend, family]}, gives: {amount: 10}"
    (problem,) = offers(BACK, some)
    assert problem.code == "LP-5" and "in the tier `guest` who kept coming gets 0.00 EUR" in problem.message
    late = "kind: loyalty, eligible: {tenure_days: {least: 400}}, gives: {amount: 10}"
    assert codes(BACK, late) == ["LP-5"]
    early = late.replace("400", "90")  # nobody has been away for 90 days who came for the first time 89 days ago
    assert codes(BACK, early) == []


def found(moments: str, *written: str, header: str = "") -> list[Problem]:
    text = SHOP.replace("languages", f"{header}languages") + "".join(
        f"  - {{id: offer-{number}, title: offer {number}, {one}}}\n" for number, one in enumerate(written)
    )
    text = text if written else text.replace("offers:\n", "")
    linted = lint(f"{text}moments:\n{moments}")
    assert linted.programme is not None, linted.problems
    return [problem for problem in linted.problems if problem.code.startswith("LP-")]


def moment(id: str, kind: str) -> str:
    return f"  - {{id: {id}, title: {id}, kind: {kind}}}\n"


YEARLY = moment("year", "anniversary, gives: {points: 1000, currency: points}")


@pytest.mark.parametrize(
    ("thanks", "fair"),
    [
        (YEARLY, True),
        (YEARLY.replace("1000", "999"), False),
        (YEARLY.replace("gives", "years: [1, 2], gives"), False),
        (YEARLY.replace("gives", "budget: {most: 5, chosen: by_lot}, gives"), False),
        (moment("ten", "milestone, milestone: {visits: 10, repeats: yes}, gives: {credit: 10}"), True),
        (moment("ten", "milestone, milestone: {visits: 13, repeats: yes}, gives: {credit: 10}"), False),
        (moment("ten", "milestone, milestone: {spend: 1200, repeats: yes}, gives: {credit: 10}"), True),
    ],
)
def test_what_every_year_brings_those_who_stay_makes_a_modest_win_back_fair(thanks: str, fair: bool) -> None:
    assert ("LP-5" in [one.code for one in found(thanks, BACK)]) is not fair


SECOND = moment("second", "milestone, milestone: {visits: 2}, gives: {credit: 10}")


def test_a_gift_on_the_second_visit_and_never_again_is_a_welcome() -> None:
    (problem,) = found(SECOND)
    assert (problem.code, problem.severity, problem.path) == ("LP-1", "error", "moments[0].milestone")
    assert "By `second` a new customer gets 10.00 EUR where one who bought before gets 0.00 EUR" in problem.message
    assert "repeats: yes" in problem.remedy


@pytest.mark.parametrize(
    ("later", "fair"),
    [
        (moment("again", "milestone, milestone: {visits: 10, repeats: yes}, gives: {credit: 10}"), True),
        (moment("again", "milestone, milestone: {visits: 10, repeats: yes}, gives: {credit: 9}"), False),
        (moment("once", "milestone, milestone: {visits: 13}, gives: {credit: 10}"), True),
        (moment("spent", "milestone, milestone: {spend: 9000}, gives: {credit: 10}"), False),
        (moment("years", "milestone, milestone: {years: 1}, gives: {credit: 10}"), True),
        (moment("years", "milestone, milestone: {years: 5}, gives: {credit: 10}"), True),
        (moment("years", "milestone, milestone: {years: 100}, gives: {credit: 10}"), False),
        (moment("once", "milestone, milestone: {visits: 61}, gives: {credit: 10}"), False),
        (moment("spent", "milestone, milestone: {spend: 9000000, repeats: yes}, gives: {credit: 10}"), False),
        (YEARLY, True),
        (YEARLY.replace("gives", "years: [50], gives"), False),
        (YEARLY.replace("gives", "when: tier == 'family', gives"), False),
        (YEARLY.replace("gives", "budget: {most: 5, chosen: by_lot}, gives"), False),
        (moment("birthday", "birthday, gives: {points: 1000, currency: points}"), True),
    ],
)
def test_a_gift_on_the_second_visit_is_fair_where_something_as_good_comes_later(later: str, fair: bool) -> None:
    paths = [one.path for one in found(SECOND + later) if one.code == "LP-1"]
    assert paths == ([] if fair else ["moments[0].milestone"])


def test_a_gift_on_the_second_visit_is_fair_where_those_who_stayed_are_given_as_much() -> None:
    assert found(SECOND, f"{LOYAL}, gives: {{credit: 10}}") == []
    assert [one.code for one in found(SECOND, f"{LOYAL}, gives: {{credit: 9}}")] == ["LP-1"]
    assert [one.code for one in found(SECOND, WELCOME, f"{LOYAL}, gives: {{credit: 10}}")] == ["LP-1"]
    assert found(SECOND, WELCOME, f"{LOYAL}, gives: {{credit: 20}}") == []


@pytest.mark.parametrize(
    ("at", "fair"), [("visits: 40", False), ("visits: 41", True), ("spend: 800", False), ("spend: 801", True)]
)
def test_a_milestone_beyond_the_first_year_of_an_ordinary_member_is_no_welcome(at: str, fair: bool) -> None:
    once = SECOND.replace("visits: 2", at)
    header = "average_order: 20.00, orders_a_year: 40, "
    assert bool(found(once, header=header)) is not fair


TWO = SHOP.replace("value: 0.01}", "value: 0.01}, {id: miles, title: miles, value: 0.01, EXPIRY}")


@pytest.mark.parametrize(
    ("miles", "points", "fair"),
    [
        ("expiry: {after: inactivity, months: 36}", "expiry: {after: inactivity, months: 36}", True),
        ("expiry: {after: inactivity, months: 36}", "expiry: {after: inactivity, months: 60}", True),
        ("expiry: {after: inactivity, months: 60}", "expiry: {after: inactivity, months: 36}", False),
        ("expiry: never", "expiry: {after: inactivity, months: 36}", False),
        ("expiry: {after: inactivity, months: 36}", "expiry: {after: earning, months: 36}", False),
        ("expiry: {after: earning, months: 36}", "expiry: {after: inactivity, months: 36}", True),
        ("pending: none", "pending: {days: 14}", False),
        ("pending: {days: 14}", "pending: {days: 14}", True),
        ("pending: {days: 14}", "pending: {days: 3}", True),
    ],
)
def test_points_of_those_who_stayed_that_end_sooner_do_not_make_up_for_others(
    miles: str, points: str, fair: bool
) -> None:
    """A hundred miles for newcomers, and for those who stayed a hundred points that are worth as much."""
    head = TWO.replace("EXPIRY", miles).replace("title: points, value: 0.01", f"title: points, value: 0.01, {points}")
    new = "  - {id: a, title: a, kind: welcome, eligible: {customers: new}, gives: {points: 100, currency: miles}}\n"
    old = (
        "  - {id: b, title: b, kind: loyalty, eligible: {customers: tenured}, gives: {points: 100, currency: points}}\n"
    )
    linted = lint(f"{head.replace('points: 1, per', 'currency: points, points: 1, per')}{new}{old}")
    assert linted.programme is not None, linted.problems
    assert ("LP-1" in [one.code for one in linted.problems]) is not fair
