"""On the day the demo opens some members have their rewards, once, and others wait for theirs."""

from __future__ import annotations

from datetime import UTC, datetime

from regulars.doors.cli.demo import harbour
from regulars.doors.cli.demo.wanted import WANTED, want
from regulars.exchange.earning.acting import By, adjust
from regulars.exchange.earning.tests.cast import account
from regulars.exchange.ledger.holdings import balances
from regulars.exchange.rewards.awaiting import waiting
from regulars.ground.members.enrolling import Person, enrol

NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)


def test_each_is_served_once_and_who_cannot_have_it_is_left_out(harbour: int) -> None:
    people = dict.fromkeys(wanted.member for wanted in WANTED)
    enrol([Person(number, joined_on=NOW.date()) for number in people], NOW)
    for number in people:
        adjust(number, 3_000, "points", "welcome", By("demo", "demo", number, NOW))
    for _ in range(2):
        assert want(NOW) == len(WANTED) - 1  # 718 is no captain here
    assert sorted((one.number, one.reward.id) for one in waiting(NOW, 9)) == [("1228", "cake"), ("2400", "cake")]
    assert balances(account("2400"), NOW)[0].available == 3_000 - 300 - 1_600


def test_the_member_worth_a_look_is_among_them() -> None:
    assert [wanted.reward for wanted in WANTED if wanted.member == harbour.MEMBER] == ["coffee", "cake"]
