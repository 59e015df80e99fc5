"""Ada and Bruno keep one account for a while; Carmen comes and goes. Whatever they do, nothing is made or lost."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from regulars.engine.events import REVERSAL
from regulars.exchange.earning import recording
from regulars.exchange.earning.acting import ActRefused, cancel, capture, hold, redeem
from regulars.exchange.earning.housing import Moved, found, join, leave
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import DUPLICATE, QUARANTINED, RECORDED
from regulars.exchange.earning.tests.cast import fresh, had_an_older_program, purchase, redemption, returned, rows, us
from regulars.exchange.earning.tests.test_merging import by, given, heard, on, own_pots, past, pots, whole
from regulars.exchange.ledger.assembling import assemble
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import accounts_of
from regulars.ground.members.households import MOST_MEMBERS, members_of

pytestmark = pytest.mark.usefixtures("harbour")

#: What buys are worth in points after the days that they wait: on a Monday, one for every dollar.
MONDAY, LATER = "2024-03-04 15:00", "2024-05-01 12:00"


def members(**spent: int) -> list[str]:
    """Members who each bought for so many dollars, of which the points are available since."""
    numbers = {name: fresh(name) for name in spent}
    heard(*(purchase(numbers[name], MONDAY, dollars * 100) for name, dollars in spent.items() if dollars))
    settle_due(on(LATER))
    return list(numbers.values())


def together(*numbers: str, when: str = "2024-05-02 10:00") -> Moved:
    first = found(numbers[0], "", by(when))
    for number in numbers[1:]:
        join(number, first.household.number, by(when))
    return first


def lot_of(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["remaining"], row["earned_on"], row["available_on"], row["pending"]


def refused(act: Any, *told: Any) -> tuple[str, dict[str, Any]]:
    """The code and the figures of an act that is refused."""
    with pytest.raises(ActRefused) as caught:
        act(*told)
    return caught.value.refusal.code, dict(caught.value.refusal.figures)


def tallies(household: str) -> dict[int, int]:
    """What is whose in a household: points by the account of each member."""
    account = accounts_of([household])[household]
    shares = assemble([account])[account].standing.shares
    return {member: share.points.get("points", 0) for member, share in shares.items()}


def test_whoever_joins_brings_all_they_have_and_their_number_leads_to_the_household() -> None:
    ada, bruno = members(ada=100, bruno=40)
    home = together(ada, bruno).household
    assert pots(ada) == pots(bruno) == pots(home.number) == {"available": 140}
    assert own_pots(ada) == own_pots(bruno) == {}
    assert members_of(home.account) == [given(ada), given(bruno)]
    assert tallies(home.number) == {given(ada): 100, given(bruno): 40}
    whole(ada, bruno, home.number)


def test_lots_keep_the_days_they_had() -> None:
    ada, bruno = members(ada=100, bruno=40)
    heard(purchase(ada, "2024-04-29 15:00", 1_000))
    kept = [lot_of(row) for row in rows("lot", given(ada), "seq")]
    home = together(ada, bruno).household
    came = [lot_of(row) for row in rows("lot", home.account, "seq")]
    assert sorted(came[:-1]) == sorted(kept) and pots(home.number) == {"available": 140, "pending": 10}
    whole(ada, bruno, home.number)


def test_what_any_member_buys_and_spends_is_the_households_and_says_whose_number_it_was() -> None:
    ada, bruno = members(ada=100, bruno=40)
    home = together(ada, bruno).household
    bought = heard(purchase(bruno, "2024-05-06 15:00", 3_000))[0]
    settle_due(on("2024-06-03 12:00"))
    redeem(ada, 50, "points", by("2024-06-03 13:00"))
    assert bought.status == RECORDED and pots(home.number) == {"available": 120}
    assert tallies(home.number) == {given(ada): 50, given(bruno): 70}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, (attributes ->> '_by')::bigint FROM event WHERE account_id = %s ORDER BY id", [home.account]
        )
        assert cursor.fetchall() == [
            ("member joined", given(ada)), ("member joined", given(bruno)), ("purchase", given(bruno)),
            ("redemption", given(ada)),
        ]  # fmt: skip
    whole(ada, bruno, home.number)


def test_whoever_leaves_takes_what_they_brought_and_earned_less_what_they_spent() -> None:
    ada, bruno = members(ada=100, bruno=40)
    home = together(ada, bruno).household
    redeem(bruno, 20, "points", by("2024-05-03 13:00"))
    gone = leave(bruno, 0, "", by("2024-05-04 13:00"))
    assert gone.household == home and pots(bruno) == own_pots(bruno) == {"available": 20}
    assert pots(ada) == {"available": 100} and members_of(home.account) == [given(ada)]
    last = leave(ada, 0, "", by("2024-05-05 13:00"))
    assert last.household == home and pots(ada) == own_pots(ada) == {"available": 100}
    assert pots(home.number) == {}
    whole(ada, bruno, home.number)


def test_fewer_points_may_be_named_and_no_more_than_ones_share() -> None:
    ada, bruno = members(ada=100, bruno=40)
    together(ada, bruno)
    code, figures = refused(leave, bruno, 41, "", by("2024-05-03 13:00"))
    assert (code, figures) == ("beyond_share", {"required": 41, "available": 40, "missing": 1})
    leave(bruno, 15, "points", by("2024-05-03 13:00"))
    assert (pots(bruno), pots(ada)) == ({"available": 15}, {"available": 125})
    assert refused(leave, ada, 15, "points", by("2024-05-04 13:00"))[0] == "last_takes_all"


def test_whoever_spent_more_than_they_gave_takes_nothing() -> None:
    ada, bruno = members(ada=100, bruno=40)
    home = together(ada, bruno).household
    redeem(bruno, 90, "points", by("2024-05-03 13:00"))
    assert tallies(home.number) == {given(ada): 100, given(bruno): -50}
    leave(bruno, 0, "", by("2024-05-04 13:00"))
    assert (own_pots(bruno), pots(ada)) == ({}, {"available": 50})
    whole(ada, bruno, home.number)


def test_an_empty_household_is_closed() -> None:
    ada, bruno = members(ada=100, bruno=40)
    home = together(ada).household
    leave(ada, 0, "", by("2024-05-03 13:00"))
    assert refused(join, bruno, home.number, by("2024-05-04 13:00"))[0] == "household_closed"
    (result,) = heard(purchase(home.number, "2024-05-06 15:00", 3_000))
    assert result.status == QUARANTINED and result.refusal and result.refusal.code == "household_closed"
    again = together(bruno, ada, when="2024-05-07 10:00").household
    assert pots(again.number) == {"available": 140}
    whole(ada, bruno, home.number, again.number)


def test_joining_and_leaving_are_done_once_however_often_they_are_told() -> None:
    ada, bruno, carmen = members(ada=100, bruno=40, carmen=10)
    opening, joining, leaving = (by("2024-05-02 10:00", uuid4().hex) for _ in range(3))
    first = found(ada, "", opening)
    second = join(bruno, first.household.number, joining)
    assert found(ada, "", opening) == replace(first, again=True)
    again = join(bruno, first.household.number, joining)
    assert again.again and (again.went, again.came) == (second.went, second.came)
    assert refused(join, carmen, first.household.number, joining)[0] == "other_content"
    gone = leave(bruno, 0, "", leaving)
    told = leave(bruno, 0, "", leaving)
    assert told.again and (told.went, told.came, told.household) == (gone.went, gone.came, first.household)
    assert found(ada, "", opening).again and pots(ada) == {"available": 100}
    whole(ada, bruno, first.household.number)


def test_the_id_of_an_act_is_not_that_of_another_one_of_the_same_people() -> None:
    ada, bruno, carmen = members(ada=100, bruno=40, carmen=10)
    opening, joining, leaving = (by("2024-05-02 10:00", uuid4().hex) for _ in range(3))
    home = found(ada, "", opening).household.number
    join(bruno, home, joining)
    join(carmen, home, by("2024-05-02 10:00"))
    leave(bruno, 5, "points", leaving)
    assert leave(bruno, 5, "points", leaving).again and leave(bruno, 5, "points", leaving, home).again
    other = found(bruno, "", by("2024-05-03 10:00")).household.number
    for told in ((bruno, 0, "", leaving), (bruno, 6, "points", leaving), (carmen, 5, "points", leaving)):
        assert refused(leave, *told)[0] == "other_content"
    assert refused(leave, bruno, 5, "points", leaving, other)[0] == "other_content"
    assert refused(found, ada, fresh("H"), opening)[0] == "other_content"
    assert refused(found, carmen, "", opening)[0] == "other_content"
    whole(ada, bruno, carmen, home, other)


def test_what_was_told_by_a_number_that_was_merged_then_is_the_same_when_told_again_later() -> None:
    ada, second, bruno = members(ada=100, second=0, bruno=40)
    heard(purchase(second, MONDAY, 1_000))
    merge(second, ada, by("2024-05-01 13:00"))
    home = found(bruno, "", by("2024-05-02 10:00")).household.number
    joining, leaving = (by("2024-05-02 11:00", uuid4().hex) for _ in range(2))
    join(second, home, joining)
    leave(second, 0, "", leaving)
    unmerge(second, by("2024-05-03 10:00"))
    assert join(second, home, joining).again and leave(second, 0, "", leaving).again
    assert refused(leave, bruno, 0, "", leaving)[0] == "other_content"
    whole(ada, second, bruno, home)


def test_what_is_told_again_after_leaving_is_still_the_same() -> None:
    ada, bruno = members(ada=100, bruno=0)
    heard(purchase(bruno, "2024-04-02 15:00", 500))
    home = together(ada, bruno).household
    bought = purchase(bruno, "2024-05-06 15:00", 3_000)
    assert [one.status for one in heard(bought)] == [RECORDED]
    leave(bruno, 0, "", by("2024-05-07 13:00"))
    assert [one.status for one in heard(bought)] == [DUPLICATE]
    whole(ada, bruno, home.number)


def test_a_purchase_of_before_joining_is_brought_back_to_the_household() -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    bought = purchase(ada, MONDAY, 10_000)
    heard(bought, purchase(bruno, MONDAY, 4_000))
    settle_due(on(LATER))
    home = together(ada, bruno).household
    (back,) = heard(returned(ada, "2024-05-06 15:00", bought))
    assert back.status == RECORDED and pots(home.number) == {"available": 40}
    assert tallies(home.number) == {given(ada): 0, given(bruno): 40}
    assert [used for _, used in past(home.number)["used"]["daily"]] == [40]
    whole(ada, bruno, home.number)
    leave(ada, 0, "", by("2024-05-07 13:00"))
    assert past(ada)["used"]["daily"] == []
    whole(ada, bruno, home.number)


def test_a_purchase_of_the_households_days_is_brought_back_by_whoever_left_with_its_points() -> None:
    ada, bruno = members(ada=100, bruno=40)
    home = together(ada, bruno).household
    bought = purchase(bruno, "2024-05-06 15:00", 3_000)
    heard(bought)
    settle_due(on("2024-06-03 12:00"))
    leave(bruno, 0, "", by("2024-06-04 13:00"))
    assert pots(bruno) == {"available": 70}
    (back,) = heard(returned(bruno, "2024-06-05 15:00", bought))
    assert back.status == RECORDED and (pots(bruno), pots(ada)) == ({"available": 40}, {"available": 100})
    assert [one.status for one in heard(returned(ada, "2024-06-06 15:00", bought, {"1": 1}))] == [QUARANTINED]
    whole(ada, bruno, home.number)


@pytest.mark.parametrize("way", ["spent", "captured", "brought along"])
def test_what_somebody_spent_in_a_household_they_left_comes_back_to_them(way: str) -> None:
    ada, bruno = members(ada=100, bruno=40)
    held = hold(bruno, 12, "points", 60, by(LATER)).event if way == "brought along" else None
    home = together(ada, bruno).household
    if way == "spent":
        spent = redeem(bruno, 12, "points", by("2024-05-03 13:00")).event
    else:
        held = held or hold(bruno, 12, "points", 5, by("2024-05-03 12:00")).event
        spent = capture(ada, held, 0, by("2024-05-03 13:00")).event
    others = redeem(ada, 7, "points", by("2024-05-03 14:00")).event
    leave(bruno, 0, "", by("2024-05-04 13:00"))
    assert (pots(bruno), pots(ada)) == ({"available": 28}, {"available": 93})
    assert refused(cancel, bruno, others, by("2024-05-05 12:00"))[0] == "unknown_original"
    cancel(bruno, spent, by("2024-05-05 13:00"))
    assert (pots(bruno), pots(ada)) == ({"available": 40}, {"available": 93})
    for member in (bruno, ada):
        assert refused(cancel, member, spent, by("2024-05-06 13:00"))[0] == "already_reversed"
    cancel(ada, others, by("2024-05-06 13:00"))
    assert (pots(bruno), pots(ada)) == ({"available": 40}, {"available": 100})
    whole(ada, bruno, home.number)


def test_what_somebody_paid_in_a_household_comes_back_with_the_purchase_they_had_made_at_home() -> None:
    ada = fresh("ada")
    chair = purchase(ada, MONDAY, 10_000)
    heard(chair)
    (bruno,) = members(bruno=40)
    home = together(bruno, ada).household
    heard(
        redemption(ada, "2024-05-03 13:00", 30, original=chair.id),
        redemption(bruno, "2024-05-03 14:00", 10, original=chair.id),
    )
    leave(ada, 0, "", by("2024-05-04 13:00"))
    assert (pots(ada), pots(bruno)) == ({"available": 70}, {"available": 30})
    heard(returned(ada, "2024-05-05 13:00", chair))
    assert (pots(ada), pots(bruno)) == ({}, {"available": 30})
    whole(ada, bruno, home.number)


def test_whoever_calls_off_what_they_spent_in_a_household_brings_no_purchase_of_others_back() -> None:
    ada, bruno = members(ada=100, bruno=40)
    home = together(ada, bruno).household
    bought = purchase(ada, "2024-05-06 15:00", 3_000)
    heard(bought)
    spent = redeem(bruno, 12, "points", by("2024-05-07 13:00")).event
    leave(bruno, 0, "", by("2024-05-08 13:00"))
    told = [
        Incoming(bruno, fresh("off"), REVERSAL, us("2024-05-09 15:00"), "", [], [], {}, {}, original=str(spent)),
        returned(bruno, "2024-05-09 15:00", bought),
    ]
    off, back = recording.take(told, "till", on("2024-05-09 16:00"), False)
    assert (off.status, back.status) == (RECORDED, QUARANTINED)
    assert pots(bruno) == {"available": 40}
    whole(ada, bruno, home.number)


def test_what_somebody_spent_beyond_what_they_gave_is_the_households_when_it_comes_back() -> None:
    ada, bruno = members(ada=100, bruno=1)
    aside = hold(ada, 3, "points", 60, by(LATER)).event
    home = together(ada, bruno).household
    spent = redeem(bruno, 12, "points", by("2024-05-03 13:00")).event
    captured = capture(bruno, aside, 0, by("2024-05-03 14:00")).event
    leave(bruno, 0, "", by("2024-05-04 13:00"))
    for event in (spent, captured):
        assert refused(cancel, bruno, event, by("2024-05-05 13:00"))[0] == "unknown_original"
        cancel(ada, event, by("2024-05-05 13:00"))
    assert (pots(bruno), pots(ada)) == ({}, {"available": 101})
    whole(ada, bruno, home.number)


def test_what_left_a_household_before_it_was_noted_who_had_spent_more_than_they_gave_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    had_an_older_program(monkeypatch)
    ada, bruno = members(ada=100, bruno=1)
    home = together(ada, bruno).household
    redeem(bruno, 12, "points", by("2024-05-03 13:00"))
    with monkeypatch.context() as before:
        before.setattr(recording, "step", partial(recording.step, stands=True))
        leave(bruno, 0, "", by("2024-05-04 13:00"))
    whole(ada, bruno, home.number)


def test_held_points_come_along_and_stop_only_who_leaves_with_them() -> None:
    ada, bruno, carmen = members(ada=100, bruno=40, carmen=10)
    held = hold(carmen, 5, "points", 10, by("2024-05-02 09:00"))
    home = together(ada, bruno).household
    join(carmen, home.number, by("2024-05-02 12:00"))
    assert pots(home.number) == {"available": 145, "held": 5}
    assert refused(leave, carmen, 0, "", by("2024-05-02 13:00")) == ("holds_open", {"held": 5})
    capture(ada, held.event, 5, by("2024-05-02 14:00"))
    leave(carmen, 0, "", by("2024-05-02 15:00"))
    hold(ada, 30, "points", 10, by("2024-05-03 09:00"))
    assert refused(leave, ada, 0, "", by("2024-05-03 10:00")) == ("holds_open", {"held": 30})
    leave(bruno, 0, "", by("2024-05-03 10:00"))
    assert (pots(bruno), pots(carmen)) == ({"available": 40}, {"available": 5})
    leave(ada, 0, "", by("2024-05-03 11:00"))
    assert pots(ada) == {"available": 70, "held": 30}, "the last one takes all there is"
    whole(ada, bruno, carmen, home.number)


def test_who_may_join_what_is_said_by_codes() -> None:
    ada, bruno, carmen = members(ada=100, bruno=40, carmen=10)
    home = together(ada, bruno).household
    other = together(carmen).household
    assert refused(join, bruno, other.number, by("2024-05-03 10:00"))[0] == "in_household"
    assert refused(join, "nobody", other.number, by("2024-05-03 10:00"))[0] == "unknown_member"
    assert refused(join, bruno, ada, by("2024-05-03 10:00"))[0] == "unknown_household"
    assert refused(join, home.number, other.number, by("2024-05-03 10:00"))[0] == "not_a_member"
    assert refused(found, bruno, "", by("2024-05-03 10:00"))[0] == "in_household"
    assert refused(found, fresh("x"), "", by("2024-05-03 10:00"))[0] == "unknown_member"
    assert refused(merge, ada, carmen, by("2024-05-03 10:00"))[0] == "in_household"
    assert refused(merge, home.number, carmen, by("2024-05-03 10:00"))[0] == "in_household"
    leave(carmen, 0, "", by("2024-05-03 11:00"))
    assert refused(leave, carmen, 0, "", by("2024-05-03 12:00"))[0] == "not_in_household"
    assert refused(found, carmen, ada, by("2024-05-03 12:00"))[0] == "number_taken"
    assert refused(found, carmen, " x", by("2024-05-03 12:00"))[0] == "bad_number"


def test_a_household_has_so_many_members_and_no_more() -> None:
    numbers = members(**{f"m{place}": 1 for place in range(MOST_MEMBERS + 1)})
    home = together(*numbers[:-1]).household
    assert refused(join, numbers[-1], home.number, by("2024-05-03 10:00")) == (
        "household_full", {"most": MOST_MEMBERS},
    )  # fmt: skip
    assert pots(home.number) == {"available": MOST_MEMBERS}


def test_progress_goes_where_the_member_goes_and_the_better_tier_is_kept_by_both() -> None:
    ada, bruno = members(ada=1_300, bruno=100)
    assert past(ada)["tier"][0] == 1
    home = together(bruno, ada).household
    assert past(home.number)["tier"][0] == 1 and sum(amount for _, amount in past(home.number)["progress"]) == 140_000
    leave(ada, 0, "", by("2024-05-04 13:00"))
    assert sum(amount for _, amount in past(ada)["progress"]) == 130_000
    assert sum(amount for _, amount in past(home.number)["progress"]) == 10_000
    assert past(ada)["tier"] == past(home.number)["tier"]
    whole(ada, bruno, home.number)


def test_a_member_merged_before_joining_comes_with_both_numbers() -> None:
    ada, second, bruno = members(ada=100, second=20, bruno=40)
    merge(second, ada, by("2024-05-02 09:00"))
    home = together(bruno, second).household
    assert pots(ada) == pots(second) == {"available": 160}
    leave(ada, 0, "", by("2024-05-04 13:00"))
    assert pots(second) == pots(ada) == {"available": 120} and pots(home.number) == {"available": 40}
    whole(ada, second, bruno, home.number)
