"""What members read where a programme has several currencies."""

from __future__ import annotations

from regulars.doors.portal.tests.conftest import SignedIn
from regulars.doors.portal.tests.test_home import text
from regulars.exchange.earning.tests.cast import fresh, purchase, tell


def test_of_two_currencies_it_is_said_of_which_how_long_it_lasts(bakery: int, signed_in: SignedIn) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2026-06-11 15:00", 4_000, currency="EUR"))
    last = text(signed_in(ada)).split("How long they last")[1]
    assert "<h3>Points</h3><p>They may be spent for 6 months" in last and "<h3>Credit</h3><p>They never expire." in last


def test_of_a_single_one_to_spend_nothing_is_named(corner: int, signed_in: SignedIn) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2026-06-11 15:00", 4_000, currency="DKK"))
    last = text(signed_in(ada)).split("How long they last")[1]
    assert "<p>They may be spent for 6 months" in last and "<h3>" not in last
