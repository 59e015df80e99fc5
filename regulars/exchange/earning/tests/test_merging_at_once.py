"""Merging while both numbers are in use at every till: the end is exact, and no writer has to try again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regulars.exchange.earning.acting import redeem
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import purchase, tell
from regulars.exchange.earning.tests.test_acting import by, member_with
from regulars.exchange.earning.tests.test_acting_at_once import Work, at_once
from regulars.exchange.earning.tests.test_merging import given, pots
from regulars.exchange.ledger.proving import prove
from regulars.ground.members.enrolling import accounts_of

pytestmark = pytest.mark.usefixtures("committed", "harbour")
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def test_members_are_merged_and_parted_while_others_buy_and_spend_with_both_numbers() -> None:
    ada, second, third = member_with(500), member_with(300), member_with(100)
    works: list[Work] = [lambda: merge(second, ada, by()), lambda: merge(ada, third, by())]
    works += [lambda: tell(purchase(ada, "2024-06-01 12:00", 1_000)) for _ in range(12)]
    works += [lambda: tell(purchase(second, "2024-06-01 12:00", 1_000)) for _ in range(12)]
    works += [lambda: redeem(second, 5, "", by()) for _ in range(12)]
    works += [lambda: redeem(third, 5, "", by()) for _ in range(6)]
    told = at_once(works, workers=8)
    assert set(told) <= {"done", "merged_meanwhile"}
    for member, into in ((second, ada), (ada, third)):
        if len(set(accounts_of([member, into]).values())) == 2:
            merge(member, into, by())
    assert set(accounts_of([ada, second, third]).values()) == {given(third)}
    assert pots(third)["available"] == 900 - 18 * 5
    unmerge(ada, by())
    accounts = [given(member) for member in (ada, second, third)]
    assert prove(accounts, also=refolder(LATER)).differences == ()
