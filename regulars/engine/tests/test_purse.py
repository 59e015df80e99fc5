"""Purses: lots that were handed over together are those that were admitted one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.purse import NEVER, Lot, Purse

ROW = st.tuples(
    st.integers(1, 99), st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.just(NEVER) | st.integers(1, 9)
)
LOTS = st.lists(ROW, min_size=1, max_size=8, unique_by=lambda row: row[0])


def told(purse: Purse) -> tuple[object, ...]:
    lots = [(lot.seq, lot.left, lot.earned_day, lot.available_day, lot.expires_day) for lot in purse.open]
    return purse.first_end, purse.available, lots


@given(before=LOTS, after=LOTS, looked_at=st.booleans())
def test_lots_handed_over_together_are_those_admitted_one_by_one(
    before: list[tuple[int, ...]], after: list[tuple[int, ...]], looked_at: bool
) -> None:
    after = [(seq + 100, *rest) for seq, *rest in after]
    one_by_one, together = Purse(), Purse()
    together.admit_all(tuple(zip(*before, strict=True)))
    for row in before:
        one_by_one.admit(Lot(*row))
    if looked_at:
        assert told(together) == told(one_by_one)
    for row in after:
        for purse in (one_by_one, together):
            purse.admit(Lot(*row))
        assert together.first_end == one_by_one.first_end
    assert told(together) == told(one_by_one)
    spent = one_by_one.available // 2
    assert together.take(spent) == one_by_one.take(spent) and told(together) == told(one_by_one)
