"""Two who become one have had what either had; what the other one spent on a reward can be given back here."""

from __future__ import annotations

import pytest

from regulars.exchange.earning.acting import cancel, capture
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.tests.cast import account
from regulars.exchange.ledger.holdings import balances, holds
from regulars.exchange.ledger.statement import statement
from regulars.exchange.rewards.awaiting import waiting
from regulars.exchange.rewards.redeeming import redeem, set_aside
from regulars.exchange.rewards.tests.cast import TODAY, by, member_with, on, refused, sound

pytestmark = pytest.mark.usefixtures("bakery")


def available(member: str) -> int:
    return balances(account(member), TODAY)[0].available


def test_a_limit_looks_at_both_and_what_was_spent_comes_back_to_the_survivor() -> None:
    ada, again = member_with(100), member_with(100, "ada-again")
    coffee = redeem(again, "coffee", by(at=on("2026-06-09"))).event
    other = account(again)
    merge(again, ada, by())
    assert available(ada) == 170
    assert refused(redeem, ada, "coffee", by())[0] == "limit_reached"
    cancel(ada, coffee, by())
    assert available(ada) == 200
    assert statement(account(ada), limit=1)[0].title("en") == "Given back: a coffee"
    redeem(ada, "coffee", by())
    sound(ada)
    assert account(again) == account(ada) != other


def test_who_is_two_again_has_had_what_each_had() -> None:
    ada, again = member_with(100), member_with(100, "ada-again")
    redeem(again, "coffee", by(at=on("2026-06-09")))
    merge(again, ada, by())
    unmerge(again, by())
    redeem(ada, "coffee", by())
    assert refused(redeem, again, "coffee", by())[0] == "limit_reached"
    sound(ada, again)


def test_what_waits_to_be_handed_over_goes_along_with_a_merge_and_back() -> None:
    ada, again = member_with(300), member_with(300, "ada-again")
    cake = set_aside(again, "cake", by()).event
    merge(again, ada, by())
    waits = [(one.number, one.hold) for one in waiting(TODAY, 50)]
    assert (again, cake) in waits and [one.id for one in holds(account(ada), TODAY)] == [cake]
    unmerge(again, by())
    assert [one.id for one in holds(account(again), TODAY)] == [cake] and holds(account(ada), TODAY) == []
    merge(again, ada, by())
    capture(ada, cake, 0, by())
    assert statement(account(ada), limit=1)[0].title("en") == "A whole cake"
    assert (again, cake) not in [(one.number, one.hold) for one in waiting(TODAY, 50)]
    sound(ada, again)
    unmerge(again, by())
    assert available(again) == 300, "what was handed over meanwhile stays with the survivor"
    sound(ada, again)
