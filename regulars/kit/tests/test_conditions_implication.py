"""What follows from what: told only where it is certain."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given

from regulars.kit.conditions import Scope, parse
from regulars.kit.conditions.implication import implies
from regulars.kit.tests.random_conditions import LINE, ORDER, VOCABULARY, conditions, some_lives


def said(one: str, other: str, scope: Scope = ORDER) -> bool:
    trees = [parse(text, VOCABULARY, scope, 2, "EUR").root for text in (one, other)]
    return implies(*trees)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ('weekday == "tue"', 'weekday in ("tue", "wed")'),
        ('weekday not in ("tue", "wed")', 'weekday != "tue"'),
        ("total >= 20.00", "total >= 10.00"),
        ("total > 10.00", "total >= 10.00"),
        ("total < 5.00", "total != 5.00"),
        ('total >= 20.00 and weekday == "tue"', "total >= 10.00"),
        ("total >= 20.00", 'total >= 10.00 or weekday == "tue"'),
        ('any(brand == "Own" and net > 5.00)', 'any(brand == "Own")'),
        ('not any(brand == "Own")', 'not any(brand == "Own" and net > 5.00)'),
        ("10.00 <= total <= 20.00", "total >= 5.00"),
        ("gift and total > 1.00", "gift"),
    ],
)
def test_the_narrower_condition_implies_the_wider_and_not_the_other_way_round(narrow: str, wide: str) -> None:
    assert said(narrow, wide)
    assert not said(wide, narrow)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('brand == "Own"', 'category == "Wine"'),
        ("total >= 10.00", "total <= 20.00"),
        # A missing brand makes both comparisons false, so that one is not the other's opposite.
        ('not brand == "Own"', 'brand != "Own"'),
    ],
)
def test_what_does_not_follow_is_not_said(one: str, other: str) -> None:
    assert not said(one, other, LINE)


LIVES = some_lives(LINE, 60)


@given(conditions(LINE), conditions(LINE))
def test_what_follows_holds_wherever_the_first_holds(one: str, other: str) -> None:
    texts = (one, other, f"({one}) and ({other})", f"({one}) or ({other})")
    told = [parse(text, VOCABULARY, LINE, 2, "EUR") for text in texts]
    holds: dict[int, list[bool]] = {}
    for (a, first), (b, second) in permutations(enumerate(told), 2):
        if implies(first.root, second.root):
            for place in (a, b):
                if place not in holds:
                    function = told[place].function()
                    holds[place] = [function(life) for life in LIVES]
            assert all(wide for narrow, wide in zip(holds[a], holds[b], strict=True) if narrow)
