"""What came back of the other one's purchases goes home with them, under programmes where nothing is owed, or points wait."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from regulars.exchange.earning.acting import By, redeem
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import SOURCE, delivery, fresh, purchase, returned, rows
from regulars.exchange.ledger.proving import prove
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import given_accounts_of


def by(moment: str) -> By:
    return By("dagny@harbour.example", "desk", moment, datetime.fromisoformat(moment).replace(tzinfo=UTC))


def heard(*events: Incoming) -> None:
    for event in events:
        (result,) = take([event], SOURCE, datetime.fromtimestamp(event.at // 1_000_000, UTC), True)
        assert result.refusal is None


def pots(member: str) -> dict[str, int]:
    found = [row for row in rows("balance", given_accounts_of([member])[member]) if row["currency"] == "points"]
    return {pot: row[pot] for row in found for pot in ("available", "pending", "debt") if row[pot]}


def whole(*members: str) -> None:
    accounts = list(given_accounts_of(members).values())
    assert prove(accounts, also=refolder(datetime(2027, 1, 1, tzinfo=UTC))).differences == ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(transit) FROM balance WHERE account_id = ANY(%s)", [accounts])
        assert cursor.fetchone() == (0,)


@pytest.mark.usefixtures("bakery")
def test_where_nothing_is_owed_what_the_other_one_has_not_is_forgiven_and_the_survivor_has_its_own_again() -> None:
    ada, second = fresh("ada"), fresh("second")
    bought = purchase(second, "2024-03-01 15:00", 10_000, currency="EUR")
    heard(purchase(ada, "2024-03-01 15:00", 20_000, currency="EUR"), bought)
    redeem(second, 70, "points", by("2024-03-02 10:00"))
    merge(second, ada, by("2024-03-03 10:00"))
    heard(returned(second, "2024-03-04 15:00", bought))
    assert pots(ada) == {"available": 130}
    unmerge(second, by("2024-03-05 10:00"))
    assert (pots(ada), pots(second)) == ({"available": 200}, {})
    whole(ada, second)


@pytest.mark.usefixtures("parcels")
def test_what_waited_and_was_taken_for_the_other_one_waits_again() -> None:
    ada, second = fresh("ada"), fresh("second")
    bought = purchase(second, "2024-03-01 15:00", 10_000, currency="DKK")
    own = purchase(ada, "2024-03-02 15:00", 15_000, currency="DKK")
    more = purchase(second, "2024-03-03 15:00", 5_000, currency="DKK")
    heard(bought, own, more)
    heard(delivery(second, "2024-03-04 15:00", bought))
    redeem(second, 10, "points", by("2024-03-05 10:00"))
    merge(second, ada, by("2024-03-06 10:00"))
    heard(returned(second, "2024-03-07 15:00", bought))
    assert pots(ada) == {"pending": 10}
    unmerge(second, by("2024-03-08 10:00"))
    assert (pots(ada), pots(second)) == ({"pending": 15}, {"debt": -5})
    heard(delivery(ada, "2024-03-09 15:00", own))
    assert pots(ada) == {"available": 15}
    whole(ada, second)


@pytest.mark.usefixtures("corner")
def test_a_gift_that_a_purchase_of_the_survivors_had_kept_is_taken_back_at_home() -> None:
    ada, second = fresh("ada"), fresh("second")
    days = [purchase(second, f"2024-03-0{day} 15:00", 10, currency="DKK") for day in (1, 2, 3)]
    heard(*days, purchase(ada, "2024-03-03 16:00", 10, currency="DKK"))
    had = pots(second)["available"]
    merge(second, ada, by("2024-03-04 10:00"))
    heard(returned(second, "2024-03-05 15:00", days[2]))
    unmerge(second, by("2024-03-06 10:00"))
    taken = [row for row in rows("entry", given_accounts_of([second])[second]) if row["kind"] == "clawback"]
    assert [(row["rule"], row["amount"]) for row in taken] == [("loyal-days", 20)]
    assert pots(second).get("available", 0) == had - 20
    whole(ada, second)
