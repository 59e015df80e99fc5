"""docs/rules/households.md: every worked example is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from regulars.engine.standing import Share, Standing, dump
from regulars.engine.tests.worked_households import Home

PAGE = (Path(__file__).parents[3] / "docs" / "rules" / "households.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```household\n(.*?)^---\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("programme", "rows"), EXAMPLES)
def test_an_example_of_the_page_is_true(programme: str, rows: str) -> None:
    people, told, happened = Home(programme), [], []
    for row in rows.splitlines():
        day, what, *said = (cell.strip() for cell in row.split("|"))
        told.append([day, what, *said])
        happened.append([day, what, people.does(day, what), people.has()])
    assert happened == told


def test_the_page_has_examples_and_every_block_that_calls_itself_one_is_run() -> None:
    assert PAGE.count("```household\n") == len(EXAMPLES) > 5


def test_holds_of_a_member_stand_in_one_order_whichever_purse_they_were_found_in_first() -> None:
    def state(*holds: str) -> object:
        standing = Standing(1)
        standing.shares[7] = Share()
        standing.shares[7].holds = list(holds)
        return dump(standing)

    assert state("of stars", "of points") == state("of points", "of stars")
