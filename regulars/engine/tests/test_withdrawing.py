"""Withdrawing: a wrong opening that is undone in a living shop, and the right one in its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.entries import HOLD
from regulars.engine.purse import Lot, Purse
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
MONDAY = date(2026, 11, 23)
#: What may be brought along: some of it waits, and some ends soon.
LOTS = st.lists(
    st.tuples(
        st.integers(1, 90),
        st.sampled_from(("2026-03-02", "2026-08-30")),
        st.sampled_from(("", " from 2026-11-25")),
        st.sampled_from(("2026-11-25", "2026-11-27", "2026-12-24", "2027-03-02")),
    ),
    max_size=3, unique_by=lambda lot: lot[1:],
)  # fmt: skip
SAID = st.tuples(
    st.sampled_from(("", "; tier silver", "; tier silver until 2026-12-31", "; tier gold")),
    st.sampled_from(("", "; progress 300.00 at 2026-02-02", "; progress 450.00 at 2026-10-05")),
    st.sampled_from(("", "; joined 2019-05-04")),
    st.sampled_from(("", "; active 2026-02-24", "; active 2026-02-27", "; active 2026-08-30")),
).map("".join)
#: What a member does before the wrong opening is withdrawn, and then.
ACTS = st.lists(
    st.sampled_from((
        "visits", "buys 40.00 as lamp", "buys 260.00", "buys 4.00", "buys 90.00 on 2026-11-20", "returns 15.00 of lamp",
        "returns lamp", "spends 3 as tea", "spends 25", "reverses tea", "holds 9 for 1 days as parcel",
        "holds 20 for 9 days as box", "captures 4 of parcel", "captures box", "releases parcel", "releases 2 of box",
        "sends 5", "gains 8 because sorry", "loses 6 because error", "sleeps 1", "sleeps 3",
    )),
    max_size=9,
)  # fmt: skip
COMPILED = {shop: Member(text) for shop, text in SHOPS.items()}


def fresh(shop: str) -> Member:
    """A member of a shop whose programme is compiled once."""
    member = copy(COMPILED[shop])
    member.standing, member.entries, member.origins, member.lots = member.kernel.open(), [], {}, {}
    member.answers = {}
    return member


def opening(lots: list[tuple[int, str, str, str]], said: str, ends: bool) -> str:
    told = [f"{points} earned {day}{waits}{f' until {last}' if ends else ''}" for points, day, waits, last in lots]
    return f"opens {' + '.join(told) or 'nothing'}{said}"


def state(member: Member) -> dict[str, Any]:
    """All that the past tells the future, but for the numbers of rows; lots by what they are."""
    standing = member.standing
    # Nothing says when who had no points was active the last time: no opening told it.
    return {
        "purses": {
            id: (purse.available, purse.pending, purse.held, purse.debt, purse.last_day if purse.available else 0)
            for id, purse in standing.purses.items()
            if purse.available or purse.pending or purse.held or purse.debt
        },
        "tier": (standing.tier, standing.tier_until, standing.grace_until), "joined": standing.joined_day,
        "progress": [row for row in standing.progress if row[1]], "counts": standing.counts, "used": standing.used,
        "lots": _by_days(standing.purses.values()),
    }  # fmt: skip


def _by_days(purses: Iterable[Purse]) -> dict[tuple[Any, ...], int]:
    """Points by where they are and by their days: of lots with the same days nobody can tell which is which."""
    found: dict[tuple[Any, ...], int] = defaultdict(int)
    for purse in purses:
        for pot, lots in (("open", purse.open), ("waiting", purse.waiting), *_held(purse)):
            for lot in lots:
                found[pot, lot.earned_day, lot.available_day, lot.expires_day] += lot.left
    return found


def _held(purse: Purse) -> list[tuple[str, list[Lot]]]:
    return [(hold.event, hold.lots) for hold in purse.holds]


def worth(member: Member) -> int:
    """What a member has, has lost by time and owes in all, with what the next opening has less; every pot is the sum of
    its entries, and all that is available lies in lots."""
    purse, before = member.standing.purse("points"), member.standing.withdrawn
    assert purse.available == sum(lot.left for lot in purse.open)
    pots: dict[str, int] = defaultdict(int)
    for entry in member.entries:
        assert entry.amount > 0
        pots[entry.source] -= entry.amount
        pots[entry.target] += entry.amount
    assert (pots["available"], pots["pending"], pots["held"]) == (purse.available, purse.pending, purse.held)
    assert pots["debt"] == -purse.debt <= 0
    whole = purse.available + purse.pending + purse.held - purse.debt + pots["expired"]
    return whole - (before.short.get("points", 0) if before else 0)


def sensible(member: Member, what: str) -> bool:
    """Whether the purchase, spending or hold that is meant was told, or, where it is called so, was not."""
    name = what.split()[-1]
    holds = {entry.event for entry in member.entries if entry.kind == HOLD}
    known = name in member.origins or name in holds
    return name not in ("lamp", "tea", "parcel", "box") or (" as " in what) != known


def _kept(member: Member) -> dict[str, Any]:
    """All of a member as they are now; what happens to them changes none of it."""
    origins = {name: replace(one, returned=[*one.returned]) for name, one in member.origins.items()}
    copies = {"standing": member.standing.copy(), "entries": [*member.entries], "origins": origins}
    return {**vars(member), **copies, "lots": dict(member.lots), "answers": dict(member.answers)}


def both_do(ada: Member, other: Member, day: date, what: str) -> None:
    """Something happens in two lives; in neither of them, where it is not possible in both."""
    kept = [(one, _kept(one)) for one in (ada, other)]
    told = "".join(one.does(f"{day} 15:00", what) for one in (ada, other))
    out_of_a_hold = what.startswith("returns") and "held" in told  # so that less can be captured later
    if "refused" in told or "forgiven" in told or out_of_a_hold:
        for one, was in kept:
            vars(one).update(was)


@pytest.mark.parametrize("shop", SHOPS)
@given(wrong=LOTS, said_wrong=SAID, owes=st.booleans(), right=LOTS, said=SAID, before=ACTS, between=ACTS)
def test_undone_and_opened_again_a_member_is_where_the_right_opening_would_have_brought_them(
    shop: str, wrong: Any, said_wrong: str, owes: bool, right: Any, said: str, before: list[str], between: list[str]
) -> None:
    ends, owing = "earning" in SHOPS[shop], owes and "debt: yes" in SHOPS[shop]
    ada, other, today = fresh(shop), fresh(shop), MONDAY
    wrongly = f"opens nothing{said_wrong}; owes 20" if owing else opening(wrong, said_wrong, ends)
    rightly = opening(right, said, ends)
    if "refused" in ada.does(str(MONDAY), wrongly) + other.does(str(MONDAY), rightly):
        return  # points that are over already
    for life in (["visits", *before], between):
        if life is between:
            had = worth(ada)
            assert "refused" not in ada.does(str(today), "withdraws")
            assert worth(ada) == had - (-20 if owing else sum(lot[0] for lot in wrong))
        for what in life:
            if what.startswith("sleeps"):
                today += timedelta(days=int(what.split()[1]))
                both_do(ada, other, today, "sleeps")
            elif sensible(ada, what) and (" on " not in what or today == MONDAY):
                both_do(ada, other, today, what)
        today += timedelta(days=1)
    assert "refused" not in ada.does(str(today), rightly)
    other.does(str(today), "sleeps")
    assert worth(ada) == worth(other)
    for one in (ada, other):
        one.does(str(today + timedelta(days=1)), "sleeps")
    assert state(ada) == state(other)
