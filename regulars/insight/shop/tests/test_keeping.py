"""Readings are kept for a while, and taken anew when their time is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import sleep

import pytest
from django.core.cache import cache

from regulars.insight.shop.keeping import kept

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_a_reading_is_kept_for_a_minute() -> None:
    readings = iter(range(10))
    assert kept("figures", lambda: next(readings), NOON).value == 0
    again = kept("figures", lambda: next(readings), NOON + timedelta(seconds=59))
    assert (again.value, again.at) == (0, NOON)
    assert kept("figures", lambda: next(readings), NOON + timedelta(seconds=90)).value == 1


def test_a_reading_that_took_long_is_kept_longer() -> None:
    def slowly() -> str:
        sleep(1.1)
        return "slow"

    held = kept("figures", slowly, NOON)
    assert held.until - held.at >= timedelta(seconds=66)


def test_while_one_takes_it_anew_the_others_get_the_last_one() -> None:
    later = NOON + timedelta(hours=1)
    kept("figures", lambda: "old", NOON)

    def taking() -> str:
        assert kept("figures", lambda: "never", later).value == "old"
        return "new"

    assert kept("figures", taking, later).value == "new"
    assert kept("figures", lambda: "never", later).value == "new"


def test_a_reading_that_fails_is_tried_again_by_the_next() -> None:
    def failing() -> str:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        kept("figures", failing, NOON)
    assert kept("figures", lambda: "taken", NOON).value == "taken"


def test_a_clock_that_was_set_back_does_not_keep_the_future() -> None:
    kept("figures", lambda: "tomorrow", NOON + timedelta(days=1))
    assert kept("figures", lambda: "today", NOON).value == "today"


def test_readings_of_another_name_are_others() -> None:
    kept("figures", lambda: 1, NOON)
    assert kept("weeks", lambda: 2, NOON).value == 2
