"""Packing: what is packed comes back as it was, what cannot be unpacked stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.amounts import Amounts
from regulars.engine.standing import Standing, dump
from regulars.exchange.ledger.packing import packed, told, unpacked
from regulars.kit.json import decode, encode

PAIRS = st.dictionaries(st.integers(1, 3_000_000), st.integers(-(2**62), 2**62))


@given(progress=PAIRS, used=st.dictionaries(st.text(max_size=3), PAIRS, max_size=3), head=st.integers(0, 3))
def test_a_standing_comes_back_from_its_row_as_it_was(
    progress: dict[int, int], used: dict[str, dict[int, int]], head: int
) -> None:
    ada = Standing(739_000)
    ada.progress, ada.head = Amounts.of(sorted(progress.items())), min(head, len(progress))
    ada.used = {cap: Amounts.of(periods.items()) for cap, periods in used.items()}
    ada.purse("points").last_day = 739_001
    row = packed(ada).decode()
    again = unpacked(row)
    assert dump(again, lots=False) == dump(ada, lots=False)
    assert again.total == sum(amount for _, amount in sorted(progress.items())[ada.head :])
    assert decode(encode(told(decode(row)))) == decode(encode(dump(ada, lots=False)))


@pytest.mark.parametrize("long", [{}, {"progress": "[739001,500]", "used": {"daily": "[739001,5]"}}])
def test_a_state_from_before_is_read_as_it_is(long: dict[str, object]) -> None:
    bruno = Standing(739_000)
    bruno.add_progress(739_001, 500)
    bruno.used = {"daily": Amounts([739_001, 5])}
    bruno.purse("points").last_day = 739_001
    full = decode(encode(dump(bruno, lots=False)))  # what is empty was told as well; once, pair by pair
    row = {**full, **long}
    assert dump(unpacked(encode(row).decode())) == dump(bruno)
    assert decode(encode(told(row))) == full


@pytest.mark.parametrize("broken", ["", "[739001,500,739002]", "739001", "nonsense"])
def test_a_part_that_cannot_be_unpacked_stays_as_it_stands(broken: str) -> None:
    whole = decode(packed(Standing(739_000)))
    for part, kept in (("progress", broken), ("used", {"daily": broken})):
        row = {**whole, part: kept}
        assert told(row)[part] == kept
        with pytest.raises(ValueError):
            unpacked(encode(row).decode())
