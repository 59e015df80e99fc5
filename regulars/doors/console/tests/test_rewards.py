"""Rewards at the counter: what a member can have is seen, done once, and what waits is handed over."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT, text
from regulars.doors.console.tests.test_counter import confirm, signed_in
from regulars.exchange.earning.acting import By, adjust
from regulars.exchange.earning.tests.cast import account, fresh
from regulars.exchange.ledger.holdings import balances, holds
from regulars.exchange.ledger.statement import statement
from regulars.ground.members.enrolling import Person, enrol


@pytest.fixture
def carla(bakery: int) -> str:
    """Carla has a thousand points in the bakery."""
    number = fresh("carla")
    enrol([Person(number, "Carla", "Conti", joined_on=PRESENT.date())], PRESENT)
    adjust(number, 1_000, "points", "welcome", By("dagny", "desk", uuid4().hex, PRESENT))
    return number


def available(number: str) -> int:
    return balances(account(number), PRESENT)[0].available


def test_a_reward_is_handed_over_after_a_look_and_once(console: Client, carla: str) -> None:
    address = f"/console/members/{carla}/counter/"
    page = text(console, address)
    assert "A coffee 30 points" in page and "Still missing: 100 credit." in page
    would = console.get(f"{address}rewards/coffee/", follow=True).content.decode()
    assert "Hand over: a coffee" in would and "1 a month" in would.lower()
    assert available(carla) == 1_000
    done = confirm(console, f"{address}rewards/coffee/")
    assert available(carla) == 970 and "nothing was done twice" in done
    assert statement(account(carla), limit=1)[0].title("en") == "A coffee"
    assert "again from July 1, 2026" in text(console, address)
    refused = console.get(f"{address}rewards/coffee/", {"act": str(uuid4())})
    assert refused.status_code == 409 and "as often as one can" in refused.content.decode()
    assert "A coffee, 30 points" in text(console, address)  # under what was spent


def test_what_is_fetched_later_waits_on_a_page_of_its_own(console: Client, carla: str) -> None:
    address = f"/console/members/{carla}/counter/"
    confirm(console, f"{address}rewards/cake/aside/")
    assert available(carla) == 800
    assert "One reward waits to be handed over" in text(console, "/console/")
    (one,) = holds(account(carla), PRESENT)
    waits = text(console, "/console/rewards/")
    assert "A whole cake" in waits and "Jun 18, 2026" in waits and "Carla" in waits
    assert f"{address}holds/{one.id}/capture/" in console.get("/console/rewards/").content.decode()
    confirm(console, f"{address}holds/{one.id}/capture/")
    assert holds(account(carla), PRESENT) == []
    assert "Nothing waits" in text(console, "/console/rewards/")
    finn = signed_in("finn", "finance")
    assert finn.get("/console/rewards/").status_code == 200
    assert finn.get(f"{address}rewards/coffee/").status_code == 403


def test_a_price_and_what_is_told_of_the_member_are_asked_for(console: Client, carla: str) -> None:
    address = f"/console/members/{carla}/counter/rewards/course/"
    page = text(console, address)
    assert "Price in points" in page and "From 100 to 150" in page and "A neighbour" in page
    for asked in ({"price": "99", "fact_neighbour": "on"}, {"price": ""}):
        assert console.get(address, {"act": str(uuid4()), **asked}).status_code == 422
    refused = console.get(address, {"act": str(uuid4()), "price": "120"})
    assert refused.status_code == 409 and "The member may not have this" in refused.content.decode()
    confirm(console, address, act=str(uuid4()), price="120", fact_neighbour="on")
    assert available(carla) == 880
    assert console.get(f"/console/members/{carla}/counter/rewards/tart/").status_code == 404


def test_what_takes_something_off_a_bill_asks_for_the_bill(console: Client, carla: str) -> None:
    address = f"/console/members/{carla}/counter/"
    assert "before this is taken off" in text(console, f"{address}rewards/five/")
    refused = console.get(f"{address}rewards/five/", {"act": str(uuid4()), "bill": "9.99"})
    assert refused.status_code == 409 and "more than it may of this bill" in refused.content.decode()
    confirm(console, f"{address}rewards/five/", act=str(uuid4()), bill="10.00")
    confirm(console, f"{address}rewards/five/aside/")
    assert available(carla) == 200
    (one,) = holds(account(carla), PRESENT)
    capture = f"{address}holds/{one.id}/capture/"
    assert console.get(capture).status_code == 200 and "What is to be paid" in text(console, capture)
    confirm(console, capture, act=str(uuid4()), bill="24.90")
    assert "They took €5.00 off your bill." in statement(account(carla), limit=1)[0].why("en")


def test_the_pages_speak_the_languages_of_the_staff(console: Client, carla: str) -> None:
    for language, words in (("de", "Ein Kaffee"), ("es", "Un café"), ("da", "En kop kaffe")):
        page = console.get(f"/console/members/{carla}/counter/", headers={"Accept-Language": language})
        assert words in page.content.decode()
