"""Packing: what is packed comes back as it was, what cannot be unpacked stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.standing import Standing, dump, load
from regulars.exchange.ledger.packing import packed, unpacked
from regulars.kit.json import decode, encode

PAIRS = st.dictionaries(st.integers(1, 3_000_000), st.integers(-(2**62), 2**62))


@given(progress=PAIRS, used=st.dictionaries(st.text(max_size=3), PAIRS, max_size=3))
def test_a_standing_comes_back_from_its_row_as_it_was(
    progress: dict[int, int], used: dict[str, dict[int, int]]
) -> None:
    standing = Standing(739_000)
    standing.progress, standing.used = sorted(progress.items()), used
    row = decode(encode(packed(dump(standing, lots=False))))
    assert dump(load(unpacked(row))) == dump(standing)


def test_a_state_from_before_there_was_packing_is_read_as_it_is() -> None:
    standing = Standing(739_000)
    standing.progress, standing.used = [(739_001, 500)], {"daily": {739_001: 5}}
    row = decode(encode(dump(standing)))
    assert unpacked(row) == row and dump(load(unpacked(row))) == dump(standing)


def test_a_part_that_cannot_be_unpacked_stays_as_it_stands() -> None:
    for broken in ("", "[739001,500,739002]", "739001", "nonsense"):
        row = decode(encode(packed(dump(Standing(739_000)))))
        row["progress"] = broken
        assert unpacked(row)["progress"] == broken
