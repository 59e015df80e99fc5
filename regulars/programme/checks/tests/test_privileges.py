"""LP-4 beside earning: what a lower tier may have, the tiers above it have too, or something at least as good."""

from __future__ import annotations

import pytest

from regulars.programme.checks.linting import lint
from regulars.programme.checks.tests.test_offers import SHOP
from regulars.programme.problems import Problem

GUEST, ABOVE = "'tier == \"guest\"'", "'tier != \"guest\"'"
CAKE = "{id: cake, title: a cake, kind: product, points: 100, worth: 4, limit: {most: 2, per: month}, when: GUEST}"


def found(text: str) -> list[Problem]:
    """What LP-4 says of a shop with these sections; GUEST and ABOVE stand for conditions on the tier."""
    whole = SHOP.replace("offers:\n", "") + text.replace("GUEST", GUEST).replace("ABOVE", ABOVE) + "\n"
    linted = lint(whole)
    assert linted.programme is not None, linted.problems
    return [one for one in linted.problems if one.code == "LP-4"]


def rewards(*written: str) -> list[Problem]:
    return found("rewards:\n" + "".join(f"  - {one}\n" for one in written))


def moments(*written: str) -> list[Problem]:
    tea = "rewards: [{id: tea, title: tea, kind: service, points: 10, worth: 3}, {id: walk, title: walk, kind: experience, points: 9}]\n"
    return found(
        f"{tea}moments:\n"
        + "".join(f"  - {{id: m{place}, title: m{place}, {one}}}\n" for place, one in enumerate(written))
    )


def certain(problems: list[Problem]) -> bool | None:
    """Whether a finding is one of unfairness (True), or of what nobody can tell (False); None where there is none."""
    assert len(problems) < 2 and all(one.severity == "error" for one in problems)
    return None if not problems else "could not be decided" not in problems[0].message


def test_a_reward_for_the_lowest_tier_alone_is_told_with_its_figures() -> None:
    (problem,) = rewards(CAKE)
    assert (problem.code, problem.path) == ("LP-4", "rewards[0].when")
    assert problem.message == (
        "Members of a lower tier may have `a cake`, worth 4.00 EUR, for 100 points; those above nothing as good."
    )
    assert problem.notes[0] == "For example: Ada is `friend`, Bruno only `guest`. Bruno has it, and Ada goes without."
    assert rewards(CAKE.replace("GUEST", "ABOVE")) == []
    (other,) = rewards(CAKE, CAKE.replace("id: cake", "id: other").replace("100", "101").replace("GUEST", "ABOVE"))
    assert "Bruno has it, and Ada has `a cake`, worth 4.00 EUR, for 101 points." in other.notes[0]


@pytest.mark.parametrize(
    ("edit", "unfair"),
    [
        (("", ""), None),
        (("points: 100", "points: 99"), None),
        (("points: 100", "points: 101"), True),
        (("points: 100", "points: {least: 90, most: 101}"), True),
        (("worth: 4", "worth: 5"), None),
        (("worth: 4", "worth: 3.99"), True),
        (("a cake", "a pie"), None),
        ((", worth: 4", ""), False),
        (("kind: product", "kind: service"), False),
        (("kind: product", "kind: credit"), None),
        (("most: 2", "most: 1"), True),
        (("per: month", "per: week"), None),
        (("per: month", "per: year"), True),
        (("most: 2, per: month", "most: 24, per: year"), False),
        (("worth: 4", "worth: 4, fulfil_hours: 73"), True),
        (("worth: 4", "worth: 4, valid_days: 30"), True),
    ],
)
def test_a_reward_of_those_above_is_as_good_or_it_is_not(edit: tuple[str, str], unfair: bool | None) -> None:
    other = CAKE.replace("id: cake", "id: other").replace("GUEST", "ABOVE").replace(*edit)
    if edit[0] in (", worth: 4", "kind: product") or "worth" in edit[0]:
        other = other.replace("a cake", "a pie")  # the same thing by its name needs no figures
    assert certain(rewards(CAKE, other)) is unfair


