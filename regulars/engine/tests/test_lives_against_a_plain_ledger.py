"""Lives of two members, step by step, beside a plain ledger: every act there is, in any order, at any time.

After each step, for each account: the pots are those of the plain ledger, and so is every lot with its days, every hold
and the progress; the entries alone come to the same; available points are never below zero; and a standing that
is stored and loaded before every step has done the same. In the end the events are told again, and do the same again.

It was seen to fail on a kernel made wrong on purpose, by some hundred lives: a part of a redemption came back to its first
lots; a return gave no room back under a cap, rounded each part by itself, or passed over its own lots; lots were spent in
the order of earning; a delivery left the last day as it was; debts were not paid by what came back; goodwill was no
activity. And by some thousand: what lapsed with a return was taken from other lots; a notice from before the last
activity counted; `load` turned the holds round; a merge left the debt behind, or sent what waits for an event as if it
waited for a day; a redemption was no activity; a lot without a notice kept those after it from expiring.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from regulars.engine.events import (
    ADJUSTMENT,
    CAPTURE,
    FORFEITURE,
    HOLD,
    NOTICE,
    OPENING,
    PURCHASE,
    REDEMPTION,
    RELEASE,
    RETURN,
    REVERSAL,
    TIER,
    TRANSFER_IN,
    TRANSFER_OUT,
    WITHDRAWAL,
    Event,
    OpenedLot,
    Opening,
    Origin,
)
from regulars.engine.kernel import Kernel
from regulars.engine.tests.plain_ledger import PlainLedger
from regulars.engine.tests.plain_past import Sent
from regulars.engine.tests.plain_purse import PlainHold
from regulars.engine.tests.random_lives import DELIVERY
from regulars.engine.tests.two_lives import TwoLives
from regulars.engine.tests.worked import programme_text
from regulars.programme.loading import load

RULES = (
    "earn: {rules: [{id: base, currency: points, points: 1, per: 1.50},"
    " {id: mile, currency: miles, points: 1, per: item},"
    " {id: plus, currency: points, points: 7, when: total >= 20.00, on_return: reconsider}%s],"
    " caps: [{id: monthly, currency: points, per: month, most: 45, at_edge: %s}]}\n"
    "tiers: {counts: spend, window: {rolling_months: 3}, levels:"
    " [{id: guest, at: 0}, {id: mate, at: 30.00}, {id: captain, at: 90.00}]}"
)
COUNTING = (
    ", {id: loyal, currency: points, points: 6, streak: {days: 2}}, {id: more, currency: points, times: 1.5, of: [loyal]},"
    " {id: third, currency: miles, points: 5, every: 2, count: days}"
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


def _text(points: str, miles: str, edge: str, counting: str = COUNTING) -> str:
    currencies = ", ".join(
        f"{{id: {id}{f', {promise}' if promise else ''}}}" for id, promise in (("points", points), ("miles", miles))
    )
    return programme_text(f"programme: {{zone: UTC}}\ncurrencies: [{currencies}]\n{RULES % (counting, edge)}")


TEXTS = {(*promise, edge): _text(*promise, edge) for promise in PROMISES for edge in ("clip", "refuse")}
#: The same without rules that count: how two counts become one has laws of its own.
PLAIN_TEXTS = {(*promise, edge): _text(*promise, edge, "") for promise in PROMISES for edge in ("clip", "refuse")}
KERNELS = {promise: Kernel(load(text)) for promise, text in TEXTS.items()}

#: Mostly the same member, soon after the step before, in time, and about what came last: or nothing would ever meet.
WHO = st.sampled_from((0,) * 5 + (1,))
DAYS = st.sampled_from((0,) * 10 + (1, 2, 3, 6, 15, 31, 45))
LATE = st.sampled_from((0,) * 6 + (4, 70))
WHICH = st.sampled_from((0, 0, 0, 1, 1, 2, 3, 9))
BASKETS = st.sampled_from(((), (0,), (2_000,), (4_000,), (999, 1), (600, 1_450), (300, 0, 1_733), (3_000, 3_000)))
#: How much of each line comes back, in thousandths of what is left of it.
SHARES = st.sampled_from(((1_000,), (500,), (333, 1_000), (0, 1_000, 1), (700, 200), (1_001,)))
#: How much is asked for, in thousandths of what there is; seldom more than that.
PARTS = st.sampled_from((1_000, 700, 700, 500, 300, 300, 1_100))

#: What is refused, whatever came before: the event, and what the plain ledger is asked.
Wrong = tuple[str, dict[str, Any], Callable[[PlainLedger, Event, date], str]]
WRONG: tuple[Wrong, ...] = (
    (RETURN, {}, lambda plain, e, day: plain.returns("", [], day)),
    (REDEMPTION, {"of": "points", "points": 10**6}, lambda plain, e, day: plain.spends(e.id, e.of, e.points, day)),
    (REDEMPTION, {"of": "points", "points": -1}, lambda plain, e, day: plain.spends(e.id, e.of, e.points, day)),
    (HOLD, {"of": "doubloons", "points": 1, "within_days": 1}, lambda plain, e, day: plain.holds(e.id, e.of, 1, 1, day)),
    (HOLD, {"of": "points", "points": 1}, lambda plain, e, day: plain.holds(e.id, e.of, 1, 0, day)),
    (CAPTURE, {"of": "miles", "hold": "none"}, lambda plain, e, day: plain.captures(e.id, e.of, e.hold, 0, day)),
    (REVERSAL, {}, lambda plain, e, day: plain.reverses("", day)),
    (ADJUSTMENT, {"of": "points", "actor": "a"}, lambda plain, e, day: plain.adjusts(e.of, 0, "", "a", day)),
    (ADJUSTMENT, {"of": "miles", "points": 1}, lambda plain, e, day: plain.adjusts(e.of, 1, "", "", day)),
    (ADJUSTMENT, {"of": "points", "points": -(10**6), "reason": "r", "actor": "a"},
     lambda plain, e, day: plain.adjusts(e.of, e.points, "r", "a", day)),
    (FORFEITURE, {"of": "points", "points": 1, "reason": "r"}, lambda plain, e, day: plain.forfeits(e.of, 1, "r", "")),
    (FORFEITURE, {"of": "doubloons"}, lambda plain, e, day: plain.forfeits(e.of, 0, "", "")),
    (TIER, {"of": "admiral", "reason": "r", "actor": "a"}, lambda plain, e, day: "unknown_tier"),
    (TIER, {"of": "mate", "reason": "r", "actor": "a", "until_day": 1}, lambda plain, e, day: "bad_term"),
    (TRANSFER_OUT, {"of": "points", "points": 10**6}, lambda plain, e, day: plain.sends(e.of, e.points, day)[0]),
    (TRANSFER_IN, {}, lambda plain, e, day: plain.receives([], day)),
)  # fmt: skip


class Lives(RuleBasedStateMachine):
    """Ada and Bruno under one programme."""

    @initialize(promise=st.sampled_from(sorted(KERNELS)), baskets=st.lists(BASKETS, min_size=2, max_size=5))
    def begin(self, promise: tuple[str, str, str], baskets: list[tuple[int, ...]]) -> None:
        """Ada has bought this and that."""
        self.two = TwoLives(KERNELS[promise])
        self.accounts = self.two.accounts
        self.buys(0, 0, baskets, 0)

    def teardown(self) -> None:
        for account in getattr(self, "accounts", ()):
            account.fold_again()

    @invariant()
    def nothing_is_lost_on_the_way(self) -> None:
        """What has left one account and not come to the other is under way."""
        for id in self.two.kernel.terms.currencies:
            parts = [one for _, sent in self.two.under_way for one in sent if one.currency == id]
            on_the_way = sum(-one.points if one.pot == "debt" else one.points for one in parts)
            assert sum(one.books.pots[id]["transit"] for one in self.accounts if id in one.books.pots) == on_the_way

    # What there is to act upon

    def _purses(self) -> list[tuple[int, str, int]]:
        """Who could spend how much of which currency."""
        return [
            (who, id, purse.pots["available"])
            for who, account in enumerate(self.accounts)
            for id, purse in account.plain.purses.items()
            if purse.pots["available"] and purse.currency.kind != "qualifying"
        ]

    def _holds(self) -> list[tuple[int, str, PlainHold]]:
        return [
            (who, id, hold)
            for who, account in enumerate(self.accounts)
            for id, purse in account.plain.purses.items()
            for hold in purse.holds
        ]

    def _origins(self) -> list[tuple[int, Origin]]:
        """Purchases of which there is something to bring back, the last one first."""
        found = [
            (who, origin)
            for who, account in enumerate(self.accounts)
            for origin in account.life.origins
            if list(origin.nets) != list(origin.returned)
        ]
        return found[::-1]

    def _spendings(self) -> list[tuple[int, str]]:
        return [(who, by) for who, account in enumerate(self.accounts) for by in account.spent][::-1]

    # Acts

    @rule(who=st.sampled_from((1, 1, 0)), days=DAYS, which=WHICH, points=st.sampled_from((40, 7)), owes=st.booleans())
    def opens(self, who: int, days: int, which: int, points: int, owes: bool) -> None:
        """Points come from another system: some old, some that wait; or what is owed there."""
        self.two.pass_days(days)
        terms, today, lots, debts = self.two.kernel.terms, self.two.today, [], []
        for id, currency in terms.currencies.items():
            ends = [today + 9 + which, 0, today] if currency.after == "earning" else [0, 0, 0]
            wait = 0 if currency.awaits else 4
            lots.append(OpenedLot(id, points, today - which, today + wait, ends[0] and ends[0] + wait))
            if owes and currency.debt:
                debts = [(id, 11)]
                lots = [lot for lot in lots if lot.currency != id or wait]
            else:
                lots += [OpenedLot(id, points, today - 20 * which, today - which, end) for end in ends[1:]]
        opening = Opening(lots, debts, [(today - 30 * which, 10 * points)], today - 400, today - which)
        event = self.two.event(OPENING, opening=opening, of=("", "mate", "guest")[which % 3])
        self.two.tell(who, event, lambda plain, day: plain.opens(opening, day))

    @rule(who=st.sampled_from((1, 1, 1, 0)), days=DAYS)
    def loses_what_was_opened(self, who: int, days: int) -> None:
        self.two.pass_days(days)
        event = self.two.event(WITHDRAWAL)
        self.two.tell(who, event, lambda plain, day: plain.withdraws())

    @rule(who=WHO, days=DAYS, baskets=st.lists(BASKETS, min_size=1, max_size=3), late=LATE)
    def buys(self, who: int, days: int, baskets: list[tuple[int, ...]], late: int) -> None:
        self.two.pass_days(days)
        for nets in baskets:
            event = self.two.event(PURCHASE, late, nets=list(nets), columns={"quantity": [1] * len(nets)})
            self.two.tell(who, event, lambda plain, day, event=event: plain.buys(event, day))

    @precondition(lambda self: self._origins())
    @rule(days=DAYS, which=WHICH, shares=SHARES, late=LATE)
    def brings_back(self, days: int, which: int, shares: tuple[int, ...], late: int) -> None:
        self.two.pass_days(days)
        origins = self._origins()
        who, origin = origins[which % len(origins)]
        left = [net - gone for net, gone in zip(origin.nets, origin.returned, strict=True)]
        asked = [shares[line % len(shares)] for line in range(len(left))]
        nets = [-(-rest * share // 1_000) for rest, share in zip(left, asked, strict=True)]
        event = self.two.event(RETURN, late, nets=nets, origin=replace(origin))
        self.two.tell(who, event, lambda plain, day: plain.returns(origin.event, nets, day))

    @precondition(lambda self: any(currency.awaits for currency in self.two.kernel.terms.currencies.values()))
    @rule(who=WHO, days=DAYS, which=WHICH, late=LATE)
    def gets_what_was_ordered(self, who: int, days: int, which: int, late: int) -> None:
        self.two.pass_days(days)
        event = self.two.event(DELIVERY, late)
        origins = self.accounts[self.two.at(who)].life.origins
        event.origin = replace(origins[-1 - which]) if which < len(origins) else None
        name = event.origin.event if event.origin else ""
        self.two.tell(who, event, lambda plain, day: plain.is_delivered(name, day))

    @precondition(lambda self: self._purses())
    @rule(days=DAYS, which=WHICH, part=PARTS, on=st.booleans())
    def spends(self, days: int, which: int, part: int, on: bool) -> None:
        who, of, points = self._asks(days, which, part)
        event = self.two.event(REDEMPTION, of=of, points=points)
        paid = [origin for whose, origin in self._origins() if whose == who][:1] if on else []
        name = paid[0].event if paid else ""
        self.two.tell(who, event, lambda plain, day: plain.spends(event.id, of, points, day, name), *paid)

    @precondition(lambda self: self._spendings())
    @rule(days=DAYS, which=WHICH)
    def gets_back_what_was_spent(self, days: int, which: int) -> None:
        self.two.pass_days(days)
        spendings = self._spendings()
        who, by = spendings[which % len(spendings)]
        event = self.two.event(REVERSAL, origin=replace(self.accounts[who].spent[by]))
        self.two.tell(who, event, lambda plain, day: plain.reverses(by, day))

    @precondition(lambda self: self._purses())
    @rule(days=DAYS, which=WHICH, part=PARTS, within=st.sampled_from((1, 5, 30)))
    def sets_aside(self, days: int, which: int, part: int, within: int) -> None:
        who, of, points = self._asks(days, which, part)
        event = self.two.event(HOLD, of=of, points=points, within_days=within)
        self.two.tell(who, event, lambda plain, day: plain.holds(event.id, of, points, within, day))

    @precondition(lambda self: self._holds())
    @rule(days=DAYS, which=WHICH, part=PARTS)
    def captures(self, days: int, which: int, part: int) -> None:
        who, of, hold, points = self._answers(days, which, part)
        event = self.two.event(CAPTURE, of=of, hold=hold.by, points=points)
        self.two.tell(who, event, lambda plain, day: plain.captures(event.id, of, hold.by, points, day))

    @precondition(lambda self: self._holds())
    @rule(days=DAYS, which=WHICH, part=PARTS)
    def releases(self, days: int, which: int, part: int) -> None:
        who, of, hold, points = self._answers(days, which, part)
        event = self.two.event(RELEASE, of=of, hold=hold.by, points=points)
        self.two.tell(who, event, lambda plain, day: plain.releases(of, hold.by, points, day))

    @rule(who=WHO, days=DAYS, of=st.sampled_from(("points", "miles")), points=st.sampled_from((8, 8, 3, -2)))
    def is_given_or_loses(self, who: int, days: int, of: str, points: int) -> None:
        self.two.pass_days(days)
        event = self.two.event(ADJUSTMENT, of=of, points=points, reason="sorry", actor="dagny")
        self.two.tell(who, event, lambda plain, day: plain.adjusts(of, points, "sorry", "dagny", day))

    @precondition(lambda self: self._purses())
    @rule(days=DAYS, which=WHICH, points=st.sampled_from((1, 2, 0)))
    def forfeits(self, days: int, which: int, points: int) -> None:
        who, of, _ = self._asks(days, which, 1_000)
        event = self.two.event(FORFEITURE, of=of, points=points, reason="fraud", actor="dagny")
        self.two.tell(who, event, lambda plain, day: plain.forfeits(of, points, "fraud", "dagny"))

    @precondition(lambda self: self._purses())
    @rule(days=DAYS, which=WHICH, part=PARTS, all=st.sampled_from((False, False, True)))
    def sends(self, days: int, which: int, part: int, all: bool) -> None:
        """Points leave for another account, or all there is."""
        who, of, points = self._asks(days, which, part)
        event = self.two.event(TRANSFER_OUT) if all else self.two.event(TRANSFER_OUT, of=of, points=points)
        sent: list[Sent] = []

        def act(plain: PlainLedger, day: date) -> str:
            code, left = plain.sends_all() if all else plain.sends(of, points, day)
            sent.extend(left)
            return code

        outcome = self.two.tell(who, event, act)
        assert [(one.currency, one.pot, one.points) for one in outcome.moved] == [one[:3] for one in sent]
        self.two.under_way += [(list(outcome.moved), sent)] if sent else []

    @precondition(lambda self: self.two.under_way)
    @rule(who=WHO, days=DAYS)
    def receives(self, who: int, days: int) -> None:
        self.two.pass_days(days)
        moved, sent = self.two.under_way.pop(0)
        event = self.two.event(TRANSFER_IN, moved=moved)
        self.two.tell(who, event, lambda plain, day: plain.receives(sent, day))

    @rule(who=WHO, days=DAYS, late=LATE, tier=st.sampled_from((None, None, None, None, "mate", "captain", "")))
    def is_told(self, who: int, days: int, late: int, tier: str | None) -> None:
        """A notice that points may expire; or of a tier that somebody gave, or took away."""
        self.two.pass_days(days)
        if tier is None:
            self.two.tell(who, self.two.event(NOTICE, late), lambda plain, day: plain.is_told(day))
            return
        event = self.two.event(TIER, of=tier, reason="friend", actor="dagny", until_day=late and self.two.today + late)
        self.two.tell(who, event, lambda plain, day: "")

    @rule(who=WHO, days=DAYS, wrong=st.sampled_from(WRONG))
    def is_refused(self, who: int, days: int, wrong: Wrong) -> None:
        self.two.pass_days(days)
        event = self.two.event(wrong[0], **wrong[1])
        assert self.two.tell(who, event, lambda plain, day: wrong[2](plain, event, day)).refusal

    @rule(days=DAYS)
    def sleeps(self, days: int) -> None:
        self.two.pass_days(days)
        self.two.sleep()

    def _answers(self, days: int, which: int, part: int) -> tuple[int, str, PlainHold, int]:
        """Who answers which hold of which currency, and how much of it."""
        holds = self._holds()
        who, of, hold = holds[which % len(holds)]
        self.two.pass_days(days)
        return who, of, hold, sum(points for _, points in hold.parts) * part // 1_000

    def _asks(self, days: int, which: int, part: int) -> tuple[int, str, int]:
        """Who asks for how much of which currency, of what was there before so many days passed."""
        purses = self._purses()
        who, of, there = purses[which % len(purses)]
        self.two.pass_days(days)
        return who, of, -(-there * part // 1_000)


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=max(240, settings().max_examples), stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
