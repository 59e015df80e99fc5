"""The promise in force, in sentences and in the reader's language."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT, text
from regulars.exchange.budgets.tests.test_drawing import buys, launch
from regulars.exchange.earning.tests.cast import tell
from regulars.ground.publishing.versions import publish

HARBOUR = Path(__file__).parents[4] / "programmes" / "harbour.yaml"


def test_it_says_what_is_promised_and_since_when(console: Client, harbour: int) -> None:
    page = text(console, "/console/programme/")
    assert "Harbour Version 1 What members are promised since Dec 31, 2015." in page
    assert "A point for every dollar Points: 1 for every $1.00 spent" in page
    assert "At most 500 points a day Points: at most 500 a day." in page
    assert "Captain From $3,600.00 spent within the last 12 months." in page
    assert "100 are worth $1.00" in page
    assert "They can be spent after 14 days" in page
    assert "They end 36 months after the last earning or spending" in page
    assert "Only after a notice 60 to 30 days before" in page


def test_it_speaks_the_language_of_the_reader(console: Client, harbour: int) -> None:
    page = text(console, "/console/programme/", "de")
    assert "Ein Punkt je Dollar Punkte: 1 je 1,00\u00a0$ Einkauf" in page
    assert "Kapitän Ab 3.600,00\u00a0$" in page


def test_a_version_that_is_still_to_come_is_announced_and_not_in_force(console: Client, harbour: int) -> None:
    later = HARBOUR.read_text(encoding="utf-8").replace("points: 50", "points: 75")
    publish(later, PRESENT + timedelta(days=30), "carmen@harbour.example", PRESENT, base=harbour)
    page = text(console, "/console/programme/")
    assert "Version 2 begins on Jul 15, 2026 Read it What it changes" in page
    assert "Points: 50 once in every 10 purchases" in page and "Points: 75" not in page


def test_beside_a_budget_stands_what_was_given_and_until_when_the_rest_is_left(console: Client, db: None) -> None:
    launch(100)
    tell(buys("ada", 70, f"{PRESENT:%Y-%m-%d} 12:00"))
    assert "Given: 70. Left until June 30, 2026: 30." in text(console, "/console/programme/")
    assert "Noch übrig bis 30. Juni 2026: 30." in text(console, "/console/programme/", "de")


def test_the_file_itself_can_be_read(console: Client, harbour: int) -> None:
    page = console.get("/console/programme/").content.decode()
    assert "id: captains-tenth" in page


def test_a_programme_without_tiers_or_caps_has_no_such_cards(console: Client, db: None) -> None:
    plain = "\n".join(HARBOUR.read_text(encoding="utf-8").split("\ntiers:")[0].split("  caps:")[:1])
    plain = plain.split("    - id: captains-tenth")[0]
    publish(plain, PRESENT - timedelta(days=1), "keeper", PRESENT)
    page = text(console, "/console/programme/")
    assert "Double on our own brand" in page
    assert "Limits" not in page and "Tiers" not in page
    assert "Tiers" not in text(console, "/console/")


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        ("{until: order delivered, within_days: 60}", "once this has come for what was bought"),
        ("{until: 2027-03-01}", "They may be spent from March 1, 2027 on."),
    ],
)
def test_points_that_wait_for_a_delivery_or_a_day_are_said_to_wait_for_it(
    console: Client, db: None, waiting: str, said: str
) -> None:
    text_of = HARBOUR.read_text(encoding="utf-8").replace("{days: 14}", waiting)
    publish(text_of, PRESENT - timedelta(days=1), "keeper", PRESENT)
    page = text(console, "/console/programme/")
    assert said in page and "after 0 days" not in page
