"""Comparing customers is exhaustive: no pair that a rule can tell apart is missed, and no other is blamed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from regulars.kit.conditions import Scope, Type, parse
from regulars.kit.conditions.standard import STANDARD
from regulars.kit.conditions.vocabulary import Name
from regulars.programme.checks.cells import Cells, TooManyCells
from regulars.programme.checks.giving import givings
from regulars.programme.checks.linting import lint
from regulars.programme.checks.samples import good_programme
from regulars.programme.loading import load

WORDS = STANDARD.closed("tier", ["guest", "friend", "family"]).extended(
    [Name("size", Type.DECIMAL, Scope.LINE), Name("opened", Type.DATE, Scope.ORDER, nullable=True)]
)
RYE = 'when: crust == "rye"'


def cells(*written: str, scope: Scope = Scope.LINE) -> Cells:
    return Cells.of([parse(text, WORDS, scope) for text in written])[0]


def said(*edits: tuple[str, str]) -> list[tuple[str, str]]:
    text = good_programme()
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return [(one.code, one.path) for one in lint(text).problems]


@pytest.mark.parametrize(
    ("written", "name", "values"),
    [
        ("quantity >= 3", "quantity", [2, 3, 4]),
        ("hour == 0", "hour", [0, 1]),
        ("net > 5.00", "net", [499, 500, 501]),
        ('brand == "Own"', "brand", ["anything else", "Own", None]),
        ('tier != "friend"', "tier", ["guest", "friend", "family", None]),
        ('weekday == "tue"', "weekday", ["tue", "mon"]),
        ("month == 1", "month", [1, 2]),
        ('"gold" in segments', "segments", [frozenset(), frozenset({"gold"})]),
    ],
)
def test_a_name_has_the_values_that_make_a_difference(written: str, name: str, values: list[object]) -> None:
    assert cells(written).values[name] == values


def test_two_names_that_are_compared_are_looked_at_on_both_sides_of_each_other() -> None:
    found = cells("member_since < opened", scope=Scope.ORDER)
    condition = parse("member_since < opened", WORDS, Scope.ORDER).function()
    assert {condition(cell) for cell in found.each()} == {True, False}


def test_what_is_said_of_all_lines_is_a_fact_of_its_own() -> None:
    found = cells('any(brand == "Own") and count(net > 1.00) >= 2', scope=Scope.ORDER)
    assert found.number() == 4
    assert all(name.type is Type.BOOLEAN for name in found.names.values())


def test_a_set_of_very_many_words_is_not_guessed_at() -> None:
    with pytest.raises(TooManyCells):
        cells(*(f'"word{number}" in segments' for number in range(9)), scope=Scope.MEMBER)


def test_what_rules_give_together_is_what_the_promise_says() -> None:
    programme = load(good_programme())
    (giving,) = givings(programme, ("tier",))
    cell = {"tier": "family"}
    assert giving.given(cell, "purchase") == {"base": 15, "friends": 3}
    assert giving.spent(cell) == 15_000
    (all_,) = givings(programme, ("tier", "crust"))
    given = all_.given({"tier": "guest", "crust": "rye"}, "purchase")
    assert sum(given.values()) == Fraction(30)


def test_a_higher_tier_with_a_rule_of_its_own_is_not_blamed() -> None:
    """`tier == "friend"` alone would leave the family behind; with their own rule they have more."""
    own = (
        'when: tier == "friend"\n    - {id: family, title: for the family, times: 1.3, of: [base], '
        'when: tier == "family"}'
    )
    assert said(('when: tier in ("friend", "family")', own)) == []
    assert said(('when: tier in ("friend", "family")', own.replace("1.3", "1.1"))) == [("LP-4", "earn.rules[3].when")]


def test_only_the_combination_that_is_unfair_is_found_and_told() -> None:
    """Newcomers get more on rye and on Tuesdays only; the example names the day and the crust."""
    unfair = 'when: crust == "rye" and (weekday != "tue" or member_since > "2024-06-30")'
    text = good_programme().replace(RYE, unfair)
    (problem,) = lint(text).problems
    assert (problem.code, problem.path) == ("LP-4", "earn.rules[1].when")
    assert "2024-07-01" in problem.notes[0] and "tue" in problem.notes[0] and "rye" in problem.notes[0]


def test_newcomers_in_a_group_are_compared_by_what_counts() -> None:
    """Of two rules only the best counts: a smaller gift for newcomers gives them nothing more."""
    group = "  groups:\n    - {id: best, best_of: [loyal, new]}\n"
    rules = (
        "    - {id: loyal, title: for all, points: 5}\n"
        '    - {id: new, title: for the new, points: POINTS, when: member_since > "2026-01-01"}\n'
    )
    edit = "\ntiers:\n"
    assert said((edit, f"{rules.replace('POINTS', '4')}{group}{edit}")) == []
    assert said((edit, f"{rules.replace('POINTS', '6')}{group}{edit}")) == [("LP-4", "earn.rules[5].when")]


def test_a_gift_for_a_visit_is_compared_as_well() -> None:
    gift = "    - id: hello\n      title: hello\n      points: 5\n      on: visit\n      when: member_since > DATE\n"
    gift = gift.replace("DATE", '"2026-01-01"')
    assert said(("\ntiers:\n", f"{gift}\ntiers:\n")) == [("LP-4", "earn.rules[4].when")]


def test_hundreds_of_rules_with_an_item_each_are_compared_item_by_item() -> None:
    """Together they tell apart more customers than are looked at; item by item they are few."""
    rules = "".join(
        f'    - {{id: i{n}, title: i, points: 1, when: \'sku == "{n}" and tier in ("friend", "family")\'}}\n'
        for n in range(300)
    ).replace("points: 1,", "points: 10, per: item,")
    edit = "\ntiers:\n"
    assert said((edit, f"{rules}{edit}")) == []
    odd = rules.replace('sku == "217" and tier in ("friend", "family")', 'sku == "217" and tier == "guest"')
    assert said((edit, f"{odd}{edit}")) == [("LP-4", "earn.rules[221].when")]


def test_more_cases_than_are_looked_at_are_an_error_and_not_a_guess() -> None:
    many = " or ".join(f"(net > {n} and quantity > {n} and hour > {n} and day > {n})" for n in range(1, 9))
    text = good_programme().replace(RYE, f'when: member_since > "2026-01-01" and ({many})')
    (problem,) = lint(text).problems
    assert (problem.code, problem.severity) == ("LP-4", "error")
    assert "could not be decided" in problem.message
