"""Real days for all that conditions tell of one: the date, the day of the week, the day of the month, the month.

Looked at one by one, these would make days that no calendar has: a Christmas in June, a Monday that is a Sunday.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from regulars.kit.conditions.vocabulary import WEEKDAYS

#: The names that tell something of the day of an order.
CALENDAR = ("date", "weekday", "day", "month")
#: Where nothing is said of the date, days are taken from here on.
_START = date(2026, 1, 1)
_DAY = timedelta(days=1)

#: Of each name the constants that conditions mention, in their order.
Marks = tuple[tuple[Any, ...], ...]


def told(day: date) -> dict[str, Any]:
    """What the names of the calendar hold on a day."""
    return {"date": day, "weekday": WEEKDAYS[day.weekday()], "day": day.day, "month": day.month}


def real_days(mentioned: Mapping[str, set[Any]], fixed: Mapping[str, Any], *, ends: bool) -> tuple[date, ...]:
    """A day for every combination that there is of what the `mentioned` constants tell apart, in their order.

    Only days of which the names in `fixed` hold just that. With `ends`, of each combination between two dates the
    first day and another, later one: for a date that is compared with others.
    """
    marks = tuple(tuple(sorted(mentioned.get(name, ()))) for name in CALENDAR)
    return _real(marks, tuple((name, fixed[name]) for name in CALENDAR if name in fixed), ends)


@lru_cache(maxsize=1_000)
def _real(marks: Marks, fixed: tuple[tuple[str, Any], ...], ends: bool) -> tuple[date, ...]:
    held = dict(fixed)
    if "date" in held:
        return (held["date"],)
    every = _kinds(marks, held)
    return tuple(day for low, high in _between(marks[0]) for day in _within(low, high, marks, held, every, ends))


def _kinds(marks: Marks, held: Mapping[str, Any]) -> int:
    """How many kinds of days there are, whatever the date: every day of a leap year falls on every day of the week."""
    leap = [date(2024, 1, 1) + number * _DAY for number in range(366)]
    weekdays = [word for word in WEEKDAYS if held.get("weekday", word) == word]
    return len({
        _kind(word, day, marks)
        for day in leap
        if held.get("day", day.day) == day.day and held.get("month", day.month) == day.month
        for word in weekdays
    })  # fmt: skip


def _within(
    low: date | None, high: date | None, marks: Marks, held: Mapping[str, Any], every: int, ends: bool
) -> list[date]:
    """The days from `low` to `high` (None: without end) that stand for all of them."""
    step = _DAY if low is not None else -_DAY
    day, last = (low, high or date.max) if low is not None else (high or _START, date.min)
    first: dict[tuple[Any, ...], date] = {}
    later: dict[tuple[Any, ...], date] = {}
    while True:
        parts = told(day)
        if all(parts[name] == value for name, value in held.items()):
            kind = _kind(parts["weekday"], day, marks)
            if kind not in first:
                first[kind] = day
            else:
                later[kind] = day
            if len(first) == every and (not ends or len(later) == every):
                break
        if day == last:
            break
        day += step
    return sorted({*first.values(), *(later.values() if ends else ())})


def _between(constants: tuple[date, ...]) -> Iterator[tuple[date | None, date | None]]:
    """Each of the dates, and the stretches before, between and behind them."""
    if not constants:
        yield _START, None
        return
    low: date | None = None
    for one in constants:
        if one > (low or date.min):
            yield low, one - _DAY
        yield one, one
        if one == date.max:
            return
        low = one + _DAY
    yield low, None


def _kind(weekday: str, day: date, marks: Marks) -> tuple[Any, ...]:
    """What conditions can tell of a day beside its date."""
    return weekday if weekday in marks[1] else "", _place(day.day, marks[2]), _place(day.month, marks[3])


def _place(value: int, constants: tuple[int, ...]) -> int:
    """Where `value` stands among the constants: on one of them, or between two."""
    at = bisect_left(constants, value)
    return 2 * at + (at < len(constants) and constants[at] == value)
