"""What ended in another account that was one with Ada's is not taken a second time: neither by joining a household nor by
being merged is she worse off."""

from __future__ import annotations

import pytest

from regulars.exchange.earning import tracing
from regulars.exchange.earning.acting import cancel, capture, hold, redeem
from regulars.exchange.earning.housing import found, join, leave
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.tests.cast import fresh, had_an_older_program, purchase, returned
from regulars.exchange.earning.tests.test_housing import refused
from regulars.exchange.earning.tests.test_merging import by, heard, on, pots, whole
from regulars.exchange.earning.tests.test_returning import promised
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import Person, enrol


@pytest.fixture(autouse=True)
def _a_month_and_debts(harbour: int) -> None:
    """Points are good for a month, and what a return cannot take is owed."""
    promised(harbour, "true")


def cast() -> tuple[str, str, str, Incoming]:
    """Ada, Bruno and Carmen; Ada's tea of a hundred points, good through the 27th of September."""
    ada, bruno, carmen = (fresh(name) for name in ("ada", "bruno", "carmen"))
    enrol([Person(number) for number in (ada, bruno, carmen)], on("2026-08-01 10:00"))
    return ada, bruno, carmen, purchase(ada, "2026-08-27 15:00", 6_000, 4_000)


def comes_back(number: str, tea: Incoming) -> None:
    """The tea comes back in two parts, on the first and the second of October."""
    heard(returned(number, "2026-10-01 15:00", tea, {"1": 6_000}), returned(number, "2026-10-02 15:00", tea))


def test_points_that_were_earned_in_a_household_and_end_at_home_are_not_owed() -> None:
    ada, bruno, _, tea = cast()
    home = found(ada, "", by("2026-08-26 10:00")).household
    join(bruno, home.number, by("2026-08-26 10:00"))
    heard(tea)
    leave(ada, 0, "", by("2026-08-28 10:00"))
    assert pots(ada) == {"available": 100}
    comes_back(ada, tea)
    assert (pots(ada), pots(bruno)) == ({}, {})
    whole(ada, bruno, home.number)


def test_points_that_were_brought_to_a_household_and_end_at_home_are_not_owed() -> None:
    ada, bruno, _, tea = cast()
    heard(tea)
    home = found(bruno, "", by("2026-08-28 10:00")).household
    join(ada, home.number, by("2026-08-28 10:00"))
    leave(ada, 0, "", by("2026-08-29 10:00"))
    comes_back(ada, tea)
    assert (pots(ada), pots(bruno)) == ({}, {})
    whole(ada, bruno, home.number)


def test_points_that_end_when_their_member_has_joined_again_are_not_taken_from_the_others() -> None:
    ada, bruno, _, tea = cast()
    heard(tea)
    home = found(bruno, "", by("2026-08-28 10:00")).household
    join(ada, home.number, by("2026-08-28 10:00"))
    leave(ada, 0, "", by("2026-08-29 10:00"))
    join(ada, home.number, by("2026-08-30 10:00"))
    heard(purchase(bruno, "2026-09-20 15:00", 30_000))
    comes_back(ada, tea)
    assert pots(bruno) == {"available": 300}
    whole(ada, bruno, home.number)


def test_points_that_end_in_the_next_household_are_not_taken_from_its_others() -> None:
    ada, bruno, carmen, tea = cast()
    first, second = (found(one, "", by("2026-08-26 10:00")).household for one in (bruno, carmen))
    join(ada, first.number, by("2026-08-26 11:00"))
    heard(tea)
    leave(ada, 0, "", by("2026-08-28 10:00"))
    join(ada, second.number, by("2026-08-28 11:00"))
    heard(purchase(carmen, "2026-09-20 15:00", 30_000))
    comes_back(ada, tea)
    assert pots(carmen) == {"available": 300}
    whole(ada, bruno, carmen, first.number, second.number)


def test_what_was_spent_at_home_of_points_from_a_household_is_taken_all_the_same() -> None:
    ada, bruno, _, tea = cast()
    home = found(ada, "", by("2026-08-26 10:00")).household
    join(bruno, home.number, by("2026-08-26 10:00"))
    heard(tea)
    leave(ada, 0, "", by("2026-08-28 10:00"))
    redeem(ada, 30, "points", by("2026-08-29 10:00"))
    comes_back(ada, tea)
    assert pots(ada) == {"debt": -30}
    whole(ada, bruno, home.number)


def test_points_of_others_that_somebody_took_along_are_no_more_those_of_their_purchase() -> None:
    ada, bruno, _, tea = cast()
    home = found(ada, "", by("2026-08-26 10:00")).household
    join(bruno, home.number, by("2026-08-26 10:00"))
    heard(tea, pot := purchase(bruno, "2026-08-28 15:00", 20_000))
    redeem(bruno, 40, "points", by("2026-08-29 10:00"))  # of Ada's, as they end soonest
    leave(ada, 0, "", by("2026-08-30 10:00"))  # with her sixty, and forty of his
    heard(returned(bruno, "2026-10-01 15:00", pot))
    assert pots(bruno) == {"debt": -40}  # he has spent so much
    whole(ada, bruno, home.number)


