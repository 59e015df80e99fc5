"""A member misses a purchase and reads what came of it; what is told is what stands on a receipt."""

from __future__ import annotations

import re

from django.test import Client

from regulars.doors.portal.tests.conftest import PRESENT, Enrol, SignedIn
from regulars.doors.portal.tests.test_home import text
from regulars.exchange.counter.missing import declined, missed, recorded
from regulars.exchange.earning.tests.cast import account, purchase, tell

GOOD = {"store": "Quay", "bought_on": "2026-06-12", "amount": "42.50", "receipt": "A-1907"}


def fields(browser: Client) -> dict[str, str]:
    (id,) = re.findall(r'name="id" value="([^"]+)"', text(browser, "/missing/"))
    return {**GOOD, "id": id}


def test_it_is_told_once_and_the_answers_are_read(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    browser = signed_in(ada)
    told = fields(browser)
    for _ in range(2):
        assert browser.post("/missing/", told).status_code == 302
    (one,) = missed(account(ada), 9)
    assert (one.net, one.receipt, str(one.bought_on)) == (4_250, "A-1907", "2026-06-12")
    page = browser.get("/missing/").content.decode()
    assert "We are looking for it." in page
    assert '<strong>Quay, $42.50</strong><p class="soft small">Jun 12, 2026, A-1907</p>' in page
    recorded(account(ada), ada, one.id, "till", "carmen", PRESENT, 500)
    assert "We have recorded it" in text(browser, "/missing/")
    browser.post("/missing/", {**fields(browser), "receipt": "A-1"})
    (other,) = [one for one in missed(account(ada), 9) if one.state == "open"]
    declined(account(ada), other.id, "too-old", "carmen", PRESENT)
    page = text(browser, "/missing/")
    assert "too long ago" in page and "carmen" not in page
    assert "A-1907" not in text(signed_in(member("Bruno")), "/missing/")


def test_what_cannot_stand_on_a_receipt_is_sent_back(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    browser = signed_in(ada)
    wrong = (
        ("bought_on", "2026-06-16"), ("bought_on", "2024-01-01"), ("amount", "0"), ("amount", "1.001"), ("amount", "1_0"),
        ("amount", "1e30"), ("receipt", "x" * 41), ("receipt", "a\nb"), ("store", "<b>"), ("id", "x"),
    )  # fmt: skip
    for name, value in wrong:
        assert browser.post("/missing/", {**fields(browser), name: value}).status_code == 422, (name, value)
    assert missed(account(ada), 9) == []


def test_what_is_too_little_or_too_much_is_said_as_the_reader_writes_amounts(
    member: Enrol, signed_in: SignedIn
) -> None:
    for language, least, most in (
        ("de", "größer oder gleich 0,01", "1.000.000.000"),
        ("en", "greater than or equal to 0.01", "1,000,000,000"),
    ):
        browser = signed_in(member("Ada", language=language))
        for amount, said in (("0", least), ("9999999999", most)):
            assert said in browser.post("/missing/", {**fields(browser), "amount": amount}).content.decode()


def test_a_store_that_is_known_by_a_code_is_named_as_one(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    browser = signed_in(ada)
    browser.post("/missing/", {**fields(browser), "store": "harbour-1"})
    assert "<strong>Store harbour-1, $42.50</strong>" in text(browser, "/missing/")
    tell(
        purchase(ada, "2026-06-12 15:00", 4_200, store="31862"), purchase(ada, "2026-06-11 15:00", 4_200, store="Quay")
    )
    page = text(browser, "/returns/")
    assert ">Store 31862<" in page and ">Quay<" in page


def test_too_many_are_refused_and_strangers_tell_nothing(member: Enrol, signed_in: SignedIn) -> None:
    browser = signed_in(member("Ada"))
    answers = [browser.post("/missing/", fields(browser)).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]
    assert Client().post("/missing/", GOOD).status_code == 302
