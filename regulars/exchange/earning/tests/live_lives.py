"""Two members as the ledger has them, beside a plain ledger of each: whatever is told is told to both, as a till, a
counter or the house would tell it, and the rows must say what the plain ledger says.

It stands in for `engine.tests.two_lives.TwoLives`, where the kernel alone is told: so the same lives are lived live.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from regulars.engine import tiering
from regulars.engine.entries import Outcome, Refusal
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
    WITHDRAWAL,
    Event,
    Origin,
)
from regulars.engine.kernel import Kernel
from regulars.engine.purse import Purse
from regulars.engine.tests.plain_ledger import PlainLedger
from regulars.engine.tests.plain_past import Sent
from regulars.engine.tests.random_lives import DAY_MINUTES, DELIVERY, MINUTE_US, START_US
from regulars.engine.tests.two_lives import kept_lot, plain_lot
from regulars.exchange.earning import acting
from regulars.exchange.earning.acting import ActRefused, By, Done
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import DUPLICATE, Result, carry_out, take
from regulars.exchange.earning.refolding import keys_agree, refolder
from regulars.exchange.earning.tests.cast import account, fresh
from regulars.exchange.ledger.assembling import POTS, Held, assemble
from regulars.exchange.ledger.posting import move
from regulars.exchange.ledger.proving import prove
from regulars.ground.activity.contract import Act, Incoming
from regulars.ground.members.enrolling import Person, enrol
from regulars.kit.zones import from_microseconds

TILL = "till"
#: Something told: at an instant, answering (code of its refusal, told before, the event here).
Told = Callable[[datetime], tuple[str, bool, UUID | None]]


@dataclass
class Remembered:
    """What a till remembers of one member: the purchases that may come back."""

    origins: list[Origin] = field(default_factory=list)


@dataclass
class Account:
    """One member twice over: `number` is the account in the ledger, `plain` the ledger by hand."""

    member: str
    number: int
    plain: PlainLedger
    life: Remembered = field(default_factory=Remembered)
    #: What was spent, by the name of its event; the purchase is not told again of it.
    spent: dict[str, Origin] = field(default_factory=dict)

    def rows(self) -> list[Any]:
        """All that is kept of it, short."""
        return _rows(
            "SELECT (SELECT count(*) FROM event WHERE account_id = %(account)s), (SELECT jsonb_agg(b) FROM balance b"
            " WHERE account_id = %(account)s), (SELECT jsonb_agg(l ORDER BY seq) FROM lot l WHERE account_id ="
            " %(account)s), (SELECT jsonb_agg(s) FROM standing s WHERE account_id = %(account)s), (SELECT count(*) FROM"
            " audit WHERE account_id = %(account)s)",
            {"account": self.number},
        )


class LiveLives:
    """Two accounts in the ledger under one programme, which is published, and one clock."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.now = START_US
        self.number = 0
        self.under_way: list[Any] = []
        self.here: dict[str, UUID] = {}
        self.told: list[Told] = []
        people = [fresh("ada"), fresh("bruno")]
        enrol([Person(member, joined_on=date(2024, 1, 1)) for member in people], self.moment)
        self.accounts = [
            Account(member, account(member), PlainLedger(kernel.terms.programme)) for member in people
        ]  # fmt: skip

    def at(self, who: int) -> int:
        """Whose account the number of somebody leads to."""
        return who

    @property
    def moment(self) -> datetime:
        """What the clock shows."""
        return from_microseconds(self.now).astimezone(UTC)

    @property
    def today(self) -> int:
        """The local day that the clock shows."""
        return self.kernel.terms.zone.local(self.now)[0]

    def pass_days(self, days: int) -> None:
        """So many days and a minute pass, and what fell due is known to the plain ledgers; to the rows only when
        somebody sleeps, or something else happens."""
        self.now += days * DAY_MINUTES * MINUTE_US + MINUTE_US
        for one in self.accounts:
            one.plain.nights(date.fromordinal(self.today))

    def event(self, type: str, late: int = 0, **more: Any) -> Event:
        """An event of now, or of so many days ago and told now."""
        self.number += 1
        return Event(type, f"e{self.number}", self.now - late * DAY_MINUTES * MINUTE_US, recorded_at=self.now, **more)

    def tell(self, who: int, event: Event, act: Callable[[PlainLedger, date], str], *paid: Origin) -> Outcome:
        """Tell an event by somebody's number, which is `act` to the plain ledger of the account where it leads. Points may
        have paid a purchase."""
        one = self.accounts[self.at(who)]
        code = self.live(who, event, self._telling(self.accounts[who], event, paid))
        day = self._happens(one, event)
        assert code == self.acts(who, act, day, event.hold), event
        one.plain.happens(day)
        if not code:
            one.plain.begun, one.plain.opened = event.type != WITHDRAWAL, event.type == OPENING
            self._remember(one, event)
        self.check(one)
        return Outcome(refusal=Refusal(code, "", {}) if code else None)

    def acts(self, who: int, act: Callable[[PlainLedger, date], str], day: date, hold: str = "") -> str:
        """Do something by hand in the account to which somebody's number leads, about a hold of it if one is named."""
        return act(self.accounts[self.at(who)].plain, day)

    def live(self, who: int, event: Event, told: Told) -> str:
        """Tell the ledger something; the code of its refusal. A refused act leaves no trace at all."""
        one = self.accounts[self.at(who)]
        before = one.rows() if event.type not in _TAKEN else None
        code, again, id = told(self.moment)
        assert not again
        if code:
            assert before in (None, one.rows())
        else:
            assert id is not None
            self.here[event.id] = id
            self.told.append(told)
        return code

    def sends(self, who: int, to: int, of: str, points: int) -> None:
        """Points go from where somebody's number leads to where another one's does."""
        one, other, event, sent = (
            self.accounts[self.at(who)],
            self.accounts[self.at(to)],
            self.event("sent"),
            list[Sent](),
        )
        giver, taker = self.accounts[who].member, self.accounts[to].member

        def gives(plain: PlainLedger, day: date) -> str:
            code, left = plain.sends(of, points, day)
            sent.extend(left)
            return code

        code = self.live(who, event, self._acting(event, lambda by: acting.transfer(giver, taker, points, of, by)))
        assert code == self.acts(who, gives, self._happens(one, event))
        self._was(one, code)
        if not code:
            day = self._happens(other, event)
            assert self.acts(to, lambda plain, day: plain.receives(sent, day), day) == ""
            self._was(other, code)

    def _was(self, one: Account, code: str) -> None:
        """Something of today was done to an account, or refused."""
        one.plain.happens(date.fromordinal(self.today))
        if not code:
            one.plain.begun, one.plain.opened = True, False
        self.check(one)

    def tell_again(self, which: int) -> None:
        """One of the last things is told again, later: it answers that it was done, and nothing has changed."""
        if self.told:
            before = [each.rows() for each in self.accounts]
            code, again, _ = self.told[-1 - which % len(self.told)](self.moment)
            assert (code, again) == ("", True)
            assert [each.rows() for each in self.accounts] == before

    def sleep(self) -> None:
        """The night comes over all accounts where something is due."""
        settle_due(self.moment)
        for one in self.accounts:
            self.check(one)
            assert not self.kernel.settle(assemble([one.number])[one.number].standing, self.today).entries

    def prove(self) -> None:
        """All rows rebuilt and all histories folded again, and everything told once more, to no effect."""
        before = [one.rows() for one in self.accounts]
        assert {told(self.moment)[:2] for told in self.told} <= {("", True)}
        assert [one.rows() for one in self.accounts] == before
        proof = prove([one.number for one in self.accounts], also=refolder(self.moment))
        faults = [*proof.differences, *keys_agree()]
        assert not faults, [str(fault) for fault in faults]

    def in_transit(self, currency: str) -> int:
        """What has left one of the two and not come to the other, in the rows."""
        ids = [one.number for one in self.accounts]
        ((points,),) = _rows(
            "SELECT coalesce(sum(transit), 0) FROM balance WHERE account_id = ANY(%s) AND currency = %s",
            [ids, currency],
        )
        return int(points)

    # What is told, and how

    def _telling(self, one: Account, event: Event, paid: Sequence[Origin]) -> Told:
        """An event as it is told live."""
        if event.type in _TAKEN and (event.type != RETURN or event.at != event.recorded_at):
            return self._taking(_incoming(one, event))
        if event.type in (OPENING, WITHDRAWAL, FORFEITURE):
            act = Act(reason=event.reason, actor=event.actor, opening=event.opening, until_day=event.until_day)
            return self._carrying(one, event, act)
        member, of, points = one.member, event.of, event.points
        name = event.origin.event if event.origin else "no such purchase"
        hold = self.here.get(event.hold, UUID(int=0))
        until = date.fromordinal(event.until_day) if event.until_day else None
        does: dict[str, Callable[[By], Done]] = {
            RETURN: lambda by: acting.bring_back(member, name, _brought(event), by),
            REDEMPTION: lambda by: acting.redeem(member, points, of, by, paid[0].event if paid else ""),
            REVERSAL: lambda by: acting.cancel(member, self.here.get(name, UUID(int=0)), by),
            HOLD: lambda by: acting.hold(member, points, of, event.within_days, by),
            CAPTURE: lambda by: acting.capture(member, hold, points, by),
            RELEASE: lambda by: acting.release(member, hold, points, by),
            ADJUSTMENT: lambda by: acting.adjust(member, points, of, event.reason, by),
            TIER: lambda by: acting.set_tier(member, of, until, event.reason, by),
        }
        return self._acting(event, does[event.type])

    def _acting(self, event: Event, act: Callable[[By], Done]) -> Told:
        def told(now: datetime) -> tuple[str, bool, UUID | None]:
            try:
                done = act(By("dagny", TILL, event.id, now))
            except ActRefused as refused:
                return refused.refusal.code, False, None
            return "", done.again, done.event

        return told

    def _taking(self, incoming: Incoming) -> Told:
        return lambda now: _said(take([incoming], TILL, now, False))

    def _carrying(self, one: Account, event: Event, act: Act) -> Told:
        def told(now: datetime) -> tuple[str, bool, UUID | None]:
            incoming = Incoming(
                one.member, event.id, event.type, int(now.timestamp() * 1_000_000), "", [], [], {}, {},
                points=event.points, of=event.of, act=act,
            )  # fmt: skip
            return _said(carry_out([incoming], "house", now))

        return told

    def _happens(self, one: Account, event: Event) -> date:
        """The plain ledger comes to today; the day as of which the event counts."""
        zone = self.kernel.terms.zone
        today, day = (date.fromordinal(zone.local(at)[0]) for at in (self.now, one.plain.earning.counted_at(event)))
        one.plain.happens(today)
        one.plain.nights(today)
        return day

    def _remember(self, one: Account, event: Event) -> None:
        nets = list(event.nets)
        if event.type == PURCHASE:
            one.life.origins.append(Origin(event.id, event.at, nets, [0] * len(nets), [], [], ()))
        elif event.type == RETURN and event.origin:
            for origin in one.life.origins:
                if origin.event == event.origin.event:
                    origin.returned = [gone + now for gone, now in zip(origin.returned, nets, strict=True)]
        elif event.type in (REDEMPTION, CAPTURE):
            one.spent[event.id] = Origin(event.id, event.at, [], [], [], [], ())

    # What the rows say

    def check(self, one: Account) -> None:
        """Balances, entries, lots and the plain ledger beside one another. What fell due and is not settled yet is
        worked out first, as every reading does."""
        one.plain.nights(date.fromordinal(self.today))
        held = assemble([one.number])[one.number]
        _sums_agree(one.number, held)
        pots = {id: dict(row) for id, row in held.pots.items()}
        for entry in self.kernel.settle(held.standing, self.today).entries:
            move(pots, entry.currency, entry.source, entry.target, entry.amount)
        standing = held.standing
        for id, plain in one.plain.purses.items():
            purse = standing.purses.get(id) or Purse()
            assert _there(pots.get(id, {})) == _there(plain.pots)
            assert sum(plain.pots.values()) == 0 <= min(purse.available, purse.pending, purse.held, purse.debt)
            assert sorted(map(kept_lot, purse.open)) == sorted(map(plain_lot, plain.open()))
            assert sorted(map(kept_lot, purse.waiting)) == sorted(map(plain_lot, plain.waiting()))
            assert [(hold.event, hold.lapse_day, [part.left for part in hold.lots]) for hold in purse.holds] == [
                (str(self.here[hold.by]), hold.back.toordinal(), [points for _, points in hold.parts])
                for hold in sorted(plain.holds, key=lambda hold: hold.back)
            ]
        if standing.day:
            assert tiering.progress_on(self.kernel.terms, standing, standing.day) == one.plain.progress_on(
                date.fromordinal(standing.day)
            )


