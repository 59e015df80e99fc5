"""Lives of two members who turn out to be one, and two again: every act there is, before, between and after.

Beside what `test_lives_against_a_plain_ledger` looks at, each step is told of whoever's account a number leads to, and
merging and undoing it move every lot with its days, what waits, is held and is owed, and all of the past.

It was seen to fail on a kernel made wrong on purpose, by some hundred lives: the last activity went back to the day before
the merge; a hold began anew, or one that had lapsed was not known; debts, fractions or what caps let through stayed
behind; what waits for an event forgot it; what had ended was made up for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from regulars.engine.events import HOLD, NOTICE, REDEMPTION, RETURN, Origin
from regulars.engine.kernel import Kernel
from regulars.engine.tests.lives_together import TwoTogether
from regulars.engine.tests.test_lives_against_a_plain_ledger import BASKETS, DAYS, PLAIN_TEXTS, WHICH, Lives
from regulars.programme.loading import load

KERNELS = {promise: Kernel(load(text)) for promise, text in PLAIN_TEXTS.items()}
#: So long that points become available, or end.
LONG = st.sampled_from((0, 6, 15, 31, 45))


class SetHalfAside:
    """How one of two sets something aside before they are one, in whichever ledger."""

    two: Any
    _purses: Callable[[], list[tuple[int, str, int]]]

    def set_half_aside(self, who: int, which: int, within: int) -> None:
        """Half of what there is of a currency, if there is any, for so many days."""
        theirs = [purse for purse in self._purses() if purse[0] == who]
        if theirs:
            _, of, points = theirs[which % len(theirs)]
            event = self.two.event(HOLD, of=of, points=-(-points // 2), within_days=within)
            self.two.tell(who, event, lambda plain, day: plain.holds(event.id, of, event.points, within, day))


class BecomeOne(SetHalfAside):
    """What two may do besides, in whichever ledger."""

    _origins: Callable[[], list[tuple[int, Origin]]]

    @precondition(lambda self: not self.two.merged)
    @rule(into=st.sampled_from((0, 0, 1)), days=DAYS, which=WHICH, within=st.sampled_from((0, 5, 30)))
    def become_one(self, into: int, days: int, which: int, within: int) -> None:
        """The other one may have set something aside, or have spent all and brought back what had given it."""
        theirs = [purse for purse in self._purses() if purse[0] == 1 - into]
        bought = [origin for who, origin in self._origins() if who == 1 - into]
        if theirs and within:
            self.set_half_aside(1 - into, which, within)
        elif theirs and bought:
            _, of, points = theirs[0]
            spent = self.two.event(REDEMPTION, of=of, points=points)
            self.two.tell(1 - into, spent, lambda plain, day: plain.spends(spent.id, of, points, day))
            nets = [net - gone for net, gone in zip(bought[0].nets, bought[0].returned, strict=True)]
            event = self.two.event(RETURN, nets=nets, origin=replace(bought[0]))
            self.two.tell(1 - into, event, lambda plain, day: plain.returns(bought[0].event, nets, day))
        self.two.pass_days(days)
        self.two.merge(into)

    @precondition(lambda self: not self.two.merged)
    @rule(
        into=st.sampled_from((0, 1)),
        days=DAYS,
        which=WHICH,
        meanwhile=st.sampled_from((2, 6, 6, 15)),
        night=st.booleans(),
    )
    def are_one_for_a_while(self, into: int, days: int, which: int, meanwhile: int, night: bool) -> None:
        """What the other one has set aside lapses meanwhile, or does not: by a night, or only as they are two again."""
        self.two.pass_days(days)
        self.set_half_aside(1 - into, which, 5)
        self.two.merge(into)
        self.two.pass_days(meanwhile)
        if night:
            self.two.sleep()
        self.two.unmerge()

    @precondition(lambda self: not self.two.merged)
    @rule(into=st.sampled_from((0, 1)), who=st.sampled_from((0, 1)), before=LONG, after=LONG, apart=st.booleans())
    def become_one_after_a_notice(self, into: int, who: int, before: int, after: int, apart: bool) -> None:
        """One of them is told that points will end; then they are one, and may be two again before the points do."""
        self.two.pass_days(before)
        self.two.tell(who, self.two.event(NOTICE), lambda plain, day: plain.is_told(day))
        self.two.merge(into)
        if apart:
            self.two.unmerge()
        self.two.pass_days(after)
        self.two.sleep()

    @precondition(lambda self: self.two.merged and not self.two.merged.tangled)
    @rule(days=DAYS)
    def are_two_again(self, days: int) -> None:
        self.two.pass_days(days)
        self.two.unmerge()


class LivesTogether(BecomeOne, Lives):
    """Ada, and Bruno who turns out to be Ada."""

    @initialize(promise=st.sampled_from(sorted(KERNELS)), baskets=st.lists(BASKETS, min_size=2, max_size=4))
    def begin(self, promise: tuple[str, str, str], baskets: list[tuple[int, ...]]) -> None:
        """Both have bought this and that."""
        self.two = TwoTogether(KERNELS[promise])
        self.accounts = self.two.accounts
        self.buys(0, 0, baskets, 0)
        self.buys(1, 0, baskets[:2], 0)


TestLivesTogether = LivesTogether.TestCase
TestLivesTogether.settings = settings(
    max_examples=settings().max_examples // 2, stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
