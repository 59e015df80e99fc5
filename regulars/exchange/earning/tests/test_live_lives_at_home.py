"""Lives of two members who keep a household on a real ledger: joining it and leaving it, and all that is done there.

The same as in `engine.tests.test_lives_at_home`, through the doors of `test_live_lives`: by the number of either member or
by the household's own, where each of them leads at that moment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from regulars.engine.entries import Outcome
from regulars.engine.events import Event, Origin
from regulars.engine.kernel import Kernel
from regulars.engine.tests import plain_together
from regulars.engine.tests.lives_at_home import HOME, is_home, number, taken, teller
from regulars.engine.tests.plain_home import PlainHome
from regulars.engine.tests.plain_ledger import PlainLedger
from regulars.engine.tests.test_lives_against_a_plain_ledger import BASKETS, DAYS, PARTS, PLAIN_TEXTS, WHICH, WHO
from regulars.engine.tests.test_lives_at_home import KeepAHousehold
from regulars.engine.tests.test_lives_together import KERNELS
from regulars.exchange.earning import acting
from regulars.exchange.earning.acting import ActRefused, By
from regulars.exchange.earning.housemates import housemates
from regulars.exchange.earning.housing import Moved, found, join, leave
from regulars.exchange.earning.merging import merge
from regulars.exchange.earning.tests.live_lives import TILL, Account, LiveLives, Told
from regulars.exchange.earning.tests.test_live_lives import BEGIN, LivesLived
from regulars.ground.publishing.versions import publish

#: What is refused, and its code: of the number of whoever is in the household, of the other one and of the household.
Wrong = tuple[Callable[[str, str, str, By], Any], str]
INSIDE: tuple[Wrong, ...] = (
    (lambda ada, bruno, home, by: found(ada, "", by), "in_household"),
    (lambda ada, bruno, home, by: join(ada, home, by), "in_household"),
    (lambda ada, bruno, home, by: merge(bruno, ada, by), "in_household"),
    (lambda ada, bruno, home, by: merge(ada, bruno, by), "in_household"),
    (lambda ada, bruno, home, by: leave(ada, 0, "", by, bruno), "not_in_household"),
)
OUTSIDE: tuple[Wrong, ...] = (
    (lambda ada, bruno, home, by: leave(ada, 0, "", by), "not_in_household"),
    (lambda ada, bruno, home, by: join(ada, bruno, by), "unknown_household"),
    (lambda ada, bruno, home, by: join("nobody", bruno, by), "unknown_member"),
)
CLOSED: tuple[Wrong, ...] = (
    (lambda ada, bruno, home, by: join(ada, home, by), "household_closed"),
    (lambda ada, bruno, home, by: acting.adjust(home, 1, "points", "sorry", by), "household_closed"),
)


class LiveAtHome(LiveLives):
    """Two accounts in the ledger, and that of a household, which is opened when the first of them joins it."""

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        self.home = PlainHome(kernel.terms.programme)
        self.inside: set[int] = set()
        self.whose: dict[str, int] = {}

    @property
    def closed(self) -> bool:
        """Whether everybody has left."""
        return len(self.accounts) > HOME and not self.inside

    def at(self, who: int) -> int:
        """Whose account the number of somebody leads to."""
        return HOME if who in self.inside else who

    def tell(self, who: int, event: Event, act: Callable[[PlainLedger, date], str], *paid: Origin) -> Outcome:
        """As of two lives; of a member of the household, in its account."""
        if self.at(who) == HOME:
            who = self.whose[event.id] = teller(who, self.inside, self.number)
        return super().tell(who, event, act, *paid)

    def acts(self, who: int, act: Callable[[PlainLedger, date], str], day: date, hold: str = "") -> str:
        """By hand as well it is said whose act it is."""
        if self.at(who) != HOME:
            return super().acts(who, act, day, hold)
        return self.home.does(number(who), act, day, hold)

    def join(self, who: int) -> None:
        """A member brings all they have, the first one to a household that is opened for them."""
        own, event = self.accounts[who], self.event("joins")
        if len(self.accounts) > HOME:
            number_ = self.accounts[HOME].member
            code = self.live(who, event, _moving(lambda by: join(own.member, number_, by), event))
        else:
            opened: list[Moved] = []

            def opens(by: By) -> Moved:
                opened.append(found(own.member, "", by))
                return opened[-1]

            code = self.live(who, event, _moving(opens, event))
            household = opened[0].household
            self.accounts.append(Account(household.number, household.account, self.home))
        assert not code
        home, day = self.accounts[HOME], self._happens(own, event)
        used = dict(own.plain.earning.used)
        gone = plain_together.leave(own.plain)
        own.plain.earning.used |= used
        self._was(own, code)
        self._happens(home, event)
        self.inside.add(who)
        self.home.welcomes(number(who), gone)
        self.home.does(number(who), lambda plain, day: taken(plain, gone), day)
        self._was(home, code)
        self.whose |= dict.fromkeys((*(one.event for one in own.life.origins), *own.spent), who)
        home.life.origins += own.life.origins
        home.spent |= own.spent
        own.life.origins, own.spent = [], {}

    def leave(self, who: int, of: str, points: int) -> None:
        """A member takes their share, or so many points of one currency; what they bought and spent is not told after."""
        own, home, event = self.accounts[who], self.accounts[HOME], self.event("leaves")
        code = self.live(who, event, _moving(lambda by: leave(own.member, points, of, by), event))
        self._happens(home, event)
        refused, gone = self.home.lets_go(number(who), of, points)
        assert code == refused
        if gone is None:
            self._was(home, code)
            return
        self.inside.remove(who)
        self._was(home, code)
        self._happens(own, event)
        is_home(own.plain, replace(gone, purchases={}, spendings={}))
        self._was(own, code)
        stays = {event for event, whose in self.whose.items() if self.inside and whose != who}
        home.life.origins = [one for one in home.life.origins if one.event in stays]
        home.spent = {by: origin for by, origin in home.spent.items() if by in stays}


def _moving(act: Callable[[By], Moved], event: Event) -> Told:
    def told(now: datetime) -> tuple[str, bool, UUID | None]:
        try:
            moved = act(By("dagny", TILL, event.id, now))
        except ActRefused as refused:
            return refused.refusal.code, False, None
        return "", moved.again, moved.came

    return told


class LivesAtHomeLived(KeepAHousehold, LivesLived):
    """Ada and Bruno, and their household, in the ledger."""

    @initialize(
        promise=st.sampled_from(sorted(KERNELS)), baskets=st.lists(BASKETS, min_size=2, max_size=3),
        together=st.sampled_from((True, True, False)),
    )  # fmt: skip
    def begin(self, promise: tuple[str, str, str], baskets: list[tuple[int, ...]], together: bool) -> None:
        """Both have bought this and that, and mostly keep a household from then on."""
        self.all = transaction.atomic()
        self.all.__enter__()
        publish(PLAIN_TEXTS[promise], BEGIN, "keeper", BEGIN)
        self.two = LiveAtHome(KERNELS[promise])
        self.accounts = self.two.accounts
        self.buys(0, 0, baskets, 0)
        self.buys(1, 0, baskets[:2], 0)
        for who in (0, 1) if together else ():
            self.joins(who, 6, 0, 5)

    @invariant()
    def everybody_may_take_what_is_theirs(self) -> None:
        """What each member is told that they could take now: the last one all that is not set aside."""
        self.two.home.nights(date.fromordinal(self.two.today))
        inside, purses = sorted(self.two.inside), self.two.home.purses
        if inside:
            home = self.accounts[HOME].number
            shares = {one.account: one.share for one in housemates(home, self.two.moment)}
            assert sorted(shares) == sorted(self.accounts[who].number for who in inside)
            for who in inside:
                told = shares[self.accounts[who].number]
                for id, purse in purses.items():
                    there = purse.pots["available"] + purse.pots["pending"]
                    assert told.get(id, 0) == (there if len(inside) == 1 else self.two.home.share(number(who), id))

    @precondition(lambda self: self._purses())
    @rule(days=DAYS, which=WHICH, part=PARTS)
    def sends(self, days: int, which: int, part: int) -> None:
        """Points leave for where the other's number leads, if that is elsewhere."""
        at, of, points = self._asks(days, which, part)
        who = teller(at, self.two.inside, self.two.number)
        to = next(iter({0, 1} - self.two.inside), who) if at == HOME else 1 - at
        if self.two.at(who) != self.two.at(to):
            self.two.sends(who, to, of, points)

    @rule(who=WHO, days=DAYS, wrong=st.sampled_from(range(60)))
    def is_refused(self, who: int, days: int, wrong: int) -> None:
        """Who may join, and who may leave."""
        self.two.pass_days(days)
        numbers = [account.member for account in self.accounts]
        cases = INSIDE if who in self.two.inside else (*OUTSIDE, *CLOSED) if self.two.closed else OUTSIDE
        act, code = cases[wrong % len(cases)]
        event = self.two.event("wrong")
        told = _moving(lambda by: act(numbers[who], numbers[1 - who], numbers[-1], by), event)
        assert self.two.live(who, event, told) == code