#: What a till tells by itself; everything else is an act, whole or not at all.
_TAKEN = (PURCHASE, RETURN, DELIVERY, NOTICE)


def _incoming(one: Account, event: Event) -> Incoming:
    lines = [str(place) for place in range(1, len(event.nets) + 1)]
    columns = dict(event.columns)
    if event.type == RETURN:
        columns = {"quantity": [1] * len(lines), "original_line": lines}
    return Incoming(
        one.member, event.id, event.type, event.at, "DKK" if event.type == PURCHASE else "", lines, list(event.nets),
        columns, {}, original=event.origin.event if event.origin else "",
    )  # fmt: skip


def _brought(event: Event) -> dict[str, int]:
    """What comes back by line; by no line where it is all that is left."""
    if event.origin is None:
        return {}
    left = [net - gone for net, gone in zip(event.origin.nets, event.origin.returned, strict=True)]
    return {} if left == event.nets else {str(place): net for place, net in enumerate(event.nets, 1)}


def _said(results: Sequence[Result]) -> tuple[str, bool, UUID | None]:
    (result,) = results
    return result.refusal.code if result.refusal else "", result.status == DUPLICATE, result.event


def _sums_agree(number: int, held: Held) -> None:
    """Balances are the sums of entries, and of lots; by statements of this test alone."""
    pots: dict[str, dict[str, int]] = {}
    for currency, source, target, points in _rows(
        "SELECT currency, source, target, sum(amount)::bigint FROM entry WHERE account_id = %s GROUP BY 1, 2, 3",
        [number],
    ):
        row = pots.setdefault(currency, dict.fromkeys(POTS, 0))
        row[source] -= points
        row[target] += points
    assert pots == held.pots
    lots = {
        (currency, pending): points
        for currency, pending, points in _rows(
            "SELECT currency, pending, sum(remaining)::bigint FROM lot WHERE account_id = %s GROUP BY 1, 2", [number]
        )
    }
    for currency, row in pots.items():
        assert sum(row.values()) == 0
        assert (row["available"], row["pending"]) == (lots.get((currency, False), 0), lots.get((currency, True), 0))
        assert row["held"] == sum(part.left for hold in held.standing.purse(currency).holds for part in hold.lots)


def _there(pots: dict[str, int]) -> dict[str, int]:
    return {pot: points for pot, points in pots.items() if points}


def _rows(query: str, values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
