"""HOUSE-3, HOUSE-4, and what CAP-7 and CAP-23 say of budgets: promises that many read and few can have."""

from __future__ import annotations

import pytest

from regulars.programme.checks.linting import lint
from regulars.programme.checks.sampling import good_programme

SHOP = """\
regulars: 1
programme: {id: shop, name: Shop, zone: Europe/Berlin, money: EUR, languages: [en]}
currencies: [{id: points, title: points, value: 0.01}]
earn:
  rules:
    - {id: base, title: a point, points: 1, per: 1}
    - {id: twice, title: double, times: 2, of: [base]}
    - {id: hello, title: a hello, points: 50, when: total > 5}
    - {id: tenth, title: the tenth, points: 30, every: 10}
    - {id: weekly, title: every week, points: 30, streak: {weeks: 3}}
    - {id: rye, title: rye, times: 2, of: [base], when: brand == "Rye"}
  caps: [CAPS]
  budgets: [BUDGETS]
"""


def bound(id: str, rules: str, per: str, most: int, edge: str = "clip") -> str:
    within = f", rules: [{rules}]" if rules else ""
    return f"{{id: {id}, title: {id}, per: {per}, most: {most}, at_edge: {edge}{within}}}"


def said(code: str, *budgets: str, caps: str = "") -> list[tuple[str, str]]:
    """Where, and what, a check says."""
    linted = lint(SHOP.replace("BUDGETS", ", ".join(budgets)).replace("CAPS", caps))
    assert linted.programme is not None, linted.problems
    return [(problem.path, problem.message) for problem in linted.problems if problem.code == code]


@pytest.mark.parametrize("edge", ["clip", "refuse"])
def test_a_bound_below_one_gift_is_a_gift_that_nobody_is_given(edge: str) -> None:
    ((path, message),) = said("HOUSE-3", bound("few", "hello", "year", 49, edge))
    assert path == "earn.budgets[0].most"
    assert ("any of it" if edge == "refuse" else "all of it") in message
    assert said("HOUSE-3", bound("few", "hello", "year", 50, edge)) == []
    assert [path for path, _ in said("HOUSE-3", caps=bound("few", "hello", "year", 49, edge))] == ["earn.caps[0].most"]
    assert said("HOUSE-3", bound("few", "twice", "year", 1, edge)) == [], "what is bought gives as little as it likes"


@pytest.mark.parametrize(
    ("per", "most", "smaller", "reached"),
    [
        ("month", 500, ("month", 499), False),
        ("month", 500, ("month", 500), True),
        ("day", 500, ("year", 499), False),
        ("year", 1200, ("month", 99), False),
        ("year", 1200, ("month", 100), True),
        ("month", 500, ("week", 83), False),
        ("month", 500, ("week", 84), True),
        ("week", 500, ("month", 249), False),
        ("week", 500, ("month", 250), True),
        ("year", 53, ("week", 1), True),
        ("ever", 10**9, ("day", 1), True),
        ("ever", 500, ("ever", 499), False),
    ],
)
def test_a_bound_is_never_reached_where_a_budget_over_its_rules_holds_less_in_that_time(
    per: str, most: int, smaller: tuple[str, int], reached: bool
) -> None:
    """A week may lie in two months, six weeks in one month, fifty-four in a year."""
    for rules in ("rye", "rye, twice"):
        less = bound("less", rules, *smaller)
        assert (said("HOUSE-3", bound("more", "rye", per, most), less) == []) is reached
        assert (said("HOUSE-3", less, caps=bound("more", "rye", per, most)) == []) is reached
    assert said("HOUSE-3", bound("more", "rye, twice", per, most), bound("less", "rye", *smaller)) == []


@pytest.mark.parametrize(("rules", "times"), [("tenth", 10), ("rye, weekly", 3)])
def test_a_budget_over_a_gift_that_takes_many_visits_may_leave_them_with_nothing(rules: str, times: int) -> None:
    ((path, message),) = said("HOUSE-4", bound("b", rules, "year", 9_000))
    assert path == "earn.budgets[0].rules" and f"has come {times} times for nothing" in message
    assert said("HOUSE-4", caps=bound("b", rules, "year", 9_000)) == [], "a member's own cap runs out for nobody else"
    assert said("HOUSE-4", bound("b", "rye, hello", "year", 9_000)) == []


@pytest.mark.parametrize("rules", ["base, twice", "base, twice, rye"])
def test_a_budget_over_all_that_usual_custom_earns_ends_it_for_everybody(rules: str) -> None:
    ((_, message),) = said("HOUSE-4", bound("b", rules, "year", 9_000))
    assert message == "When `b` is used up, members earn no points, whatever they buy."
    assert said("HOUSE-4", bound("b", "twice, rye", "year", 9_000)) == [], "the base is given all the same"


def test_a_summary_that_says_none_tells_no_member_of_a_budget() -> None:
    budget = "  budgets: [{id: x, title: extra, rules: [rye], per: year, most: 90000, at_edge: clip}]\n\ntiers:\n"
    text = good_programme().replace("\ntiers:\n", budget)
    for caps, fine in (
        ("none", False), ("There are no limits.", False), ("keine Obergrenze", False), ("Ingen.", False),
        ("sin límite", False), ("none for a member, 90 000 for all together", True),
        ("whoever comes when all are given has none of the extra", True),
    ):  # fmt: skip
        problems = lint(text.replace("    caps: none\n", f"    caps: {caps}\n")).problems
        assert ([problem.code for problem in problems] == []) is fine, caps
        assert fine or [(one.code, one.path) for one in problems] == [("CAP-23", "terms.summary.caps")]


@pytest.mark.parametrize(("most", "reached"), [(149, False), (150, True)])
def test_a_reward_beyond_all_that_a_budget_ever_gives_is_out_of_reach(most: int, reached: bool) -> None:
    budget = f"  budgets: [{{id: x, title: extra, per: ever, most: {most}, at_edge: clip}}]\n\ntiers:\n"
    problems = lint(good_programme().replace("\ntiers:\n", budget)).problems
    assert ("CAP-7" not in [problem.code for problem in problems]) is reached
