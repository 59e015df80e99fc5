"""Points keep the month they are counted in, wherever they go: every cohort has as many left as its lots have.

Whatever makes a lot of points that were there before (a hold that lapsed, a transfer, a merge and its undoing, a household,
spending that comes back) takes points and their money along. Seen to fail where a lot that came back from a hold left its
points with the month of the old one, and where money that had once arrived with points did not leave with them.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.engine.entries import ACCRUAL, AVAILABLE, ISSUED
from regulars.engine.events import HOLD, REDEMPTION, TRANSFER_IN, TRANSFER_OUT
from regulars.exchange.earning.acting import (
    ActRefused,
    By,
    adjust,
    cancel,
    capture,
    hold,
    redeem,
    release,
    transfer,
)
from regulars.exchange.earning.housing import found, join, leave
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.tests.cast import account, fresh, purchase, returned, tell, visit
from regulars.exchange.earning.tests.test_merging import by
from regulars.exchange.ledger.assembling import assemble
from regulars.exchange.ledger.proving import prove
from regulars.exchange.ledger.tests.test_acts import act
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import Person, enrol
from regulars.insight.liability import movements
from regulars.insight.liability.agreeing import counter
from regulars.insight.liability.movements import month_of
from regulars.insight.liability.rolling import OWED, REDEEMED, WAYS, Cohort, Month
from regulars.insight.liability.tests.test_months import END, fold
from regulars.insight.liability.tests.test_rolling import chained, money_changes

MARCH, JUNE = 2024 * 12 + 2, 2024 * 12 + 5


def lots() -> dict[str, Counter[int]]:
    """By currency and month earned, what is left of all lots and what is held of them."""
    found: dict[str, Counter[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT currency, earned_on, sum(remaining)::bigint FROM lot GROUP BY 1, 2")
        for currency, day, points in cursor.fetchall():
            found.setdefault(currency, Counter())[month_of(day)] += points
        cursor.execute("SELECT DISTINCT account_id FROM balance WHERE held > 0")
        holding = [id for (id,) in cursor.fetchall()]
    for held in assemble(holding).values() if holding else ():
        for currency, purse in held.standing.purses.items():
            for part in [part for one in purse.holds for part in one.lots]:
                found[currency][month_of(date.fromordinal(part.earned_day))] += part.left
    return found


def check(months: list[Month]) -> None:
    """The law, and that points and money close on the way."""
    for currency, left in lots().items():
        for month, one in zip(months, chained(months, currency), strict=True):
            assert one.liability_opening + money_changes(one) == one.liability_closing
            assert month.state.purses[currency].transit == 0
        cohorts = months[-1].state.purses[currency].cohorts
        assert {month: one.left for month, one in cohorts.items() if one.left} == +left
        assert all(0 <= one.recognised <= one.carried()["kept"] for one in cohorts.values())


class Shop:
    """Bea, Emil and Fay, who do whatever may be done with points; what is refused is not done."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.now = datetime(2024, 1, 2, 12, tzinfo=UTC)
        self.members = [fresh("bea"), fresh("emil"), fresh("fay")]
        enrol([Person(member) for member in self.members], self.now)
        self.holds: list[tuple[str, UUID]] = []
        self.spent: list[tuple[str, UUID]] = []
        self.bought: list[tuple[str, Incoming]] = []

    def step(self) -> None:
        """Some days pass, often into another month, and somebody does something."""
        self.now += timedelta(self.random.choice((0, 2, 9, 25, 40)), minutes=1)
        settle_due(self.now)
        one, other, *_ = self.random.sample(self.members, 3)
        points = self.random.choice((1, 4, 9))
        by = By("dagny", "desk", uuid4().hex, self.now)
        with suppress(ActRefused):
            getattr(self, self.random.choice(DEEDS))(one, other, points, by)

    def buys(self, one: str, other: str, points: int, by: By) -> None:
        bought = purchase(one, f"{by.now:%Y-%m-%d %H:%M}", points * 10_00, currency="DKK")
        take([bought], by.source, by.now, False)
        self.bought.append((one, bought))

    def brings_back(self, one: str, other: str, points: int, by: By) -> None:
        if self.bought:
            member, bought = self.random.choice(self.bought)
            take([returned(member, f"{by.now:%Y-%m-%d %H:%M}", bought)], by.source, by.now, False)

    def spends(self, one: str, other: str, points: int, by: By) -> None:
        if event := redeem(one, points, "points", by).event:
            self.spent.append((one, event))

    def takes_back(self, one: str, other: str, points: int, by: By) -> None:
        if self.spent:
            cancel(*self.random.choice(self.spent), by)

    def holds_some(self, one: str, other: str, points: int, by: By) -> None:
        if event := hold(one, points, "points", self.random.choice((3, 20)), by).event:
            self.holds.append((one, event))

    def answers(self, one: str, other: str, points: int, by: By) -> None:
        if self.holds:
            self.random.choice((capture, release))(*self.random.choice(self.holds), 0, by)

    def sends(self, one: str, other: str, points: int, by: By) -> None:
        transfer(one, other, points, "points", by)

    def is_given(self, one: str, other: str, points: int, by: By) -> None:
        adjust(one, points, "points", "sorry", by)

    def merges(self, one: str, other: str, points: int, by: By) -> None:
        merge(one, other, by)

    def lives_with(self, one: str, other: str, points: int, by: By) -> None:
        home = found(one, "", by).household.number
        join(other, home, replace(by, id=uuid4().hex))

    def moves_out(self, one: str, other: str, points: int, by: By) -> None:
        leave(one, 0, "", by)

    def parts(self, one: str, other: str, points: int, by: By) -> None:
        unmerge(one, by)


