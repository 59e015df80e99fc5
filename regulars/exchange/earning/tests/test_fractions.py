"""Fractions of a point that wait, told live: what comes back takes its exact worth along, and nothing is left of it."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import pytest

from regulars.exchange.earning import recording
from regulars.exchange.earning.housing import found, join, leave
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.stepping import step
from regulars.exchange.earning.tests.cast import account, fresh, had_an_older_program, purchase, returned, tell
from regulars.exchange.earning.tests.test_merging import by, given, heard, own_pots, pots, whole
from regulars.exchange.ledger.assembling import assemble
from regulars.ground.activity.contract import Incoming

#: A point for every euro.
pytestmark = pytest.mark.usefixtures("bakery")


def buys(member: str, when: str, *cents: int) -> Incoming:
    return purchase(member, when, *cents, currency="EUR")


def waits(member: str) -> Fraction:
    """The fraction that waits in the account that a number was given."""
    purse = assemble([given(member)])[given(member)].standing.purses["points"]
    return Fraction(purse.carry, purse.denominator)


@pytest.mark.parametrize("together", [False, True])
def test_what_was_bought_and_brought_back_again_and_again_leaves_no_point_of_nothing(together: bool) -> None:
    ada, events = fresh("ada"), []
    for day in range(1, 11):
        vase = buys(ada, f"2024-03-{day:02} 10:00", 90)
        events += [vase, returned(ada, f"2024-03-{day:02} 11:00", vase), buys(ada, f"2024-03-{day:02} 12:00", 10)]
    for batch in [events] if together else [[one] for one in events]:
        assert all(result.refusal is None for result in tell(*batch))
    assert pots(ada) == {"available": 1} and account(ada)
    whole(ada)


def test_parts_of_several_lines_take_what_they_were_worth_and_not_what_their_shares_were() -> None:
    bruno = fresh("bruno")
    tea = buys(bruno, "2024-03-01 10:00", 50, 50, 30)
    heard(tea, returned(bruno, "2024-03-02 10:00", tea, {"2": 25}), returned(bruno, "2024-03-03 10:00", tea, {"3": 30}))
    assert (pots(bruno), waits(bruno)) == ({"available": 1}, Fraction(-25, 100))
    heard(returned(bruno, "2024-03-04 10:00", tea))
    assert (pots(bruno), waits(bruno)) == ({}, 0)
    whole(bruno)


def test_what_of_the_other_ones_came_back_meanwhile_is_taken_of_their_fraction_and_not_of_the_survivors() -> None:
    ada, second = fresh("ada"), fresh("second")
    vase = buys(second, "2024-03-01 10:00", 70)
    heard(buys(ada, "2024-03-01 10:00", 150), vase)
    merge(second, ada, by("2024-03-02 10:00"))
    heard(returned(second, "2024-03-03 10:00", vase))
    assert (pots(ada), waits(ada)) == ({"available": 1}, Fraction(1, 2))
    unmerge(second, by("2024-03-04 10:00"))
    assert (own_pots(ada), waits(ada)) == ({"available": 1}, Fraction(1, 2))
    assert (own_pots(second), waits(second)) == ({}, 0)
    whole(ada, second)


def test_what_the_survivor_used_of_a_fraction_stays_used_when_they_are_two_again() -> None:
    """Five times: Bruno's 0.70 come along, Ada buys for 0.30, and they are two again."""
    ada, bruno = fresh("ada"), fresh("bruno")
    heard(buys(ada, "2024-03-01 10:00", 100), buys(bruno, "2024-03-01 10:00", 70))
    for day in range(2, 7):
        merge(bruno, ada, by(f"2024-03-{day:02} 10:00"))
        heard(buys(ada, f"2024-03-{day:02} 11:00", 30))
        unmerge(bruno, by(f"2024-03-{day:02} 12:00"))
    # For 2.50 and 0.70 together, of which one point is made of both.
    assert pots(ada)["available"] + waits(ada) + waits(bruno) == Fraction(320, 100)
    assert (pots(ada), pots(bruno)) == ({"available": 3}, {})
    whole(ada, bruno)


def test_the_fraction_that_stayed_with_a_household_is_not_taken_of_who_left_it() -> None:
    carmen, dagny = fresh("carmen"), fresh("dagny")
    early, late = buys(carmen, "2024-03-01 10:00", 90), buys(carmen, "2024-03-03 10:00", 80)
    heard(early, buys(dagny, "2024-03-01 10:00", 500))
    home = found(carmen, "", by("2024-03-02 10:00")).household
    join(dagny, home.number, by("2024-03-02 11:00"))
    heard(late)
    assert pots(carmen) == {"available": 6}  # 0.90 and 0.80 are a point, and 0.70 waits
    leave(carmen, 0, "", by("2024-03-04 10:00"))
    assert own_pots(carmen) == {"available": 1}
    heard(returned(carmen, "2024-03-05 10:00", early))
    assert (own_pots(carmen), waits(carmen)) == ({"available": 1}, 0)
    heard(returned(carmen, "2024-03-05 11:00", late))
    assert (own_pots(carmen), waits(carmen)) == ({}, 0)
    whole(carmen, dagny, home.number)


def test_what_comes_back_while_in_a_household_goes_from_the_fraction_that_came_with_it() -> None:
    carmen, dagny = fresh("carmen"), fresh("dagny")
    vase = buys(carmen, "2024-03-01 10:00", 90)
    heard(vase, buys(dagny, "2024-03-01 10:00", 500))
    home = found(carmen, "", by("2024-03-02 10:00")).household
    join(dagny, home.number, by("2024-03-02 11:00"))
    heard(returned(carmen, "2024-03-03 10:00", vase), buys(dagny, "2024-03-04 10:00", 50))
    assert pots(dagny) == {"available": 5} and waits(home.number) == Fraction(1, 2)
    whole(carmen, dagny, home.number)


def test_what_was_recorded_before_its_worth_was_kept_folds_and_comes_back_as_it_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    had_an_older_program(monkeypatch)
    ada, bruno = fresh("ada"), fresh("bruno")
    vase = buys(ada, "2024-03-01 10:00", 90)
    with monkeypatch.context() as before:
        before.setattr(recording, "step", partial(step, stands=True))
        heard(vase, buys(bruno, "2024-03-01 10:00", 70))
        merge(bruno, ada, by("2024-03-02 10:00"))
        heard(buys(ada, "2024-03-02 11:00", 50))
        unmerge(bruno, by("2024-03-02 12:00"))
    assert (pots(ada), waits(ada), waits(bruno)) == ({"available": 2}, 0, Fraction(7, 10))
    heard(returned(ada, "2024-03-03 10:00", vase))
    assert (pots(ada), waits(ada)) == ({"available": 2}, 0)
    whole(ada, bruno)
