"""What the counter can give back: all that a member has spent and not got back, wherever that was."""

from __future__ import annotations

import pytest

from regulars.exchange.counter.rehearsing import rehearse
from regulars.exchange.counter.spent import redeemed, redemption
from regulars.exchange.earning.acting import By, Done, cancel, redeem
from regulars.exchange.earning.housing import leave
from regulars.exchange.earning.merging import merge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import purchase
from regulars.exchange.earning.tests.test_housing import members, together
from regulars.exchange.earning.tests.test_merging import by, heard, on
from regulars.ground.members.enrolling import accounts_of, own_accounts_of

pytestmark = pytest.mark.usefixtures("harbour")


def listed(member: str) -> list[int]:
    """What is left of each, the latest first, as the page of a member shows it."""
    return [one.left for one in redeemed(own_accounts_of([member])[member], 10)]


def test_what_was_spent_before_joining_and_in_a_household_is_listed_where_it_can_be_called_off() -> None:
    ada, bruno = members(ada=100, bruno=40)
    home_made = redeem(ada, 30, "points", by("2024-05-01 10:00")).event
    together(bruno, ada)
    there = redeem(ada, 10, "points", by("2024-05-03 10:00")).event
    others = redeem(bruno, 5, "points", by("2024-05-03 11:00")).event
    assert (listed(ada), listed(bruno)) == ([5, 10, 30], [5, 10])
    leave(ada, 0, "", by("2024-05-04 10:00"))
    assert (listed(ada), listed(bruno)) == ([10, 30], [5, 10])  # each by their own number
    for event in (home_made, there):
        cancel(ada, event, by("2024-05-05 10:00"))
    cancel(bruno, others, by("2024-05-05 11:00"))
    assert listed(ada) == listed(bruno) == []


def test_what_came_back_in_a_household_is_not_offered_again_after_leaving() -> None:
    ada, bruno = members(ada=100, bruno=40)
    home_made = redeem(ada, 30, "points", by("2024-05-01 10:00")).event
    together(bruno, ada)
    cancel(ada, home_made, by("2024-05-03 10:00"))
    leave(ada, 0, "", by("2024-05-04 10:00"))
    assert listed(ada) == [] and redemption(accounts_of([ada])[ada], home_made) is None


def test_what_was_spent_under_a_number_that_was_merged_is_listed_with_the_survivor() -> None:
    ada, bruno = members(ada=100, bruno=40)
    redeem(bruno, 12, "points", by("2024-05-01 10:00"))
    merge(bruno, ada, by("2024-05-02 10:00"))
    assert listed(ada) == [12]


def test_giving_back_shows_every_lot_that_gets_something_also_those_that_were_used_up() -> None:
    (ada,) = members(ada=100)
    spent = redeem(ada, 100, "points", by("2024-05-01 10:00")).event
    account = accounts_of([ada])[ada]

    def give_back(by: By) -> Done:
        return cancel(ada, spent, by)

    changes = rehearse(account, give_back, by("2024-05-02 10:00")).changes
    assert [(change.points, change.left) for change in changes] == [(-100, 100)]


def test_giving_back_tells_what_is_left_of_a_lot_afterwards_whether_it_was_used_up_or_not() -> None:
    (ada,) = members(ada=100)
    buys = [purchase(ada, f"2024-05-0{day} 15:00", 3_000) for day in (6, 7)]
    heard(*buys)
    settle_due(on("2024-06-20 10:00"))
    spent = redeem(ada, 110, "points", by("2024-06-20 11:00")).event
    changes = rehearse(accounts_of([ada])[ada], lambda by: cancel(ada, spent, by), by("2024-06-20 12:00")).changes
    assert sorted((change.points, change.left) for change in changes) == [(-100, 100), (-10, 30)]
