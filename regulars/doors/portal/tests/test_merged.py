"""A member who was merged opens the survivor's pages, and their own again once that is undone."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from regulars.doors.portal.tests.conftest import PRESENT, Enrol, SignedIn, link_in
from regulars.doors.portal.tests.test_home import text
from regulars.doors.portal.tests.test_statement import AMOUNT
from regulars.doors.worker import schedule
from regulars.exchange.earning.acting import By
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.tests.cast import pots, purchase, tell
from regulars.ground.messaging.tests.post_office import PostOffice


def by() -> By:
    return By("carmen@harbour.example", "counter", uuid4().hex, PRESENT)


def test_whoever_was_signed_in_stays_so_and_sees_what_is_together(member: Enrol, signed_in: SignedIn) -> None:
    ada, second = member("Ada", "Lovelace"), member("Adele", "Byron", email=f"{uuid4().hex}@example.org")
    tell(purchase(ada, "2026-05-04 15:00", 30_000), purchase(second, "2026-05-04 15:00", 12_000))
    browser = signed_in(second)
    assert "Adele" in text(browser, "/") and "120" in text(browser, "/")
    merge(second, ada, by())
    assert "Ada" in text(browser, "/") and "420" in text(browser, "/")
    assert "which is one with this one now" in text(browser, "/statement/")
    assert "$120.00" in text(browser, f"/statement/?of={second}")  # as it was told there
    assert f"under number {second}" not in text(browser, "/statement/")
    tell(purchase(second, "2026-06-20 15:00", 500))
    assert f"under number {second}" in text(browser, "/statement/")
    unmerge(second, by())
    assert "Adele" in text(browser, "/") and "120" in text(browser, "/")


@pytest.mark.parametrize("own", ["", "ada@example.org"])
def test_the_address_or_number_of_whoever_was_merged_gets_a_link_to_the_pages_of_the_survivor(
    member: Enrol, office: PostOffice, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    address = f"{uuid4().hex}@example.org"
    ada, second = member("Ada", "Lovelace", email=own), member("Adele", "Byron", "de", email=address)
    merge(second, ada, by())
    monkeypatch.setattr(schedule, "now", lambda: PRESENT)
    for told, to in ((address, address), (second, own or address)):
        browser = Client()
        browser.post("/in/", {"who": told})
        schedule.sign_ins(timestamp=0)
        assert office.to[-1] == to
        page = browser.post(link_in(office.mails[-1]), follow=True).content.decode()
        assert "Ada Lovelace" in page and "Adele" not in page
        mail = str(office.mails[-1].get_body(("plain",)))
        assert "Hello Ada," in mail and f"member number {ada}." in mail


def test_what_came_with_many_lots_is_one_row_with_a_true_sum_at_home_and_in_the_statement(
    member: Enrol, signed_in: SignedIn
) -> None:
    ada, second = member("Ada", "Lovelace"), member("Adele", "Byron")
    tell(*(purchase(second, f"2026-0{month}-{on:02} 15:00", 1_000) for month in (2, 3, 4) for on in range(1, 25)))
    had = pots(second)
    merge(second, ada, by())
    browser = signed_in(ada)
    for address in ("/", "/statement/"):
        assert AMOUNT.findall(text(browser, address))[0] == f"+{had['available'] + had['pending']:,}"
