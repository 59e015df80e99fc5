"""The cast of the portal: members with a story, and browsers in which they are signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.test import Client

from regulars.doors.portal import receiving
from regulars.doors.portal.tests.browsing import chromium, site  # noqa: F401 - fixtures for every file here
from regulars.exchange.earning.tests.cast import account, fresh
from regulars.ground.members.enrolling import Person, enrol
from regulars.ground.members.signing_in import make_link

#: The present of these tests, in the evening of a Monday in New York.
PRESENT = datetime(2026, 6, 15, 22, 0, tzinfo=UTC)

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
def signed_in() -> SignedIn:
    """A browser in which this member has opened a link."""

    def client(number: str, at: datetime = PRESENT) -> Client:
        browser = Client()
        link = make_link(account(number), at)
        assert browser.post(f"/in/{link.token}/").status_code == 302
        return browser

    return client
