"""The greatest value is the greatest of all corners."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.programme.checks.cells import TooManyCells
from regulars.programme.checks.simplex import Bounds, Effort

Row = tuple[list[Fraction], Fraction]
weights = st.fractions(-4, 4, max_denominator=3)


def corner(rows: list[Row]) -> list[Fraction] | None:
    """Where so many rows as there are unknowns are reached at once; None where they meet in no single point."""
    size, table = len(rows), [[*row, bound] for row, bound in rows]
    for at in range(size):
        pivot = next((place for place in range(at, size) if table[place][at]), None)
        if pivot is None:
            return None
        table[at], table[pivot] = table[pivot], table[at]
        table[at] = [one / table[at][at] for one in table[at]]
        for place in range(size):
            if place != at:
                times = table[place][at]
                table[place] = [one - times * by for one, by in zip(table[place], table[at], strict=True)]
    return [row[-1] for row in table]


@settings(deadline=None, max_examples=200)
@given(
    st.integers(1, 3).flatmap(
        lambda size: st.lists(
            st.tuples(st.lists(weights, min_size=size, max_size=size), weights), min_size=1, max_size=4
        )
    )
)
def test_the_greatest_value_under_bounds_is_found_or_shown_not_to_exist(rows: list[Row]) -> None:
    size = len(rows[0][0])
    rows = [*rows, ([Fraction(1)] * size, Fraction(20))]
    bounds = Bounds()
    for row, bound in rows:
        bounds.at_most(dict(enumerate(row)), bound)
    rows += [([Fraction(-1 if at == place else 0) for at in range(size)], Fraction(0)) for place in range(size)]
    corners = (corner(list(some)) for some in combinations(rows, size))
    allowed = [
        one[0] for one in corners
        if one and all(sum(a * b for a, b in zip(row, one, strict=True)) <= bound for row, bound in rows)
    ]  # fmt: skip
    found = bounds.greatest(0, Effort())
    assert (found is None) == (not allowed)
    assert found is None or found[0] == max(allowed)


def test_more_figures_than_were_granted_are_refused() -> None:
    bounds = Bounds([({0: 1, 1: 1}, 4), ({0: 1}, 3)])
    found = bounds.greatest(0, Effort())
    assert found is not None and found[0] == 3
    with pytest.raises(TooManyCells):
        bounds.greatest(0, Effort(5))
