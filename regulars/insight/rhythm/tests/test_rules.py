"""Rhythms of named people, and the table of docs/rules/rhythm.md."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.insight.rhythm.rules import MOST_DAYS, Rhythm, rhythm

DOCUMENT = Path(__file__).parents[4] / "docs" / "rules" / "rhythm.md"
TODAY = date(2026, 6, 30).toordinal()


def days(last: int, *gaps: int) -> list[int]:
    """Days of purchase, the latest first: `last`, and before it one per gap."""
    found = [last]
    for gap in gaps:
        found.append(found[-1] - gap)
    return found


def table() -> list[list[str]]:
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("row", table(), ids=lambda row: row[0])
def test_the_table_of_the_document_holds(row: list[str]) -> None:
    who, gaps, last, *told = row
    bought = datetime.strptime(f"{last} 2026 +0000", "%d %B %Y %z").toordinal()
    known = rhythm(days(bought, *map(int, gaps.split())), TODAY)
    if known is None:
        assert told == ["", "", "", "no"], who
    else:
        slipping = "yes" if known.slipping else "no"
        assert [str(known.typical), str(known.longest), str(known.away), slipping] == told, who


def test_the_document_has_a_table() -> None:
    assert [row[0] for row in table()] == ["Ada", "Bruno", "Carmen", "Dagny", "Emil"]


def test_ada_who_comes_weekly_slips_from_the_fifteenth_day_on() -> None:
    weekly = days(TODAY, 7, 7, 7, 7)
    told = [rhythm(weekly, TODAY + away) for away in range(200)]
    assert [away for away, one in enumerate(told) if one and one.slipping] == list(range(15, MOST_DAYS + 1))


def test_bruno_who_comes_daily_is_not_missed_before_two_weeks() -> None:
    daily = days(TODAY, 1, 1, 1, 1, 1)
    assert [away for away in range(20) if (known := rhythm(daily, TODAY + away)) and known.slipping] == list(
        range(14, 20)
    )


def test_carmen_who_once_stayed_away_for_long_may_do_so_again() -> None:
    once = days(TODAY, 7, 7, 40, 7, 7)
    assert rhythm(once, TODAY + 40) == Rhythm(7, 40, 40)
    assert not Rhythm(7, 40, 40).slipping
    assert Rhythm(7, 40, 41).slipping


def test_dagny_has_no_rhythm_before_she_bought_on_five_days() -> None:
    assert rhythm([], TODAY) is None
    assert rhythm(days(TODAY, 7, 7, 7), TODAY) is None
    assert rhythm(days(TODAY, 7, 7, 7, 7), TODAY) == Rhythm(7, 7, 0)


def test_only_the_last_twelve_gaps_count() -> None:
    changed = days(TODAY, *[7] * 12, *[60] * 30)
    assert rhythm(changed, TODAY) == Rhythm(7, 7, 0)


def test_of_an_even_number_of_gaps_the_shorter_middle_one_counts() -> None:
    assert rhythm(days(TODAY, 2, 10, 4, 20), TODAY) == Rhythm(4, 20, 0)


@given(st.lists(st.integers(1, 60), min_size=4, max_size=20), st.integers(0, 400), st.randoms(use_true_random=False))
def test_the_order_of_the_gaps_does_not_matter(gaps: list[int], away: int, random: object) -> None:
    looked_at = gaps[:12]
    shuffled = sorted(looked_at, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert rhythm(days(TODAY - away, *looked_at), TODAY) == rhythm(days(TODAY - away, *shuffled), TODAY)


@given(st.lists(st.integers(1, 60), min_size=4, max_size=12), st.integers(0, 400))
def test_whoever_slips_has_been_away_longer_than_ever_and_twice_the_usual(gaps: list[int], away: int) -> None:
    known = rhythm(days(TODAY - away, *gaps), TODAY)
    assert known is not None
    if known.slipping:
        assert away > max(gaps)
        assert sum(2 * gap < away for gap in gaps) >= len(gaps) / 2
