"""Ada joins a household with points of two currencies set aside, and the proof finds nothing to say."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from regulars.exchange.earning.acting import adjust, hold
from regulars.exchange.earning.housing import found, join
from regulars.exchange.earning.tests.cast import fresh, purchase, rows
from regulars.exchange.earning.tests.test_merging import by, given, heard, whole
from regulars.kit.json import decode, encode

pytestmark = pytest.mark.usefixtures("bakery")


def with_holds(first: str, second: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The numbers of a household that Bruno keeps, of him and of Ada who joined it, and the state of its standing; Ada
    has 5 of each currency set aside, of the `first` one first."""
    ada, bruno = fresh("ada"), fresh("bruno")
    heard(*(purchase(one, "2024-03-04 15:00", 100) for one in (ada, bruno)))
    for currency in (first, second):
        adjust(ada, 20, currency, "goodwill", by("2024-03-05 10:00"))
    for currency in (first, second):
        hold(ada, 5, currency, 60, by("2024-03-06 10:00"))
    home = found(bruno, "", by("2024-03-07 10:00")).household
    join(ada, home.number, by("2024-03-07 11:00"))
    return (home.number, ada, bruno), decode(rows("standing", home.account)[0]["state"])


def keep(household: str, state: dict[str, Any]) -> None:
    """Write a standing's state behind the application's back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE standing SET state = %s::jsonb WHERE account_id = %s", [encode(state).decode(), given(household)]
        )


@pytest.mark.parametrize("order", [("points", "credit"), ("credit", "points")])
def test_holds_in_two_currencies_are_the_same_in_whatever_order_they_are_found(order: tuple[str, str]) -> None:
    numbers, state = with_holds(*order)
    whole(*numbers)
    (ada,) = [share for share in state["shares"] if share[3]]
    assert len(ada[3]) == 2
    ada[3].reverse()  # as a program wrote it that kept no order
    keep(numbers[0], state)
    whole(*numbers)
    ada[3].pop()
    keep(numbers[0], state)
    with pytest.raises(AssertionError):
        whole(*numbers)
