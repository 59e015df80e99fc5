"""What two texts do not share is found, and nothing else is shown as changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from regulars.doors.console.programme.differing import lines, marked

LINES = st.lists(st.sampled_from(["a", "b", "c: 1", ""]), max_size=12).map("\n".join)


@given(LINES, LINES)
def test_the_lines_of_either_side_can_be_read_off(old: str, new: str) -> None:
    rows = lines(old, new)
    for side, kinds in (("old", ("same", "removed")), ("new", ("same", "added"))):
        text = (old if side == "old" else new).split("\n")
        told = [(getattr(row, side), row.text) for row in rows if row.kind in kinds]
        assert all(text[number - 1] == line for number, line in told)
    assert (rows == []) == (old == new)
    gone = sum(row.kind == "removed" for row in rows)
    come = sum(row.kind == "added" for row in rows)
    assert len(old.split("\n")) - gone == len(new.split("\n")) - come


@given(st.text("ab 1.", max_size=20), st.text("ab 1.", max_size=20))
def test_both_sentences_stand_there_whole_and_what_is_unmarked_is_shared(old: str, new: str) -> None:
    left, right = marked(old, new)
    assert "".join(words for words, _ in left) == old and "".join(words for words, _ in right) == new
    assert [words for words, gone in left if not gone] == [words for words, come in right if not come]


def test_lines_far_from_a_change_are_left_out() -> None:
    many = [f"line {n}" for n in range(30)]
    changed = [*many[:20], "another", *many[21:]]
    rows = lines("\n".join(many), "\n".join(changed))
    assert [row.kind for row in rows] == ["gap", *["same"] * 3, "removed", "added", *["same"] * 3]
    assert (rows[4].old, rows[5].new) == (21, 21)
