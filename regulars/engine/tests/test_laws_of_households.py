"""Laws of households: whatever members do together, nothing is made or lost, and what is whose adds up."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.entries import AVAILABLE, DEBT, EXPIRED, HELD, PENDING, TRANSIT, Entry, Outcome
from regulars.engine.events import (
    HOLD,
    JOIN_IN,
    JOIN_OUT,
    LEAVE_IN,
    LEAVE_OUT,
    PURCHASE,
    REDEMPTION,
    RELEASE,
    Event,
)
from regulars.engine.kernel import Kernel
from regulars.engine.pooling import claim
from regulars.engine.standing import Standing, dump, load
from regulars.engine.tests.worked import programme_text
from regulars.programme.loading import load as loaded

DAY_US = 86_400_000_000
START_US = 1_767_225_600_000_000
PEOPLE = 3
KERNEL = Kernel(
    loaded(
        programme_text(
            """
currencies:
  - {id: points, pending: {days: 3}, debt: yes, expiry: {after: earning, months: 2, notice: none}}
earn: {rules: [{id: base, points: 1, per: 1.00}], caps: [{id: week, per: week, most: 90, at_edge: clip}]}
tiers: {counts: spend, window: {rolling_months: 3}, levels: [{id: guest, at: 0}, {id: silver, at: 90.00}]}
"""
        )
    )
)
ACTS = st.lists(
    st.tuples(
        st.integers(0, PEOPLE - 1),
        st.sampled_from(["buys", "buys", "spends", "joins", "joins", "leaves", "leaves with", "holds", "releases"]),
        st.integers(1, 80),
        st.integers(0, 20),
    ),
    min_size=4,
    max_size=40,
)


class Family:
    """Three members and one household after the other; every account is stored and loaded before each step."""

    def __init__(self, nights: bool) -> None:
        self.nights = nights
        self.accounts: dict[int, Standing] = {number: KERNEL.open() for number in range(1, PEOPLE + 1)}
        self.entries: dict[int, list[Entry]] = {}
        self.home = 0
        self.inside: set[int] = set()
        self.held: dict[int, tuple[str, int]] = {}
        self.told = 0
        self.bought = 0

    def step(self, account: int, type: str, at: int, **more: Any) -> Outcome:
        self.accounts.setdefault(account, KERNEL.open())
        standing = load(dump(self.accounts[account]))
        if self.nights:
            night = KERNEL.settle(standing, KERNEL.terms.zone.local(at)[0])
            self.entries.setdefault(account, []).extend(night.entries)
        self.accounts[account] = standing
        self.told += 1
        out = KERNEL.step(standing, Event(type, str(self.told), at, "DKK", of="points", **more))
        self.entries.setdefault(account, []).extend(out.entries)
        return out

    def do(self, member: int, act: str, much: int, at: int) -> None:
        here = self.home if member in self.inside else member
        by = member if member in self.inside else 0
        if act == "buys":
            self.step(here, PURCHASE, at, nets=[much * 100], columns={"sku": ["x"], "quantity": [1]}, by=by)
            self.bought += much * 100
        elif act == "spends":
            self.step(here, REDEMPTION, at, points=much, by=by)
        elif act == "holds" and member not in self.held:
            out = self.step(here, HOLD, at, points=much, within_days=9, by=by)
            if out.refusal is None:
                self.held[member] = (str(self.told), here)
        elif act == "releases" and member in self.held:
            hold, account = self.held.pop(member)
            self.step(account, RELEASE, at, hold=hold, by=by)
        elif act == "joins" and member not in self.inside:
            self.join(member, at)
        elif act.startswith("leaves") and member in self.inside:
            self.leave(member, at, much if act == "leaves with" else 0)

    def join(self, member: int, at: int) -> None:
        out = self.step(member, JOIN_OUT, at)
        if not self.inside:
            self.home += 100  # another household each time, as one that everybody left is closed
        self.step(self.home, JOIN_IN, at, carried=out.carried, by=member)
        self.inside.add(member)
        assert out.carried is not None and self.accounts[self.home].tier >= out.carried["tier"][0]
        assert not any(
            purse.available or purse.pending or purse.held or purse.debt
            for purse in self.accounts[member].purses.values()
        )
        if member in self.held:  # it goes along
            self.held[member] = (self.held[member][0], self.home)

    def leave(self, member: int, at: int, points: int) -> None:
        out = self.step(self.home, LEAVE_OUT, at, points=points, by=member)
        if out.refusal is not None:
            assert out.refusal.code in ("holds_open", "beyond_share", "last_takes_all", "unknown_currency")
            return
        self.step(member, LEAVE_IN, at, carried=out.carried)
        if member in self.held:
            self.held[member] = (self.held[member][0], member)
        self.inside.discard(member)

    def check(self) -> None:
        everything = [entry for entries in self.entries.values() for entry in entries]
        assert sum(((one.target == TRANSIT) - (one.source == TRANSIT)) * one.amount for one in everything) == 0
        progress = [amount for one in self.accounts.values() for _, amount in one.progress]
        assert sum(progress) == self.bought
        for account, standing in self.accounts.items():
            purse = standing.purses.get("points")
            if purse is None:
                continue
            rows = self.entries.get(account, [])
            for pot, has in (
                (AVAILABLE, purse.available),
                (PENDING, purse.pending),
                (HELD, purse.held),
                (DEBT, -purse.debt),
            ):
                assert sum(((one.target == pot) - (one.source == pot)) * one.amount for one in rows) == has
            assert sum(lot.left for lot in purse.open) == purse.available
            assert standing.total == sum(amount for _, amount in standing.progress[standing.head :])
            if standing.shares:
                assert set(standing.shares) == self.inside
                claims = [claim(standing, "points", one) for one in standing.shares]
                assert all(one >= 0 for one in claims)
                assert sum(claims) <= max(0, purse.available + purse.pending + purse.held - purse.debt)
                counts = sum(share.points.get("points", 0) for share in standing.shares.values())
                gone = sum(one.amount for one in rows if one.target == EXPIRED and not one.event)
                assert counts <= purse.available + purse.pending + purse.held - purse.debt + gone


def live(acts: list[tuple[int, str, int, int]], nights: bool) -> Family:
    family, at = Family(nights), START_US
    for person, act, much, days in acts:
        at += days * DAY_US + 60_000_000
        family.do(person + 1, act, much, at)
        family.check()
    for account in list(family.accounts):
        KERNEL.settle(family.accounts[account], KERNEL.terms.zone.local(at)[0] + 1)
    return family


@given(ACTS)
def test_what_members_do_together_makes_and_loses_nothing(acts: list[tuple[int, str, int, int]]) -> None:
    live(acts, nights=False)


@given(ACTS)
def test_nights_change_nothing_in_a_household(acts: list[tuple[int, str, int, int]]) -> None:
    one, other = live(acts, nights=False), live(acts, nights=True)
    assert {id: _plain(standing) for id, standing in one.accounts.items()} == {
        id: _plain(standing) for id, standing in other.accounts.items()
    }


def _plain(standing: Standing) -> dict[str, Any]:
    """A standing but for the tier's own bookkeeping of the day it was looked at."""
    return {name: value for name, value in dump(standing).items() if name not in ("day", "opened")}


@given(ACTS)
def test_everybody_leaving_takes_all_there_is(acts: list[tuple[int, str, int, int]]) -> None:
    plain = [row for row in acts if row[1] not in ("holds", "releases")]
    family = live(plain, nights=False)
    at = START_US + 2_000 * DAY_US
    for member in sorted(family.inside):
        family.do(member, "leaves", 0, at)
    assert not family.inside
    for account, standing in family.accounts.items():
        if account >= 100:
            assert not any(purse.available or purse.pending or purse.debt for purse in standing.purses.values())
