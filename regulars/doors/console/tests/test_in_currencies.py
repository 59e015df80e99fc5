"""What staff read where a programme has several currencies, and one of them serves tiers alone."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT, text
from regulars.exchange.earning.tests.cast import fresh, purchase, tell
from regulars.ground.members.enrolling import Person, enrol


@pytest.fixture
def bruno(corner: int) -> str:
    """Bruno has bought two things at the corner: 40 points, and 2 miles."""
    number = fresh("bruno")
    enrol([Person(number, "Bruno", "Bauer")], PRESENT)
    tell(purchase(number, "2026-05-04 12:00", 20_000, 20_000, currency="DKK"))
    return number


def bought(console: Client, number: str) -> str:
    """Where the purchase of a member comes back."""
    page = console.get(f"/console/members/{number}/timeline/").content.decode()
    (address,) = re.findall(r'href="([^"]+/counter/purchases/[^"]+)"', page)
    return str(address)


def test_what_serves_tiers_alone_is_never_said_to_be_there_to_spend(console: Client, bruno: str, corner: int) -> None:
    would = text(console, f"{bought(console, bruno)}?act={uuid4()}")
    assert "Miles for tiers 2 0" in would and "Miles to spend" not in would
    assert "May 4, 2026 miles no Never expires. 2 2" in text(console, f"/console/members/{bruno}/lots/")
    miles = text(console, f"/console/programme/versions/{corner}/").split("They serve tiers only")[1]
    assert miles.strip().startswith("They end never")


def test_lots_that_change_say_of_which_currency_they_are(console: Client, bruno: str) -> None:
    lots = text(console, f"{bought(console, bruno)}?act={uuid4()}").split("Which lots change")[1]
    assert re.search(r"May 4, 2026 points · To be spent by [A-Z][a-z]+ 4, 2026\. −\d+ 0", lots)
    assert "miles · Never expires. −2 0" in lots
