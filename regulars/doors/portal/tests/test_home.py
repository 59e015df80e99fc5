"""Home: what a member has, what waits, where they stand, and what keeps it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from regulars.doors.portal import home, receiving
from regulars.doors.portal.tests.conftest import PRESENT, Enrol, SignedIn
from regulars.exchange.earning.tests.cast import Line, notice, purchase, redemption, returned, tell

pytestmark = pytest.mark.usefixtures("harbour")


def text(browser: Client, page: str = "/") -> str:
    """A page as it reads, with every run of white space as one space."""
    return " ".join(unescape(browser.get(page).content.decode()).split())


def test_a_visitor_is_told_how_to_come_in() -> None:
    page = text(Client())
    assert "Ask us at the counter." in page
    assert "/console/" in page


def test_the_navigation_says_where_one_is(member: Enrol, signed_in: SignedIn) -> None:
    ada = signed_in(member("Ada"))
    for address in ("/", "/statement/", "/promise/", "/you/"):
        marked = re.findall(r'href="([^"]*)" aria-current="page"', ada.get(address).content.decode())
        assert marked == [address]


def test_somebody_new_sees_nothing_yet_and_what_comes(member: Enrol, signed_in: SignedIn) -> None:
    page = text(signed_in(member("Ada")))
    assert "Nothing yet. After your next purchase" in page
    assert "Deckhand, on the way to Mate" in page
    assert "$1,200.00 to go" in page


def test_balance_worth_and_what_waits_stand_apart(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    # A Monday and a Thursday, so that nothing but the base counts.
    tell(purchase(ada, "2026-05-04 15:00", 124_000), purchase(ada, "2026-06-11 15:00", 8_600))
    page = text(signed_in(ada))
    assert '<span class="balance-figure">500</span>' in page  # the daily cap
    assert "worth at least $5.00" in page
    assert "86 more from Jun 26" in page


def test_many_days_of_waiting_are_summed_up(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    tell(*(purchase(ada, f"2026-06-{on} 15:00", 1_000) for on in ("04", "05", "06", "07", "08")))
    page = text(signed_in(ada))
    for said in ("10 more from Jun 19", "10 more from Jun 20", "10 more from Jun 21", "and another 20 by Jun 23"):
        assert said in page
    assert "from Jun 22" not in page.split("balance-worth")[1].split("statement")[0]


def test_a_debt_is_said_apart_and_never_taken_off_the_balance(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    bought = purchase(ada, "2026-05-04 15:00", 10_000)
    tell(bought, redemption(ada, "2026-06-01 12:00", 100), returned(ada, "2026-06-02 12:00", bought))
    page = text(signed_in(ada))
    assert '<span class="balance-figure">0</span>' in page
    assert "100 points are owed after a return; the next ones make up for it." in page


def test_progress_says_what_lacks_to_rise_and_what_keeps_the_tier(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    tell(purchase(ada, "2026-05-04 15:00", 168_000))
    page = text(signed_in(ada))
    assert "Mate, on the way to Captain" in page
    assert "$1,920.00 to go" in page
    assert "$1,680.00 of $3,600.00" in page
    assert 'value="168000" max="360000"' in page
    assert "Mate is yours until May 4, 2027." in page
    assert "Counted within the last 12 months." in page


def test_at_the_top_nothing_lacks(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    tell(purchase(ada, "2026-05-04 15:00", 400_000))
    page = text(signed_in(ada))
    assert "You are at the top." in page
    assert "to go" not in page


def test_what_keeps_points_is_always_said(member: Enrol, signed_in: SignedIn) -> None:
    page = text(signed_in(member("Ada")))
    assert "Nothing expires as long as you shop or spend points once in 36 months." in page
    assert "30 to 60 days ahead" in page


def test_what_expires_soon_is_said_in_amber_with_its_last_day_and_what_keeps_it(
    member: Enrol, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = member("Ada")
    tell(purchase(ada, "2023-08-07 15:00", 31_000))
    quiet = text(signed_in(ada))
    assert "expire after" not in quiet  # without a notice nothing expires
    tell(notice(ada, "2026-07-01 12:00"))
    monkeypatch.setattr(receiving, "now", lambda: PRESENT + timedelta(days=20))
    page = text(signed_in(ada, PRESENT + timedelta(days=20)))
    assert "310 points expire after Aug 22, 2026" in page  # 36 months from the day they became available
    assert "Shop or spend some once before then, and all of them stay." in page


def test_points_whose_waiting_ended_this_morning_are_there_before_the_night_has_run(
    member: Enrol, signed_in: SignedIn
) -> None:
    ada = member("Ada")
    tell(purchase(ada, "2026-05-31 15:00", 5_000))  # fifteen days ago
    assert '<span class="balance-figure">50</span>' in text(signed_in(ada))


def test_the_latest_rows_are_few_and_leave_out_what_only_moved_within(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    tell(*(purchase(ada, f"2026-0{month}-05 15:00", 1_000) for month in range(1, 7)))
    page = text(signed_in(ada))
    assert page.count('class="statement-row') == home._ROWS
    assert "Now available" not in page


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "for every $1.00, on $20.00"),
        ("de", "je 1,00 $, auf 20,00 $"),
        ("es", "por cada 1,00 US$, sobre 20,00 US$"),
        ("da", "for hver 1,00 US$, af 20,00 US$"),
    ],
)
def test_the_why_is_in_the_members_language(language: str, said: str, member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada", language=language)
    tell(purchase(ada, "2026-06-11 15:00", Line(2_000)))
    assert said in text(signed_in(ada)).replace("\xa0", " ")
