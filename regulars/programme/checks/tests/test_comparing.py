"""Comparing customers is exhaustive: no pair that a rule can tell apart is missed, and no other is blamed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from regulars.kit.conditions import Scope, Type, parse
from regulars.kit.conditions.standard import STANDARD
from regulars.kit.conditions.vocabulary import Name
from regulars.programme.checks.cells import Cells, TooManyCells
from regulars.programme.checks.facts import inside
from regulars.programme.checks.giving import givings
from regulars.programme.checks.linting import lint
from regulars.programme.checks.sampling import good_programme
from regulars.programme.loading import load
from regulars.programme.problems import Problem

WORDS = STANDARD.closed("tier", ["guest", "friend", "family"]).extended(
    [Name("size", Type.DECIMAL, Scope.LINE), Name("opened", Type.DATE, Scope.ORDER, nullable=True)]
)
RYE = 'when: crust == "rye"'


def cells(*written: str, scope: Scope = Scope.LINE) -> Cells:
    return Cells.of([parse(text, WORDS, scope) for text in written])[0]


def found_in(text: str) -> list[Problem]:
    """What is found in a programme, but for what caps owe the summary and members of any tier."""
    return [one for one in lint(text).problems if one.code not in ("CAP-23", "HOUSE-3")]


def said(*edits: tuple[str, str]) -> list[tuple[str, str]]:
    text = good_programme()
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return [(one.code, one.path) for one in found_in(text)]


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
    facts = {fact.name: fact.mentions() for fact in found.facts}
    assert list(facts.values()) == [{"brand"}, {"net"}]
    assert all(found.values[name] == [False, True] for name in facts)
    assert found.values["brand"] == ["anything else", "Own", None]


def test_a_set_of_very_many_words_is_not_guessed_at() -> None:
    with pytest.raises(TooManyCells):
        cells(*(f'"word{number}" in segments' for number in range(9)), scope=Scope.MEMBER)


def test_what_rules_give_together_is_what_the_promise_says() -> None:
    programme = load(good_programme())
    (giving,) = givings(programme, ("tier",))
    cell = {"tier": "family"}
    assert giving.given(cell, "purchase") == {"base": 15, "friends": 3}
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


@pytest.mark.parametrize(
    ("friend", "family", "fair"),
    [
        ("points: 100", "points: 2, per: 1", False),  # below fifty a gift is more
        ("points: 2, per: 1", "points: 1000", False),  # above five hundred a rate is more
        ("points: 50, per: item", "points: 1, per: 1", False),  # many cheap things
        ("points: 1, per: 1", "points: 500, per: item", False),  # one dear thing
        ("points: 2, per: 1, only: net <= 5.00", "points: 100", False),  # many small lines
        ("points: 2, per: 1, only: total <= 5.00", "points: 100", True),  # one small basket
        ("points: 1, per: 1", "points: 2, per: 1", True),
        ("points: 1, per: item", "points: 2, per: item", True),
        ("points: 1", "points: 1, per: item", True),  # there is one item at least
    ],
)
def test_gifts_rates_and_points_for_items_are_compared_at_every_size(friend: str, family: str, fair: bool) -> None:
    given, _, only = friend.partition(", only: ")
    when = f'tier == "friend"{" and " if only else ""}{only}'
    rules = (
        f"    - {{id: low, title: low, {given}, when: '{when}'}}\n"
        f'    - {{id: high, title: high, {family}, when: tier == "family"}}\n'
    )
    edit = "\ntiers:\n"
    plain = 'when: tier in ("friend", "family")', "when: quantity >= 0"
    assert said((edit, f"{rules}{edit}"), plain) == ([] if fair else [("LP-4", "earn.rules[4].when")])


def brands(*tiers: str, of: tuple[str, ...] = ("oak", "elm")) -> str:
    """For each of `tiers`, five points for a krone on each brand."""
    return "".join(
        f"    - {{id: {tier}-{brand}, title: a brand, points: 5, per: 1, "
        f'when: \'brand == "{brand}" and tier == "{tier}"\'}}\n'
        for tier in tiers
        for brand in of
    )


def group(*members: str) -> str:
    return f"  groups:\n    - {{id: chosen, best_of: [{', '.join(members)}]}}\n"


END = "\ntiers:\n"
#: The good programme without its rule for friends and above.
PLAIN = 'when: tier in ("friend", "family")', "when: quantity >= 0"


def told(*edits: tuple[str, str]) -> str:
    """What the only finding says, with its example."""
    text = good_programme()
    for old, new in (*edits, PLAIN):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (problem,) = found_in(text)
    assert problem.code == "LP-4"
    return f"{problem.path}: {problem.message} {problem.notes[0]}"


def test_brands_that_add_up_below_and_exclude_each_other_above_are_found_in_a_basket_of_both() -> None:
    """Line by line friends and family get the same; of two brands in one basket only one counts for the family."""
    rules = brands("friend", "family")
    assert said((END, f"{rules}{END}"), PLAIN) == []
    found = told((END, f"{rules}{group('family-oak', 'family-elm')}{END}"))
    assert found.startswith(
        "earn.rules[4].when: For a basket of 150.00 DKK where the brand is elm and 150.00 DKK where"
    )
    assert "members of a lower tier get 1,545 points, those above 795" in found
    one = (
        '    - {id: both, title: both, points: 5, per: 1, when: \'brand in ("oak", "elm") and tier == "friend"\'}\n'
        + brands("family")
    )
    assert told((END, f"{one}{group('both', 'family-oak', 'family-elm')}{END}")).startswith("earn.rules[4]")


def test_very_many_brands_of_a_group_are_still_looked_at_together() -> None:
    names = tuple(f"brand-{number}" for number in range(10))
    rules = brands("friend", "family", of=names)
    assert said((END, f"{rules}{END}"), PLAIN) == []
    chosen = group(*(f"family-{name}" for name in names[:2]))
    assert "brand-0 and 150.00 DKK where the brand is brand-1" in told((END, f"{rules}{chosen}{END}"))


def test_a_fair_choice_of_another_size_is_not_left_open() -> None:
    """The family chooses among more and larger things; no single one of them covers what friends have."""
    rules = (
        "    - {id: low, title: low, points: 100, when: 'tier == \"friend\"'}\n"
        "    - {id: small, title: small, points: 100, when: 'tier == \"family\" and total < 60.00'}\n"
        "    - {id: large, title: large, points: POINTS, per: 1, when: 'tier == \"family\" and total >= 50.00'}\n"
    )
    edit = END, f"{rules}{group('low', 'small', 'large')}{END}"
    assert said((edit[0], edit[1].replace("POINTS", "2")), PLAIN) == []
    found = told((edit[0], edit[1].replace("POINTS", "1.6")))
    assert "a basket of 60.00 DKK" in found and "get 109 points, those above 105" in found


def test_where_what_a_group_chose_is_multiplied_each_choice_is_looked_at() -> None:
    """The family has one more to choose from; what counts then is not what is doubled."""
    rules = (
        "    - {id: oak, title: oak, points: 5, per: 1, when: 'brand == \"oak\"'}\n"
        "    - {id: elm, title: elm, points: 5, per: 1, when: 'brand == \"elm\"'}\n"
        "    - {id: more, title: more, times: 2, of: [oak], when: 'tier == \"family\"'}\n"
        f"{group('oak', 'elm')}"
    )
    assert said((END, f"{rules}{END}"), PLAIN) == []
    choice = rules.replace('tier == "family"', 'tier in ("friend", "family")').replace(
        'brand == "elm"', 'brand == "elm" and tier == "family"'
    )
    assert "where the brand is elm and" in told((END, f"{choice}{END}"))


def test_a_group_is_looked_at_where_it_chooses_its_second_rule_too() -> None:
    """Beyond a purchase of 250 kroner the rate counts, and not the gift that stands before it."""
    for friend, family, unfair in (("2", "1.9", True), ("2", "2", False), ("1.9", "2", False)):
        rules = (
            "    - {id: gift, title: a gift, points: 50}\n"
            f"    - {{id: low, title: low, points: {friend}, per: 10, when: 'tier == \"friend\"'}}\n"
            f"    - {{id: high, title: high, points: {family}, per: 10, when: 'tier == \"family\"'}}\n"
            "  groups:\n    - {id: best, best_of: [gift, low, high]}\n"
        )
        assert said((END, f"{rules}{END}")) == ([("LP-4", "earn.rules[5].when")] if unfair else [])


GIFTS = (
    "    - {id: low, title: low, points: 5, when: 'tier == \"friend\"'}\n"
    "    - {id: high, title: high, points: 10, when: 'tier == \"family\"'}\n"
)


def caps(*written: str) -> str:
    lines = (f"    - {{id: c{number}, title: a cap, {one}}}\n" for number, one in enumerate(written))
    return f"{GIFTS}  caps:\n{''.join(lines)}{END}"


@pytest.mark.parametrize(
    "fair",
    [
        ["rules: [low, high], per: year, most: 100, at_edge: clip"],
        [
            "rules: [high, low], per: day, most: 10, at_edge: clip",
            "rules: [low, high], per: year, most: 9, at_edge: clip",
        ],
        ["per: month, most: 60, at_edge: clip"],
        ["rules: [low], per: month, most: 60, at_edge: clip"],
        ["rules: [low], per: month, most: 5, at_edge: clip", "rules: [high], per: year, most: 60, at_edge: clip"],
        ["rules: [base], per: event, most: 5, at_edge: refuse"],
        ["rules: [low], per: day, most: 4, at_edge: clip", "per: year, most: 9, at_edge: clip"],
        ["rules: [low], per: day, most: 1, at_edge: clip", "rules: [high], per: month, most: 31, at_edge: clip"],
        ["rules: [low], per: day, most: 1, at_edge: clip", "rules: [high], per: year, most: 366, at_edge: clip"],
    ],
)
def test_a_cap_that_bounds_both_alike_or_the_lower_more_is_fair(fair: list[str]) -> None:
    assert said((END, caps(*fair)), PLAIN) == []


@pytest.mark.parametrize(
    ("unfair", "example"),
    [
        (
            ["rules: [high], per: year, most: 100, at_edge: clip"],
            "22 times a basket of 150.00 DKK, spread evenly in one year,",
        ),
        (
            ["rules: [low], per: month, most: 6, at_edge: clip", "rules: [high], per: year, most: 60, at_edge: clip"],
            "in one year",
        ),
        (
            ["rules: [low], per: day, most: 1, at_edge: clip", "rules: [high], per: month, most: 30, at_edge: clip"],
            "in one month",
        ),
        (
            ["rules: [low], per: day, most: 1, at_edge: clip", "rules: [high], per: year, most: 365, at_edge: clip"],
            "in one year",
        ),
        (["rules: [high], per: event, most: 4, at_edge: clip"], "For a basket of 150.00 DKK members"),
        (["rules: [base, high], per: day, most: 24, at_edge: refuse"], "get 27.5 points, those above 7.5"),
    ],
)
def test_a_cap_that_bounds_the_higher_more_is_found_with_the_custom_that_reaches_it(
    unfair: list[str], example: str
) -> None:
    found = told((END, caps(*unfair)))
    assert found.startswith("earn.caps[") and example in found


@pytest.mark.parametrize(
    "open_",
    [
        ["rules: [low, high], per: year, most: 100, at_edge: refuse"],
        [
            "rules: [low, base], per: day, most: 10, at_edge: clip",
            "rules: [base, high], per: day, most: 9, at_edge: clip",
        ],
    ],
)
def test_caps_of_which_it_would_have_to_be_guessed_are_an_error(open_: list[str]) -> None:
    text = good_programme().replace(END, caps(*open_)).replace(*PLAIN)
    assert [(one.code, one.path, one.severity) for one in found_in(text)] == [("LP-4", "earn.caps", "error")]


@pytest.mark.parametrize(
    ("low", "high", "fair"),
    [
        ('any(brand == "oak")', 'any(brand in ("oak", "elm"))', True),
        ('any(brand in ("oak", "elm"))', 'any(brand == "oak")', False),
        ('all(brand == "oak")', 'any(brand == "oak")', True),
        ('not any(brand == "oak")', 'not all(brand == "oak")', True),
        ('spend(brand == "oak") > 50.00', "total > 50.00", True),
        ('spend(brand == "oak") >= 50.00', 'spend(brand == "oak") > 50.00', False),
        ('count(brand == "oak") >= 3', "lines >= 3", True),
        ('count(brand == "oak") >= 3 and count(brand == "elm") >= 3', "lines >= 6", True),
        ('count(brand == "oak") >= 3 and count(brand == "elm") >= 3', "lines >= 7", False),
    ],
)
def test_what_is_said_of_all_lines_is_taken_at_its_word(low: str, high: str, fair: bool) -> None:
    rules = (
        f"    - {{id: low, title: low, points: 5, when: 'tier == \"friend\" and {low}'}}\n"
        f"    - {{id: high, title: high, points: 5, when: 'tier == \"family\" and {high}'}}\n"
    )
    assert said((END, f"{rules}{END}"), PLAIN) == ([] if fair else [("LP-4", "earn.rules[4].when")])


@pytest.mark.parametrize("op", ["==", "!=", ">=", ">", "<=", "<"])
def test_a_fact_bounds_a_sum_to_the_values_for_which_it_holds_or_does_not(op: str) -> None:
    (fact,) = Cells.of([parse(f'count(brand == "oak") {op} 3', WORDS, Scope.ORDER)])[0].facts
    for holds in (True, False):
        bound = fact.bound(holds=holds)
        assert bound is not None
        within = [value for value in range(7) if inside(value, bound[2])]
        wanted = [value for value in range(7) if eval(f"{value} {op} 3") is holds]
        assert within == (list(range(7)) if (op, holds) in (("!=", True), ("==", False)) else wanted)


def test_lines_on_both_sides_of_others_are_not_taken_for_one_kind() -> None:
    """Of one line of up to six kroner friends get at most five hundred; between five and six, nothing."""
    one = "lines < 2 and total <= 6.00"
    rules = (
        f"    - {{id: low, title: low, points: 1, per: 0.01, when: 'tier == \"friend\" and {one} and (net <= 5.00 or net > 7.00)'}}\n"
        f"    - {{id: high, title: high, points: POINTS, when: 'tier == \"family\" and {one}'}}\n"
    )
    assert said((END, f"{rules.replace('POINTS', '500')}{END}"), PLAIN) == []
    assert said((END, f"{rules.replace('POINTS', '499')}{END}"), PLAIN) == [("LP-4", "earn.rules[4].when")]


def test_a_tier_that_lines_are_asked_for_is_an_error_and_not_overlooked() -> None:
    rule = '    - {id: low, title: low, points: 5, when: any(tier == "friend" and brand == "oak")}\n'
    text = good_programme().replace(END, f"{rule}{END}").replace(*PLAIN)
    (problem,) = lint(text).problems
    assert problem.code == "LP-4" and "could not be decided" in problem.message and "`tier`" in problem.message


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
