"""A paid club says what it costs and gives, how it renews, and how one leaves it."""

from __future__ import annotations

import pytest

from regulars.programme.clubs import TOLD, Club, Exit, Renewal, Trial
from regulars.programme.loading import load
from regulars.programme.tests.shops import SMALL, edited, errors

LOAF = "clubs:\n  - {id: loaf, title: Bread Club, price: 49, gives: {goods: a loaf, worth: 32}}\n"

#: What is replaced, by what, and the code of the problem it makes.
REFUSED = [
    ("price: 49, ", "", "missing_key"),
    ("price: 49", "price: 0", "out_of_range"),
    (", gives: {goods: a loaf, worth: 32}", "", "missing_key"),
    ("price: 49", "price: 49, trial: 30", "wrong_type"),
    ("price: 49", "price: 49, renewal: always", "wrong_type"),
    ("price: 49", "price: 49, renewal: {tells: [nothing]}", "not_a_choice"),
    ("price: 49", "price: 49, exit: {refund: perhaps}", "not_a_choice"),
    ("price: 49", "price: 49, when: total > 5", "condition_wrong_scope"),
    ("}}\n", "}}\n  - {id: loaf, title: Cake, price: 9, gives: {credit: 9}}\n", "duplicate_id"),
]


def club(old: str = "price: 49", new: str = "price: 49") -> Club:
    (one,) = load(SMALL + edited(old, new, LOAF)).clubs
    return one


def test_a_club_costs_something_each_month_and_gives_something_for_it() -> None:
    loaf = club()
    assert (loaf.price, loaf.months) == (4900, 1)
    assert [(one.kind, one.money) for one in loaf.gives] == [("goods", 3200)]


def test_what_is_left_out_is_fair() -> None:
    loaf = club()
    assert (loaf.renewal, loaf.trial, loaf.unused_months, loaf.when) == (None, None, 6, None)
    assert loaf.exit == Exit(notice_days=0, refund="rest", fee=None, cooling_off_days=14)


def test_a_renewal_and_a_trial_are_announced_unless_the_file_says_otherwise() -> None:
    loaf = club("price: 49", "price: 49, months: 12, renewal: {yearly_reminder: yes}, trial: {days: 31}")
    assert loaf.renewal == Renewal(30, True, 30, TOLD, True)
    assert loaf.trial == Trial(31, None, 7)
    silent = club(
        "price: 49",
        "price: 49, renewal: {reminder_days: none, yearly_reminder: no, price_change_days: none, tells: [], "
        "consent_recorded: no}, trial: {days: 31, price: 1, notice_days: none}",
    )
    assert silent.renewal == Renewal(None, False, None, (), False)
    assert silent.trial == Trial(31, 100, None)


def test_a_club_that_is_hard_to_leave_can_be_written_so_that_a_check_can_say_so() -> None:
    loaf = club(
        "price: 49",
        "price: 49, unused_months: never, exit: {notice_days: 90, refund: nothing, fee: 20, cooling_off_days: 0}",
    )
    assert loaf.exit == Exit(90, "nothing", 2000, 0)
    assert loaf.unused_months is None


@pytest.mark.parametrize(("old", "new", "code"), REFUSED)
def test_what_is_wrong_with_a_club_is_said_by_name(old: str, new: str, code: str) -> None:
    assert [problem.code for problem in errors(SMALL + LOAF.replace(old, new, 1))] == [code]
