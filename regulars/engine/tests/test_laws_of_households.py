"""Laws of households: whatever members do together, nothing is made or lost, and what is whose adds up.

A cap is used by the purchases that stand: what each member has used is a set of them, and not a figure.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine.entries import ACCRUAL, AVAILABLE, DEBT, EXPIRED, HELD, PENDING, TRANSIT, Entry, Outcome
from regulars.engine.events import (
    HOLD,
    JOIN_IN,
    JOIN_OUT,
    LEAVE_IN,
    LEAVE_OUT,
    PURCHASE,
    REDEMPTION,
    RELEASE,
    RETURN,
    Event,
    Origin,
)
from regulars.engine.kernel import Kernel
from regulars.engine.meanwhile import alone
from regulars.engine.periods import period_key
from regulars.engine.pooling import claim
from regulars.engine.standing import Standing, dump, load
from regulars.engine.tests.random_lives import origin_of
from regulars.engine.tests.worked import programme_text
from regulars.programme.loading import load as loaded

DAY_US = 86_400_000_000
START_US = 1_767_225_600_000_000
PEOPLE = 3
KERNEL, LASTING = (
    Kernel(
        loaded(
            programme_text(
                f"""
currencies:
  - {{id: points, pending: {{days: 3}}, debt: yes{expiry}}}