#: Mostly what makes new lots of old points.
DEEDS = (
    *("buys", "holds_some", "spends", "sends", "merges", "parts") * 2,
    "brings_back", "takes_back", "answers", "is_given", "lives_with", "moves_out",
)  # fmt: skip


@settings(max_examples=max(4, settings().max_examples // 25), suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**9))
def test_whatever_is_done_with_points_every_month_has_as_many_left_as_its_lots(corner: int, seed: int) -> None:
    with transaction.atomic():
        shop = Shop(Random(seed))
        for _ in range(25):
            shop.step()
        check(fold(shop.now))
        transaction.set_rollback(True)


def bea_waits(corner: int) -> str:
    """Bea earned ten points in March, held them in May for a reward that did not come, and has them again in June."""
    bea = fresh("bea")
    tell(purchase(bea, "2024-03-07 15:00", 90_00, currency="DKK"))
    act(bea, "2024-05-25 15:00", HOLD, points=9, of="points", within_days=10)
    settle_due(datetime(2024, 6, 20, tzinfo=UTC))
    return bea


def of(months: list[Month], month: int) -> Cohort:
    return months[-1].state.purses["points"].cohorts[month]


def test_points_that_a_hold_gave_back_in_a_later_month_are_revenue_when_bea_spends_them(corner: int) -> None:
    bea = bea_waits(corner)
    check(fold())
    act(bea, "2024-07-02 15:00", REDEMPTION, points=9, of="points")
    months = fold()
    check(months)
    owed = months[0].currencies["points"].money["earned"]
    assert owed > 0 and {one.currencies["points"].liability_closing for one in months[:4]} == {owed}
    july = months[-1].currencies["points"]
    assert (july.money[REDEEMED], july.money["estimate"], july.liability_closing) == (owed, 0, 0)
    assert (of(months, MARCH).left, of(months, JUNE).left) == (0, 0)


def test_what_bea_sends_on_month_after_month_takes_its_money_along(corner: int) -> None:
    bea, emil, fay = bea_waits(corner), fresh("emil"), fresh("fay")
    enrol([Person(emil), Person(fay)], END)
    for sender, receiver, when in ((bea, emil, "2024-06-21 10:00"), (emil, fay, "2024-07-05 10:00")):
        sent = act(sender, when, TRANSFER_OUT, points=9, of="points")
        act(receiver, when, TRANSFER_IN, moved=tuple(sent.moved))
    months = fold()
    check(months)
    assert (of(months, MARCH).left, of(months, JUNE).left, of(months, JUNE + 1).left) == (0, 0, 9)
    assert len({one.currencies["points"].liability_closing for one in months}) == 1


def test_what_bea_brings_into_a_merge_and_a_household_goes_back_with_its_money(corner: int) -> None:
    bea, emil, fay = bea_waits(corner), fresh("emil"), fresh("fay")
    enrol([Person(emil), Person(fay)], END)
    spent = redeem(bea, 4, "points", by("2024-06-21 10:00"))
    merge(bea, emil, by("2024-06-22 10:00"))
    assert spent.event is not None
    cancel(emil, spent.event, by("2024-07-03 10:00"))
    check(fold())
    unmerge(bea, by("2024-08-04 10:00"))
    home = found(bea, "", by("2024-08-05 10:00")).household.number
    join(fay, home, by("2024-08-05 11:00"))
    check(fold())
    leave(bea, 0, "", by("2024-09-03 10:00"))
    months = fold()
    check(months)
    assert (of(months, MARCH).left, of(months, JUNE).left) == (0, 9)
    # Four of the nine were revenue for a while, until they came back.
    told = [one.currencies["points"] for one in months]
    assert [one.liability_closing for one in told] == [89, 89, 89, 49, 89, 89, 89]
    assert (told[3].money[REDEEMED], told[4].money[REDEEMED]) == (40, -40)


def off() -> set[tuple[int, str, str, str]]:
    return {(one.account, one.what, one.expected, one.found) for one in prove(also=counter()).differences}


def test_a_month_that_counts_other_points_than_its_lots_is_found_in_whose_account_it_is(
    committed: None, corner: int, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    bea_waits(corner)
    emil = fresh("emil")
    tell(visit(emil, "2024-03-07 15:00"))
    own = account(emil)
    assert off() == set()
    moved = "UPDATE lot SET earned_on = %s WHERE account_id = %s AND currency = 'points'"
    assert owner.execute(moved, ["2024-02-29", own]).rowcount == 1
    assert off() >= {
        (own, "points of 2024-02: left in the books", "5", "0"),
        (own, "points of 2024-03: left in the books", "0", "5"),
    }
    owner.execute(moved, ["2024-03-07", own])
    # An error of the books is seen where the ledger is right: what was given is in another line, or in none.
    way = ACCRUAL, ISSUED, AVAILABLE
    monkeypatch.setattr(movements, "WAYS", {**WAYS, way: (OWED, 1)})
    assert "points of 2024-03: left in the books" in {what for _, what, _, _ in off()}
    monkeypatch.setattr(movements, "WAYS", {one: line for one, line in WAYS.items() if one != way})
    assert "points of 2024-03: movements in no line" in {what for _, what, _, _ in off()}
