"""Purses: lots that were left where they are, and read later, are those that were there all the time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.purse import NEVER, Columns, Lot, Purse
from regulars.engine.standing import dump, load
from regulars.engine.tests.worked import Member

ROW = st.tuples(
    st.integers(1, 99), st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.just(NEVER) | st.integers(1, 9)
)
LOTS = st.lists(ROW, min_size=1, max_size=8, unique_by=lambda row: row[0])


def told(purse: Purse) -> tuple[object, ...]:
    lots = [(lot.seq, lot.left, lot.earned_day, lot.available_day, lot.expires_day) for lot in purse.open]
    waiting = [(lot.seq, lot.left) for lot in purse.waiting]
    return purse.first_end, purse.first_wait, purse.available, purse.pending, lots, waiting


def columns(lots: list[Lot]) -> Columns:
    """Lots as a host hands them over, the last one first."""
    rows = [(lot.seq, lot.left, lot.earned_day, lot.available_day, lot.expires_day) for lot in reversed(lots)]
    return tuple(zip(*rows, strict=True)) or ((),) * 5


def left(before: Purse, known: bool) -> Purse:
    """The same lots, left where they are; what ends and becomes available first is `known`, or was not kept yet."""
    purse = Purse()
    if known:
        purse.left_end, purse.left_wait = before.first_end, before.first_wait
    rows = [columns(lots) for lots in (before.open, before.waiting)]
    purse.leave(before.available, before.pending, lambda waiting: rows[waiting])
    return purse


@given(open_=LOTS, waiting=LOTS, after=LOTS, looked_at=st.booleans(), known=st.booleans())
def test_lots_that_were_left_where_they_are_and_read_later_are_those_that_were_there_all_the_time(
    open_: list[tuple[int, ...]],
    waiting: list[tuple[int, ...]],
    after: list[tuple[int, ...]],
    looked_at: bool,
    known: bool,
) -> None:
    there = Purse()
    for row in open_:
        there.admit(Lot(*row))
    for seq, *rest in waiting:
        there.hold(Lot(seq + 100, *rest))
    purse = left(there, known)
    if looked_at:
        assert told(purse) == told(there)
    for seq, *rest in after:
        for one in (there, purse):
            one.admit(Lot(seq + 200, *rest))
            one.hold(Lot(seq + 300, *rest))
        assert (purse.first_end, purse.first_wait) == (there.first_end, there.first_wait)
    assert told(purse) == told(there)
    spent = there.available // 2
    assert purse.take(spent) == there.take(spent) and told(purse) == told(there)


def test_points_that_a_host_tells_of_and_no_lot_has_are_not_spent() -> None:
    there = Purse()
    there.admit(Lot(1, 10, 1, 1, NEVER))
    purse = left(there, True)
    purse.leave(12, 0, lambda waiting: columns([] if waiting else there.open))
    with pytest.raises(ValueError, match="2 points less"):
        purse.take(12)


def test_a_purchase_on_a_day_on_which_nothing_falls_due_looks_at_no_lot() -> None:
    def look(waiting: bool) -> Columns:
        raise AssertionError("somebody looked at a lot")

    for pending in ("", ", pending: {days: 14}"):
        ada = Member(
            "currencies: [{id: points, expiry: {months: 12, after: earning}" + pending + "}]\n"
            "earn: {rules: [{id: base, points: 1, per: 1.00}]}"
        )
        ada.does("2026-03-02", "buys 10.00")
        before, ada.standing = ada.standing, load(dump(ada.standing, lots=False))
        purse = before.purse("points")
        ada.standing.purse("points").leave(purse.available, purse.pending, look)
        assert ada.does("2026-03-09", "buys 5.00") == "base 5"
        assert dump(ada.standing, lots=False)["purses"]["points"]["first"]
        with pytest.raises(AssertionError, match="looked at"):
            ada.does("2027-03-09", "spends 3")


def test_a_night_on_which_points_become_available_looks_at_those_that_wait_alone() -> None:
    looked: list[bool] = []

    def look(waiting: bool) -> Columns:
        looked.append(waiting)
        return there.waiting if waiting else there.open

    ada = Member(
        "currencies: [{id: points, expiry: {months: 12, after: earning}, pending: {days: 14}}]\n"
        "earn: {rules: [{id: base, points: 1, per: 1.00}]}"
    )
    ada.does("2026-03-02", "buys 10.00")
    ada.does("2026-03-20", "buys 7.00")
    there, ada.standing = _Rows(ada.standing.purse("points")), load(dump(ada.standing, lots=False))
    ada.standing.purse("points").leave(10, 7, look)
    ada.does("2026-04-09", "buys 5.00")
    assert looked == [True] and ada.standing.purse("points").available == 17
    assert [lot.left for lot in ada.standing.purse("points").open] == [10, 7] and looked == [True, False]


class _Rows:
    """The lots of a purse as a host has them."""

    def __init__(self, purse: Purse) -> None:
        self.open, self.waiting = columns(purse.open), columns(purse.waiting)
