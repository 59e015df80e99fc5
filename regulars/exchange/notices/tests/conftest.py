"""Maren and her points: a shop whose points end after three years without activity, and a post office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from regulars.engine.tests.worked import programme_text
from regulars.exchange.earning.tests.cast import account, fresh, purchase, rows, tell
from regulars.exchange.notices.counting import count_arrived
from regulars.exchange.notices.finding import ask_notices
from regulars.exchange.notices.writing import writer
from regulars.ground.members.enrolling import Person, enrol, given_accounts_of
from regulars.ground.messaging.letters import posted, printed
from regulars.ground.messaging.sending import send_due
from regulars.ground.messaging.tests.post_office import PostOffice, open_office
from regulars.ground.publishing.versions import publish

BEGINS = datetime(2016, 1, 1, tzinfo=UTC)
#: The last day of what was bought at noon of 5 January 2024 is 5 January 2027; the window opens on 6 November.
BOUGHT, OPENS = "2024-01-05 12:00", "2026-11-06 06:40"
POINTS = """
programme: {name: Harbour, zone: Europe/Copenhagen, money: USD, languages: [en, de, es, da]}
currencies:
  - {id: points, title: {en: points, de: Punkte, es: puntos, da: point},
     expiry: {after: inactivity, months: 36, notice: {earliest: 60, latest: 30}}}
earn: {rules: [{id: base, points: 1, per: 10.00}]}
"""


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def published(fragment: str) -> None:
    publish(programme_text(fragment), BEGINS, "keeper", BEGINS)


def joins(given: str = "Maren", email: str = "maren@example.org", language: str = "en", spent: int = 240_000) -> str:
    """A member with points (one for ten) of 5 January 2024."""
    number = fresh(given.lower() or "nobody")
    person = Person(number, given, "Holm" if given else "", email, language)
    enrol([person], BEGINS)
    tell(purchase(number, BOUGHT, spent))
    return number


def message(number: str) -> dict[str, Any]:
    """The latest message to a member."""
    return rows("message", account(number), "id")[-1]


def messages(number: str) -> list[tuple[str, str]]:
    """(channel, state) of each message to a member, the oldest first."""
    return [(row["channel"], row["state"]) for row in rows("message", account(number), "id")]


class Days:
    """What the worker does at moments of our choosing."""

    def __init__(self, office: PostOffice) -> None:
        self.office = office

    def asks(self, moment: str) -> int:
        return ask_notices(at(moment))

    def sends(self, moment: str) -> int:
        return send_due(writer(""), self.office.server(), lambda: at(moment))

    def letters(self, number: str, moment: str) -> int:
        """What waits for a member on paper is printed, and posted at once."""
        key = [(own := given_accounts_of([number])[number], rows("message", own, "id")[-1]["id"])]
        return printed(key, writer(""), True, "carmen", at(moment)) and posted(key, "carmen", at(moment))

    def counts(self, moment: str) -> int:
        return count_arrived(at(moment))


@pytest.fixture
def harbour_points(db: None) -> None:
    published(POINTS)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as office:
        yield office


@pytest.fixture
def days(office: PostOffice, harbour_points: None) -> Days:
    return Days(office)
