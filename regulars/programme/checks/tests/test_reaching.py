"""CAP-7: whether the cheapest reward can be reached, by caps and by what an average member buys."""

from __future__ import annotations

import pytest

from regulars.programme.checks.linting import lint

SHOP = """\
regulars: 1
programme: {id: shop, name: Shop, zone: Europe/Berlin, money: EUR, languages: [en]AVERAGE}
currencies: [{id: points, title: points, value: 0.01, expiry: {after: earning, months: 12}}]
earn:
  rules: RULES
  caps: CAPS
rewards: [{id: cup, title: a cup, kind: service, points: 300, worth: 5.00}]
"""
BASE = "[{id: base, title: a point, points: 1, per: 1}]"


def said(caps: str = "[]", rules: str = BASE, average: str = "") -> list[str]:
    text = SHOP.replace("CAPS", caps).replace("RULES", rules).replace("AVERAGE", average)
    linted = lint(text)
    assert linted.programme is not None, linted.problems
    return [problem.message for problem in linted.problems if problem.code == "CAP-7"]


def cap(most: int, per: str, rules: str = "") -> str:
    return f"[{{id: c, title: c, per: {per}, most: {most}, at_edge: clip{rules}}}]"


@pytest.mark.parametrize(
    ("most", "per", "reached"),
    [(299, "ever", False), (300, "ever", True), (149, "year", False), (150, "year", True), (23, "month", False),
     (24, "month", True), (1, "week", False), (5, "week", True), (1, "day", True), (1, "event", True)],
)  # fmt: skip
def test_a_cap_over_all_rules_bounds_what_can_be_held_before_points_end(most: int, per: str, reached: bool) -> None:
    """Points of twelve months are held at most thirteen months of caps long, or two years of them."""
    assert (said(cap(most, per)) == []) is reached


def test_a_cap_over_some_rules_bounds_nothing() -> None:
    rules = "[{id: base, title: b, points: 1, per: 1}, {id: gift, title: g, points: 5}]"
    assert said(cap(10, "ever", ", rules: [gift]"), rules) == []


@pytest.mark.parametrize(
    ("rules", "months"),
    [
        (BASE, "3"),
        ("[{id: base, title: b, points: 1, per: 2}]", "6"),
        ("[{id: base, title: b, points: 1, per: 2}, {id: more, title: m, times: 2, of: [base]}]", "3"),
        ("[{id: base, title: b, points: 1, per: 2}, {id: gift, title: g, points: 50, every: 10}]", "4"),
        ("[{id: base, title: b, points: 1, per: 2}, {id: rye, title: r, times: 9, of: [base], when: net > 5}]", "6"),
        ("[{id: base, title: b, points: 1, per: 2}, {id: gift, title: g, points: 50, on: visit}]", "6"),
    ],
)
def test_an_average_member_reaches_a_first_reward_in_three_months(rules: str, months: str) -> None:
    """Five orders of 20.00 a month; only rules that everybody has on a purchase count."""
    found = said(rules=rules, average=", average_order: 20.00, orders_a_year: 60")
    assert found == [] if months == "3" else f"needs {months} months" in found[0]


def test_without_those_figures_nothing_is_said() -> None:
    assert said(rules="[{id: base, title: b, points: 1, per: 500}]") == []