def test_money_in_smaller_pieces_is_as_good_where_a_point_buys_as_much() -> None:
    ten = "{id: ten, title: ten off, kind: credit, points: 1000, worth: 10, when: GUEST}"
    for points, unfair in ((100, None), (101, True)):
        one = f"{{id: one, title: one off, kind: credit, points: {points}, worth: 1, when: ABOVE}}"
        assert certain(rewards(ten, one)) is unfair


def test_money_that_pays_a_smaller_part_of_a_bill_is_less() -> None:
    half = "{id: half, title: ten off, kind: discount, points: 1000, worth: 10, share: 0.5, when: GUEST}"
    for share, unfair in (("0.5", None), ("0.4", True)):
        other = half.replace("id: half", "id: other").replace("0.5", share).replace("GUEST", "ABOVE")
        assert certain(rewards(half, other)) is unfair


def test_a_reward_for_those_who_joined_late_is_found_and_one_for_all_stands_in_for_it() -> None:
    late = CAKE.replace("GUEST", "'member_since >= \"2026-01-01\"'")
    (problem,) = rewards(late)
    assert "members who joined later may have" in problem.message.lower() and "2025-12-31" in problem.notes[0]
    assert rewards(late, CAKE.replace("id: cake", "id: all").replace(", when: GUEST", "")) == []
    segment = CAKE.replace("GUEST", '\'tier == "guest" and "sweet" in segments\'')
    assert "where the list of segments: sweet" in rewards(segment)[0].notes[0]


@pytest.mark.parametrize(
    ("low", "high", "unfair"),
    [
        ("kind: birthday, gives: {credit: 5}", "", True),
        ("kind: birthday, gives: {credit: 5}", "kind: birthday, gives: {credit: 5}", None),
        ("kind: birthday, gives: {credit: 5}", "kind: birthday, gives: {credit: 4.99}", True),
        ("kind: birthday, gives: {credit: 5}", "kind: anniversary, gives: {credit: 50}", True),
        ("kind: birthday, gives: {credit: 5}", "kind: birthday, gives: {points: 500, currency: points}", None),
        ("kind: birthday, gives: {credit: 5}", "kind: birthday, gives: {points: 499, currency: points}", True),
        ("kind: birthday, gives: {reward: tea}", "kind: birthday, gives: {credit: 3}", None),
        ("kind: birthday, gives: {reward: walk}", "kind: birthday, gives: {credit: 3}", False),
        ("kind: birthday, gives: {reward: walk}", "kind: birthday, gives: [{reward: walk}, {card: a card}]", None),
        ("kind: birthday, gives: {card: a card}", "kind: birthday, gives: {note: a note}", None),
        ("kind: birthday, gives: {card: a card}", "kind: birthday, gives: {credit: 3}", False),
        ("kind: anniversary, gives: {credit: 5}", "kind: anniversary, years: [5, 6], gives: {credit: 5}", True),
        ("kind: anniversary, years: [6], gives: {credit: 5}", "kind: anniversary, years: [5, 6], gives: {credit: 5}", None),
        ("kind: milestone, milestone: {visits: 10}, gives: {credit: 5}", "kind: milestone, milestone: {visits: 10}, gives: {credit: 5}", None),
        ("kind: milestone, milestone: {visits: 10}, gives: {credit: 5}", "kind: milestone, milestone: {visits: 11}, gives: {credit: 5}", True),
        ("kind: milestone, milestone: {visits: 10}, gives: {credit: 5}", "kind: milestone, milestone: {years: 5}, gives: {credit: 5}", False),
        ("kind: surprise, budget: {most: 100, chosen: by_lot}, gives: {credit: 5}", "kind: surprise, budget: {most: 99, chosen: by_lot}, gives: {credit: 5}", True),
        ("kind: surprise, budget: {most: 100, chosen: by_lot}, gives: {credit: 5}", "kind: surprise, budget: {most: 100, chosen: staff}, gives: {credit: 5}", False),
        ("kind: birthday, requires: none, gives: {credit: 5}", "kind: birthday, gives: {credit: 5}", True),
    ],
)  # fmt: skip
def test_moments_are_compared_by_their_occasion_and_by_what_they_give(low: str, high: str, unfair: bool | None) -> None:
    written = [f"{low}, when: GUEST", *([f"{high}, when: ABOVE"] if high else [])]
    assert certain(moments(*written)) is unfair


