"""Frida of finance reads the books, closes a month once, takes it away as files, and looks after the tills."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from html import unescape
from io import BytesIO, StringIO
from unittest.mock import Mock
from zipfile import ZipFile

import polars as pl
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from regulars.doors.console import admitting
from regulars.doors.console.finance import months as pages
from regulars.doors.console.tests.conftest import PASSWORD, PRESENT, text
from regulars.exchange.earning.tests.cast import purchase, tell
from regulars.ground.access.models import Staff
from regulars.ground.publishing.versions import versions
from regulars.insight.liability import auditing, months
from regulars.insight.liability.closing import Closing, books, closings, seen_of
from regulars.insight.liability.closing import close as close_month
from regulars.insight.liability.estimating import BackTest
from regulars.insight.liability.movements import LedgerUnsound, month_named

FINANCE = "/console/finance/"
MAY, JUNE = f"{FINANCE}2026-05/", f"{FINANCE}2026-06/"
TILL = f"{FINANCE}till/"


@pytest.fixture
def frida(db: None) -> Client:
    """A browser in which Frida of finance has signed in."""
    client = Client()
    client.force_login(Staff.objects.create_user("frida@harbour.example", PASSWORD, name="Frida Holm", role="finance"))
    return client


def digest(frida: Client, page: str = MAY) -> str:
    cache.clear()
    found = re.search(r'name="digest" value="([0-9a-f]+)"', frida.get(page).content.decode())
    return found[1] if found else ""


def close(frida: Client, **more: str) -> str:
    """Close May as it stands; what the page says then."""
    form = {"read": "on", "digest": digest(frida)} | more
    return frida.post(f"{MAY}close/", form, follow=True).content.decode()


def test_the_books_are_for_finance_and_keepers(console: Client, frida: Client, ada: str) -> None:
    Staff.objects.create_user("bruno@harbour.example", PASSWORD, role="staff")
    bruno = Client()
    bruno.force_login(Staff.objects.get(email="bruno@harbour.example"))
    pages = (FINANCE, MAY, TILL, f"{TILL}2026-05-04/", f"{MAY}journal.csv", f"{MAY}entries.zip")
    assert {bruno.get(page).status_code for page in pages} == {403}
    assert bruno.post(f"{MAY}close/", {"read": "on", "digest": digest(frida)}).status_code == 403
    assert "Your account does not open this page." in bruno.get(FINANCE).content.decode()
    assert bruno.post(f"{TILL}tell/").status_code == 403 and closings() == []
    assert f'href="{FINANCE}"' not in bruno.get("/console/").content.decode()
    for client in (console, frida):
        assert client.get(FINANCE).status_code == client.get(MAY).status_code == 200
        assert f'href="{FINANCE}"' in client.get("/console/").content.decode()


def test_every_month_stands_there_with_what_is_owed(frida: Client, ada: str) -> None:
    page = text(frida, FINANCE)
    assert "Owed at the end of May 2026 $4.99" in page and "Points at the end of May 2026 500" in page
    assert "One month is over and not closed Look at May 2026 and close it" in page
    assert "June 2026 Running" in page and "May 2026 To be closed" in page
    assert "Only one month has been seen. With fewer than 24 every point counts as one that will be redeemed." in page


def test_the_look_back_shows_what_the_books_counted_on_beside_what_was_seen(
    frida: Client, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tested(_cohorts: object, last: int) -> list[BackTest]:
        return [BackTest(last - 2, last, 100, 6, 42, False), BackTest(last - 1, last, 100, 55, 54, True)]

    monkeypatch.setattr(months, "back_tests", tested)
    page = text(frida, FINANCE)
    assert "End of In the books As seen by then Redeemed Off by" in page
    assert "April 2026 55% 55% 54% 1.0 March 2026 100% 6% 42% −36.0" in page
    assert "The books counted every point, 100 per cent, as long as fewer than 24 months had been seen." in page


def test_a_month_is_told_line_by_line_and_says_how_its_price_was_shared(frida: Client, ada: str) -> None:
    page = text(frida, MAY)
    assert "Opening 0 $0.00" in page and "Closing 500 $4.99" in page
    assert "Sales that gave points $1,680.00 Of that for the goods $1,675.01 Of that for points $4.99" in page
    assert "Revenue from sales sales_revenue $4.99" in page
    june = text(frida, JUNE)
    assert "Redeemed What members spent, less what they got back. In money: revenue now. −300 −$2.99" in june
    assert "Close June 2026" not in june
    assert "Las cuentas" in text(frida, FINANCE, "es") and "Mai 2026" in text(frida, MAY, "de")


def test_a_month_is_closed_once_as_it_was_looked_at(frida: Client, ada: str) -> None:
    assert "May 2026 is closed." in close(frida)
    (closed,) = closings()
    assert (closed.by, closed.figures["currencies"]["points"]["closing"]) == ("frida@harbour.example", 500)
    page = text(frida, MAY)
    assert "Closed for good." in page and closed.digest in page and "frida@harbour.example" in page
    again = frida.post(f"{MAY}close/", {"read": "on", "digest": "x"})
    assert (again.status_code, again.url) == (302, MAY) and closings() == [closed]


def test_what_another_process_closed_is_closed_at_once_on_every_page(frida: Client, ada: str) -> None:
    may, known = month_named("2026-05"), versions()
    assert "To be closed" in text(frida, FINANCE)
    close_month(known, may, seen_of(books(known, PRESENT), may), "bruno", PRESENT)
    assert "Closed for good." in text(frida, MAY) and "To be closed" not in text(frida, FINANCE)


def test_a_month_is_not_closed_without_looking(frida: Client, ada: str) -> None:
    seen = digest(frida)
    assert frida.post(f"{MAY}close/", {"digest": seen}).status_code == 409
    tell(purchase(ada, "2026-05-30 15:00", 1_000))
    refused = frida.post(f"{MAY}close/", {"read": "on", "digest": seen})
    assert refused.status_code == 409
    assert "Something was recorded meanwhile: look at the figures once more." in refused.content.decode()
    assert closings() == [] and frida.get(f"{MAY}close/").status_code == 405
    running = frida.post(f"{JUNE}close/", {"read": "on", "digest": "x"})
    assert "This month is not over yet" in running.content.decode() and running.status_code == 409


def test_what_comes_late_is_said_beside_the_line(frida: Client, ada: str) -> None:
    close(frida)
    tell(purchase(ada, "2026-05-30 15:00", 1_000))
    cache.clear()
    assert "Of it +10 came late, for a month that was closed." in text(frida, JUNE)
    assert "with some that came late" in text(frida, FINANCE)
    assert "Closing 500 $4.99" in text(frida, MAY)


def test_the_journal_is_taken_away_once_the_month_is_closed(frida: Client, ada: str) -> None:
    assert frida.get(f"{MAY}journal.csv").status_code == 404
    close(frida)
    answer = frida.get(f"{MAY}journal.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="journal-2026-05.csv"'
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    assert [(row["account"], row["debit"], row["credit"]) for row in rows] == [
        ("sales_revenue", "4.99", ""), ("contract_liability", "", "4.99"),
    ]  # fmt: skip


def test_of_a_closing_that_was_changed_no_journal_is_handed_out_and_nothing_is_closed_after_it(
    frida: Client, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(frida)
    monkeypatch.setattr(Closing, "sound", False)
    answer = frida.get(f"{MAY}journal.csv")
    assert answer.status_code == 409 and "Its journal is not handed out" in answer.content.decode()
    assert "journal.csv" not in frida.get(MAY).content.decode()
    monkeypatch.setattr(admitting, "now", lambda: PRESENT + timedelta(40))
    refused = frida.post(f"{JUNE}close/", {"read": "on", "digest": digest(frida, JUNE)})
    assert refused.status_code == 409 and "nothing is closed after it" in refused.content.decode()
    assert len(closings()) == 1


def test_what_no_month_can_count_is_said_in_plain_words_with_its_code(frida: Client, ada: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO entry (account_id, seq, at, version, currency, kind, source, target, amount, granted)"
            " SELECT account_id, 99, at, version, currency, 'gift', 'issued', 'available', 1, 1 FROM entry LIMIT 1"
        )
    closed = frida.post(f"{MAY}close/", {"read": "on", "digest": "x"})
    for answer in (frida.get(FINANCE), frida.get(MAY), closed):
        page = answer.content.decode()
        assert answer.status_code == 409 and "regulars prove" in page and "ledger_unsound" in page
    assert closings() == []


def test_a_page_that_meets_what_no_month_can_count_lets_nothing_be_shown_out_of_what_is_kept(
    frida: Client, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM month_moved WHERE terms <> ''")
            return int(cursor.fetchone()[0])

    assert frida.get(MAY).status_code == 200 and kept()
    monkeypatch.setattr(pages, "books", Mock(side_effect=LedgerUnsound))
    cache.clear()
    assert (frida.get(MAY).status_code, kept()) == (409, 0)


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_the_auditor_gets_every_entry_with_its_proof(frida: Client, ada: str, format: str) -> None:
    answer = frida.get(f"{MAY}entries.zip?format={format}")
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as zipped:
        name, *_, proof = zipped.namelist()
        told = json.loads(zipped.read(proof))
        assert told["agrees"] and told["currencies"]["points"]["closing"] == 500
        read = pl.read_csv if format == "csv" else pl.read_parquet
        assert read(BytesIO(zipped.read(name)))["amount"].sum() == sum(
            one["points"] for one in told["currencies"]["points"]["moved"]
        )


def test_entries_that_do_not_agree_are_handed_out_only_after_it_was_said(
    frida: Client, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = auditing._pages
    monkeypatch.setattr(auditing, "_pages", lambda *span: (rows[1:] for rows in whole(*span)))
    answer = frida.get(f"{MAY}entries.zip?format=parquet")
    page = answer.content.decode()
    assert answer.status_code == 409 and "The entries do not agree" in page and "regulars prove" in page
    (address,) = re.findall(r'href="(\?[^"]+)"', page)
    taken = frida.get(f"{MAY}entries.zip{unescape(address)}")
    assert taken["Content-Disposition"] == 'attachment; filename="entries-2026-05-does-not-agree.zip"'
    with ZipFile(BytesIO(b"".join(taken.streaming_content))) as zipped:
        assert not json.loads(zipped.read("proof-2026-05-parquet.json"))["agrees"]


def test_entries_in_no_line_of_the_books_are_counted_where_they_are_handed_out(frida: Client, ada: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO entry (account_id, seq, at, version, currency, kind, source, target, amount, granted)"
            " SELECT account_id, 99, at, version, currency, 'gift', 'issued', 'available', 1, 1 FROM entry LIMIT 1"
        )
    answer = frida.get(f"{MAY}entries.zip")
    assert answer.status_code == 409 and "One of them is in no line of the books" in answer.content.decode()


def test_a_day_of_tills_names_its_stores_and_says_of_which_sales_it_tells(frida: Client, ada: str) -> None:
    day = f"{TILL}2026-05-04/"
    tell(purchase(ada, "2026-05-04 15:00", 1_000), purchase(ada, "2026-05-04 16:00", 2_500, store="Pier"))
    page = frida.get(day).content.decode()
    assert 'href="?store=Pier"' in page and 'href="?store="' in page
    assert "Pier" in text(frida, f"{day}?store=Pier") and "$25.00" in text(frida, f"{day}?store=Pier")
    assert "Sales that name no store" in text(frida, f"{day}?store=")


@pytest.mark.parametrize("page", ["2026-13/", "1999-01/", "may/", "2026-13/entries.zip", "2027-01/entries.zip",
                                  "till/4-may/", "till/?month=May"])  # fmt: skip
def test_what_is_no_month_or_day_is_not_found(frida: Client, ada: str, page: str) -> None:
    assert frida.get(FINANCE + page).status_code == 404


def test_before_anything_happened_the_pages_say_what_will_be_there(frida: Client, harbour: int) -> None:
    assert "Nothing to count yet" in text(frida, FINANCE)
    assert "Nothing happened in this month" in text(frida, TILL)


def upload(frida: Client, content: str | bytes) -> str:
    file = SimpleUploadedFile("till.csv", content.encode() if isinstance(content, str) else content)
    answer = frida.post(f"{TILL}tell/", {"file": file}, follow=True).content.decode()
    plain: str = " ".join(re.sub(r"<[^>]+>", " ", answer).split())
    return plain


def test_where_a_till_counted_more_the_day_leads_to_what_was_recorded(
    frida: Client, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No till has told its totals" in text(frida, TILL)
    page = upload(frida, "day,store,count,net\n2026-05-04,Quay,2,1700.00\n2026-05-05,Pier,1,9.50\n")
    assert "2 totals were taken." in page and "Not recorded, all in all $29.50" in page
    assert "$1,700.00 2 receipts $1,680.00 one receipt $20.00 +1" in page
    day = text(frida, f"{TILL}2026-05-04/?store=Quay")
    assert "Not recorded $20.00" in day and ada in day and "$1,680.00" in day
    monkeypatch.setattr(admitting, "now", lambda: PRESENT + timedelta(hours=1))
    agreed = upload(frida, "day,store,count,net\n2026-05-04,Quay,1,1680\n2026-05-05,Pier,0,0\n")
    assert "Till and ledger agree" in agreed
    assert 'aria-label="agrees"' in frida.get(f"{TILL}?month=2026-05&all=yes").content.decode()


def test_a_late_purchase_explains_itself(frida: Client, ada: str) -> None:
    # The tests record on 1 January 2027, after this till told its total.
    page = upload(frida, "day,store,count,net\n2026-05-04,Quay,0,0\n")
    assert "one was recorded after the till told ($1,680.00)" in page
    assert "after the till told" in text(frida, f"{TILL}2026-05-04/?store=Quay")


@pytest.mark.parametrize(("content", "says"), [
    ("day,store\n", "look at: count, net."), (b"\xff\xfe\x00", "save it as CSV (UTF-8)"), ("", "empty"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(frida: Client, ada: str, content: str, says: str) -> None:
    page = upload(frida, content)
    assert says in page and "No till has told its totals" in page


@pytest.mark.parametrize(("address", "status"), [
    ("till/9999-12-31/", 404), ("till/?month=9999-12", 404), ("till/0001-01-01/", 404), ("till/2026-W01-1/", 404),
    ("till/2026-05-04/?store=%00", 200),
])  # fmt: skip
def test_days_on_which_nothing_can_have_happened_are_nowhere(
    frida: Client, ada: str, address: str, status: int
) -> None:
    assert frida.get(f"/console/finance/{address}").status_code == status