def test_what_ended_with_the_survivor_before_the_merge_was_undone_and_done_again_is_gone() -> None:
    ada, bruno, _, tea = cast()
    heard(tea)
    merge(ada, bruno, by("2026-08-28 10:00"))
    heard(purchase(bruno, "2026-09-28 15:00", 30_000))
    unmerge(ada, by("2026-09-29 10:00"))
    merge(ada, bruno, by("2026-09-30 10:00"))
    comes_back(ada, tea)
    assert pots(bruno) == {"available": 300}
    unmerge(ada, by("2026-10-03 10:00"))
    assert (pots(bruno), pots(ada)) == ({"available": 300}, {})
    whole(ada, bruno)


def test_what_ended_with_the_first_survivor_is_gone_for_the_next_one() -> None:
    ada, bruno, carmen, tea = cast()
    heard(tea)
    merge(ada, bruno, by("2026-08-28 10:00"))
    heard(purchase(bruno, "2026-09-28 15:00", 30_000))
    merge(bruno, carmen, by("2026-09-29 10:00"))
    comes_back(ada, tea)
    assert pots(carmen) == {"available": 300}
    whole(ada, bruno, carmen)


def test_what_ended_with_the_second_survivor_is_gone_at_home_when_both_merges_are_undone() -> None:
    ada, bruno, carmen, tea = cast()
    heard(tea)
    merge(ada, bruno, by("2026-08-28 10:00"))
    merge(bruno, carmen, by("2026-08-29 10:00"))
    heard(purchase(carmen, "2026-09-28 15:00", 30_000))
    unmerge(bruno, by("2026-09-29 10:00"))
    unmerge(ada, by("2026-09-29 11:00"))
    comes_back(ada, tea)
    assert (pots(ada), pots(bruno), pots(carmen)) == ({}, {}, {"available": 300})
    whole(ada, bruno, carmen)


def test_what_one_return_counted_while_they_were_one_is_not_counted_by_the_next_one_at_home() -> None:
    ada, bruno, _, tea = cast()
    heard(tea)
    redeem(ada, 50, "points", by("2026-08-28 10:00"))
    merge(ada, bruno, by("2026-08-28 10:00"))
    heard(purchase(bruno, "2026-09-28 15:00", 30_000), returned(ada, "2026-10-01 15:00", tea, {"2": 4_000}))
    unmerge(ada, by("2026-10-02 10:00"))
    heard(returned(ada, "2026-10-03 15:00", tea))
    assert (pots(bruno), pots(ada)) == ({"available": 300}, {"debt": -50})
    whole(ada, bruno)


def test_what_was_recorded_before_lots_were_followed_is_folded_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    had_an_older_program(monkeypatch)
    ada, bruno, _, tea = cast()
    heard(tea)
    home = found(bruno, "", by("2026-08-28 10:00")).household
    join(ada, home.number, by("2026-08-28 10:00"))
    leave(ada, 0, "", by("2026-08-29 10:00"))
    heard(purchase(ada, "2026-09-29 15:00", 30_000))
    had = pots(ada)["available"]
    with monkeypatch.context() as patched:
        patched.setattr(tracing, "_follow", lambda trail, accounts: [])
        heard(returned(ada, "2026-10-01 15:00", tea, {"1": 6_000}))
    assert pots(ada) == {"available": had - 60}
    heard(returned(ada, "2026-10-02 15:00", tea))
    assert pots(ada) == {"available": had - 60}
    whole(ada, bruno, home.number)


def used_by_the_survivor(bruno: str, ada: str, tea: Incoming) -> None:
    """Ada's number is merged into Bruno's, who spends what came with it."""
    heard(tea)
    merge(ada, bruno, by("2026-08-28 10:00"))
    redeem(bruno, 100, "points", by("2026-08-29 10:00"))


def test_what_the_survivor_had_used_of_a_lot_that_is_over_is_not_taken_at_home() -> None:
    ada, bruno, _, tea = cast()
    used_by_the_survivor(bruno, ada, tea)
    unmerge(ada, by("2026-09-29 10:00"))
    assert (pots(bruno), pots(ada)) == ({}, {})
    comes_back(ada, tea)
    assert (pots(bruno), pots(ada)) == ({}, {})
    whole(ada, bruno)


@pytest.mark.parametrize("when", ["2026-09-01 15:00", "2026-09-29 15:00"])
def test_what_a_return_took_of_the_survivor_who_had_used_a_lot_that_is_over_stays_with_the_survivor(when: str) -> None:
    ada, bruno, _, tea = cast()
    used_by_the_survivor(bruno, ada, tea)
    heard(returned(ada, when, tea, {"1": 6_000}))
    assert pots(bruno) == {"debt": -60}
    unmerge(ada, by("2026-09-30 10:00"))
    assert (pots(bruno), pots(ada)) == ({"debt": -60}, {})
    heard(returned(ada, "2026-10-02 15:00", tea))
    assert (pots(bruno), pots(ada)) == ({"debt": -60}, {})
    whole(ada, bruno)


