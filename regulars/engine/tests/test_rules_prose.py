"""docs/rules: every worked example on the pages about the kernel is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from regulars.engine.tests.worked import Member
from regulars.engine.tests.worked_merging import Two

RULES = Path(__file__).parents[3] / "docs" / "rules"
PAGES = [
    RULES / f"{name}.md"
    for name in (
        "earning",
        "rounding",
        "caps",
        "budgets",
        "counting",
        "tiers",
        "pending-and-expiry",
        "spending",
        "holds",
        "rewards",
        "decisions",
        "returns",
        "the-night",
        "late-events",
        "opening",
        "merging",
    )
]
_EXAMPLE = re.compile(r"^```example\n(.*?)^---\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str, list[str]]]:
    """(page and line, programme, rows) of every example."""
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        for match in _EXAMPLE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append((f"{page.name}:{line}", match[1], match[2].splitlines()))
    return found


def story(programme: str, rows: list[str]) -> tuple[list[list[str]], list[list[str]]]:
    """What the rows say, and what happens, cell by cell; what is there then only where a row tells it."""
    merged = any(row.split("|")[1].strip() == "merges" for row in rows)
    member = Two(programme) if merged else Member(programme)
    told, happened = [], []
    for row in rows:
        day, what, *said = (cell.strip() for cell in row.split("|"))
        told.append([day, what, *said])
        happened.append([day, what, member.does(day, what), member.has()][: 2 + len(said)])
    return told, happened


@pytest.mark.parametrize(("programme", "rows"), [pytest.param(*rest, id=place) for place, *rest in examples()])
def test_an_example_of_the_rules_is_true(programme: str, rows: list[str]) -> None:
    told, happened = story(programme, rows)
    assert happened == told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_has_examples_and_every_block_that_calls_itself_one_is_run(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.count("```example\n") == len(_EXAMPLE.findall(text)) > 0


def test_a_false_example_is_noticed() -> None:
    programme = "earn: {rules: [{id: base, points: 1, per: 1.00}]}"
    for rows in (["2026-03-02 | buys 7.00 | base 8"], ["2026-03-02 | buys 7.00 | base 7 | 8 points"]):
        told, happened = story(programme, rows)
        assert happened != told
