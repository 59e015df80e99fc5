"""What points can be spent on is written with its price, its time, and who may have it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from regulars.programme.loading import load
from regulars.programme.rewards import Limit, Price
from regulars.programme.tests.shops import SMALL, errors

COFFEE = "rewards:\n  - {id: coffee, title: Coffee, kind: product, points: 150}\n"

#: What is replaced, by what, and the code of the problem it makes.
REFUSED = [
    ("points: 150", "points: 150, currency: stamps", "not_spendable"),
    ("points: 150", "points: 150, currency: miles", "unknown_reference"),
    ("points: 150", "points: {least: 300, most: 100}", "price_backwards"),
    ("points: 150", "points: many", "not_a_number"),
    ("points: 150", "points: 150, when: total > 5", "condition_wrong_scope"),
    ("points: 150", "points: 150, share: 1.5", "out_of_range"),
    ("kind: product", "kind: bribe", "not_a_choice"),
    ("kind: product", "kind: discount", "missing_key"),
    ("}\n", "}\n  - {id: coffee, title: Tea, kind: product, points: 100}\n", "duplicate_id"),
]


def test_a_reward_has_a_fixed_price_and_is_handed_over_within_three_days() -> None:
    (coffee,) = load(SMALL + COFFEE).rewards
    assert (coffee.currency, coffee.price) == ("points", Price(150, 150))
    assert (coffee.fulfil_hours, coffee.share, coffee.limit, coffee.when) == (72, Fraction(1), None, None)


def test_a_price_that_moves_says_between_which_ends() -> None:
    text = COFFEE.replace("150", "{least: 100, most: 300}, worth: 25, limit: {most: 1, per: month}")
    (coffee,) = load(SMALL + text).rewards
    assert (coffee.price, coffee.worth, coffee.limit) == (Price(100, 300), 2500, Limit(1, "month"))


def test_what_takes_something_off_a_bill_says_how_much_or_its_points_do() -> None:
    stated = SMALL + COFFEE.replace("kind: product", "kind: credit, worth: 5")
    valued = SMALL.replace("title: {en: points, da: point}", "title: {en: points, da: point}\n    value: 0.10", 1)
    assert load(stated).rewards[0].off_a_bill and not load(SMALL + COFFEE).rewards[0].off_a_bill
    assert load(valued + COFFEE.replace("product", "discount")).rewards[0].worth is None


def test_a_reward_may_be_for_some_members_only() -> None:
    (coffee,) = load(SMALL + COFFEE.replace("150", "150, when: 'tier == \"friend\"'")).rewards
    assert coffee.when is not None


@pytest.mark.parametrize(("old", "new", "code"), REFUSED)
def test_what_is_wrong_with_a_reward_is_said_by_name(old: str, new: str, code: str) -> None:
    assert [problem.code for problem in errors(SMALL + COFFEE.replace(old, new, 1))] == [code]