def test_what_a_return_took_of_the_survivors_points_for_a_lot_that_is_over_stays_with_the_survivor() -> None:
    ada, bruno, _, tea = cast()
    used_by_the_survivor(bruno, ada, tea)
    heard(purchase(bruno, "2026-09-28 15:00", 3_000), returned(ada, "2026-09-29 15:00", tea))
    assert pots(bruno) == {"debt": -70}
    unmerge(ada, by("2026-09-30 10:00"))
    assert (pots(bruno), pots(ada)) == ({"debt": -70}, {})
    whole(ada, bruno)


def test_what_the_survivor_had_used_of_a_lot_that_is_not_over_is_made_up_for() -> None:
    ada, bruno, _, tea = cast()
    used_by_the_survivor(bruno, ada, tea)
    heard(returned(ada, "2026-09-01 15:00", tea, {"1": 6_000}))
    unmerge(ada, by("2026-09-02 10:00"))
    assert (pots(bruno), pots(ada)) == ({"debt": -100}, {"available": 40})
    heard(returned(ada, "2026-09-03 15:00", tea))
    assert (pots(bruno), pots(ada)) == ({"debt": -100}, {})
    whole(ada, bruno)


def test_points_of_others_that_somebody_took_along_count_for_no_purchase_when_they_end() -> None:
    ada, bruno, _, tea = cast()
    home = found(ada, "", by("2026-08-26 10:00")).household
    join(bruno, home.number, by("2026-08-26 10:00"))
    heard(tea, purchase(bruno, "2026-08-28 15:00", 20_000))
    redeem(bruno, 40, "points", by("2026-08-29 10:00"))
    leave(ada, 0, "", by("2026-08-30 10:00"))
    comes_back(ada, tea)
    assert pots(ada) == {"debt": -40}
    whole(ada, bruno, home.number)


def test_what_was_spent_in_a_household_comes_home_when_it_is_called_off_after_leaving() -> None:
    ada, bruno, _, tea = cast()
    home = found(ada, "", by("2026-08-26 10:00")).household
    join(bruno, home.number, by("2026-08-26 10:00"))
    heard(tea, purchase(bruno, "2026-08-28 15:00", 20_000))
    spent, more = (redeem(ada, points, "points", by("2026-08-29 10:00")).event for points in (30, 20))
    leave(ada, 0, "", by("2026-08-30 10:00"))
    assert pots(ada) == {"available": 50}
    cancel(ada, spent, by("2026-08-31 10:00"))
    assert (pots(ada), pots(bruno)) == ({"available": 80}, {"available": 200})
    assert refused(cancel, bruno, spent, by("2026-08-31 11:00"))[0] == "already_reversed"
    assert refused(cancel, ada, spent, by("2026-08-31 11:00"))[0] == "already_reversed"
    comes_back(ada, tea)  # all have ended but the twenty that were spent for good
    assert (pots(ada), pots(bruno)) == ({"debt": -20}, {})
    assert more != spent
    whole(ada, bruno, home.number)


def test_what_the_survivor_captured_of_points_another_one_had_set_aside_comes_back_to_the_survivor() -> None:
    ada, bruno, _, tea = cast()
    heard(tea)
    kept = hold(ada, 30, "points", 14, by("2026-08-28 10:00")).event
    merge(ada, bruno, by("2026-08-29 10:00"))
    spent = capture(bruno, kept, 30, by("2026-08-30 10:00")).event
    unmerge(ada, by("2026-08-31 10:00"))
    assert (pots(ada), pots(bruno)) == ({"available": 100}, {"debt": -30})
    assert refused(cancel, ada, spent, by("2026-09-01 10:00"))[0] == "unknown_original"
    cancel(bruno, spent, by("2026-09-01 11:00"))
    assert (pots(ada), pots(bruno)) == ({"available": 100}, {})
    whole(ada, bruno)


def test_what_was_a_part_in_an_earlier_merge_is_none_in_a_later_one_also_where_it_is_folded_again() -> None:
    ada, bruno, carmen, _ = cast()
    home = found(carmen, "", by("2026-09-01 10:00")).household
    join(ada, home.number, by("2026-09-01 10:00"))
    lamp = purchase(ada, "2026-09-02 15:00", 6_000, 4_000)
    heard(lamp)
    leave(ada, 0, "", by("2026-09-03 10:00"))
    merge(ada, bruno, by("2026-09-04 10:00"))
    heard(returned(ada, "2026-09-05 15:00", lamp, {"1": 2_000}))
    unmerge(ada, by("2026-09-06 10:00"))
    merge(ada, bruno, by("2026-09-07 10:00"))
    heard(returned(ada, "2026-09-08 15:00", lamp, {"1": 2_000}))
    whole(ada, bruno, carmen, home.number)
