"""What ends when: by the month of the last day on which it can be spent."""

from __future__ import annotations

from datetime import date

from regulars.exchange.ledger.ending import Month, by_month


def test_points_stand_in_the_month_of_their_last_day() -> None:
    told = [(date(2026, 8, 1), 5), (date(2026, 7, 11), 20), (date(2026, 8, 2), 7), (date(2027, 7, 11), 1)]
    assert by_month(told) == [
        Month(date(2026, 7, 10), date(2026, 7, 31), 25),
        Month(date(2026, 8, 1), date(2026, 8, 1), 7),
        Month(date(2027, 7, 10), date(2027, 7, 10), 1),
    ]
    assert by_month([]) == []
