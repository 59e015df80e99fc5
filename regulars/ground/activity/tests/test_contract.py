"""The digest by which the house knows that it was told the same again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.ground.activity.contract import ORDER, Declared, Incoming, Kind
from regulars.ground.activity.judging import judge
from regulars.ground.activity.tests.shop import BRUNO, TERMS, line

EVENT = Incoming(
    member="ada", id="r1", type="purchase", at=1_777_622_400_000_000, currency="EUR", lines=["1", "2"], nets=[250, 0],
    columns={"quantity": [1, 2], "category": ["Wine", None]}, attributes={"guests": 2, "share": Decimal("0.5")},
    store="north", rows=[7, 8],
)  # fmt: skip


def test_the_digest_of_an_event_never_changes() -> None:
    # Recorded once and for all: installations compare new digests with old ones.
    assert EVENT.digest().hex() == "d39ba7267c584093e6c87bec11e92b01"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "r2"}, {"type": "visit"}, {"at": 0}, {"currency": "USD"}, {"nets": [251, 0]}, {"lines": ["1", "3"]},
        {"columns": {"quantity": [1, 3], "category": ["Wine", None]}}, {"attributes": {}}, {"store": ""}, {"channel": "app"},
        {"tendered": 1}, {"points": 1}, {"of": "stars"}, {"original": "r0"},
    ],
)  # fmt: skip
def test_the_digest_changes_with_everything_the_event_says(change: dict[str, Any]) -> None:
    assert replace(EVENT, **change).digest() != EVENT.digest()


def test_the_digest_knows_neither_rows_nor_members_nor_the_order_of_columns() -> None:
    told = replace(
        EVENT,
        rows=[1],
        member=BRUNO,
        columns=dict(reversed(EVENT.columns.items())),
        attributes=dict(reversed(EVENT.attributes.items())),
    )
    assert told.digest() == EVENT.digest()


@given(
    st.lists(
        st.tuples(st.text("ab19", min_size=1, max_size=3), st.integers(0, 10_000)),
        min_size=1,
        max_size=8,
        unique_by=lambda one: one[0],
    ),
    st.randoms(use_true_random=False),
)
def test_the_digest_is_the_same_in_every_order_of_rows_and_columns(lines: list[tuple[str, int]], random: Any) -> None:
    rows = [line(line=id, net=f"{cents / 100:.2f}", guests="2") for id, cents in lines]
    other = [dict(random.sample(list(row.items()), len(row))) for row in random.sample(rows, len(rows))]
    declared = [Declared("guests", Kind.INTEGER, ORDER)]
    one, two = judge(rows, TERMS, declared), judge(other, TERMS, declared)
    assert isinstance(one, Incoming)
    assert isinstance(two, Incoming)
    assert one == two
    assert one.digest() == two.digest()
