"""The statement: every entry is there once, with its why, and a purchase stands in one row."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from regulars.doors.portal.statement import _PAGE, whole
from regulars.doors.portal.tests.conftest import PRESENT, Enrol, SignedIn
from regulars.doors.portal.tests.test_home import text
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import Line, account, fresh, purchase, redemption, returned, tell, visit
from regulars.exchange.ledger.statement import statement
from regulars.ground.members.enrolling import Person, enrol

AMOUNT = re.compile(r'class="statement-amount">([^<]+)<')


def pages(browser: Client, first: str = "/statement/") -> list[str]:
    """All pages, one after the other, by their own links."""
    told, address = [], first
    while address:
        page = text(browser, address)
        told.append(page)
        further = re.search(r'href="(\?[^"]*before=[^"]*)"', page)
        address = f"/statement/{further.group(1)}" if further else ""
    return told


@pytest.mark.usefixtures("harbour")
def test_a_purchase_is_one_row_that_says_what_each_rule_gave(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    tell(purchase(ada, "2026-06-11 15:00", Line(2_000, "Private"), Line(1_000)))
    page = text(signed_in(ada), "/statement/")
    assert AMOUNT.findall(page) == ["+50"]
    assert "A point for every dollar; double on our own brand." in page
    assert "1 for every $1.00, on $30.00." in page
    assert "2 times what “a point for every dollar” gives, on $20.00" in page
    assert re.findall(r"<dd>([^<]+)</dd>", page) == ["+30", "+20", "+50"]
    assert "from Jun 26" in page


@pytest.mark.usefixtures("harbour")
def test_what_was_told_late_stands_where_it_was_recorded_and_the_page_says_that(
    member: Enrol, signed_in: SignedIn
) -> None:
    ada = member("Ada")
    tell(purchase(ada, "2026-06-11 15:00", 1_000))
    tell(purchase(ada, "2026-06-09 15:00", 2_000))
    page = text(signed_in(ada), "/statement/")
    assert AMOUNT.findall(page) == ["+30", "+10"] and "Every movement, the latest recorded first, and why." in page


@pytest.mark.usefixtures("harbour")
def test_a_return_says_once_why_and_what_went(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    bought = purchase(ada, "2026-06-11 15:00", Line(2_000, "Private"), Line(1_000))
    tell(bought, returned(ada, "2026-06-12 15:00", bought))
    page = text(signed_in(ada), "/statement/")
    assert AMOUNT.findall(page) == ["−50", "+50"]
    assert page.count("Taken back, because something bought on June 11, 2026 was returned.") == 1
    assert "Brought back" in page


@pytest.mark.usefixtures("harbour")
def test_what_no_night_has_written_down_yet_is_said(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    tell(purchase(ada, "2026-05-04 15:00", 10_000))
    said = "What fell due since May 19, 2026 is not written down here yet; what can be spent counts it already."
    assert said in text(signed_in(ada), "/statement/")
    settle_due(PRESENT)
    page = text(signed_in(ada), "/statement/")
    assert "fell due" not in page and "Now available" in page


@pytest.mark.usefixtures("harbour")
def test_spending_and_what_became_available_are_rows_of_their_own(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    tell(purchase(ada, "2026-05-04 15:00", 10_000), redemption(ada, "2026-06-01 12:00", 30))
    page = text(signed_in(ada), "/statement/")
    assert AMOUNT.findall(page) == ["−30", "100", "+100"]  # what only moved within has no sign
    assert "Now available" in page
    assert "The 14 days of waiting are over." in page
    assert re.findall(r"Balance after </span>([^<]+)<", page) == ["70", "100", "0"]


@pytest.mark.usefixtures("harbour")
def test_page_by_page_every_entry_is_told_exactly_once(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    for month in range(1, 6):
        tell(*(purchase(ada, f"2026-0{month}-{on:02} 15:00", Line(2_000, "Private")) for on in range(1, 21)))
    browser = signed_in(ada)
    told = pages(browser)
    assert len(told) > 2
    lines = statement(account(ada), limit=10_000)
    by_event = {(line.event or line.seq, line.kind) for line in lines}
    assert sum(len(AMOUNT.findall(page)) for page in told) == len(by_event)


def test_a_row_is_never_torn_apart_by_a_page() -> None:
    class Told:
        kind, currency, pot = "accrual", "points", "pending"

        def __init__(self, event: str, seq: int) -> None:
            self.event, self.seq = event, seq

    lines = [Told(str(place // 3), place) for place in range(_PAGE + 1)]
    assert len(whole(lines[: _PAGE - 1], _PAGE)) == _PAGE - 1  # type: ignore[arg-type]
    assert len(whole(lines, _PAGE)) == _PAGE  # type: ignore[arg-type]
    torn = [Told("before", 0), *lines[:_PAGE]]
    assert len(whole(torn, _PAGE)) == _PAGE - 2  # type: ignore[arg-type]
    endless = [Told("same", place) for place in range(_PAGE + 1)]
    assert len(whole(endless, _PAGE)) == _PAGE  # type: ignore[arg-type]


@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 40, "٣", "", "1.5"])
def test_a_cursor_that_is_none_shows_the_first_page(cursor: str, member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    tell(purchase(ada, "2026-06-11 15:00", 2_000))
    assert AMOUNT.findall(text(signed_in(ada), f"/statement/?before={cursor}")) == ["+20"]


@pytest.mark.usefixtures("harbour")
def test_a_cursor_of_the_beginning_says_that_there_is_nothing_before(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    tell(purchase(ada, "2026-06-11 15:00", 2_000))
    assert "Nothing before that" in text(signed_in(ada), "/statement/?before=1")
    assert "Nothing yet" in text(signed_in(member("Bruno")), "/statement/")


@pytest.mark.usefixtures("harbour")
def test_nobody_sees_the_points_of_somebody_else(member: Enrol, signed_in: SignedIn) -> None:
    ada, bruno = member("Ada"), member("Bruno")
    tell(purchase(ada, "2026-06-11 15:00", 2_000))
    assert AMOUNT.findall(text(signed_in(bruno), "/statement/")) == []


def test_several_currencies_can_be_told_apart(corner: int, signed_in: SignedIn) -> None:
    ada = fresh("ada")
    enrol([Person(ada, "Ada")], PRESENT)
    tell(purchase(ada, "2026-06-11 15:00", Line(10_000, quantity=2), currency="DKK"), visit(ada, "2026-06-12 10:00"))
    browser = signed_in(ada)
    everything = AMOUNT.findall(text(browser, "/statement/"))
    assert "+2 miles" in everything
    assert any(amount.endswith(" points") for amount in everything)
    assert AMOUNT.findall(text(browser, "/statement/?currency=miles")) == ["+2"]
    assert AMOUNT.findall(text(browser, "/statement/?currency=nothing")) == everything


@pytest.mark.usefixtures("harbour")
def test_the_statement_is_sifted_by_kind_and_days_and_says_when_nothing_is_found(
    member: Enrol, signed_in: SignedIn
) -> None:
    ada = member("Ada")
    tell(purchase(ada, "2026-05-04 15:00", 10_000), redemption(ada, "2026-06-01 12:00", 30))
    tell(*(purchase(ada, f"2026-06-{on:02} 15:00", 1_000) for on in range(2, 15)))
    browser = signed_in(ada)
    assert AMOUNT.findall(text(browser, "/statement/?kind=spent")) == ["−30"]
    assert AMOUNT.findall(text(browser, "/statement/?since=2026-05-30&until=2026-06-02")) == ["+15", "−30"]
    assert AMOUNT.findall(text(browser, "/statement/?kind=spent&since=2026-06-02")) == []
    page = text(browser, "/statement/?kind=ended")
    assert "Nothing of this kind" in page and "Show all of it" in page and '<details class="unfold" open>' in page
    page = text(browser, "/statement/?since=yesterday")
    assert "Enter a valid date." in page and len(AMOUNT.findall(page)) == 16
    assert "Of which" not in page, "there is one currency"
