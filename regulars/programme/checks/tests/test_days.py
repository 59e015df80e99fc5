"""What is told of a day is told of a day that there is: no fair pair is blamed for a Monday that is a Thursday."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from regulars.kit.conditions import Scope, parse
from regulars.kit.conditions.standard import STANDARD
from regulars.programme.checks.cells import Cells
from regulars.programme.checks.days import told
from regulars.programme.checks.tests.test_penalties_in_disguise import RULES, UNFAIR
from regulars.programme.checks.tests.test_penalties_in_disguise import told as said

#: Until every day of a leap year was a Monday, and after all dates below once more.
DAYS = [told(date(2000, 1, 1) + timedelta(days=number)) for number in range(16_200)]
LATE = 'member_since >= "2026-01-01"'
MONDAY = 'weekday == "mon"'


def given(*rules: str) -> list[tuple[str, str, bool]]:
    """What is said of the good programme with these rules beside its own."""
    more = (f"    - {{id: x{at}, title: x, currency: points, {rule}}}\n" for at, rule in enumerate(rules))
    return said((RULES, RULES + "".join(more)))


@pytest.mark.parametrize(
    "written",
    [
        ['date == "2026-12-24"', MONDAY, 'weekday == "thu"'],
        ['date < "2026-03-01"', 'date >= "2026-02-20"', "month == 2", "day == 29", MONDAY],
        ["month == 2", "day >= 28", "day > 29", MONDAY],
        ["month > 3 and month < 9", "month == 11", 'weekday == "sun"'],
        ['date >= "2026-05-04" and date <= "2026-05-10"', 'weekday == "sat"', "day < 5", "month != 5"],
    ],
)
def test_conditions_on_days_hold_together_in_cells_just_as_they_do_on_days(written: list[str]) -> None:
    """Every combination of yes and no that forty-four years of days give, and none beside."""
    conditions = [parse(text, STANDARD, Scope.ORDER) for text in written]
    cells, plain = Cells.of(conditions)
    (theirs, ours) = ([one.function() for one in some] for some in (conditions, plain))
    assert {tuple(holds(cell) for holds in ours) for cell in cells.each()} == {
        tuple(holds(day) for holds in theirs) for day in DAYS
    }
    assert cells.number() == len(list(cells.each()))


@pytest.mark.parametrize("other", ["member_since", "birthday_month"])
def test_a_day_is_compared_with_others_before_and_behind_it(other: str) -> None:
    compared = {
        "member_since": ["date > member_since", "date == member_since", MONDAY, 'date >= "2026-01-01"'],
        "birthday_month": ["month == birthday_month", "month == 12", MONDAY],
    }
    conditions = [parse(text, STANDARD, Scope.ORDER) for text in compared[other]]
    cells, plain = Cells.of(conditions)
    holds = [one.function() for one in plain]
    known = {tuple(one(cell) for one in holds) for cell in cells.each() if cell[other] is not None}
    assert len(known) == {"member_since": 12, "birthday_month": 8}[other]


@pytest.mark.parametrize(
    ("when", "found"),
    [
        (f'date == "2026-12-24" and {MONDAY}', []),
        ('date == "2026-12-24" and weekday == "thu"', UNFAIR),
        ("month == 2 and day == 30", []),
        (f"month == 2 and day == 29 and {MONDAY}", UNFAIR),
        ('date >= "2026-12-01" and date < "2027-01-01" and month == 6', []),
        ('date >= "2026-12-01" and date < "2027-01-01" and month == 12', UNFAIR),
        ("month > 3 and month < 9", UNFAIR),
        ('date < "2026-01-01"', []),
        ('date < "2026-01-02"', UNFAIR),
        (f'date < "2026-01-05" and {MONDAY}', []),
    ],
)
def test_newcomers_are_favoured_on_days_that_there_are_and_on_which_they_were_there(
    when: str, found: list[tuple[str, str, bool]]
) -> None:
    gift = f"points: 100, when: '{when} and {LATE}'"
    assert given(gift) == found


def test_of_many_months_and_one_day_of_the_week_each_is_looked_at() -> None:
    """Rules that look at a month each are laid apart by it, and a day then has to be of that month."""
    each = [f"points: 10, when: 'month == {n} and member_since < \"2026-01-01\"'" for n in range(1, 12)]
    advent = f'points: 5, when: \'date == "2026-{{}}" and weekday == "tue" and {LATE}\''
    assert given(*each, advent.format("11-24")) == []
    assert given(*each, advent.format("12-22")) == UNFAIR
    assert given(*each, advent.format("12-23")) == []
