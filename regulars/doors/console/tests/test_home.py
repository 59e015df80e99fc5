"""The first page says what is, and says so when there is nothing yet."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from regulars.doors.console import admitting, home
from regulars.doors.console.tests.conftest import PRESENT, Enrol, text
from regulars.exchange.earning.tests.cast import account, purchase, tell, visit
from regulars.ground.access.models import Staff
from regulars.ground.members.models import Member
from regulars.insight.shop.points import Given


def test_without_a_programme_it_says_what_to_do(console: Client) -> None:
    page = text(console, "/console/")
    assert "No programme is published yet" in page and "regulars publish" in page
    assert "Points outstanding" not in page


def test_without_purchases_every_figure_is_nothing(console: Client, harbour: int) -> None:
    page = text(console, "/console/")
    assert "Nothing was given yet" in page and "Nobody is slipping" in page
    assert "Come a second time –" in page and "Keep coming –" in page


def test_what_was_given_and_taken_back_leaves_words_and_no_empty_drawing() -> None:
    monday = date(2026, 6, 15)
    assert home._weeks([Given(monday, "points", "base", 5), Given(monday, "points", "base", -5)], monday) == []
    assert len(home._weeks([Given(monday, "points", "base", 5)], monday)) == 1


def test_the_figures_are_those_of_the_ledger(console: Client, ada: str) -> None:
    page = text(console, "/console/")
    assert "Points given in all 568" in page  # 500, the most a day; 42, and 26 of our own brand on top
    assert "300 used, 0 expired" in page
    assert "Points outstanding 268 worth $2.68; 68 still pending" in page
    assert "Keep coming 100%" in page
    assert re.search(r"A point for every dollar 542 95% Double on our own brand 26 5%", page)
    assert "As of 6:00\u00a0PM on Jun 15, 2026." in page


def test_figures_are_written_in_the_language_of_the_reader(console: Client, ada: str) -> None:
    for day in range(1, 4):
        tell(purchase(ada, f"2026-05-2{day} 15:00", 40_000))
    page = text(console, "/console/", "de")
    assert "1.768" in page and "14,68\u00a0$" in page and "100\u00a0%" in page


def test_the_chart_begins_with_the_first_week_and_marks_the_one_that_runs(console: Client, ada: str) -> None:
    page = console.get("/console/").content.decode()
    assert page.count('class="chart-slot') == 7  # from 4 May to 15 June
    assert page.count("is-partial") == 1
    table = page[page.index('class="chart"') : page.index("</figure>")]
    assert re.findall(r"<td[^>]*>([^<]*)</td>", table)[:2] == ["May 4", "500"]
    assert "Between 0 and 500 in the 6 weeks that have ended" in page


def test_tiers_are_counted_the_highest_first(console: Client, ada: str, member: Enrol) -> None:
    member("Bruno")
    page = text(console, "/console/")
    assert re.search(r"Tiers .*Captain 0 .*Mate 1 .*Deckhand 1 ", page)


def test_whoever_slips_stands_there_with_rhythm_and_a_link(console: Client, member: Enrol) -> None:
    bruno = member("Bruno", "Keller")
    last = date(2026, 5, 20)
    tell(*(purchase(bruno, f"{last - timedelta(weeks=week)} 15:00", 2_000) for week in range(6)))
    page = console.get("/console/").content.decode()
    assert "One regular is later than they usually are." in page
    assert f'href="/console/members/{bruno}/"' in page
    for address in ("/console/", "/console/slipping/"):
        assert "Bruno Keller Deckhand 7 days 26 days 3.7\u00a0× $120.00" in text(console, address)


def test_whoever_was_erased_while_figures_were_kept_is_not_named(console: Client, member: Enrol) -> None:
    bruno = member("Bruno", "Keller")
    tell(*(purchase(bruno, f"{date(2026, 5, 20) - timedelta(weeks=week)} 15:00", 2_000) for week in range(6)))
    assert "Bruno Keller" in text(console, "/console/")
    Member.objects.filter(account_id=account(bruno)).update(given_name="", family_name="")
    assert "Bruno" not in text(console, "/console/")


def test_figures_are_kept_for_a_minute(console: Client, ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text(console, "/console/")
    tell(purchase(ada, "2026-06-14 15:00", 10_000))
    assert "Points given in all 568" in text(console, "/console/")
    monkeypatch.setattr(admitting, "now", lambda: PRESENT + timedelta(hours=1))
    assert "Points given in all 668" in text(console, "/console/")


def test_with_several_currencies_one_chooses_whose_points_are_shown(console: Client, corner: int, db: None) -> None:
    bruno = "bruno-of-the-corner"
    tell(purchase(bruno, "2026-06-01 12:00", 40_000, currency="DKK"), visit(bruno, "2026-06-02 12:00"))
    assert "Points given in all" in text(console, "/console/")
    miles = text(console, "/console/?currency=miles")
    assert "Miles given in all 1 " in miles
    assert text(console, "/console/?currency=nonsense") == text(console, "/console/")


def test_the_greeting_follows_the_clock_of_the_shop(
    console: Client, harbour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour, greeting in (
        (5, "Good evening"),
        (8, "Good evening"),
        (9, "Good morning"),
        (13, "Good morning"),
        (17, "Good afternoon"),
        (23, "Good evening"),
    ):
        monkeypatch.setattr(admitting, "now", lambda hour=hour: datetime(2026, 6, 15, hour, tzinfo=UTC))
        assert f"{greeting}, Carmen" in text(console, "/console/")


def test_a_keeper_sees_what_the_hourly_proof_found(console: Client, ada: str) -> None:
    assert "not what its history says" not in text(console, "/console/")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO proof_finding VALUES (%s, 'entry 1: base', 'account', '70000', '70001', %s, %s)",
            [account(ada), PRESENT, PRESENT],
        )
    page = text(console, "/console/")
    assert "The ledger is not what its history says" in page
    assert f"{ada} : entry 1: base: expected 70000, found 70001 (since" in page
    Staff.objects.update(role="staff")
    assert "not what its history says" not in text(console, "/console/")


def test_a_name_with_an_apostrophe_stands_in_the_frame_as_it_is_written(console: Client, carmen: Staff) -> None:
    Staff.objects.filter(pk=carmen.pk).update(name="Nora O'Brien & Co")
    page = console.get("/console/").content.decode()
    assert "Nora O&#x27;Brien &amp; Co" in page and "&amp;#x27;" not in page
