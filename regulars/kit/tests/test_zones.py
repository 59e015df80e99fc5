"""Instants: whole microseconds, there and back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.kit.zones import from_microseconds, microseconds


@given(st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999))
def test_an_instant_comes_back_exactly_in_whatever_year(at_us: int) -> None:
    """As seconds in a float, the year 9999 is told to within 30 microseconds only."""
    assert microseconds(from_microseconds(at_us)) == at_us


def test_the_same_moment_is_one_instant_in_whatever_zone() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert microseconds(noon.astimezone(ZoneInfo("Europe/Copenhagen"))) == microseconds(noon)
    assert microseconds(noon + timedelta(microseconds=1)) - microseconds(noon) == 1


def test_a_moment_without_a_zone_is_none() -> None:
    with pytest.raises(TypeError):
        microseconds(datetime(2026, 7, 1, 12))
