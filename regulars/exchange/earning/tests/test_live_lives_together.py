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
from regulars.exchange.earning.tests.live_lives import TILL, LiveLives, Told
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

    def at(self, who: int) -> int:
        """Whose account the number of somebody leads to."""
        return self.merged.into if self.merged else who

    def tell(self, who: int, event: Event, act: Callable[[PlainLedger, date], str], *paid: Origin) -> Outcome:
        """As of two lives, in the account to which the number leads."""
        outcome = super().tell(who, event, act, *paid)
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
        self._happens(other, event)
        gone = plain_together.leave(other.plain)
        self._was(other, code)
        self._happens(one, event)
        self.merged = Merged(1 - into, into, plain_together.take_in(one.plain, gone), other.life.origins, other.spent)
        self._was(one, code)
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
        self._was(one, code)
        if back is not None:
            self.merged = None
            day = self._happens(other, event)
            plain_together.come_home(other.plain, back, day)
            self._was(other, code)
            names = {origin.event for origin in merged.origins}
            one.life.origins = [origin for origin in one.life.origins if origin.event not in names]
            one.spent = {by: origin for by, origin in one.spent.items() if by not in merged.spent}
            other.life.origins, other.spent = merged.origins, merged.spent
        return code


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


def lived(points: str, baskets: list[tuple[int, ...]]) -> LivesTogetherLived:
    """Two who have bought this and that, where the points promise what begins like this."""
    state = LivesTogetherLived()
    state.begin(promise=next(one for one in sorted(KERNELS) if one[0].startswith(points)), baskets=baskets)
    return state


ENDS = (
    "expiry: {after: earning, months: 1",
    "pending: {until: order delivered",
    "expiry: {after: inactivity, months: 1",
)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("points", ENDS)
def test_what_ends_on_the_day_on_which_the_others_purchase_comes_back_has_ended_before_also_when_folded_again(
    points: str,
) -> None:
    """No night has come over the account since: what fell due does so with the return, or with the delivery."""
    state = lived(points, [(2_000,), (3_000,)])
    try:
        state.two.merge(0)
        if "delivered" in points:
            state.gets_what_was_ordered(who=0, days=45, which=0, late=0)
        state.brings_back(days=45, which=0, shares=(500,), late=0)
        state.brings_back(days=0, which=0, shares=(1_000,), late=0)
    finally:
        state.teardown()


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("night", [True, False])
@pytest.mark.parametrize("points", ["expiry: {after: earning, months: 1", "pending: {days: 5}"])
def test_what_was_set_aside_or_waited_is_as_it_would_be_without_the_days_as_one(points: str, night: bool) -> None:
    """What was set aside is back for as much longer, and what waited can be spent, also where a night came between."""
    state = lived(points, [(2_000,), (3_000,)])
    try:
        state.are_one_for_a_while(into=0, days=3, which=0, meanwhile=6, night=night)
        state.sleeps(days=31)
    finally:
        state.teardown()


@pytest.mark.usefixtures("db")
def test_what_was_delivered_while_they_were_one_is_delivered() -> None:
    state = lived("pending: {until: order delivered", [(2_000,), (3_000,)])
    try:
        state.two.merge(0)
        state.gets_what_was_ordered(who=1, days=3, which=0, late=0)
        state.are_two_again(days=1)
    finally:
        state.teardown()


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("who", [0, 1])
def test_what_one_was_told_of_ends_as_it_was_said_whoever_has_it_by_then_and_nothing_else_does(who: int) -> None:
    state = lived("pending: {days: 5}, expiry: {after: earning, months: 2", [(2_000,), (3_000,)])
    try:
        state.become_one_after_a_notice(into=0, who=who, before=45, after=31, apart=False)
        state.are_two_again(days=6)
        state.become_one_after_a_notice(into=0, who=0, before=6, after=15, apart=True)
    finally:
        state.teardown()
