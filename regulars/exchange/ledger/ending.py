"""Ending: what a member loses by time alone and when, month by month, if nothing comes and nothing is spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Month:
    """Points that end in a month: `first` is the last day on which the first of them can be spent, `last` that of the
    last ones."""

    first: date
    last: date
    points: int


def by_month(expiring: Sequence[tuple[date, int]]) -> list[Month]:
    """The days of `Balance.expiring` (the first day on which points are gone) put together by the month of the last
    day on which they can be spent."""
    months: dict[tuple[int, int], Month] = {}
    for gone, points in sorted(expiring):
        on = gone - timedelta(days=1)
        before = months.get((on.year, on.month))
        months[on.year, on.month] = Month(before.first, on, before.points + points) if before else Month(on, on, points)
    return list(months.values())
