"""What a member may have so often in life and never again is a welcome: Bruno has it, Ada has used it up."""

from __future__ import annotations

import pytest

from regulars.programme.checks.linting import lint
from regulars.programme.checks.tests.test_offers import SHOP, WELCOME
from regulars.programme.problems import Problem

BASE = "{id: base, title: a point, points: 1, per: 1}"
HEAD = SHOP.replace("offers:\n", "")
ONCE, YEARLY = "limit: {most: 1, per: ever}", "limit: {most: 1, per: year}"


def found(*sections: str, head: str = HEAD) -> list[Problem]:
    """What LP-1 says of the shop with `sections`."""
    linted = lint(head + "".join(f"{one}\n" for one in sections))
    assert linted.programme is not None, linted.problems
    return [one for one in linted.problems if one.code == "LP-1"]


def paths(*sections: str, head: str = HEAD) -> list[str]:
    return [one.path for one in found(*sections, head=head)]


def capped(rules: str, cap: str) -> str:
    """The shop with more rules, and a cap."""
    earn = f"{{rules: [{BASE}{rules}], caps: [{{id: edge, title: the edge, at_edge: clip, {cap}}}]}}"
    return HEAD.replace(f"{{rules: [{BASE}]}}", earn)


TWENTY = ", {id: launch, title: launch, times: 21, of: [base]}"
GIFT = ", {id: hello, title: hello, points: 2000}"
SECOND = GIFT.replace("points", "every: 2, points")
STREAK = GIFT.replace("points", "streak: {weeks: 2}, points")
#: Six caps under which a newcomer earns what whoever has used them up never earns again.
CAPPED = [
    (TWENTY, "rules: [launch], most: 500"),
    (GIFT, "rules: [hello], most: 2000"),
    (SECOND, "rules: [hello], most: 2000"),
    (STREAK, "rules: [hello], most: 2000"),
    ("", "rules: [base], most: 300"),
    (TWENTY, "rules: [base, launch], most: 300"),
]


@pytest.mark.parametrize(("rules", "cap"), CAPPED)
def test_a_cap_for_ever_is_a_welcome_and_one_for_a_year_or_a_month_is_not(rules: str, cap: str) -> None:
    (problem,) = found(head=capped(rules, f"{cap}, per: ever"))
    assert (problem.severity, problem.path) == ("error", "earn.caps[0]")
    assert "By `the edge` a new customer gets" in problem.message and "gets 0.00 EUR" in problem.message
    assert "not for ever" in problem.remedy and "Both buy" not in problem.notes[0]
    for per in ("year", "month"):
        assert paths(head=capped(rules, f"{cap}, per: {per}")) == []


def test_a_cap_for_ever_is_fair_beside_an_anniversary_that_gives_as_much_or_over_what_nobody_new_can_earn() -> None:
    year = "moments: [{id: year, title: year, kind: anniversary, gives: {points: 2000, currency: points}}]"
    head = capped(GIFT, "rules: [hello], most: 2000, per: ever")
    assert paths(year, head=head) == []
    assert paths(year.replace("2000", "1999"), head=head) == ["earn.caps[0]"]
    for tier, fair in (("family", True), ("guest", False)):
        rule = GIFT.replace("points", f"when: 'tier == \"{tier}\"', points")
        assert (paths(head=capped(rule, "rules: [hello], most: 2000, per: ever")) == []) is fair


def test_a_cap_for_ever_on_points_of_which_nobody_knows_the_worth_is_not_decided() -> None:
    head = capped(GIFT, "rules: [hello], most: 2000, per: ever").replace(", value: 0.01", "")
    (problem,) = found(head=head)
    assert problem.path == "earn.caps[0]" and "could not be decided" in problem.message


def reward(id: str, points: int, worth: str, more: str = "") -> str:
    said = f", worth: {worth}" if worth else ""
    return f"  - {{id: {id}, title: {id}, kind: product, points: {points}, costs: 1{said}{more}}}\n"


DEAR, CAKE = reward("phone", 1, "200", f", {ONCE}"), reward("cake", 500, "5")


