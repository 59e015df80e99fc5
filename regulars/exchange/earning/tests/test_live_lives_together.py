"""Lives of two members who become one, and two again, on a real ledger: the acts, the look-ups and the rows.

The same as in `engine.tests.test_lives_together`, through the doors of `test_live_lives`: what one had bought before the
merge, and the other brings back, is found where it was recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize

from regulars.engine.entries import Outcome
from regulars.engine.events import RETURN, Event, Origin
from regulars.engine.kernel import Kernel
from regulars.engine.tests import plain_together
from regulars.engine.tests.plain_ledger import PlainLedger
from regulars.engine.tests.plain_together import PlainUnion
from regulars.engine.tests.test_lives_against_a_plain_ledger import BASKETS, PLAIN_TEXTS
from regulars.engine.tests.test_lives_together import KERNELS, BecomeOne
from regulars.exchange.earning.acting import ActRefused, By
from regulars.exchange.earning.merging import Joined, merge, unmerge
from regulars.exchange.earning.tests.live_lives import TILL, Account, LiveLives, Told
from regulars.exchange.earning.tests.test_live_lives import BEGIN, LivesLived, Wrong
from regulars.ground.publishing.versions import publish


@dataclass
class Merged:
    """A merge: whose account went into whose, and what the plain ledgers know of it."""

    other: int
    into: int
    plain: PlainUnion
    origins: list[Origin]
    spent: dict[str, Origin]
    tangled: bool = False


class LiveTogether(LiveLives):
    """Two accounts in the ledger that may be one for a while."""

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        self.merged: Merged | None = None

    def tell(self, who: int, event: Event, act: Callable[[PlainLedger, date], str], *paid: Origin) -> Outcome:
        """As of two lives, in the account to which the number leads."""
        outcome = super().tell(self.merged.into if self.merged else who, event, act, *paid)
        if self.merged and outcome.refusal is None:
            theirs = [one.event for one in self.merged.origins]
            about = [event.origin.event] if event.origin and event.type == RETURN else [one.event for one in paid]
            self.merged.tangled |= any(name in theirs for name in about)
        return outcome

    def merge(self, into: int) -> None:
        """Let the account of the other one go into this one."""
        one, other = self.accounts[into], self.accounts[1 - into]
        event = self.event("merge out")
        told = _joining(lambda by: merge(other.member, one.member, by), event)
        code = self.live(into, event, told)
        assert not code
        day = self._happens(other, event)
        gone = plain_together.leave(other.plain)
        self._was(other, day, code)
        day = self._happens(one, event)
        self.merged = Merged(1 - into, into, plain_together.take_in(one.plain, gone), other.life.origins, other.spent)
        self._was(one, day, code)
        one.life.origins += other.life.origins
        one.spent |= other.spent
        other.life.origins, other.spent = [], {}

    def unmerge(self) -> str:
        """Let them be two again; the code of the refusal."""
        merged = self.merged
        assert merged is not None
        one, other = self.accounts[merged.into], self.accounts[merged.other]
        event = self.event("unmerge out")
        code = self.live(merged.into, event, _joining(lambda by: unmerge(other.member, by), event))
        day = self._happens(one, event)
        refused, back = plain_together.give_up(one.plain, merged.plain, day)
        assert code == refused
        self._was(one, day, code)
        if back is not None:
            self.merged = None
            day = self._happens(other, event)
            plain_together.come_home(other.plain, back, day)
            self._was(other, day, code)
            names = {origin.event for origin in merged.origins}
            one.life.origins = [origin for origin in one.life.origins if origin.event not in names]
            one.spent = {by: origin for by, origin in one.spent.items() if by not in merged.spent}
            other.life.origins, other.spent = merged.origins, merged.spent
        return code

    def _was(self, one: Account, day: date, code: str) -> None:
        one.plain.happens(day)
        if not code:
            one.plain.begun, one.plain.opened = True, False
        self.check(one)


def _joining(act: Callable[[By], Joined], event: Event) -> Told:
    def told(now: datetime) -> tuple[str, bool, UUID | None]:
        try:
            done = act(By("dagny", TILL, event.id, now))
        except ActRefused as refused:
            return refused.refusal.code, False, None
        return "", done.again, done.arrived

    return told


class LivesTogetherLived(BecomeOne, LivesLived):
    """Ada, and Bruno who turns out to be Ada, in the ledger."""

    @initialize(promise=st.sampled_from(sorted(KERNELS)), baskets=st.lists(BASKETS, min_size=2, max_size=3))
    def begin(self, promise: tuple[str, str, str], baskets: list[tuple[int, ...]]) -> None:
        """Both have bought this and that."""
        self.all = transaction.atomic()
        self.all.__enter__()
        publish(PLAIN_TEXTS[promise], BEGIN, "keeper", BEGIN)
        self.two = LiveTogether(KERNELS[promise])
        self.accounts = self.two.accounts
        self.buys(0, 0, baskets, 0)
        self.buys(1, 0, baskets[:2], 0)

    def sends(self, days: int, which: int, part: int) -> None:
        """Points go nowhere else."""

    def is_refused(self, who: int, days: int, wrong: Wrong) -> None:
        """What is refused is looked at where they are two."""


@pytest.mark.usefixtures("db")
class TestLivesTogetherLived(LivesTogetherLived.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(
        max_examples=max(4, settings().max_examples // 24), stateful_step_count=40,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
