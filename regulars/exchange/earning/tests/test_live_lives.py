"""Lives of two members on a real ledger, step by step, beside a plain ledger: every act there is, in any order.

The same lives as in `engine.tests.test_lives_against_a_plain_ledger`, through the acts that a till, a counter and the
house have. After each step, for each account: balances are the sums of entries and of lots, points that left one are with
the other, and pots, lots, holds and progress are those of the plain ledger. What is told again changes nothing. In the
end all is proved, every history folded again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from regulars.engine.events import Event
from regulars.engine.tests.test_lives_against_a_plain_ledger import (
    BASKETS,
    DAYS,
    KERNELS,
    PARTS,
    TEXTS,
    WHICH,
    WHO,
    Lives,
)
from regulars.exchange.earning import acting
from regulars.exchange.earning.acting import By, Done
from regulars.exchange.earning.tests.live_lives import LiveLives
from regulars.ground.publishing.versions import publish

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
NOWHERE = UUID(int=1)
#: What is refused, whatever came before: the act, of whom and for whom, and its code.
Wrong = tuple[Callable[[str, str, By], Done], str]
WRONG: tuple[Wrong, ...] = (
    (lambda ada, bruno, by: acting.redeem(ada, 10**6, "points", by), "insufficient_points"),
    (lambda ada, bruno, by: acting.redeem(ada, -1, "points", by), "bad_points"),
    (lambda ada, bruno, by: acting.redeem(ada, 1, "doubloons", by), "unknown_currency"),
    (lambda ada, bruno, by: acting.hold(ada, 1, "points", 0, by), "bad_term"),
    (lambda ada, bruno, by: acting.capture(ada, NOWHERE, 0, by), "unknown_hold"),
    (lambda ada, bruno, by: acting.release(ada, NOWHERE, 0, by), "unknown_hold"),
    (lambda ada, bruno, by: acting.cancel(ada, NOWHERE, by), "unknown_original"),
    (lambda ada, bruno, by: acting.bring_back(ada, "none", {}, by), "unknown_original"),
    (lambda ada, bruno, by: acting.adjust(ada, 0, "points", "sorry", by), "bad_points"),
    (lambda ada, bruno, by: acting.adjust(ada, -(10**6), "points", "sorry", by), "insufficient_points"),
    (lambda ada, bruno, by: acting.set_tier(ada, "admiral", None, "friend", by), "unknown_tier"),
    (lambda ada, bruno, by: acting.transfer(ada, bruno, 10**6, "points", by), "insufficient_points"),
    (lambda ada, bruno, by: acting.transfer(ada, ada, 1, "points", by), "same_account"),
)


class LivesLived(Lives):
    """Ada and Bruno, in the ledger."""

    @initialize(promise=st.sampled_from(sorted(KERNELS)), baskets=st.lists(BASKETS, min_size=2, max_size=5))
    def begin(self, promise: tuple[str, str, str], baskets: list[tuple[int, ...]]) -> None:
        """Ada has bought this and that."""
        self.all = transaction.atomic()
        self.all.__enter__()
        publish(TEXTS[promise], BEGIN, "keeper", BEGIN)
        self.two: Any = LiveLives(KERNELS[promise])
        self.accounts = self.two.accounts
        self.buys(0, 0, baskets, 0)

    def teardown(self) -> None:
        if hasattr(self, "all"):
            try:
                if hasattr(self, "two"):
                    self.two.prove()
            finally:
                transaction.set_rollback(True)
                self.all.__exit__(None, None, None)

    @invariant()
    def nothing_is_lost_on_the_way(self) -> None:
        """What has left one account is with the other."""
        assert all(self.two.in_transit(id) == 0 for id in self.two.kernel.terms.currencies)

    @precondition(lambda self: self._purses())
    @rule(days=DAYS, which=WHICH, part=PARTS)
    def sends(self, days: int, which: int, part: int) -> None:
        """Points leave for the other account, and are there."""
        who, of, points = self._asks(days, which, part)
        self.two.sends(who, 1 - who, of, points)

    def receives(self, who: int, days: int) -> None:
        """Nothing is ever under way."""

    @rule(days=DAYS, which=WHICH)
    def is_told_again(self, days: int, which: int) -> None:
        """What a caller does who heard no answer."""
        self.two.pass_days(days)
        self.two.tell_again(which)

    @rule(who=WHO, days=DAYS, wrong=st.sampled_from(WRONG))
    def is_refused(self, who: int, days: int, wrong: Wrong) -> None:
        self.two.pass_days(days)
        members = [account.member for account in self.accounts]
        event = Event("wrong", f"w{self.two.number}", self.two.now)
        act, code = wrong
        told = self.two._acting(event, lambda by: act(members[who], members[1 - who], by))
        assert self.two.live(who, event, told) == code


@pytest.mark.usefixtures("db")
class TestLivesLived(LivesLived.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(
        max_examples=max(8, settings().max_examples // 12), stateful_step_count=40,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
