"""The cast of the portal: members with a story, and browsers in which they are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest
from django.core.cache import cache
from django.test import Client

from regulars.doors.portal import receiving
from regulars.doors.portal.tests.browsing import chromium, site  # noqa: F401 - fixtures for every file here
from regulars.exchange.earning.tests.cast import account, fresh
from regulars.ground.members.enrolling import Person, enrol
from regulars.ground.members.signing_in import make_link
from regulars.ground.messaging.tests.post_office import SENDER, PostOffice, open_office

#: The present of these tests, in the evening of a Monday in New York.
PRESENT = datetime(2026, 6, 15, 22, 0, tzinfo=UTC)

URL = "https://harbour.example"

Enrol = Callable[..., str]
SignedIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def present(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock of the portal stands still, and nobody has tried too many links."""
    monkeypatch.setattr(receiving, "now", lambda: PRESENT)
    cache.clear()
    return PRESENT


@pytest.fixture
def member(harbour: int) -> Enrol:
    """`member("Ada")` enrols somebody of that name and answers her number."""

    def enrolled(given: str, family: str = "Lovelace", language: str = "", email: str = "") -> str:
        number = fresh(given.lower())
        person = Person(number, given, family, email, language, joined_on=date(2024, 3, 1))
        enrol([person], PRESENT)
        return number

    return enrolled


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """A mail server, by which the house sends its links."""
    with open_office() as office:
        monkeypatch.setenv("REGULARS_SMTP_URL", f"smtp+plain://localhost:{office.port}")
        monkeypatch.setenv("REGULARS_MAIL_FROM", SENDER)
        monkeypatch.setenv("REGULARS_URL", f"{URL}/")
        yield office


def link_in(mail: EmailMessage) -> str:
    """The way to the link that a mail brings, without the house."""
    body = mail.get_body(("plain",))
    assert body is not None
    (address,) = [line for line in body.get_content().splitlines() if "/in/" in line]
    assert address.startswith(f"{URL}/in/")
    return str(address.removeprefix(URL))


@pytest.fixture
def signed_in() -> SignedIn:
    """A browser in which this member has opened a link."""

    def client(number: str, at: datetime = PRESENT) -> Client:
        browser = Client()
        link = make_link(account(number), at)
        assert browser.post(f"/in/{link.token}/").status_code == 302
        return browser

    return client
