"""Corrections name what they put right: what returns and redemptions called off then take and give, and how far it goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from regulars.engine.tests.worked import programme_text
from regulars.exchange.earning import recording
from regulars.exchange.earning.acting import By, adjust, bring_back, cancel, capture, hold, redeem
from regulars.exchange.earning.housing import found, join, leave
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import account, fresh, had_an_older_program, purchase, returned, rows
from regulars.exchange.earning.tests.test_acting import refused
from regulars.exchange.ledger.proving import prove
from regulars.ground.activity.contract import Incoming
from regulars.ground.publishing.versions import publish

BEGINS = datetime(2016, 1, 1, tzinfo=UTC)
NOW = datetime(2024, 3, 4, 15, tzinfo=UTC)
TEXT = """
programme: {money: USD}
currencies: [{id: points, debt: yes, expiry: {after: earning, months: 2, notice: none}}]
earn: {rules: [{id: base, points: 1, per: 10.00}]}
"""


@pytest.fixture(autouse=True)
def _shop(db: None) -> None:
    publish(programme_text(TEXT), BEGINS, "keeper", BEGINS)


def by(days: int = 0) -> By:
    return By("dagny@harbour.example", "till", fresh("act"), NOW + timedelta(days=days))


def bought(member: str, dollars: int = 100, days: int = 0) -> Incoming:
    """A purchase that gives a point for every ten dollars."""
    when = NOW + timedelta(days=days)
    told = purchase(member, f"{when:%Y-%m-%d %H:%M}", dollars * 50, dollars * 50)
    settle_due(when)
    take([told], "till", when, True)
    return told


def seq_of(member: str, kind: str) -> int:
    return int([row["seq"] for row in rows("entry", account(member)) if row["kind"] == kind][-1])


def pots(member: str) -> dict[str, int]:
    (row,) = rows("balance", account(member))
    return {pot: row[pot] for pot in ("available", "pending", "held", "debt") if row[pot]}


def as_recorded(*members: str) -> bool:
    """Whether the ledger holds, and every history folded again is what it was."""
    now = NOW + timedelta(days=400)
    return prove([account(member) for member in members], also=refolder(now)).differences == ()


@pytest.mark.parametrize("parts", [(10_000,), (5_000, 5_000)])
def test_an_expiry_that_was_put_right_is_not_gone_when_the_purchase_comes_back(parts: tuple[int, ...]) -> None:
    ada = fresh("ada")
    lamp = bought(ada)
    settle_due(NOW + timedelta(days=90))
    assert pots(ada) == {}
    adjust(ada, 10, "", "our-mistake", by(91), reverses=seq_of(ada, "expiry"))
    bought(ada, 30, 91)
    for part in parts:
        bring_back(ada, lamp.id, {"1": part // 2, "2": part // 2}, by(92))
    assert pots(ada) == {"available": 3}
    assert as_recorded(ada)


def test_what_was_given_back_and_is_gone_again_counts_as_gone() -> None:
    ada = fresh("ada")
    lamp, tea = bought(ada), bought(ada, 40)
    settle_due(NOW + timedelta(days=90))
    adjust(ada, 14, "", "our-mistake", by(91), reverses=seq_of(ada, "expiry"))
    redeem(ada, 3, "", by(92))
    settle_due(NOW + timedelta(days=200))
    bring_back(ada, tea.id, {}, by(201))  # its four are gone again, and of the lamp's seven: three were spent
    assert pots(ada) == {}
    bring_back(ada, lamp.id, {}, by(202))
    assert pots(ada) == {"debt": -3}
    assert as_recorded(ada)


def test_a_return_takes_no_more_than_a_correction_has_left_of_the_purchase() -> None:
    ada = fresh("ada")
    lamp = bought(ada)
    adjust(ada, -4, "", "wrong-price", by(1), reverses=seq_of(ada, "accrual"))
    bring_back(ada, lamp.id, {"1": 5_000}, by(2))
    assert pots(ada) == {"available": 5}
    bring_back(ada, lamp.id, {}, by(3))
    assert pots(ada) == {}
    assert as_recorded(ada)


def test_a_correction_that_was_wrong_itself_is_put_right_by_its_own_number() -> None:
    ada = fresh("ada")
    lamp = bought(ada)
    adjust(ada, -4, "", "wrong-price", by(1), reverses=seq_of(ada, "accrual"))
    adjust(ada, 4, "", "right-price", by(2), reverses=seq_of(ada, "adjustment"))
    bring_back(ada, lamp.id, {}, by(3))
    assert pots(ada) == {}
    assert as_recorded(ada)


@pytest.mark.parametrize("way", ["called off", "captured", "returned"])
def test_what_a_correction_gave_for_spent_points_does_not_come_back_a_second_time(way: str) -> None:
    ada = fresh("ada")
    bought(ada)
    chair = bought(ada, 4)
    if way == "captured":
        held = hold(ada, 10, "", 5, by(1))
        spent = capture(ada, held.event, 0, by(1))
    else:
        spent = redeem(ada, 10, "", by(1), chair.id if way == "returned" else "")
    adjust(
        ada, 6, "", "charged-too-much", by(2), reverses=seq_of(ada, "capture" if way == "captured" else "redemption")
    )
    if way == "returned":
        bring_back(ada, chair.id, {"1": 200}, by(3))
        assert pots(ada) == {"available": 6}  # five were due, and six are there
        bring_back(ada, chair.id, {}, by(3))
    else:
        cancel(ada, spent.event, by(3))
    assert pots(ada) == {"available": 10}
    assert refused(cancel, ada, spent.event, by(4))[0] == "already_reversed"
    assert as_recorded(ada)


def test_corrections_of_a_movement_come_to_no_more_than_it_moved() -> None:
    ada = fresh("ada")
    lamp = bought(ada)
    bought(ada)
    earned = seq_of(ada, "accrual") - 1
    redeem(ada, 10, "", by(1))
    spent = seq_of(ada, "redemption")
    exceeds = partial(refused, adjust, ada)
    assert exceeds(600, "points", "mistake", by(), reverses=spent) == (
        "correction_exceeds", {"movement": spent, "amount": 10, "corrected": 0, "left": 10},
    )  # fmt: skip
    six = by(2)
    adjust(ada, 6, "points", "mistake", six, reverses=spent)
    assert adjust(ada, 6, "points", "mistake", six, reverses=spent).again  # told again, it is the same one
    assert exceeds(6, "points", "mistake", by(), reverses=spent)[1] == {
        "movement": spent, "amount": 10, "corrected": 6, "left": 4,
    }  # fmt: skip
    put_right = seq_of(ada, "adjustment")
    assert exceeds(5, "points", "mistake", by(), reverses=put_right)[1]["movement"] == spent
    assert exceeds(-7, "points", "mistake", by(), reverses=put_right)[1]["movement"] == put_right
    adjust(ada, -6, "points", "mistake", by(2), reverses=put_right)
    adjust(ada, 10, "points", "mistake", by(2), reverses=spent)
    adjust(ada, -1, "points", "mistake", by(2), reverses=earned)
    bring_back(ada, lamp.id, {"1": 5_000}, by(3))  # asks five, of which one is taken already
    assert exceeds(-6, "points", "mistake", by(), reverses=earned)[1]["left"] == 5
    assert as_recorded(ada)


@pytest.mark.parametrize("way", ["merged", "joined", "joined and left"])
def test_what_was_put_right_before_two_accounts_were_one_counts_there_as_well(way: str) -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    lamp, tea = bought(ada), bought(ada, 40)
    bought(bruno, 30)
    adjust(ada, -4, "", "wrong-price", by(1), reverses=seq_of(ada, "accrual") - 1)
    spent = redeem(ada, 5, "", by(2))
    adjust(ada, 2, "", "charged-too-much", by(2), reverses=seq_of(ada, "redemption"))
    settle_due(NOW + timedelta(days=90))
    for row in [row for row in rows("entry", account(ada)) if row["kind"] == "expiry"]:
        adjust(ada, row["amount"], "", "our-mistake", by(91), reverses=row["seq"])
    assert pots(ada) == {"available": 7}
    own = account(ada)
    bought(bruno, 30, 91)
    if way == "merged":
        merge(ada, bruno, by(92))
    else:
        home = found(bruno, "", by(92)).household
        join(ada, home.number, by(92))
    if way == "joined and left":
        leave(ada, 0, "", by(93))
    # Of the fourteen that ada was granted four were taken as wrong; three come back when their day is over.
    cancel(ada, spent.event, by(94))
    bring_back(ada, lamp.id, {}, by(94))
    bring_back(ada, tea.id, {}, by(95))
    there = account(ada)
    assert pots(ada) == ({} if way == "joined and left" else {"available": 3})
    now = NOW + timedelta(days=400)
    accounts = [own, there, account(bruno)]
    assert prove(accounts, also=refolder(now)).differences == ()


def test_what_asked_nothing_of_corrections_once_stands_as_it_was_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    had_an_older_program(monkeypatch)
    ada = fresh("ada")
    lamp, chair = bought(ada), bought(ada, 30)
    spent = redeem(ada, 5, "", by(1))
    adjust(ada, 2, "", "charged-too-much", by(2), reverses=seq_of(ada, "redemption"))
    adjust(ada, -4, "", "wrong-price", by(2), reverses=seq_of(ada, "accrual") - 1)
    with monkeypatch.context() as before:
        before.setattr(recording, "step", partial(recording.step, stands=True))
        told = returned(ada, f"{NOW + timedelta(days=3):%Y-%m-%d %H:%M}", lamp, {"1": 5_000})
        take([told], "till", NOW + timedelta(days=3), False)
        cancel(ada, spent.event, by(3))
    assert pots(ada) == {"available": 6}  # five were taken, though four of the ten had gone; and all five came back
    assert as_recorded(ada)
    bring_back(ada, lamp.id, {}, by(4))
    bring_back(ada, chair.id, {}, by(5))
    assert pots(ada) == {"available": 2}
    assert as_recorded(ada)


def test_what_came_back_or_was_taken_back_while_two_were_one_is_not_put_right_again() -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    lamp = bought(ada)
    bought(bruno)
    gift = seq_of(ada, "accrual")
    tea = redeem(ada, 10, "points", by()).event
    spent = seq_of(ada, "redemption")
    merge(ada, bruno, by())
    cancel(ada, tea, by())
    take([returned(ada, f"{NOW:%Y-%m-%d %H:%M}", lamp, {"1": 2_000})], "till", NOW, False)
    unmerge(ada, by())
    assert refused(adjust, ada, 1, "points", "sorry", by(), spent)[0] == "correction_exceeds"
    code, figures = refused(adjust, ada, -9, "points", "sorry", by(), gift)
    assert (code, figures["corrected"], figures["left"]) == ("correction_exceeds", 2, 8)
    adjust(ada, -8, "points", "sorry", by(), gift)
    assert pots(ada) == {} and as_recorded(ada, bruno)


def test_what_came_back_at_home_is_not_put_right_again_in_the_household_that_was_left() -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    bought(ada)
    bought(bruno)
    home = found(ada, "", by()).household.number
    join(bruno, home, by())
    tea = redeem(ada, 10, "points", by()).event
    spent = seq_of(home, "redemption")
    leave(ada, 0, "", by())
    cancel(ada, tea, by())
    assert refused(adjust, bruno, 10, "points", "sorry", by(), spent)[0] == "correction_exceeds"
    assert as_recorded(ada, home)
