"""Merging while both numbers are in use at every till: the end is exact, and no writer has to try again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from regulars.exchange.earning import acting, merging, recording
from regulars.exchange.earning.acting import redeem, transfer
from regulars.exchange.earning.merging import Joined, merge, unmerge
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import purchase, tell
from regulars.exchange.earning.tests.test_acting import by, member_with
from regulars.exchange.earning.tests.test_acting_at_once import Work, at_once
from regulars.exchange.earning.tests.test_merging import given, pots
from regulars.exchange.ledger.proving import prove
from regulars.ground.members.enrolling import accounts_of
from regulars.ground.members.leading import kin_of

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
    assert set(told) <= {"done", "merged_meanwhile", "merged_before"}
    for member, into in ((second, ada), (ada, third)):
        if len(set(accounts_of([member, into]).values())) == 2:
            merge(member, into if accounts_of([into])[into] == given(into) else third, by())
    assert set(accounts_of([ada, second, third]).values()) == {given(third)}
    assert pots(third)["available"] == 900 - 18 * 5
    unmerge(ada if merging.merged_into(given(third))[0] == given(ada) else second, by())
    accounts = [given(member) for member in (ada, second, third)]
    assert prove(accounts, also=refolder(LATER)).differences == ()


def test_who_waits_while_two_are_parted_reaches_each_in_their_own_account(monkeypatch: pytest.MonkeyPatch) -> None:
    ada, second = member_with(500), member_with(300)
    merge(second, ada, by())
    _while_waiting(monkeypatch, recording, lambda: unmerge(second, by()))
    assert redeem(second, 5, "", by()).account == given(second)
    assert (pots(ada)["available"], pots(second)["available"]) == (500, 295)


def test_a_transfer_that_waits_while_its_two_are_merged_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    ada, second = member_with(500), member_with(300)
    _while_waiting(monkeypatch, acting, lambda: merge(second, ada, by()))
    with pytest.raises(acting.ActRefused, match="same account"):
        transfer(second, ada, 5, "", by())


def test_who_was_merged_while_another_merge_waited_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    ada, second, third = member_with(500), member_with(300), member_with(100)
    _while_waiting(monkeypatch, merging, lambda: merge(third, ada, by()))
    merge(second, ada, by())
    three = {given(member) for member in (ada, second, third)}
    assert [kin_of([account]) for account in sorted(three)] == [three] * 3


def test_the_same_merge_by_many_at_once_is_done_once_and_answered_alike() -> None:
    ada, second, one, other = member_with(500), member_with(300), by(), by()
    found: list[Joined] = []
    assert set(at_once([lambda: found.append(merge(second, ada, one)) for _ in range(6)])) == {"done"}
    assert set(at_once([lambda: found.append(unmerge(second, other)) for _ in range(6)])) == {"done"}
    assert len({(joined.left, joined.arrived) for joined in found}) == 2
    assert (pots(ada)["available"], pots(second)["available"]) == (500, 300)


def _while_waiting(monkeypatch: pytest.MonkeyPatch, module: object, work: Work) -> None:
    """The next lock that is taken there is waited for until somebody else's work is done."""
    works = [work]

    def slowly(accounts: Iterable[int]) -> Any:
        waited = list(accounts)
        if works:
            assert at_once([works.pop()]) == ["done"]
        return taken(waited)

    name = "lock" if hasattr(module, "lock") else "lock_soon"
    taken = getattr(module, name)
    monkeypatch.setattr(module, name, slowly)