@pytest.mark.usefixtures("db")
class TestLivesAtHomeLived(LivesAtHomeLived.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(
        max_examples=max(4, settings().max_examples // 24), stateful_step_count=40,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip


@pytest.mark.usefixtures("db")
def test_a_household_is_opened_lived_in_left_and_closed() -> None:
    state = LivesAtHomeLived()
    promise = next(one for one in sorted(KERNELS) if one[0] == "debt: yes")
    try:
        state.begin(promise, [(2_000,), (3_000,)], together=False)
        for step in (
            lambda: state.is_refused(who=0, days=0, wrong=0),
            lambda: state.joins(who=0, days=0, which=0, within=30),
            lambda: state.joins(who=1, days=0, which=0, within=30),
            *(lambda wrong=wrong: state.is_refused(who=0, days=0, wrong=wrong) for wrong in range(len(INSIDE))),
            lambda: state.leaves(who=1, days=0, which=0, part=0),  # what is set aside is in the way
            lambda: state.buys(who=1, days=1, baskets=[(4_000,)], late=0),
            lambda: state.buys(who=0, days=1, baskets=[(2_000,)], late=0),
            lambda: state.spends(days=1, which=0, part=300, on=True),
            *(lambda which=which: state.captures(days=0, which=which, part=1_000) for which in (1, 0)),
            lambda: state.sets_aside(days=0, which=0, part=300, within=5),
            lambda: state.captures(days=0, which=0, part=0),
            lambda: state.gets_back_what_was_spent(days=1, which=0),
            lambda: state.brings_back(days=0, which=1, shares=(500,), late=0),
            lambda: state.leaves(who=1, days=0, which=0, part=1_100),  # more than the share
            lambda: state.leaves(who=1, days=0, which=0, part=500),
            lambda: state.joins(who=1, days=0, which=0, within=0),
            lambda: state.leaves(who=1, days=0, which=0, part=0),
            lambda: state.leaves(who=0, days=0, which=0, part=1_000),  # the last one takes all
            lambda: state.leaves(who=0, days=0, which=0, part=0),
            *(lambda wrong=wrong: state.is_refused(0, 0, wrong) for wrong in range(len(OUTSIDE) + len(CLOSED))),
            lambda: state.is_told_again(days=1, which=9),
        ):  # fmt: skip
            step()
            state.everybody_may_take_what_is_theirs()
        assert state.two.closed
    finally:
        state.teardown()
