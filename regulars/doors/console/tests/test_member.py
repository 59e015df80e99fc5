"""A member's pages: where they stand, what happened, why, and who looked."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client

from regulars.doors.console import admitting
from regulars.doors.console.tests.conftest import PRESENT, Enrol, text
from regulars.doors.look.templatetags.writing import near_day, span
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import account, fresh, purchase, redemption, returned, tell, visit
from regulars.ground.members.enrolling import Person, enrol

PARTS = ("", "statement/", "timeline/", "lots/")


def looked(number: str) -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor, act, detail ->> 'page' FROM audit WHERE account_id = %s ORDER BY 3", [account(number)]
        )
        return [tuple(row) for row in cursor.fetchall()]


def test_the_overview_says_what_ada_has_and_where_she_stands(console: Client, ada: str) -> None:
    page = text(console, f"/console/members/{ada}/")
    assert "Points to spend 200 worth $2.00" in page
    assert "Still pending 68 next: 68 on Jun 26" in page
    assert "Twelve months $1,722.00 2 purchases" in page
    assert re.search(r"Tier Mate \$1,722.00 .*\$1,878.00 more until Captain\.", page)
    assert "Last seen on Jun 11, 2026." in page
    assert "E-mail ada@example.org" in page and "Birthday May 12" in page and "Member since Mar 1, 2024" in page
    assert "Owed" not in page


def test_twelve_months_are_the_same_figure_as_the_way_to_the_next_tier(console: Client, member: Enrol) -> None:
    bruno = member("Bruno")
    lamp = purchase(bruno, "2026-05-04 15:00", 60_000)
    tell(purchase(bruno, "2025-06-15 12:00", 9_000), lamp, returned(bruno, "2026-05-06 15:00", lamp, {"1": 12_345}))
    page = text(console, f"/console/members/{bruno}/")
    # What was bought on the 15th of June a year ago is no longer within twelve months.
    assert "Twelve months $476.55 one purchase" in page and "$723.45 more until Mate." in page


def test_every_line_of_the_statement_says_why(console: Client, ada: str) -> None:
    page = console.get(f"/console/members/{ada}/statement/").content.decode()
    rows = re.findall(r'<li class="statement-row.*?</li>', page, re.S)
    assert len(rows) == 5
    assert all(re.search(r'class="statement-why">[^<]{10,}<', row) for row in rows)
    own, base, spent, *_ = rows
    assert "+26" in own and "until Jun 26" in own and "is-pending" in own and "Quay" in own
    assert "+42" in base and "How it was worked out" in base
    assert "−300" in spent and "until" not in spent


def test_what_no_night_has_written_down_yet_is_said(console: Client, ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = (f"/console/members/{ada}/", f"/console/members/{ada}/statement/")
    said = "What fell due since Jun 26, 2026 is not written down here yet"
    assert [said in text(console, page) for page in pages] == [False, False]
    later = PRESENT + timedelta(days=14)
    monkeypatch.setattr(admitting, "now", lambda: later)
    assert [said in text(console, page) for page in pages] == [True, True]
    assert "Points to spend 268" in text(console, pages[0])  # the 68 that waited are among them
    settle_due(later)
    assert [said in text(console, page) for page in pages] == [False, False]


def test_points_that_only_became_available_are_not_told_as_new_ones(console: Client, ada: str) -> None:
    assert "Now available The 14 days of waiting are over. 500 " in text(console, f"/console/members/{ada}/statement/")


def test_what_happened_is_told_by_day_with_figures(console: Client, ada: str) -> None:
    page = text(console, f"/console/members/{ada}/timeline/")
    assert "Thursday, June 11, 2026 Bought for $42.00 Quay, 2 things, +68 points" in page
    assert "Monday, June 1, 2026 Spent points −300 points" in page
    assert re.search(r"Monday, May 4, 2026 Reached Mate until May 4, 2027 .*Bought for \$1,680.00", page)


def test_the_number_of_a_store_stands_nowhere_as_a_bare_figure(console: Client, member: Enrol) -> None:
    dagny = member("Dagny")
    tell(purchase(dagny, "2026-05-04 15:00", 4_200, store="4072893"))
    # A number so long that no token of the page has it by chance.
    for part in ("", "statement/", "timeline/"):
        page = text(console, f"/console/members/{dagny}/{part}")
        assert "Store 4072893" in page and page.count("4072893") == page.count("Store 4072893")
    assert "Filiale 4072893" in text(console, f"/console/members/{dagny}/statement/", "de")


def test_a_day_of_another_year_is_told_with_its_year(console: Client, member: Enrol) -> None:
    bruno = member("Bruno")
    tell(purchase(bruno, "2025-05-04 15:00", 16_000), purchase(bruno, "2026-05-05 15:00", 16_000))
    page = console.get(f"/console/members/{bruno}/").content.decode()
    days = re.findall(r'class="statement-date" datetime="([^"]+)">([^<]+)<', page)
    assert ("2025-05-04", "May 4, 2025") in days and ("2026-05-05", "May 5") in days
    assert near_day(date(2027, 1, 7), date(2026, 12, 28)) == "Jan 7, 2027"
    assert span(date(2026, 12, 28), date(2027, 1, 7)) == "Dec 28, 2026 to Jan 7, 2027"


def test_a_debt_stands_apart(console: Client, member: Enrol) -> None:
    bruno = member("Bruno")
    first = purchase(bruno, "2026-03-02 15:00", 10_000)
    tell(first, redemption(bruno, "2026-04-01 15:00", 80), returned(bruno, "2026-04-02 15:00", first))
    page = text(console, f"/console/members/{bruno}/")
    assert "Points to spend 0 worth $0.00" in page and "Owed 80" in page


def test_lots_stand_by_month_and_one_by_one(console: Client, ada: str) -> None:
    page = text(console, f"/console/members/{ada}/lots/")
    assert "Expires after 36 months without earning or spending." in page
    assert "May 2026 200 June 2026 from Jun 26 68" in page
    assert "May 4, 2026 now 500 200 Jun 11, 2026 from Jun 26, 2026 42 42 Jun 11, 2026 from Jun 26, 2026 26 26" in page


def test_lots_that_end_on_days_of_their_own_say_which(console: Client, corner: int) -> None:
    bruno = fresh("bruno")
    tell(
        purchase(bruno, "2026-05-01 12:00", 40_000, currency="DKK"),
        purchase(bruno, "2026-05-02 12:00", 20_000, currency="DKK"),
    )
    page = text(console, f"/console/members/{bruno}/lots/")
    assert "To be spent by November 1, 2026." in page and "To be spent by November 2, 2026." in page
    assert "Never expires." in page  # the miles


def test_every_currency_has_its_own_balance(console: Client, corner: int) -> None:
    bruno = fresh("bruno")
    tell(purchase(bruno, "2026-06-12 12:00", 40_000, currency="DKK"), visit(bruno, "2026-06-13 12:00"))
    page = text(console, f"/console/members/{bruno}/")
    assert "Points to spend" in page and "Miles for tiers" in page and "Miles to spend" not in page
    assert re.search(r"\+5 points", page)


def test_a_rhythm_is_told_and_slipping_is_marked(console: Client, member: Enrol) -> None:
    bruno = member("Bruno", "Keller")
    last = date(2026, 5, 20)
    tell(*(purchase(bruno, f"{last - timedelta(weeks=week)} 15:00", 2_000) for week in range(6)))
    page = text(console, f"/console/members/{bruno}/")
    assert "Slipping Comes every 7 days; last bought 26 days ago." in page


def test_who_looked_at_a_member_is_noted_with_the_page(console: Client, ada: str) -> None:
    for part in PARTS:
        console.get(f"/console/members/{ada}/{part}")
    pages = ["lots", "overview", "statement", "timeline"]
    assert looked(ada) == [("carmen@harbour.example", "member_viewed", page) for page in pages]


def test_older_pages_go_on_where_the_newer_ended(console: Client, member: Enrol) -> None:
    bruno = member("Bruno")
    days = [date(2026, 1, 1) + timedelta(days=place) for place in range(60)]
    tell(*(purchase(bruno, f"{day} 15:00", 1_000) for day in days))
    for part, cell, count in (("timeline/", r"Bought for", 60), ("statement/", r'class="statement-row', 180)):
        address, told, pages = f"/console/members/{bruno}/{part}", 0, 0
        while address:
            page = console.get(address).content.decode()
            told, pages = told + len(re.findall(cell, page)), pages + 1
            older = re.findall(r'href="(\?before=[^"]*)" rel="next"', page)
            address = f"/console/members/{bruno}/{part}{older[0]}" if older else ""
        assert pages >= 2
        assert told == count or part == "statement/"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM entry WHERE account_id = %s", [account(bruno)])
        assert cursor.fetchone() == (told,)


@pytest.mark.parametrize("cursor", ["nonsense", "2026-01-01", "-1", "9" * 30, "٣"])
def test_a_cursor_that_no_page_gave_leads_to_the_first_page(console: Client, ada: str, cursor: str) -> None:
    for part in ("statement/", "timeline/"):
        answer = console.get(f"/console/members/{ada}/{part}", {"before": cursor})
        assert answer.status_code == 200
        assert "Quay" in answer.content.decode()


def test_an_unknown_number_is_not_here_and_is_not_noted(console: Client, harbour: int) -> None:
    for part in PARTS:
        assert console.get(f"/console/members/nobody-at-all/{part}").status_code == 404
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit WHERE account_id IS NOT NULL")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("number", ["7/8", "Ä 7", "50%", "a?b#c"])
def test_a_number_may_hold_any_character(console: Client, harbour: int, number: str) -> None:
    enrol([Person(number)], PRESENT)
    page = console.get("/console/members/", {"q": number}).content.decode()
    (address,) = re.findall(r'<th scope="row"><a href="([^"]+)"', page)
    assert number in text(console, address)


def test_a_name_is_only_ever_text(console: Client, member: Enrol) -> None:
    bruno = member("<script>alert(1)</script>", '" onload="x', number="bruno-with-a-strange-name")
    for part in PARTS:
        page = console.get(f"/console/members/{bruno}/{part}").content.decode()
        assert "<script>alert" not in page and 'onload="x' not in page


def test_the_statement_is_sifted_by_kind_and_time_page_by_page(console: Client, ada: str, member: Enrol) -> None:
    address = f"/console/members/{ada}/statement/"
    for query, count in (("kind=spent", 1), ("kind=earned", 4), ("since=2026-06-01", 3), ("until=2026-06-01", 3),
                         ("kind=spent&since=2026-06-01&until=2026-06-01", 1), ("kind=ended", 0)):  # fmt: skip
        assert console.get(f"{address}?{query}").content.decode().count('class="statement-row') == count, query
    assert "Nothing of this kind" in text(console, f"{address}?kind=ended")
    assert console.get(f"{address}?kind=nonsense&since=x").status_code == 200
    bruno = member("Bruno")
    tell(*(purchase(bruno, f"{date(2026, 1, 1) + timedelta(days=place)} 15:00", 1_000) for place in range(60)))
    page = console.get(f"/console/members/{bruno}/statement/?kind=earned").content.decode()
    (older,) = re.findall(r'href="(\?[^"]*)" rel="next"', page)
    assert "kind=earned" in older


def test_what_ends_when_stands_by_month_and_what_waits_apart(console: Client, ada: str) -> None:
    page = text(console, f"/console/members/{ada}/lots/")
    assert "What ends when" in page and "68 are still pending" in page
