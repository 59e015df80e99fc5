"""Points of several currencies are judged by their sum where that is known, and else one by one."""

from __future__ import annotations

import pytest

from regulars.programme.checks.linting import lint
from regulars.programme.problems import Problem

SHOP = """\
regulars: 1
programme: {id: shop, name: Shop, zone: Europe/Berlin, money: EUR, languages: [en]}
currencies:
  - {id: apples, title: apples, APPLES}
  - {id: pears, title: pears, PEARS}
tiers:
  counts: COUNTS
  window: WINDOW
  levels: [{id: guest, title: Guest, at: 0}, {id: friend, title: Friend, at: 100}]
earn:
  rules:
    - {id: new, title: new, points: NEW, on: [purchase], currency: apples, when: 'member_since >= "2026-01-01"'}
    - {id: old, title: old, points: OLD, on: [purchase], currency: pears, when: 'member_since < "2026-01-01"'}
"""
REWARD = "rewards: [{id: pie, title: pie, kind: product, currency: pears, points: 100, worth: WORTH, costs: 1.00}]\n"


def found(
    new: int, old: int, apples: str = "value: 0.01", pears: str = "value: 0.01", counts: str = "spend", more: str = ""
) -> list[Problem]:
    text = SHOP.replace("NEW", str(new)).replace("OLD", str(old)).replace("COUNTS", counts)
    text = text.replace("WINDOW", "{rolling_months: 12}" if counts == "spend" else "balance")
    linted = lint(text.replace("APPLES", apples).replace("PEARS", pears) + more)
    assert linted.programme is not None, linted.problems
    return [one for one in linted.problems if one.code == "LP-4"]


def test_a_hundred_of_one_currency_and_five_hundred_of_another_are_compared_in_money() -> None:
    assert found(100, 500) == found(100, 100) == []
    (problem,) = found(100, 99)
    assert problem.path == "earn.rules[0].when"
    assert "get points worth 1.00 EUR" in problem.message and "0.99 EUR" in problem.message


@pytest.mark.parametrize(
    ("apples", "pears", "fair"),
    [
        ("value: 0.05", "value: 0.01", True),
        ("value: 0.051", "value: 0.01", False),
        ("rounding: carry", "value: 0.01", False),
        ("value: 0.01", "rounding: carry", False),
        ("value: 0.01", "value: 0.01, expiry: {after: inactivity, months: 36}", False),
        ("value: 0.01", "value: 0.01, pending: {days: 14}", False),
        ("kind: qualifying", "value: 0.01", False),
        ("kind: cash, value: 0.01", "value: 0.01", True),
    ],
)
def test_only_currencies_of_known_worth_that_last_alike_make_up_for_each_other(
    apples: str, pears: str, fair: bool
) -> None:
    assert (found(100, 500, apples, pears) == []) is fair


def test_points_that_count_for_a_tier_are_made_up_for_by_no_others() -> None:
    assert len(found(100, 500, counts="apples")) == 1


def test_a_reward_that_makes_more_of_some_points_leaves_their_worth_open() -> None:
    assert found(100, 500, more=REWARD.replace("WORTH", "1.00")) == []
    assert len(found(100, 500, more=REWARD.replace("WORTH", "2.00"))) == 1


def test_a_cap_over_one_currency_is_weighed_too() -> None:
    cap = "  caps: [{id: most, title: most, rules: [old], most: MOST, per: event, at_edge: clip, currency: pears}]\n"
    assert found(100, 500, more=cap.replace("MOST", "100")) == []
    assert len(found(100, 500, more=cap.replace("MOST", "99"))) == 1