def test_a_reward_for_next_to_nothing_once_in_life_is_a_welcome() -> None:
    (problem,) = found(f"rewards:\n{CAKE}{DEAR}")
    assert (problem.severity, problem.path) == ("error", "rewards[1].limit")
    assert "By `phone` a new customer gets 199.99 EUR" in problem.message
    assert paths(f"rewards:\n{CAKE}{DEAR.replace('ever', 'year')}") == []
    assert (
        paths(f"rewards:\n{CAKE}{DEAR}{reward('other', 1, '200', f', {YEARLY}').replace('other, k', 'phone, k')}") == []
    )


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (reward("box", 500, "5", f", {ONCE}"), CAKE, []),  # worth what its points are worth
        (reward("box", 500, "5.01", f", {ONCE}"), CAKE, ["rewards[0].limit"]),
        (reward("box", 500, "5.01", f", {ONCE}, when: 'tier == \"family\"'"), CAKE, []),
        (reward("box", 500, "5.01", f', {ONCE}, when: \'tier in ("guest", "family")\''), CAKE, ["rewards[0].limit"]),
        (reward("box", 500, "6", f", {ONCE}"), reward("tin", 1, "1", f", {YEARLY}"), ["rewards[0].limit"]),
    ],
)
def test_a_reward_once_in_life_is_laid_beside_what_its_points_buy_without_it(
    one: str, other: str, said: list[str]
) -> None:
    assert paths(f"rewards:\n{one}{other}") == said


def test_a_reward_once_in_life_of_which_nobody_says_the_worth_is_not_decided() -> None:
    (problem,) = found(f"rewards:\n{reward('box', 500, '', f', {ONCE}')}{CAKE}")
    assert problem.path == "rewards[0].limit" and "could not be decided" in problem.message


HALF = "{id: half, title: half, kind: promotion, gives: {percent: 50, most: 20}, use: {LIMIT}}"


def test_an_offer_once_in_life_is_a_welcome() -> None:
    once = f"offers:\n  - {HALF.replace('LIMIT', ONCE)}"
    (problem,) = found(once)
    assert (problem.severity, problem.path) == ("error", "offers[0].use.limit")
    assert "By `half` a new customer gets 20.00 EUR where one who bought before gets 0.00 EUR" in problem.message
    assert paths(once.replace("ever", "year")) == paths(once.replace(ONCE, "valid_days: 30")) == []
    for who, fair in (
        ("customers: tenured", False),
        ("tenure_days: {least: 1}", False),
        ("tenure_days: {least: 365}", True),
        ("tiers: family", True),
        ("tiers: [guest, family]", False),
    ):
        assert (paths(once.replace("gives", f"eligible: {{{who}}}, gives")) == []) is fair, who


@pytest.mark.parametrize(
    ("later", "fair"),
    [
        ("kind: birthday, gives: {credit: 20}", True),
        ("kind: birthday, gives: {credit: 19.99}", False),
        ("kind: anniversary, gives: {credit: 20}", True),
        ("kind: anniversary, years: [6], gives: {credit: 20}", False),
        ("kind: milestone, milestone: {visits: 10, repeats: yes}, gives: {credit: 20}", True),
        ("kind: milestone, milestone: {visits: 13}, gives: {credit: 20}", True),
        ("kind: surprise, budget: {most: 500, chosen: by_lot}, gives: {credit: 20}", False),
    ],
)
def test_an_offer_once_in_life_is_fair_where_something_as_good_comes_later(later: str, fair: bool) -> None:
    once = f"offers:\n  - {HALF.replace('LIMIT', ONCE)}"
    moments = f"moments:\n  - {{id: later, title: later, {later}}}"
    assert (paths(once, moments) == []) is fair
    assert paths(once.replace("most: 1", "most: 2"), moments) == ["offers[0].use.limit"]


def test_an_offer_once_in_life_is_fair_beside_one_for_those_who_stayed_every_year() -> None:
    once = f"offers:\n  - {HALF.replace('LIMIT', ONCE)}"
    thanks = "kind: loyalty, eligible: {customers: tenured}, gives: {amount: 20}, use: {LIMIT}"
    again = f"\n  - {{id: thanks, title: thanks, {thanks.replace('LIMIT', YEARLY)}}}"
    assert paths(once + again) == []
    assert paths(once + again.replace("per: year", "per: ever")) != []


