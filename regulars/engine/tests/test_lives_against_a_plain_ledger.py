"""Lives of two members, step by step, beside a plain ledger: every act there is, in any order, at any time.

After each step, for each account: the pots are those of the plain ledger, and so is every lot with its days, every hold
and the progress; the entries alone come to the same; available points are never below zero; and a standing that
is stored and loaded before every step has done the same. In the end the events are told again, and do the same again.

It was seen to fail on a kernel made wrong on purpose:
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from regulars.engine import tiering
from regulars.engine.entries import Entry, Moved, Outcome, TierMove
from regulars.engine.events import (
    ADJUSTMENT,
    CAPTURE,
    FORFEITURE,
    HOLD,
    NOTICE,
    PURCHASE,
    REDEMPTION,
    RELEASE,
    RETURN,
    REVERSAL,
    TIER,
    TRANSFER_IN,
    TRANSFER_OUT,
    Event,
    Origin,
)
from regulars.engine.kernel import Kernel
from regulars.engine.purse import NEVER, Lot, Purse
from regulars.engine.standing import Standing, dump
from regulars.engine.tests.books import Books
from regulars.engine.tests.plain_ledger import PlainLedger, Sent
from regulars.engine.tests.plain_purse import FAR, PlainLot
from regulars.engine.tests.plain_tiers import moved
from regulars.engine.tests.random_lives import (
    DAY_MINUTES,
    DELIVERY,
    MINUTE_US,
    START_US,
    Life,
    movements,
    note_lapses,
    note_spent,
    numbered,
    tell,
)
from regulars.engine.tests.test_laws_of_the_fold import stored, told
from regulars.engine.tests.worked import programme_text
from regulars.programme.loading import load
from regulars.programme.promise import Programme

RULES = (
    "earn: {rules: [{id: base, currency: points, points: 1, per: 1.50},"
    " {id: mile, currency: miles, points: 1, per: item},"
    " {id: plus, currency: points, points: 7, when: total >= 20.00, on_return: reconsider}],"
    " caps: [{id: monthly, currency: points, per: month, most: 45, at_edge: %s}]}\n"
    "tiers: {counts: spend, window: {rolling_months: 3}, levels:"
    " [{id: guest, at: 0}, {id: mate, at: 30.00}, {id: captain, at: 90.00}]}"
)
#: What the two currencies may promise; the second is not for spending on its own in every programme.
PROMISES = (
    ("debt: yes", "kind: qualifying"),
    ("expiry: {after: earning, months: 1, notice: none}", "debt: yes, pending: {days: 3}"),
    ("pending: {days: 5}, expiry: {after: earning, months: 2, notice: {earliest: 40, latest: 5}}", "debt: yes"),
    ("expiry: {after: inactivity, months: 1, notice: none}, debt: yes", "pending: {until: order delivered, within_days: 9}"),
    (
        "pending: {until: order delivered, within_days: 20}, expiry: {after: earning, months: 1, notice: none}",
        "expiry: {after: inactivity, months: 2, notice: {earliest: 30, latest: 10}}",
    ),
    ("pending: {days: 14}, debt: yes, expiry: {after: inactivity, months: 2, notice: {earliest: 60, latest: 30}}", ""),
)  # fmt: skip


def _programme(points: str, miles: str, edge: str) -> Programme:
    currencies = ", ".join(
        f"{{id: {id}{f', {promise}' if promise else ''}}}" for id, promise in (("points", points), ("miles", miles))
    )
    return load(programme_text(f"programme: {{zone: UTC}}\ncurrencies: [{currencies}]\n{RULES % edge}"))


KERNELS = {(*promise, edge): Kernel(_programme(*promise, edge)) for promise in PROMISES for edge in ("clip", "refuse")}

#: Mostly the same member, soon after the step before, in time, and about what came last: or nothing would ever meet.
WHO = st.sampled_from((0,) * 5 + (1,))
DAYS = st.sampled_from((0,) * 9 + (1, 3, 6, 15, 31, 45))
LATE = st.sampled_from((0,) * 6 + (4, 70))
WHICH = st.sampled_from((0, 0, 0, 1, 1, 2, 3, 9))
BASKETS = st.sampled_from(((), (0,), (2_000,), (4_000,), (999, 1), (600, 1_450), (300, 0, 1_733), (3_000, 3_000)))
SHARES = st.sampled_from(((1_000,), (1_000,), (500,), (333, 1_000), (0, 1_000, 1), (1_001,)))
#: How much is asked for, in thousandths of what there is; one asks for more than that, and one for nothing.
PARTS = st.sampled_from((1_000, 700, 700, 500, 300, 300, 1_100, 0))
CURRENCIES = st.sampled_from(("points",) * 6 + ("miles", "miles", "doubloons"))
WHY = ("sorry", "sorry", "sorry", "")
DECISIONS = (
    *((FORFEITURE, of, points) for of, points in (("points", 0), ("miles", 0), ("points", 1), ("doubloons", 1), ("points", 2))),
    *((FORFEITURE, "points", points) for points in (90, -1)),
    *((TIER, of, keep) for of in ("mate", "captain", "") for keep in (0, 50)),
    *((TIER, of, keep) for of, keep in (("admiral", 0), ("mate", -1))),
)  # fmt: skip


@dataclass
class Account:
    """One member twice over: as the kernel has it, in memory and stored before every step, and as the plain ledger does."""

    life: Life
    stored: Standing
    plain: PlainLedger
    books: Books
    #: Every night that was settled and every event that was told, for telling them again.
    told: list[Event | int] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    #: What was spent, each with the purchase it paid for or an origin of its own.
    spent: dict[str, Origin] = field(default_factory=dict)
    seq: int = 0
    tier: str = "guest"
    floor: tuple[int, int] = (0, 0)


class Lives(RuleBasedStateMachine):
    """Ada and Bruno under one programme."""

    @initialize(promise=st.sampled_from(sorted(KERNELS)))
    def begin(self, promise: tuple[str, str, str]) -> None:
        """Two members who have nothing yet."""
        self.kernel = KERNELS[promise]
        programme = self.kernel.terms.programme
        self.now = START_US
        self.number = 0
        self.accounts = [
            Account(Life(self.kernel, self.kernel.open()), self.kernel.open(), PlainLedger(programme), Books(programme))
            for _ in range(2)
        ]
        self.under_way: list[tuple[list[Moved], list[Sent]]] = []

    # Acts

    @rule(who=WHO, days=DAYS, baskets=st.lists(BASKETS, min_size=1, max_size=3), late=LATE)
    def buys(self, who: int, days: int, baskets: list[tuple[int, ...]], late: int) -> None:
        for nets in baskets:
            event = self._event(PURCHASE, days, late, nets=list(nets), columns={"quantity": [1] * len(nets)})
            self._tell(who, event, lambda plain, day, event=event: plain.buys(event, day))

    @rule(who=WHO, days=DAYS, which=WHICH, shares=SHARES, late=LATE)
    def brings_back(self, who: int, days: int, which: int, shares: tuple[int, ...], late: int) -> None:
        event = self._event(RETURN, days, late)
        origins = self.accounts[who].life.origins
        if which < len(origins):
            event.origin = origin = replace(origins[-1 - which])
            left = [net - gone for net, gone in zip(origin.nets, origin.returned, strict=True)]
            asked = [shares[line % len(shares)] for line in range(len(left))]
            event.nets = [-(-rest * share // 1_000) for rest, share in zip(left, asked, strict=True)]
        name = event.origin.event if event.origin else ""
        self._tell(who, event, lambda plain, day: plain.returns(name, event.nets, day))

    @rule(who=WHO, days=DAYS, which=WHICH, late=LATE)
    def gets_what_was_ordered(self, who: int, days: int, which: int, late: int) -> None:
        event = self._event(DELIVERY, days, late)
        origins = self.accounts[who].life.origins
        if which < len(origins):
            event.origin = replace(origins[-1 - which])
        name = event.origin.event if event.origin else ""
        self._tell(who, event, lambda plain, day: plain.is_delivered(name, day))

    @rule(who=WHO, days=DAYS, of=CURRENCIES, part=PARTS, on=st.booleans())
    def spends(self, who: int, days: int, of: str, part: int, on: bool) -> None:
        event = self._event(REDEMPTION, days, of=of)
        event.points = self._asked(who, of, part)
        paid = self.accounts[who].life.origins[-1:] if on else []
        name = paid[0].event if paid else ""
        self._tell(who, event, lambda plain, day: plain.spends(event.id, of, event.points, day, name), *paid)

    @rule(who=WHO, days=DAYS, which=WHICH)
    def gets_back_what_was_spent(self, who: int, days: int, which: int) -> None:
        spent = self.accounts[who].spent
        event = self._event(REVERSAL, days)
        by = list(spent)[-1 - which] if which < len(spent) else ""
        if by:
            event.origin = replace(spent[by])
        self._tell(who, event, lambda plain, day: plain.reverses(by, day))

    @rule(who=WHO, days=DAYS, of=CURRENCIES, part=PARTS, within=st.sampled_from((0, 1, 5, 30)))
    def sets_aside(self, who: int, days: int, of: str, part: int, within: int) -> None:
        event = self._event(HOLD, days, of=of, within_days=within)
        event.points = self._asked(who, of, part)
        self._tell(who, event, lambda plain, day: plain.holds(event.id, of, event.points, within, day))

    @rule(who=WHO, days=DAYS, which=WHICH, part=PARTS, release=st.booleans())
    def answers_a_hold(self, who: int, days: int, which: int, part: int, release: bool) -> None:
        event = self._event(RELEASE if release else CAPTURE, days, of="points", hold="none")
        plain = self._settled(who)
        found = [(id, hold) for id, purse in plain.purses.items() for hold in purse.holds]
        if found:
            event.of, hold = found[which % len(found)]
            event.hold, event.points = hold.by, sum(points for _, points in hold.parts) * part // 1_000
        if release:
            self._tell(who, event, lambda plain, day: plain.releases(event.of, event.hold, event.points, day))
        else:
            self._tell(who, event, lambda plain, day: plain.captures(event.id, event.of, event.hold, event.points, day))

    @rule(who=WHO, days=DAYS, of=CURRENCIES, points=st.sampled_from((8, 8, 3, -2, -40, 0)), reason=st.sampled_from(WHY))
    def is_given_or_loses(self, who: int, days: int, of: str, points: int, reason: str) -> None:
        event = self._event(ADJUSTMENT, days, of=of, points=points, reason=reason, actor="dagny")
        self._tell(who, event, lambda plain, day: plain.adjusts(of, points, reason, "dagny", day))

    @rule(who=WHO, days=DAYS, decision=st.sampled_from(DECISIONS))
    def is_judged(self, who: int, days: int, decision: tuple[Any, ...]) -> None:
        """Points are forfeited, or a tier is set by hand."""
        kind, of, number = decision
        if kind == FORFEITURE:
            event = self._event(kind, days, of=of, points=number, reason="fraud", actor="dagny" if number < 2 else "")
            self._tell(who, event, lambda plain, day: plain.forfeits(of, number, event.reason, event.actor))
            return
        event = self._event(kind, days, of=of, reason="friend", actor="dagny")
        event.until_day = self.kernel.terms.zone.local(event.at)[0] + number if number else 0
        code = "unknown_tier" if of == "admiral" else "bad_term" if number < 0 else ""
        self._tell(who, event, lambda plain, day: code)

    @rule(who=WHO, days=DAYS, late=LATE)
    def is_told(self, who: int, days: int, late: int) -> None:
        self._tell(who, self._event(NOTICE, days, late), lambda plain, day: plain.is_told(day))

    @rule(who=WHO, days=DAYS, of=CURRENCIES | st.just(""), part=PARTS)
    def sends(self, who: int, days: int, of: str, part: int) -> None:
        """Points leave for another account; with `of` empty, all there is."""
        event = self._event(TRANSFER_OUT, days, of=of)
        event.points = self._asked(who, of, part) if of else 0
        sent: list[Sent] = []

        def act(plain: PlainLedger, day: date) -> str:
            code, left = plain.sends(of, event.points, day) if of else plain.sends_all()
            sent.extend(left)
            return code

        outcome = self._tell(who, event, act)
        assert [(one.currency, one.pot, one.points) for one in outcome.moved] == [one[:3] for one in sent]
        if sent:
            self.under_way.append((list(outcome.moved), sent))

    @rule(who=WHO, days=DAYS)
    def receives(self, who: int, days: int) -> None:
        moved, sent = self.under_way.pop(0) if self.under_way else ([], [])
        event = self._event(TRANSFER_IN, days, moved=moved)
        self._tell(who, event, lambda plain, day: plain.receives(sent, day))

    @rule(days=DAYS)
    def sleeps(self, days: int) -> None:
        self.now += days * DAY_MINUTES * MINUTE_US
        day = self.kernel.terms.zone.local(self.now)[0]
        for account in self.accounts:
            outcome = self.kernel.settle(account.life.standing, day)
            account.stored = stored(account.stored)
            assert told(self.kernel.settle(account.stored, day)) == told(outcome)
            account.plain.nights(date.fromordinal(day))
            note_lapses(account.life.origins, outcome)
            note_spent(account.life.lots, (), None, outcome)
            self._check(account, day, outcome)

    def teardown(self) -> None:
        for account in getattr(self, "accounts", ()):
            again, outcomes = self.kernel.open(), []
            for one in account.told:
                act: Callable[..., Outcome] = self.kernel.settle if isinstance(one, int) else self.kernel.step
                outcomes.append(act(again, one))
            assert movements(outcomes) == movements(account.outcomes)
            assert dump(again) == dump(account.life.standing) == dump(account.stored)

    @invariant()
    def nothing_is_lost_on_the_way(self) -> None:
        """What has left one account and not come to the other is under way."""
        on_the_way = dict.fromkeys(self.kernel.terms.currencies, 0)
        for one in (one for _, sent in self.under_way for one in sent):
            on_the_way[one.currency] += -one.points if one.pot == "debt" else one.points
        for id, points in on_the_way.items():
            assert sum(one.books.pots[id]["transit"] for one in self.accounts if id in one.books.pots) == points

    # Telling and checking

    def _event(self, type: str, days: int, late: int = 0, **more: Any) -> Event:
        self.now += days * DAY_MINUTES * MINUTE_US + MINUTE_US
        self.number += 1
        return Event(type, f"e{self.number}", self.now - late * DAY_MINUTES * MINUTE_US, recorded_at=self.now, **more)

    def _settled(self, who: int) -> PlainLedger:
        """The plain ledger of an account, with all that has fallen due by now."""
        plain = self.accounts[who].plain
        plain.nights(date.fromordinal(self.kernel.terms.zone.local(self.now)[0]))
        return plain

    def _asked(self, who: int, of: str, part: int) -> int:
        purse = self._settled(who).purses.get(of)
        return -(-(purse.pots["available"] if purse else 1_000) * part // 1_000)

    def _tell(self, who: int, event: Event, act: Callable[[PlainLedger, date], str], *paid: Origin) -> Outcome:
        """Tell the kernel, twice, and the plain ledger; all three must say the same. Points may have paid a purchase."""
        account, zone = self.accounts[who], self.kernel.terms.zone
        outcome = tell(account.life, event)
        account.stored = stored(account.stored)
        assert told(self.kernel.step(account.stored, event)) == told(outcome)
        today, day = (date.fromordinal(zone.local(at)[0]) for at in (self.now, account.plain.earning.counted_at(event)))
        account.plain.happens(today)
        account.plain.nights(today)
        refused = act(account.plain, day)
        account.plain.happens(day)
        assert (outcome.refusal.code if outcome.refusal else "") == refused
        own = account.spent[event.id] = Origin(event.id, event.at, [], [], [], [], ())
        note_spent(account.life.lots, [*account.life.origins, *account.spent.values()], own, outcome)
        if not own.spent:
            del account.spent[event.id]
        for origin in paid:
            origin.spent = [*origin.spent, *own.spent]
        self._check(account, event, outcome)
        return outcome

    def _check(self, account: Account, what: Event | int, outcome: Outcome) -> None:
        """What the entries, the standing and the plain ledger say, beside one another; after an event, or a night."""
        account.told.append(what)
        account.outcomes.append(outcome)
        standing, terms = account.life.standing, self.kernel.terms
        for row in numbered(outcome):
            account.seq += 1
            assert row.seq == account.seq
            if isinstance(row, Entry):
                account.books.write(row)
            else:
                self._moves(account, what, row)
        assert standing.seq == account.seq
        assert account.books.agrees(standing)
        assert account.tier == terms.level_ids[standing.tier]
        for id, plain in account.plain.purses.items():
            purse = standing.purses.get(id) or Purse()
            assert _there(account.books.pots.get(id, {})) == _there(plain.pots)
            assert sum(plain.pots.values()) == 0 <= min(purse.available, purse.pending, purse.held, purse.debt)
            assert sorted(map(_kept, purse.open)) == sorted(map(_plain, plain.open()))
            assert sorted(map(_kept, purse.waiting)) == sorted(map(_plain, plain.waiting()))
            assert [(hold.event, hold.lapse_day, [part.left for part in hold.lots]) for hold in purse.holds] == [
                (hold.by, hold.back.toordinal(), [points for _, points in hold.parts])
                for hold in sorted(plain.holds, key=lambda hold: hold.back)
            ]
        if standing.day:
            today = date.fromordinal(standing.day)
            progress = sum(amount for on, amount in account.plain.progress if moved(today, -3) < on <= today)
            assert tiering.progress_on(terms, standing, standing.day) == progress
            if isinstance(what, Event) and what.type == PURCHASE:
                assert all(progress < at for at in terms.levels[standing.tier + 1 :])

    def _moves(self, account: Account, what: Event | int, move: TierMove) -> None:
        """A move begins where the one before ended, and none goes below a tier that a hand set, as long as it holds."""
        levels = self.kernel.terms.level_ids
        assert move.source == account.tier
        account.tier = move.target
        if move.why == "set":
            assert isinstance(what, Event)
            account.floor = (levels.index(what.of), what.until_day) if what.of else (0, 0)
        floor, until = account.floor
        assert levels.index(move.target) >= floor or 0 < until < move.day


def _there(pots: Mapping[str, int]) -> dict[str, int]:
    return {pot: points for pot, points in pots.items() if points}


def _kept(lot: Lot) -> tuple[int, int, int, int]:
    return (lot.left, lot.earned_day, lot.available_day, lot.expires_day)


def _plain(lot: PlainLot) -> tuple[int, int, int, int]:
    last = NEVER if lot.last == FAR else lot.last.toordinal()
    return (lot.left, lot.earned.toordinal(), lot.available.toordinal(), last)


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=max(300, settings().max_examples), stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
