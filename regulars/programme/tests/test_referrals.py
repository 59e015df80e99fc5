"""Members bring friends in words of their own, and both read what both gain."""

from __future__ import annotations

import pytest

from regulars.programme.benefits import Benefit
from regulars.programme.loading import load
from regulars.programme.referrals import Asking, Referrals, Vouching
from regulars.programme.rewards import Limit
from regulars.programme.tests.shops import SMALL, edited, errors

FRIENDS = "referrals:\n  advocate: {points: 50}\n  friend: {amount: 10}\n"

#: What is replaced, by what, and the code of the problem it makes.
REFUSED = [
    ("{points: 50}", "{points: 50, currency: stamps}", "not_spendable"),
    ("{amount: 10}", "{}", "benefit_unclear"),
    ("  friend:", "  mechanisms: [link, letter]\n  friend:", "not_a_choice"),
    ("  friend:", "  earned_by: join\n  minimum_spend: 50\n  friend:", "misplaced_key"),
    ("  friend:", "  vouching: {loses: everything}\n  friend:", "not_a_choice"),
    ("  friend:", "  reminders: often\n  friend:", "wrong_type"),
    ("  friend:", "  when: total > 5\n  friend:", "condition_wrong_scope"),
    ("  friend:", "  fiend: {amount: 5}\n  friend:", "unknown_key"),
]


def referrals(old: str = "  friend:", new: str = "  friend:") -> Referrals:
    read = load(SMALL + edited(old, new, FRIENDS)).referrals
    assert read is not None
    return read


def test_both_sides_gain_openly_by_a_link_or_a_code() -> None:
    friends = referrals()
    assert friends.mechanisms == ("link", "code")
    assert friends.advocate == (Benefit("points", points=50, currency="points"),)
    assert friends.friend == (Benefit("amount", money=1000),)
    assert (friends.earned_by, friends.shows_reward, friends.same_terms) == ("purchase", True, True)


def test_what_is_left_out_asks_little_and_costs_the_member_no_more_than_that_reward() -> None:
    friends = referrals()
    assert (friends.loses, friends.reminders) == ("this_reward", Asking(1, "purchase", "satisfied"))
    assert (friends.vouching, friends.references, friends.limit, friends.when) == (None, None, None, None)


def test_vouching_can_be_taken_back_and_costs_nothing_unless_the_file_says_so() -> None:
    friends = referrals("  friend:", "  vouching: {revocable: yes}\n  references: {most: 2}\n  friend:")
    assert friends.vouching == Vouching(True, "nothing")
    assert friends.references == Asking(2, "year", "satisfied")


def test_what_is_not_fair_can_be_written_so_that_a_check_can_say_so() -> None:
    text = (
        "  mechanisms: contacts\n  loses: status\n  shows_reward: no\n  same_terms: no\n  reminders: {most: 9, "
        "per: month, after: any}\n  vouching: {revocable: no, loses: points}\n  limit: {most: 5, per: year}\n  friend:"
    )
    friends = referrals("  friend:", text)
    assert (friends.mechanisms, friends.loses) == (("contacts",), "status")
    assert (friends.shows_reward, friends.same_terms) == (False, False)
    assert friends.reminders == Asking(9, "month", "any")
    assert friends.vouching == Vouching(False, "points")
    assert friends.limit == Limit(5, "year")
    assert referrals("  friend:", "  reminders: none\n  friend:").reminders is None


@pytest.mark.parametrize(("old", "new", "code"), REFUSED)
def test_what_is_wrong_with_referrals_is_said_by_name(old: str, new: str, code: str) -> None:
    assert [problem.code for problem in errors(SMALL + FRIENDS.replace(old, new, 1))] == [code]
