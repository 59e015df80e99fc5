"""What an installation keeps about itself, and its clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from regulars.ground.installation.facts import fact, move_clock, now, remember

pytestmark = pytest.mark.django_db


def test_a_fact_is_remembered_until_another_takes_its_place() -> None:
    assert fact("shift_weeks") is None
    remember("shift_weeks", {"weeks": 3})
    assert fact("shift_weeks") == {"weeks": 3}
    remember("shift_weeks", "none")
    assert fact("shift_weeks") == "none"


def test_the_clock_moves_on_and_the_days_add_up() -> None:
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=10)
    assert abs(move_clock(20) - datetime.now(UTC) - timedelta(days=20)) < timedelta(seconds=10)
    move_clock(1)
    assert abs(now() - datetime.now(UTC) - timedelta(days=21)) < timedelta(seconds=10)


def test_the_clock_never_goes_back() -> None:
    with pytest.raises(ValueError, match="forward"):
        move_clock(-1)
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=10)
