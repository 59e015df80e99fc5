"""Withdrawing: a wrong opening that is undone in a living shop, and the right one in its place."""

from __future__ import annotations

from copy import copy, deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine.entries import OPENING, REDEMPTION
from regulars.engine.purse import Lot
from regulars.engine.tests.worked import Member

LEVELS = "levels: [{id: guest, at: 0}, {id: silver, at: 500.00}, {id: gold, at: 900.00}]"
SHOPS = {
    "owing, and points that end": """
currencies: [{id: points, debt: yes, expiry: {after: earning, months: 12, notice: none}}]
earn: {rules: [{id: base, points: 1, per: 10.00}, {id: fifth, points: 7, every: 5, on: visit}]}
tiers: {counts: spend, window: {rolling_months: 12}, """
    + LEVELS
    + "}",
    "nothing owed, and points of who rests": """
currencies: [{id: points, expiry: {after: inactivity, months: 9, notice: none}}]
earn: {rules: [{id: base, points: 1, per: 10.00}], caps: [{id: day, per: day, most: 30, at_edge: clip}]}
tiers: {counts: spend, window: calendar_year, grace_days: 30, """
    + LEVELS
    + "}",
}
MONDAY, TUESDAY = "2026-11-23", "2026-11-24"

#: Two lives in each case: half as many of them.
few = settings(max_examples=settings().max_examples // 2)
#: What may be brought along: some of it ends soon, and all of it before what is earned since.
LOTS = st.lists(
    st.tuples(st.integers(1, 90), st.sampled_from(("2026-03-02", "2026-08-30")), st.sampled_from(("2026-12-24", "2027-03-02"))),
    max_size=3, unique_by=lambda lot: lot[1:],
)  # fmt: skip
SAID = st.tuples(
    st.sampled_from(("", "; tier silver", "; tier silver until 2026-12-31", "; tier gold")),
    st.sampled_from(("", "; progress 300.00 at 2026-02-02", "; progress 450.00 at 2026-10-05")),
    st.sampled_from(("", "; joined 2019-05-04")),
    st.sampled_from(("", "; active 2026-08-30")),
).map("".join)
LATER = st.lists(
    st.sampled_from(("buys 40.00", "buys 260.00", "visits", "spends 3", "spends 25", "buys 90.00 on 2026-11-20")),
    max_size=6,
).map(lambda rest: ["visits", *rest])  # fmt: skip


COMPILED = {shop: Member(text) for shop, text in SHOPS.items()}


def fresh(shop: str) -> Member:
    """A member of a shop whose programme is compiled once."""
    member = copy(COMPILED[shop])
    member.standing, member.entries, member.origins, member.lots = member.kernel.open(), [], {}, {}
    return member


def opening(lots: list[tuple[int, str, str]], said: str, ends: bool) -> str:
    told = [f"{points} earned {earned}{f' until {last}' if ends else ''}" for points, earned, last in lots]
    return f"opens {' + '.join(told) or 'nothing'}{said}"


def state(member: Member) -> dict[str, Any]:
    """All that the past tells the future, but for the numbers of rows; lots by what they are."""
    standing = member.standing
    purses = {
        id: (purse.available, purse.pending, purse.held, purse.debt)
        for id, purse in standing.purses.items()
        if purse.available or purse.debt
    }
    progress = [row for row in standing.progress if row[1]]
    return {
        "purses": purses, "tier": (standing.tier, standing.tier_until, standing.grace_until), "progress": progress,
        "total": standing.total, "joined": standing.joined_day, "counts": standing.counts, "used": standing.used,
        "lots": sorted((*_days(lot), id) for id, purse in standing.purses.items() for lot in purse.open),
    }  # fmt: skip


def spent_elsewhere(member: Member) -> bool:
    """Whether points were spent that had not come with the opening."""
    own = {entry.seq for entry in member.entries if entry.kind == OPENING}
    spent = [entry for entry in member.entries if entry.kind == REDEMPTION]
    return any(seq not in own for entry in spent for seq, _ in entry.lots)


def _days(lot: Lot) -> tuple[int, ...]:
    return lot.earned_day, lot.available_day, lot.expires_day, lot.left


@pytest.mark.parametrize("shop", SHOPS)
@few
@given(wrong=LOTS, said_wrong=SAID, right=LOTS, said=SAID, later=LATER)
def test_undone_and_opened_again_a_member_is_where_the_right_opening_would_have_brought_them(
    shop: str, wrong: Any, said_wrong: str, right: Any, said: str, later: list[str]
) -> None:
    ends = "earning" in SHOPS[shop]
    ada, other = fresh(shop), fresh(shop)
    ada.does(MONDAY, opening(wrong, said_wrong, ends))
    other.does(MONDAY, opening(right, said, ends))
    for what in later:
        before = ada.standing.copy(), other.standing.copy()
        told = ada.does(f"{MONDAY} 15:00", what), other.does(f"{MONDAY} 15:00", what)
        if "refused" in "".join(told):  # it was not possible in one of the two lives
            ada.standing, other.standing = before
    assert "refused" not in ada.does(TUESDAY, "withdraws")
    assert "refused" not in ada.does(f"{TUESDAY} 13:00", opening(right, said, ends))
    other.does(f"{TUESDAY} 13:00", "sleeps")
    ada.does("2026-11-25", "sleeps"), other.does("2026-11-25", "sleeps")
    mine, theirs = state(ada), state(other)
    if spent_elsewhere(ada) or spent_elsewhere(other):  # what was spent of other points stays spent of them
        mine["lots"] = theirs["lots"] = []
    assert mine == theirs
    # Nobody knows whether there was any activity on the day of an opening that did not tell the last one.
    last, due = (one.standing.purse("points").last_day for one in (ada, other))
    assert last == due or (not ada.standing.purse("points").available) or ("active" not in said_wrong and last > due)


ANYTHING = st.lists(
    st.sampled_from((
        "buys 40.00 as lamp", "buys 260.00", "returns 15.00 of lamp", "returns lamp", "spends 3 as tea", "spends 25",
        "reverses tea", "holds 9 for 3 days as parcel", "captures 4 of parcel", "releases parcel", "sends 5",
        "gains 8 because sorry", "loses 6 because error", "buys 90.00 on 2026-11-20",
    )),
    max_size=9,
).map(lambda rest: ["visits", *rest])  # fmt: skip


def sensible(member: Member, what: str) -> bool:
    """Whether the purchase or the spending that is meant was told, or, where it is called so, was not."""
    name = what.split()[-1]
    return name not in ("lamp", "tea") or (" as " in what) != (name in member.origins)


def worth(member: Member) -> int:
    """What a member has and owes in all, with what the next opening has less."""
    purse, before = member.standing.purse("points"), member.standing.withdrawn
    assert purse.available == sum(lot.left for lot in purse.open)
    moved = [(entry.source, entry.target, entry.amount) for entry in member.entries]
    for pot in ("available", "pending", "held", "debt"):
        held = sum(points * ((target == pot) - (source == pot)) for source, target, points in moved)
        assert held == (-purse.debt if pot == "debt" else getattr(purse, pot)) and (pot == "debt" or held >= 0)
    return purse.available + purse.pending + purse.held - purse.debt - (before.short.get("points", 0) if before else 0)


@pytest.mark.parametrize("shop", SHOPS)
@few
@given(wrong=LOTS, right=LOTS, before=ANYTHING, between=ANYTHING, owes=st.booleans())
def test_whatever_happens_nothing_is_made_or_lost(
    shop: str, wrong: Any, right: Any, before: list[str], between: list[str], owes: bool
) -> None:
    ends, can_owe = "earning" in SHOPS[shop], "debt: yes" in SHOPS[shop]
    owing = "opens nothing; owes 20" if owes and can_owe else ""
    ada, other = fresh(shop), fresh(shop)
    brought = {id(ada): owing or opening(wrong, "", ends), id(other): opening(right, "", ends)}
    for member in (ada, other):
        assert "refused" not in member.does(MONDAY, brought[id(member)])
    for day, life in ((MONDAY, before), (TUESDAY, between)):
        if day == TUESDAY:
            had = worth(ada)
            assert "refused" not in ada.does(TUESDAY, "withdraws")
            assert worth(ada) == had - (-20 if owing else sum(points for points, _, _ in wrong))
        for what in life:
            if not sensible(ada, what):
                continue
            kept = [(one, deepcopy({**vars(one), "kernel": None, "programme": None})) for one in (ada, other)]
            told = [one.does(f"{day} 15:00", what) for one in (ada, other)]
            if "refused" in "".join(told) or "forgiven" in "".join(told):  # not possible in one of the two lives
                for one, was in kept:
                    vars(one).update(was, kernel=one.kernel, programme=one.programme)
    assert "refused" not in ada.does(f"{TUESDAY} 16:00", opening(right, "", ends))
    assert worth(ada) == worth(other)
