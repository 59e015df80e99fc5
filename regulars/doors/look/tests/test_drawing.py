"""Charts: what is drawn is what was counted."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from regulars.doors.look.drawing import HEIGHT, Point, draw


def series(*values: int, partial_last: bool = False) -> list[Point]:
    last = len(values) - 1
    return [Point(f"week {i}", v, str(v), partial=partial_last and i == last) for i, v in enumerate(values)]


@given(st.lists(st.integers(-(10**9), 10**9), max_size=60))
def test_every_bar_stands_on_zero_and_stays_on_the_canvas(values: list[int]) -> None:
    drawing = draw(series(*values))
    zero = int(drawing.zero)
    for slot, value in zip(drawing.slots, values, strict=True):
        top, height = int(slot.y), int(slot.height)
        assert 0 <= top <= top + height <= HEIGHT
        assert zero == (top if value < 0 else top + height)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=60))
def test_the_scale_is_even_round_and_holds_every_value(values: list[int]) -> None:
    ticks = draw(series(*values)).ticks
    steps = {above - below for above, below in itertools.pairwise(ticks)}
    assert len(steps) == 1
    assert str(steps.pop()).rstrip("0") in {"1", "2", "5"}
    assert ticks[-1] <= min(*values, 0) <= max(*values, 0) <= ticks[0]
    assert 0 in ticks
    assert 2 <= len(ticks) <= 7


def test_the_heights_are_in_proportion() -> None:
    drawing = draw(series(1_000, 500, 0))
    assert [slot.height for slot in drawing.slots] == ["1000", "500", "0"]


def test_a_week_below_zero_hangs_from_the_zero_line() -> None:
    drawing = draw(series(100, -100))
    assert drawing.zero == "500"
    assert [(slot.y, slot.height) for slot in drawing.slots] == [("0", "500"), ("500", "500")]


def test_an_empty_series_and_one_of_zeros_are_drawn_as_an_empty_scale() -> None:
    assert draw([]).slots == ()
    assert draw([]).line == ""
    assert draw(series(0, 0)).ticks == (1, 0)


def test_a_week_that_still_runs_is_not_part_of_the_line_and_not_the_latest() -> None:
    drawing = draw(series(40, 40, 3, partial_last=True))
    assert drawing.line.count("L") == 1
    assert [slot.latest for slot in drawing.slots] == [False, True, False]


def test_a_year_of_weeks_has_five_labels_from_the_first_to_the_last() -> None:
    labels = draw(series(*range(52))).labels
    assert len(labels) == 5
    assert (labels[0], labels[-1]) == ("week 0", "week 51")


def test_two_points_have_two_labels_and_one_has_one() -> None:
    assert draw(series(1, 2)).labels == ("week 0", "week 1")
    assert draw(series(1)).labels == ("week 0",)