def test_gifts_on_one_occasion_are_added_up_and_none_of_them_counts_twice() -> None:
    five = "kind: birthday, gives: {credit: 5}, when: "
    assert moments(f"{five}GUEST", f"{five}GUEST", f"{five.replace('5', '10')}ABOVE") == []
    assert [one.path for one in moments(f"{five}GUEST", f"{five}GUEST", f"{five}ABOVE")] == [
        "moments[0].when",
        "moments[1].when",
    ]
    assert certain(moments(f"{five}GUEST", five.removesuffix(", when: "))) is True


def club(**edits: str) -> str:
    fields = {"price": "10", "months": "1", "gives": "{percent: 5}", "when": "GUEST"} | edits
    return ", ".join(f"{key}: {value}" for key, value in fields.items())


@pytest.mark.parametrize(
    ("edits", "unfair"),
    [
        ({}, None),
        ({"price": "9.99"}, None),
        ({"price": "10.01"}, True),
        ({"price": "120", "months": "12"}, None),
        ({"gives": "{percent: 6}"}, None),
        ({"gives": "{percent: 5, most: 100}"}, True),
        ({"gives": "{percent: 6}", "price": "11"}, False),
        ({"gives": "[{percent: 4}, {amount: 1}]"}, False),
        ({"trial": "{days: 30}"}, None),
    ],
)
def test_clubs_are_compared_by_their_price_and_by_what_they_give(edits: dict[str, str], unfair: bool | None) -> None:
    clubs = f"clubs: [{{id: a, title: a, {club()}}}, {{id: b, title: b, {club(when='ABOVE', **edits)}}}]"
    assert certain(found(clubs)) is unfair
    tried = (
        f"clubs: [{{id: a, title: a, {club(trial='{days: 31}')}}}, {{id: b, title: b, {club(when='ABOVE', **edits)}}}]"
    )
    assert certain(found(tried)) is not None


@pytest.mark.parametrize(
    ("perks", "unfair"),
    [
        ("{kind: usual, tiers: [guest, friend]}", True),
        ("{kind: usual, tiers: [friend, family]}", None),
        ("{kind: usual, when: GUEST}", True),
        ("{kind: usual, tiers: guest}, {kind: usual, tiers: [friend, family]}", None),
        ("{kind: usual, tiers: guest}, {kind: named_contact, tiers: [friend, family]}", True),
        ("{kind: priority_queue, within_minutes: 5, tiers: guest}, {kind: priority_queue, within_minutes: 4}", None),
        ("{kind: priority_queue, within_minutes: 5, tiers: guest}, {kind: priority_queue, within_minutes: 6}", True),
        ("{kind: priority_queue, within_minutes: 5, tiers: guest}, {kind: priority_queue}", True),
        ("{kind: usual, clubs: a}", None),
        ("{kind: usual, clubs: a, tiers: guest}, {kind: usual, tiers: [friend, family]}", None),
        ("{kind: usual, tiers: guest}, {kind: usual, clubs: a}", True),
    ],
)
def test_ways_of_being_served_are_compared_by_their_kind(perks: str, unfair: bool | None) -> None:
    written = "".join(f"    - {{id: p{place}, title: p, {one}\n" for place, one in enumerate(perks.split("{")[1:]))
    clubs = "clubs: [{id: a, title: a, price: 1, gives: {amount: 1}}]\n"
    assert certain(found(f"{clubs}service:\n  perks:\n{written.replace('}, ', '}')}")) is unfair


def test_only_the_lower_tier_may_bring_friends() -> None:
    assert certain(found("referrals: {advocate: {amount: 5}, when: GUEST}")) is True
    assert found("referrals: {advocate: {amount: 5}, when: ABOVE}") == []


def test_more_cases_than_are_looked_at_are_an_error_and_not_a_guess() -> None:
    many = " or ".join(f"'s{number}' in segments".replace("'", '"') for number in range(9))
    assert certain(rewards(CAKE.replace("GUEST", f"'tier == \"guest\" and ({many})'"))) is False
    each = [
        CAKE.replace("cake,", f"cake-{n},", 1).replace("GUEST", f"'tier == \"guest\" and language == \"l{n}\" and member_since > \"{2000 + n}-01-01\"'")
        for n in range(60)
    ]  # fmt: skip
    assert certain(rewards(*each)) is False
