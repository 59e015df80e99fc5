"""docs/rules/forfeiture.md: both tables are true."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from regulars.exchange.forfeitures.rules import Forfeiture

PAGE = (Path(__file__).parents[4] / "docs" / "rules" / "forfeiture.md").read_text("utf-8")


def table(head: str) -> list[list[str]]:
    """The cells of the table with this head."""
    rows = PAGE.partition(f"{head}\n")[2].split("\n\n")[0].splitlines()[1:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def one(told_on: date | None, notice: int, appeal: int, state: str = "announced", machine: bool = False) -> Forfeiture:
    return Forfeiture(
        1, UUID(int=1), "points", 60, "twice", "case 1", notice, appeal, machine, "dagny",
        datetime(2026, 3, 1, tzinfo=UTC), state, told_on, "", "", None, None, None, 0, None,
    )  # fmt: skip


@pytest.mark.parametrize("row", table("| told on | notice_days | appeal_days | can object through | taken from |"))
def test_the_days_of_the_page_are_those_of_the_rule(row: list[str]) -> None:
    told, notice, appeal, until, taken = row
    found = one(date.fromisoformat(told), int(notice), int(appeal))
    assert (str(found.appeal_until), str(found.takes_from)) == (until, taken)


@pytest.mark.parametrize(
    "row", table("| state | decided by | day | she can object | it can be upheld | it is taken |"), ids="-".join
)
def test_what_may_be_done_is_what_the_page_says(row: list[str]) -> None:
    state, by, day, *said = row
    told_on = None if day == "-" else date(2026, 3, 2)
    found = one(told_on, 30, 30, state, by == "machine")
    today = date(2026, 9, 1) if day == "-" else date.fromisoformat(day)
    can = (found.objectable(today), found.ripe(today), found.due(today))
    assert ["yes" if one else "no" for one in can] == said
