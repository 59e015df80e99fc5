"""The cast of the console: Carmen keeps the shop, and members have a story."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from regulars.doors.console import admitting
from regulars.exchange.earning.tests.cast import Line, fresh, purchase, redemption, tell
from regulars.ground.access.models import Staff
from regulars.ground.members.enrolling import Person, enrol

#: The present of these tests: a Monday evening in New York.
PRESENT = datetime(2026, 6, 15, 22, 0, tzinfo=UTC)
PASSWORD = "paper-ink-and-amber"

Enrol = Callable[..., str]


@pytest.fixture(autouse=True)
def present(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> datetime:
    """The clock of the console stands still, no figures are kept from another test, and passwords are cheap."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(admitting, "now", lambda: PRESENT)
    cache.clear()
    return PRESENT


@pytest.fixture
def carmen(db: None) -> Staff:
    """Carmen, keeper of the shop."""
    return Staff.objects.create_user("carmen@harbour.example", PASSWORD, name="Carmen Ruiz", role="keeper")


@pytest.fixture
def console(carmen: Staff) -> Client:
    """A browser in which Carmen has signed in."""
    client = Client()
    client.force_login(carmen)
    return client


@pytest.fixture
def member(harbour: int) -> Enrol:
    """`member("Ada")` enrols somebody of that name and answers her number."""

    def enrolled(given: str, family: str = "Lovelace", email: str = "", number: str = "") -> str:
        number = number or fresh(given.lower())
        person = Person(number, given, family, email, "en", 5, 12, joined_on=date(2024, 3, 1))
        enrol([person], PRESENT)
        return number

    return enrolled


@pytest.fixture
def ada(member: Enrol) -> str:
    """Ada Lovelace has shopped, spent, and waits for some points."""
    number = member("Ada", email="ada@example.org")
    tell(
        purchase(number, "2026-05-04 15:00", 168_000, store="Quay"),
        redemption(number, "2026-06-01 12:00", 300),
        purchase(number, "2026-06-11 15:00", Line(2_600, "Private"), Line(1_600), store="Quay"),
    )
    return number


def text(client: Client, address: str, language: str = "en") -> str:
    """What a page says, without its tags."""
    page = client.get(address, headers={"Accept-Language": language}).content.decode()
    plain = unescape(re.sub(r"<[^>]+>", " ", page))
    return " ".join(plain.replace("\u00a0", "~").split()).replace("~", "\u00a0")
