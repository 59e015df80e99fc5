"""The house gives on a day that means something, and only when nothing between it and the member is shaky."""

from __future__ import annotations

import pytest

from regulars.programme.loading import load
from regulars.programme.moments import Budget, Gift, Milestone, Moment
from regulars.programme.rewards import Limit
from regulars.programme.tests.shops import SMALL, edited, errors

YEAR = (
    "rewards:\n  - {id: coffee, title: Coffee, kind: product, points: 150}\n"
    "moments:\n  - {id: year, title: A year with us, kind: anniversary, gives: {points: 50}}\n"
)

#: What is replaced, by what, and the code of the problem it makes.
REFUSED = [
    (", gives: {points: 50}", "", "missing_key"),
    ("{points: 50}", "{points: 50, currency: stamps}", "not_spendable"),
    ("{points: 50}", "{points: 50, credit: 5}", "benefit_unclear"),
    ("{points: 50}", "{currency: points}", "benefit_unclear"),
    ("{points: 50}", "{points: 50, costs: 5}", "misplaced_key"),
    ("{points: 50}", "{reward: tea}", "unknown_reference"),
    ("kind: anniversary", "kind: wedding", "not_a_choice"),
    ("kind: anniversary", "kind: milestone", "missing_key"),
    ("kind: anniversary", "kind: surprise", "missing_key"),
    ("kind: anniversary", "kind: birthday, years: [18]", "misplaced_key"),
    ("kind: anniversary", "kind: birthday, limit: {most: 1, per: year}", "misplaced_key"),
    ("kind: anniversary", "kind: milestone, milestone: {visits: 10, years: 1}", "milestone_unclear"),
    ("kind: anniversary", "kind: milestone, milestone: {repeats: yes}", "milestone_unclear"),
    ("kind: anniversary", "kind: surprise, budget: {most: 500}", "missing_key"),
    ("kind: anniversary", "kind: anniversary, requires: luck", "wrong_type"),
    ("kind: anniversary", "kind: anniversary, when: total > 5", "condition_wrong_scope"),
    ("}}\n", "}}\n  - {id: year, title: Two, kind: birthday, gives: {points: 5}}\n", "duplicate_id"),
]


def moment(old: str = "kind: anniversary", new: str = "kind: anniversary") -> Moment:
    (one,) = load(SMALL + edited(old, new, YEAR)).moments
    return one


def test_every_year_of_custom_is_an_anniversary_unless_some_are_named() -> None:
    assert moment().years == ()
    assert moment("kind: anniversary", "kind: anniversary, years: [1, 5, 10]").years == (1, 5, 10)


def test_nothing_is_celebrated_while_something_is_not_right() -> None:
    assert moment().requires == ("no_open_case", "no_late_delivery", "no_broken_promise")
    assert moment("gives:", "requires: [no_arrears], gives:").requires == ("no_arrears",)
    assert moment("gives:", "requires: none, gives:").requires == ()


@pytest.mark.parametrize(
    ("written", "gift"),
    [
        ("{points: 50}", Gift("points", points=50, currency="points")),
        ("{credit: 5}", Gift("credit", money=500)),
        ("{reward: coffee}", Gift("reward", reward="coffee")),
        ("{card: Thank you, costs: 2}", Gift("card", title={"en": "Thank you", "da": "Thank you"}, costs=200)),
        ("{note: From Ada}", Gift("note", title={"en": "From Ada", "da": "From Ada"})),
    ],
)
def test_a_gift_is_one_of_five_things(written: str, gift: Gift) -> None:
    assert moment("{points: 50}", written).gives == (gift,)


def test_a_card_may_come_with_something() -> None:
    assert [one.kind for one in moment("{points: 50}", "[{card: Thank you}, {points: 50}]").gives] == ["card", "points"]


@pytest.mark.parametrize(
    ("written", "milestone"),
    [
        ("{visits: 100}", Milestone("visits", 100, False)),
        ("{visits: 10, repeats: yes}", Milestone("visits", 10, True)),
        ("{spend: 1000}", Milestone("spend", 100000, False)),
        ("{years: 1}", Milestone("years", 1, False)),
    ],
)
def test_a_milestone_counts_visits_spend_or_years(written: str, milestone: Milestone) -> None:
    assert moment("kind: anniversary", f"kind: milestone, milestone: {written}").milestone == milestone


def test_a_surprise_has_a_budget_and_a_rule_by_which_members_are_found() -> None:
    written = "kind: surprise, budget: {most: 500, chosen: longest_without}, limit: {most: 1, per: year}"
    surprise = moment("kind: anniversary", written)
    assert (surprise.budget, surprise.limit) == (Budget(50000, "month", "longest_without"), Limit(1, "year"))


@pytest.mark.parametrize(("old", "new", "code"), REFUSED)
def test_what_is_wrong_with_a_moment_is_said_by_name(old: str, new: str, code: str) -> None:
    assert [problem.code for problem in errors(SMALL + YEAR.replace(old, new, 1))] == [code]