earn: {{rules: [{{id: base, points: 1, per: 1.00}}], caps: [{{id: week, per: week, most: 90, at_edge: clip}}]}}
tiers: {{counts: spend, window: {{rolling_months: 3}}, levels: [{{id: guest, at: 0}}, {{id: silver, at: 90.00}}]}}
"""
            )
        )
    )
    for expiry in (", expiry: {after: earning, months: 2, notice: none}", "")
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
#: Little time passes: so that what comes back had used a cap that is not over.
BUYS_AND_RETURNS = st.lists(
    st.tuples(
        st.integers(0, PEOPLE - 1),
        st.sampled_from(["buys", "buys", "buys", "joins", "joins", "leaves", "returns", "returns", "spends"]),
        st.integers(1, 80),
        st.integers(0, 1),
    ),
    min_size=6,
    max_size=24,
)


@dataclass
class Bought:
    """A purchase that `member` told in the account `at`: what it used of the cap of its `week`, and who counts that as
    used: it frees room for them when it comes back."""

    member: int
    at: int
    origin: Origin
    week: int
    used: int
    counts: set[int]
    back: bool = False


@dataclass
class Used:
    """What a member has used of the cap in other ways: by week, as nothing that comes back changes it any more."""

    fixed: dict[int, int] = field(default_factory=dict)


class Family:
    """Three members and one household after the other; every account is stored and loaded before each step."""

    def __init__(self, nights: bool, kernel: Kernel, once: bool = False) -> None:
        self.nights, self.kernel, self.once = nights, kernel, once
        self.accounts: dict[int, Standing] = {number: kernel.open() for number in range(1, PEOPLE + 1)}
        self.entries: dict[int, list[Entry]] = {}
        self.home = 0
        self.inside: set[int] = set()
        self.held: dict[int, tuple[str, int]] = {}
        self.told = 0
        self.bought = 0
        self.purchases: list[Bought] = []
        self.used = {member: Used() for member in self.accounts}
        #: What members who left had taken beyond what they gave, and did not owe.
        self.lent = 0

    def step(self, account: int, type: str, at: int, **more: Any) -> Outcome:
        self.accounts.setdefault(account, self.kernel.open())
        standing = load(dump(self.accounts[account]))
        if self.nights:
            night = self.kernel.settle(standing, self.kernel.terms.zone.local(at)[0])
            self.entries.setdefault(account, []).extend(night.entries)
        self.accounts[account] = standing
        self.told += 1
        out = self.kernel.step(standing, Event(type, str(self.told), at, "DKK", of="points", **more))
        self.entries.setdefault(account, []).extend(out.entries)
        return out

    def do(self, member: int, act: str, much: int, at: int) -> None:
        here = self.home if member in self.inside else member
        by = member if member in self.inside else 0
        if act == "buys":
            event = Event(PURCHASE, str(self.told + 1), at, nets=[much * 100])
            out = self.step(here, PURCHASE, at, nets=[much * 100], columns={"sku": ["x"], "quantity": [1]}, by=by)
            self.bought += much * 100
            used = sum(entry.amount for entry in out.entries if entry.kind == ACCRUAL)
            week = period_key("week", KERNEL.terms.zone.local(at)[0])
            counts = set(self.inside) if by else {member}
            self.purchases.append(Bought(member, here, origin_of(event, out), week, used, counts))
        elif act == "returns":
            self.give_back(member, much, at)
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

    def give_back(self, member: int, much: int, at: int) -> None:
        """A member, or whoever is in a household with them, brings back all of a purchase that is known where they are."""
        inside = member in self.inside
        here = self.home if inside else member
        # Where it was bought, or where its member is: there they brought it along, or took home what it had earned.
        known = [
            one for one in self.purchases
            if not one.back and (one.at == here or (inside and one.at in self.inside) or (not inside and one.member == here))
        ]  # fmt: skip
        if not known:
            return
        bought = known[much % len(known)]
        bought.back = True
        self.stays_used(bought, bought.counts - (self.inside if inside else {member}))
        elsewhere = bought.at if bought.at != here else 0
        brought = bought.at if inside and elsewhere else 0
        grants = [
            replace(
                grant, seq=alone(elsewhere, grant.seq) if elsewhere else grant.seq, account=elsewhere, member=brought
            )
            for grant in bought.origin.grants
        ]
        origin = replace(bought.origin, grants=grants)
        self.step(here, RETURN, at, nets=list(origin.nets), origin=origin, by=member if inside else 0)
        self.bought -= sum(origin.nets)

    def stays_used(self, bought: Bought, members: set[int]) -> None:
        """Nothing that comes back from now on changes what a purchase has used for these members."""
        bought.counts = bought.counts - members
        for member in members:
            fixed = self.used[member].fixed
            fixed[bought.week] = fixed.get(bought.week, 0) + bought.used

    def count(self, member: int, week: int) -> int:
        """What a member has used of the cap in a week, alone and with others."""
        stand = [one.used for one in self.purchases if member in one.counts and not one.back and one.week == week]
        return sum(stand) + self.used[member].fixed.get(week, 0)

    def join(self, member: int, at: int) -> None:
        out = self.step(member, JOIN_OUT, at)
        if not self.inside:
            self.home += 100  # another household each time, as one that everybody left is closed
        for one in self.purchases:
            if one.at == self.home and member in one.counts and not one.back:  # they were here before
                self.stays_used(one, {member})
        self.step(self.home, JOIN_IN, at, carried=out.carried, by=member, stands=self.once)
        self.inside.add(member)
        assert out.carried is not None and self.accounts[self.home].tier >= out.carried["tier"][0]
        assert not any(
            purse.available or purse.pending or purse.held or purse.debt
            for purse in self.accounts[member].purses.values()
        )
        if member in self.held:  # it goes along
            self.held[member] = (self.held[member][0], self.home)

    def leave(self, member: int, at: int, points: int) -> None:
        share = self.accounts[self.home].shares[member].points.get("points", 0)
        out = self.step(self.home, LEAVE_OUT, at, points=points, by=member)
        if out.refusal is not None:
            assert out.refusal.code in ("holds_open", "beyond_share", "last_takes_all", "unknown_currency")
            return
        self.step(member, LEAVE_IN, at, carried=out.carried)
        if member in self.held:
            self.held[member] = (self.held[member][0], member)
        self.inside.discard(member)
        assert out.carried is not None
        owed = out.carried["purses"].get("points", {"debt": 0})["debt"]
        self.lent = self.lent + max(0, -share - owed) if self.inside else 0

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
            assert standing.total == standing.progress.since(standing.head)
            if standing.shares:
                assert set(standing.shares) == self.inside
                claims = [claim(standing, "points", one) for one in standing.shares]
                assert all(one >= 0 for one in claims)
                assert sum(claims) <= max(0, purse.available + purse.pending + purse.held - purse.debt)
                counts = sum(share.points.get("points", 0) for share in standing.shares.values())
                gone = sum(one.amount for one in rows if one.target == EXPIRED and not one.event)
                assert counts <= purse.available + purse.pending + purse.held - purse.debt + gone + self.lent

    def check_caps(self) -> None:
        """A household has used what the member with the highest count has, and whoever is alone what is in their own."""
        for account, standing in self.accounts.items():
            for week, used in standing.used.get("week", ()):
                if standing.shares:
                    assert used == max(self.count(one, week) for one in self.inside)
                elif account in self.used and account not in self.inside:
                    assert used == self.count(account, week)


def live(acts: list[tuple[int, str, int, int]], nights: bool, kernel: Kernel = KERNEL) -> Family:
    family, at = Family(nights, kernel), START_US
    for person, act, much, days in acts:
        at += days * DAY_US + 60_000_000
        family.do(person + 1, act, much, at)
        family.check()
        if kernel is LASTING:
            family.check_caps()
    for account in list(family.accounts):
        kernel.settle(family.accounts[account], kernel.terms.zone.local(at)[0] + 1)
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


@settings(max_examples=settings().max_examples // 2)
@given(BUYS_AND_RETURNS)
def test_what_comes_back_frees_the_room_that_it_took_for_whoever_it_was_used(
    acts: list[tuple[int, str, int, int]],
) -> None:
    live(acts, nights=False, kernel=LASTING)


def test_what_was_recorded_before_anybody_counted_for_each_member_folds_as_it_was() -> None:
    """Then a purchase of before joining freed room at once, also where another member had used more."""
    used = {}
    for once in (True, False):
        family = Family(nights=False, kernel=LASTING, once=once)
        for member, much in ((1, 80), (2, 30)):
            family.do(member, "buys", much, START_US)
            family.do(member, "joins", 0, START_US + 1)
        family.give_back(2, 1, START_US + 2)
        family.do(1, "leaves", 0, START_US + 3)
        used[once] = [sum(used for _, used in family.accounts[one].used["week"]) for one in (1, family.home)]
    assert used == {True: [80, 50], False: [80, 0]}


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
