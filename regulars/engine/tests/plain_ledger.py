"""The ledger a second time, naively: what each act does to the lots of `plain_purse`, and what it is refused for.

Written from docs/rules, not from the engine, and told of nothing but what happens: it decides by itself what falls due
when, and in which order points are taken. What a purchase earns is worked out by `PlainEarning`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from regulars.engine.events import Event, Opening
from regulars.engine.tests.plain_earning import Gain, PlainEarning, shared
from regulars.engine.tests.plain_past import Bought, Left, Sent, Spending
from regulars.engine.tests.plain_purse import FAR, Parts, PlainHold, PlainLot, PlainPurse
from regulars.engine.tests.plain_tiers import moved
from regulars.programme.earn import Rule
from regulars.programme.promise import Programme


class PlainLedger:
    """One account. Each act answers the code of its refusal, or nothing; `day` is the one as of which it counts."""

    def __init__(self, programme: Programme) -> None:
        self.rules: dict[str, Rule] = {rule.id: rule for rule in programme.earn.rules}
        self.caps = programme.earn.caps
        self.earning = PlainEarning(programme)
        self.purses = {currency.id: PlainPurse(currency) for currency in programme.currencies}
        self.purchases: dict[str, Bought] = {}
        self.spendings: dict[str, Spending] = {}
        self.left: dict[tuple[str, object], list[Left]] = {}
        self.progress: list[tuple[date, int]] = []
        self.settled = date.max
        #: Whether anything happened, and whether nothing did since an opening.
        self.begun = self.opened = False

    def nights(self, until: date) -> None:
        """The first moment of every day up to `until`, from the earliest on that anything happened on since."""
        while self.settled <= until:
            for purse in self.purses.values():
                purse.open_or_lapse(self.settled)
            for purse in self.purses.values():
                purse.let_holds_lapse(self.settled)
            for purse in self.purses.values():
                purse.expire(self.settled)
            self.settled += timedelta(days=1)

    def happens(self, day: date) -> None:
        """Something counts as of `day`: what falls due because of it may have been due since."""
        self.settled = min(self.settled, day)

    def progress_on(self, day: date) -> int:
        """What counts towards a tier over the three months up to `day`."""
        return sum(amount for on, amount in self.progress if moved(day, -3) < on <= day)

    # Earning, and taking it back

    def buys(self, event: Event, day: date) -> str:
        """A purchase, with what it earns."""
        bought = Bought(day, list(event.nets), [0] * len(event.nets), [])
        gains = self.earning.earn(replace(event, at=self.earning.counted_at(event)), "")
        for id, purse in self.purses.items():
            mine = [gain for gain in gains if gain.currency == id]
            for gain in mine:
                lot = self._granted(purse, gain.amount, day)
                lot.of = event.id
                bought.gains.append((gain, lot))
            purse.be_active(day)
            if mine:
                purse.pay()
        bought.worths = self.earning.worths.pop(event.id, [])
        self.purchases[event.id] = bought
        self.progress.append((day, sum(event.nets)))
        return ""

    def _granted(self, purse: PlainPurse, points: int, day: date) -> PlainLot:
        pending = purse.currency.pending
        if pending is None:
            return purse.lot(points, "issued", day, day, purse.last_from(day))
        available = day + timedelta(days=1 + (pending.days or pending.within_days))
        last = FAR if pending.event else purse.last_from(available)
        lot = purse.lot(points, "issued", day, available, last, waits=True)
        lot.awaits = bool(pending.event)
        return lot

    def is_delivered(self, purchase: str, day: date) -> str:
        """What the points of a purchase waited for has come."""
        for purse in self.purses.values():
            lots = [lot for lot in purse.waiting() if lot.awaits and purchase and lot.of == purchase]
            for lot in lots:
                lot.available, lot.last = day, purse.last_from(day)
                purse.be_available(lot, day)
            if lots:
                purse.pay()
        return ""

    def returns(self, purchase: str, nets: Sequence[int], day: date) -> str:
        """So much of each line comes back."""
        bought = self.purchases.get(purchase)
        if bought is None:
            return "unknown_original"
        after = [gone + now for gone, now in zip(bought.returned, nets, strict=True)]
        if any(now > most for now, most in zip(after, bought.nets, strict=True)):
            return "return_exceeds_purchase"
        paid = [shared(spending.amount, bought.nets) for spending in bought.paid]
        dues = [self._part(shares, replace(bought, returned=[0] * len(nets)), after) for shares in paid]
        free_lines = bought.nets.count(0) if bought.returned != bought.nets else 0
        if (
            not sum(nets)
            and not free_lines
            and all(due <= s.returned for due, s in zip(dues, bought.paid, strict=True))
        ):
            return "nothing_to_return"
        for spending, due in zip(bought.paid, dues, strict=True):
            self._comes_back(spending, max(0, due - spending.returned), day)
        self._fractions_go(bought, after)
        for gain, lot in bought.gains:
            points = self._lost(gain, bought, after)
            if points:
                self._goes(Left(gain, lot, points, bought.day), purchase)
        if after == bought.nets != bought.returned:
            for place in self.earning.counting.come_back(purchase):
                for left in self.left.pop(place, []):
                    self._goes(left, "")
        self.progress.append((bought.day, -sum(nets)))
        bought.returned = after
        return ""

    def _fractions_go(self, bought: Bought, after: list[int]) -> None:
        """What goes of the exact worth beside the whole points goes from the fraction, or the points' rest into it."""
        for worth in bought.worths:
            gains = [gain for gain, _ in bought.gains if gain.rule == worth.rule]
            points = sum(self._lost(gain, bought, after) for gain in gains)
            if gains and self.rules[worth.rule].on_return == "reconsider":
                parts = sum(worth.parts) if points else 0
            else:
                parts = self._part(worth.parts, bought, after) if bought.nets else 0
            self.earning.carry[worth.currency] += points - Fraction(parts, worth.finest)

    def _goes(self, left: Left, purchase: str) -> None:
        """What a purchase earned is taken back; but not what another one of its day or period stands for as well."""
        rule, counting = self.rules[left.gain.rule], self.earning.counting
        while rule.of:
            rule = self.rules[rule.of[0]]
        if (rule.streak or rule.count == "days") and counting.shares_its_gift(rule.id, purchase):
            self.left.setdefault((rule.id, counting.given_by(rule.id, purchase)), []).append(left)
        elif not left.lot.lapsed:
            gone = min(left.lot.ended, left.points)
            left.lot.ended -= gone
            self._claw_back(self.purses[left.gain.currency], left.lot, left.points - gone)
            self._make_room(left.gain, left.points, left.bought)

    def _part(self, shares: Sequence[int], bought: Bought, after: Sequence[int]) -> int:
        """Of shares by line, what goes back with what has come back now."""
        whole = after == bought.nets != bought.returned
        return sum(
            share * now // net - share * before // net if net else share * whole
            for share, net, before, now in zip(shares, bought.nets, bought.returned, after, strict=True)
        )

    def _lost(self, gain: Gain, bought: Bought, after: list[int]) -> int:
        rule = self.rules[gain.rule]
        if rule.on_return != "reconsider":
            return self._part(gain.shares, bought, after) if bought.nets else 0
        return gain.amount if self._stands(rule, bought, bought.returned) > self._stands(rule, bought, after) else 0

    def _stands(self, rule: Rule, bought: Bought, gone: list[int]) -> bool:
        left = [net - back for net, back in zip(bought.nets, gone, strict=True) if back < net or not net]
        asked = rule.when.function() if rule.when else lambda *_: True
        return gone != bought.nets and asked({"total": sum(left)}, [{"net": net} for net in left])

    def _claw_back(self, purse: PlainPurse, own: PlainLot, points: int) -> None:
        """Of its own lot, and what holds gave back of it, of what waits, what is available, or what is held if nothing
        may be owed; or it is forgiven."""
        open, waiting = purse.open(), purse.waiting()
        for lots in ([lot for lot in (*open, *waiting) if own in (lot, lot.root)], waiting, open):
            points -= sum(some for _, some in purse.take(lots, points, "issued"))
        if purse.currency.debt:
            purse.move("debt", "issued", points)
        else:
            purse.take_held(own, points)

    def _make_room(self, gain: Gain, points: int, bought: date) -> None:
        """A cap has as much more room in the period of the purchase."""
        for cap in self.caps:
            if gain.rule in cap.rules:
                self.earning.used[cap.id, (bought.year, bought.month)] -= points

    # Spending, and giving it back

    def _cannot(self, currency: str, points: int) -> str:
        """Why so many points cannot be spent."""
        purse = self.purses.get(currency)
        if purse is None or purse.currency.kind == "qualifying":
            return "unknown_currency"
        return "bad_points" if points <= 0 else "insufficient_points" if points > purse.pots["available"] else ""

    def spends(self, event: str, currency: str, points: int, day: date, on: str = "") -> str:
        """A redemption, which may pay a part of the purchase `on`."""
        refused = self._cannot(currency, points)
        if not refused:
            purse = self.purses[currency]
            self.spendings[event] = Spending(currency, purse.take(purse.open(), points, "redeemed"))
            purse.be_active(day)
            if on:
                self.purchases[on].paid.append(self.spendings[event])
        return refused

    def reverses(self, event: str, day: date) -> str:
        """All that is left of what was spent comes back."""
        spending = self.spendings.get(event)
        if spending is None:
            return "unknown_original"
        if spending.returned == spending.amount:
            return "already_reversed"
        self._comes_back(spending, spending.amount - spending.returned, day)
        return ""

    def _comes_back(self, spending: Spending, points: int, day: date) -> None:
        """Points come back to the lots they were taken from, the last one first."""
        one_by_one = [lot for lot, some in reversed(spending.parts) for _ in range(some)]
        back = one_by_one[spending.returned : spending.returned + points]
        spending.returned += points
        purse = self.purses[spending.currency]
        if back and spending.elsewhere:  # it comes back as lots of their own
            for lot in dict.fromkeys(back):
                purse.lot(back.count(lot), "redeemed", lot.earned, lot.available, lot.last)
            purse.put_back([], "", day)
        elif back:
            purse.put_back([(lot, 1) for lot in back], "redeemed", day)

    def holds(self, event: str, currency: str, points: int, within_days: int, day: date) -> str:
        """So many points are set aside, for so many days more."""
        refused = "bad_term" if within_days < 1 else self._cannot(currency, points)
        if not refused:
            purse = self.purses[currency]
            parts = purse.take(purse.open(), points, "held")
            purse.holds.append(PlainHold(event, day, day + timedelta(days=within_days + 1), parts))
            purse.be_active(day)
        return refused

    def captures(self, event: str, currency: str, hold: str, points: int, day: date) -> str:
        """What was held is spent."""
        refused, parts = self._answers(currency, hold, points)
        if not refused:
            self.spendings[event] = Spending(currency, parts)
            self.purses[currency].move("held", "redeemed", self.spendings[event].amount)
            self.purses[currency].be_active(day)
        return refused

    def releases(self, currency: str, hold: str, points: int, day: date) -> str:
        """What was held is available again, as it was."""
        refused, parts = self._answers(currency, hold, points)
        if not refused:
            self.purses[currency].put_back(parts, "held", day)
        return refused

    def _answers(self, currency: str, by: str, points: int) -> tuple[str, Parts]:
        purse = self.purses.get(currency)
        found = [hold for hold in purse.holds if hold.by == by] if purse else []
        if purse is None or not found:
            return "unknown_hold", []
        (hold,) = found
        held = sum(some for _, some in hold.parts)
        if points > held:
            return "hold_exceeded", []
        left, taken, kept = points or held, [], []
        for lot, some in hold.parts:
            now = min(left, some)
            left -= now
            taken.append((lot, now))
            kept.append((lot, some - now))
        hold.parts = [part for part in kept if part[1]]
        if not hold.parts:
            purse.holds.remove(hold)
        return "", [part for part in taken if part[1]]

    # What somebody decides

    def adjusts(self, currency: str, points: int, reason: str, actor: str, day: date) -> str:
        """Points are given, or taken if they are below zero."""
        purse = self.purses.get(currency)
        if purse is None:
            return "unknown_currency"
        refused = _undecided(points != 0, reason, actor)
        if refused or points < -purse.pots["available"]:
            return refused or "insufficient_points"
        if points < 0:
            purse.take(purse.open(), -points, "issued")
        else:
            purse.lot(points, "issued", day, day, purse.last_from(day))
            purse.be_active(day)
            purse.pay()
        return ""

    def forfeits(self, currency: str, points: int, reason: str, actor: str) -> str:
        """Points are taken for good: so many, or with 0 all that is available and all that waits."""
        purse = self.purses.get(currency)
        if purse is None:
            return "unknown_currency"
        refused = _undecided(points >= 0, reason, actor)
        if refused or points > purse.pots["available"]:
            return refused or "insufficient_points"
        if not points:
            purse.take(purse.waiting(), purse.pots["pending"], "forfeited")
        purse.take(purse.open(), points or purse.pots["available"], "forfeited")
        return ""

    def is_told(self, day: date) -> str:
        """A notice that points may expire."""
        for purse in self.purses.values():
            purse.notices.append(day)
        return ""

    # Another system

    def opens(self, opening: Opening, day: date) -> str:
        """What was brought along is here, with its own days."""
        if self.begun:
            return "not_first"
        for one in opening.lots:
            purse, available = self.purses[one.currency], date.fromordinal(one.available_day)
            last = date.fromordinal(one.expires_day) if one.expires_day else FAR
            purse.lot(one.points, "issued", date.fromordinal(one.earned_day), available, last, available > day)
            purse.active = date.fromordinal(opening.active_day) if opening.active_day else day
        for of, points in opening.debts:
            self.purses[of].move("debt", "issued", points)
        self.progress += [(date.fromordinal(on), amount) for on, amount in opening.progress]
        return ""

    def withdraws(self) -> str:
        """What was brought along is gone again, as if it had never been here."""
        if not self.opened:
            return "not_opened"
        for id, purse in self.purses.items():
            assert set(purse.pots) <= {"issued", "pending", "available", "debt", "expired"}
            self.purses[id] = PlainPurse(purse.currency)
        self.progress, self.settled = [], date.max
        return ""

    # Two accounts

    def sends(self, currency: str, points: int, day: date) -> tuple[str, list[Sent]]:
        """So many points leave for another account."""
        refused = self._cannot(currency, points)
        if refused:
            return refused, []
        purse = self.purses[currency]
        purse.be_active(day)
        return "", _sent(purse, purse.take(purse.open(), points, "transit"), "available")

    def sends_all(self) -> tuple[str, list[Sent]]:
        """All there is leaves, also what waits and what is owed."""
        if any(purse.holds for purse in self.purses.values()):
            return "holds_open", []
        sent = []
        for _, purse in sorted(self.purses.items()):
            for pot, lots in (("pending", purse.waiting()), ("available", purse.open())):
                sent += _sent(purse, purse.take(lots, purse.pots[pot], "transit"), pot)
            owed = -purse.pots["debt"]
            if owed:
                purse.move("transit", "debt", owed)
                sent.append(Sent(purse.currency.id, "debt", owed, FAR, FAR, False))
        return "", sent

    def receives(self, sent: Sequence[Sent], day: date) -> str:
        """What another account sent is here, each part as a lot of its own."""
        for one in sent:
            purse = self.purses[one.currency]
            if one.pot == "debt":
                purse.move("debt", "transit", one.points)
                continue
            waits = one.pot == "pending"
            available = max(one.available, day) if waits else one.available
            lot = purse.lot(one.points, "transit", day, available, one.last, waits)
            lot.awaits = one.awaits
            if one.pot == "available":
                purse.be_active(day)
        for purse in self.purses.values():
            if sent:
                purse.pay()
        return "" if sent else "nothing_moved"


def _sent(purse: PlainPurse, parts: Parts, pot: str) -> list[Sent]:
    return [Sent(purse.currency.id, pot, points, lot.available, lot.last, lot.awaits) for lot, points in parts]


def _undecided(sensible: bool, reason: str, actor: str) -> str:
    return "bad_points" if not sensible else "reason_missing" if not reason else "" if actor else "actor_missing"