def test_what_is_used_up_for_ever_does_not_make_a_welcome_good() -> None:
    welcome = f"offers:\n  - {{id: a, title: a, {WELCOME}}}"
    jubilee = f"  - {{id: b, title: b, kind: loyalty, eligible: {{tenure_days: {{least: 365}}}}, gives: {{amount: 10}}, use: {{{ONCE}}}}}"
    others = "  - {id: c, title: c, kind: loyalty, eligible: {customers: tenured, tenure_days: {most: 364}}, gives: {amount: 10}, use: {limit: {most: 1, per: year}}}"
    (problem,) = found(welcome, jubilee, others)
    assert "could not be decided" in problem.message
    assert found(welcome, jubilee.replace("ever", "year"), others) == []


def test_a_code_that_the_house_need_not_hand_out_makes_up_for_none() -> None:
    welcome = f"offers:\n  - {{id: a, title: a, {WELCOME}}}"
    coupon = "  - {id: b, title: b, kind: coupon, code: CODE, eligible: {customers: tenured}, gives: {amount: 10}}"
    (problem,) = found(welcome, coupon.replace("CODE", "unique"))
    assert problem.severity == "error" and "could not be decided" in problem.message
    assert "a code that the house need not hand out" in problem.message
    assert found(welcome, coupon.replace("CODE", "THANKS")) == []
    assert found(welcome.replace("title: a,", "title: a, code: unique,"), coupon.replace("CODE", "unique")) == []


def test_a_surprise_once_in_life_is_a_welcome() -> None:
    surprise = f"kind: surprise, budget: {{most: 500, chosen: staff}}, {ONCE}, gives: {{credit: 10}}"
    once = f"moments:\n  - {{id: day, title: day, {surprise}}}"
    (problem,) = found(once)
    assert (problem.severity, problem.path) == ("error", "moments[0].limit")
    assert found(once.replace("ever", "year")) == []
    assert found(once, "  - {id: year, title: year, kind: anniversary, gives: {credit: 10}}") == []


@pytest.mark.parametrize(("limit", "said"), [(ONCE, True), (YEARLY, False), ("limit: {most: 1, per: month}", False)])
def test_a_member_who_may_bring_so_many_friends_in_life_has_less_than_the_next_friend(limit: str, said: bool) -> None:
    brings = f"referrals: {{advocate: {{amount: 5}}, friend: {{amount: 5}}, {limit}}}"
    problems = found(brings)
    assert [(one.path, one.severity) for one in problems] == ([("referrals.limit", "error")] if said else [])
    assert found(brings.replace("friend: {amount: 5}, ", "")) == []


def codes(*sections: str) -> set[str]:
    return {one.code for one in lint(HEAD + "".join(f"{one}\n" for one in sections)).problems}


def test_a_thanks_once_in_life_makes_no_win_back_fair() -> None:
    back = "offers:\n  - {id: a, title: a, kind: win-back, eligible: {customers: tenured, away_days: 90}, gives: {amount: 9}}"
    thanks = f"  - {{id: b, title: b, kind: loyalty, eligible: {{customers: tenured}}, gives: {{amount: 9}}, use: {{{ONCE}}}}}"
    assert {"LP-1", "LP-5"} <= codes(back, thanks)
    assert not {"LP-1", "LP-5"} & codes(back, thanks.replace(f", use: {{{ONCE}}}", ""))


def test_months_once_in_life_of_which_nobody_says_the_price_are_asked_for() -> None:
    box = "offers:\n  - {id: a, title: a, kind: promotion, product: box, gives: {free_months: 3}, use: {LIMIT}}"
    assert "LP-2" in codes(box.replace("LIMIT", ONCE))
    assert "LP-2" not in codes(box.replace("LIMIT", YEARLY))
    assert "LP-1" in codes(box.replace("LIMIT", ONCE).replace("free_months: 3", "free_months: 3, worth: 9"))
