"""Goodwill where a programme has several currencies."""

from __future__ import annotations

import pytest

from regulars.exchange.counter.goodwill import give
from regulars.exchange.counter.tests.test_goodwill import LIMIT, by
from regulars.exchange.earning.tests.cast import fresh, purchase, tell


@pytest.mark.usefixtures("corner")
def test_no_other_currency_makes_room_for_more() -> None:
    carl = fresh("carl")
    tell(purchase(carl, "2026-05-04 15:00", 50_000, currency="DKK"))
    assert give(carl, 600, "points", "late-delivery", by("carmen"), LIMIT).done
    assert give(carl, 401, "miles", "late-delivery", by("carmen"), LIMIT).done is None
