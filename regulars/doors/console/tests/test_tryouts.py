"""A draft is tried on last year: asked for, followed, cancelled, read beside the version in force."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT, text
from regulars.doors.console.tests.test_access import INLINE
from regulars.doors.console.tests.test_draft import BROKEN, DRAFT, TEXT, window
from regulars.exchange.earning.backtest import Backtested
from regulars.exchange.earning.trying import try_waiting
from regulars.ground.access.models import Staff
from regulars.ground.members.models import Member
from regulars.ground.publishing import tryouts
from regulars.ground.publishing.models import Tryout
from regulars.kit.ids import uuid7
from regulars.programme.promise import Programme

TRYOUTS = "/console/programme/try-outs/"
TRIPLE = TEXT.replace("points: 1\n      per: 1.00", "points: 3\n      per: 1.00")
LESS = TEXT.replace("most: 500", "most: 300")


def clock() -> datetime:
    return PRESENT


def work() -> int:
    """What the worker does when it looks."""
    return try_waiting(report, clock, lambda: False)


def report(programme: Programme, result: Backtested, source: str, language: str) -> str:
    return f"<style>p {{}}</style><h1>{source} ({language})</h1>"


def ask(console: Client, draft: str = TRIPLE) -> str:
    """Press the button of the editor; answers where it leads."""
    return str(console.post(DRAFT, {"text": draft, "next": "try", **window(console)}).url)


def waiting_jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tryouts' AND status = 'todo'")
        return int(cursor.fetchone()[0])


def test_from_the_editor_a_draft_is_tried_and_followed(console: Client, ada: str) -> None:
    where = ask(console)
    assert where.startswith(TRYOUTS) and waiting_jobs() == 1
    assert ask(console) == where and waiting_jobs() == 1
    page = text(console, where)
    assert (
        "The draft, tried on last year waiting" in page
        and "On what happened from Jun 15, 2025 to Jun 15, 2026." in page
    )
    assert "Waiting for its turn" in page and "Look again" in page
    Tryout.objects.update(state="running", phase="folding", done=1_200, whole=3_000)
    assert "Working out what it gives 1,200 of 3,000 lines" in text(console, where)
    part = console.get(where, headers={"HX-Request": "true"}).content.decode()
    assert 'id="state" hx-swap-oob="true"' in part  # the badge in the head goes on with it
    assert part.startswith('<div class="stack" id="progress" hx-get=') and "<html" not in part


def test_from_what_the_draft_changes_it_is_one_step_to_what_that_comes_to(console: Client, ada: str) -> None:
    console.post(DRAFT, {"text": TRIPLE, **window(console)})
    assert "What it comes to" in text(console, f"{DRAFT}changes/")
    assert console.post(f"{DRAFT}try/").url.startswith(TRYOUTS)
    assert Tryout.objects.get().text == TRIPLE


def test_a_draft_with_errors_is_saved_and_not_tried(console: Client, harbour: int) -> None:
    assert ask(console, BROKEN) == DRAFT
    assert console.post(f"{DRAFT}try/").url == DRAFT
    assert not Tryout.objects.exists()


def test_a_text_that_is_in_force_says_what_it_gave_to_whom_and_what_it_cost(console: Client, ada: str) -> None:
    where = ask(console, TEXT)
    assert work() == 1
    assert console.get(where, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    page = text(console, where)
    assert "Version 1, tried on last year done" in page
    assert "What it costs $" in page and "were every point redeemed" in page
    assert "A point for every dollar 542 542 " in page and "At most 500 points a day 1,180" in page
    assert "Captain 0" in page and "Who gets them: Points" in page
    assert "loses" not in page and "is in force" not in page
    assert console.get(f"{where}compared/").status_code == 404


def test_a_draft_stands_beside_the_version_in_force_rule_by_rule(console: Client, ada: str) -> None:
    where = ask(console)
    assert work() == 1
    page = text(console, where)
    assert "The draft, tried on last year done" in page
    # 500 a day at most, then 42 or thrice as much, and 26 or thrice as much for the own brand.
    assert "What it costs $7.04 were every point redeemed; Version 1: $5.68" in page
    assert "Lose: Points 0 together ±0 (±$0.00) Gain: Points 1 together +136 (+$2.04) Neither 0 of one member" in page
    assert "Points in all +136 Version 1: 568; Draft: 704" in page
    assert "A point for every dollar 542 626 +84 +$1.26 0 1" in page and "All rules 568 704 +136 +$2.04 0 1" in page
    assert "At the end of the year nobody stands lower." in page and "Mate Mate 1" in page
    assert "At most 500 points a day 1,180 4,540" in page
    assert "Who loses most" not in page and "worse for members" not in page


def test_whoever_loses_most_is_named_explained_and_one_step_away(console: Client, ada: str) -> None:
    where = ask(console, LESS)
    work()
    page = text(console, where)
    assert "Lose: Points 1 together −200 (−$3.00)" in page and "Some clauses are worse for members" in page
    assert "Ada Lovelace 568 → 368 −200 −35%" in page
    assert "Spent $1,722.00. Mate before and after. What these buy: $8.52 before, $5.52 now." in page
    assert (
        "A point for every dollar: 542 before, 342 after (−200). “At most 500 points a day” changes. "
        "At most 500 points a day: held back 1,180 before, 1,380 after." in page
    )
    assert "To have as many as before they would have to spend $935.87 more, in the way they do." in page
    html = console.get(where).content.decode()
    assert f'<a href="/console/members/{ada}/">Ada Lovelace</a>' in html and INLINE.findall(html) == []


def test_where_a_point_buys_something_else_who_loses_is_counted_in_money(console: Client, ada: str) -> None:
    """Thrice the points, two thirds of what each buys, and still at most 500 a day: Ada has more of them, and less."""
    where = ask(console, TRIPLE.replace("points: 300", "points: 600"))
    work()
    page = text(console, where)
    assert "100 points buy $1.50 under the old promise and $1.00 under the new one" in page
    assert "Lose: Points 1 together −$1.48 in what they buy Gain: Points 0 together" in page
    assert "Neither 0 of one member Points in all +136" in page
    assert "Ada Lovelace 568 → 704 −$1.48 −17%" in page
    assert "What these buy: $8.52 before, $7.04 now." in page
    assert "For what buys as much as before they would have to spend" in page
    assert "zusammen −1,48\u00a0$ an Wert" in text(console, where, "de")
    assert '<span class="down">−$1.48</span> (17%)' in console.get(f"{where}compared/").content.decode()


@pytest.mark.parametrize(("language", "words"), [
    ("de", "vorher 542, nachher 342 (−200)"), ("es", "antes 542, después 342 (−200)"), ("da", "før 542, efter 342 (−200)"),
])  # fmt: skip
def test_it_is_explained_in_the_readers_language(console: Client, ada: str, language: str, words: str) -> None:
    where = ask(console, LESS)
    work()
    assert words in text(console, where, language)


def test_the_comparison_is_a_report_that_names_members_by_number(console: Client, ada: str) -> None:
    where = ask(console, LESS)
    assert console.get(f"{where}compared/").status_code == 404
    work()
    answer = console.get(f"{where}compared/")
    page = answer.content.decode()
    assert "who gains and who loses" in page and f"<h3><span>{ada}</span>" in page
    assert "Lovelace" not in page and ".parquet" not in page and "rejects.csv" not in page
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    # The vault forgets her: the next who looks finds an account, and no link.
    Member.objects.all().delete()
    account = Tryout.objects.get().comparison["currencies"]["points"]["losers"][0]["member"]
    assert f"Account {account} 568 → 368" in text(console, where)
    assert f"Account {account}" in console.get(f"{where}compared/").content.decode()


def test_where_another_version_came_into_force_it_is_tried_again_beside_that(console: Client, ada: str) -> None:
    where = ask(console)
    work()
    assert "It is not compared with version" not in text(console, where)
    Tryout.objects.update(against="", comparison={})
    page = text(console, where)
    assert "It is not compared with version 1, which is in force" in page and "Who gets them: Points" in page
    again = console.post(f"{where}again/").url
    assert again != where and work() == 1
    page = text(console, again)
    assert "Version 1: 568; Draft: 704" in page and "what points buy at the cheapest reward" in page


def test_a_version_that_counts_in_another_money_is_said_to_be_no_match(console: Client, ada: str) -> None:
    where = ask(console)
    work()
    assert "It is compared with nothing" not in text(console, where)
    tryout = Tryout.objects.get()
    Tryout.objects.update(against=tryout.against.replace("money: USD", "money: EUR"), comparison={})
    page = text(console, where)
    assert "It is compared with nothing" in page and "counts in EUR, this text in another money" in page


def test_the_report_is_a_page_of_its_own_that_may_do_nothing(console: Client, ada: str) -> None:
    where = ask(console)
    assert console.get(f"{where}report/").status_code == 404
    work()
    answer = console.get(f"{where}report/")
    assert "<h1>Harbour, June 15, 2025 – June 15, 2026 (en)</h1>" in answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "script-src" not in policy


def test_the_report_is_written_in_the_language_of_whoever_asked(console: Client, ada: str) -> None:
    german = console.post(DRAFT, {"text": TRIPLE, "next": "try", **window(console)}, headers={"Accept-Language": "de"})
    assert ask(console) != german.url  # waits, but would be read in another language
    work()
    page = console.get(f"{german.url}report/").content.decode()
    assert "<h1>Harbour, 15. Juni 2025 – 15. Juni 2026 (de)</h1>" in page


def test_carmen_cancels_it(console: Client, ada: str) -> None:
    where = ask(console)
    done = console.post(f"{where}cancel/", follow=True).content.decode()
    assert "The try-out is cancelled." in done and "Nobody is waiting for it any more." in done
    assert work() == 0
    assert "The try-out is cancelled" not in console.post(f"{where}cancel/", follow=True).content.decode()


@pytest.mark.parametrize(("failure", "words"), [
    ("no_events", "Nothing happened in these twelve months."), ("other_money", "counts in another money"),
    ("unsound", "does not read the text that was tried"), ("never_ended", "begun three times and never ended"), ("broken", "Something broke on the way"),
])  # fmt: skip
def test_what_came_to_nothing_says_why(console: Client, harbour: int, failure: str, words: str) -> None:
    where = ask(console)
    tryouts.end(Tryout.objects.get().id, tryouts.FAILED, PRESENT, failure=failure)
    page = text(console, where)
    assert "It came to nothing" in page and words in page and failure in page


def test_who_waits_for_a_worker_that_is_not_there_is_told(console: Client, harbour: int) -> None:
    where = ask(console)
    assert "Nobody seems to be working" not in text(console, where)
    Tryout.objects.update(asked_at=PRESENT - timedelta(minutes=3))
    assert "Nobody seems to be working" in text(console, where)


def test_who_waits_behind_another_one_is_not_alarmed_and_who_was_left_alone_is(
    console: Client, harbour: int, urls: Any
) -> None:
    where, other = ask(console), ask(console, LESS)
    mine, others = (UUID(address.split("/")[-2]) for address in (where, other))
    Tryout.objects.filter(id=others).update(state=tryouts.RUNNING)
    Tryout.objects.filter(id=mine).update(asked_at=PRESENT - timedelta(minutes=3))
    with psycopg.connect(urls.app) as worker:
        key = int.from_bytes(others.bytes[8:], "big", signed=True)
        worker.execute("SELECT pg_advisory_lock(%s)", [key])
        assert tryouts.attended(others) and not tryouts.attended(mine)
        assert "Nobody seems to be working" not in text(console, where) + text(console, other)
        worker.execute("SELECT pg_advisory_unlock(%s)", [key])
    # The worker is gone, in the middle of it.
    assert not tryouts.attended(others)
    assert "Nobody seems to be working" in text(console, where) and "Nobody seems" in text(console, other)


def test_what_was_not_taken_is_said_in_a_sentence_beside_its_code(console: Client, ada: str) -> None:
    where = ask(console)
    work()
    refusals = {"unknown_original": 11, "of_another_day": 2}
    summary = Tryout.objects.get().summary | {"refusals": refusals, "rejected": {"negative_amount": 1}}
    Tryout.objects.update(summary=summary)
    page = text(console, where)
    assert "The purchase that a return names is not known, or is another member's. unknown_original 11" in page
    assert "of_another_day 2" in page
    assert "Ware, die zurückkommt, ist ein Ereignis der Art" in text(console, where, "de")
    assert "<code>return</code>" in console.get(where).content.decode()


def test_a_try_out_of_a_text_that_is_not_read_any_more_says_so(console: Client, ada: str) -> None:
    where = ask(console)
    work()
    Tryout.objects.update(text=BROKEN)
    page = text(console, where)
    assert "This version of Regulars does not read this text any more" in page and "The whole report" in page
    assert console.get(f"{where}compared/").status_code == 404


def test_the_list_goes_on_where_a_page_ends(console: Client, harbour: int) -> None:
    # Ten at a time were asked for in one moment.
    asked = [
        Tryout(
            id=uuid7(PRESENT), text=TEXT, since=PRESENT, until=PRESENT, asked_at=PRESENT - timedelta(number // 10),
            asked_by="carmen", state=tryouts.DONE,
        )
        for number in range(60)
    ]  # fmt: skip
    Tryout.objects.bulk_create(asked)
    seen: list[str] = []
    address = TRYOUTS
    while address:
        page = console.get(address).content.decode()
        seen += re.findall(rf'href="{TRYOUTS}([0-9a-f-]+)/"', page)
        older = re.findall(r'href="(\?older=[^"]*)" rel="next"', page)
        address = f"{TRYOUTS}{older[0]}" if older else ""
    assert len(seen) == 60 and set(seen) == {str(one.id) for one in asked}
    for nothing in ("nonsense", "00000000-0000-0000-0000-000000000001"):
        assert console.get(TRYOUTS, {"older": nothing}).content.decode().count(">Version 1, ") == 25


def test_where_nothing_was_tried_a_keeper_is_led_to_the_draft(console: Client, harbour: int) -> None:
    empty = console.get(TRYOUTS).content.decode().split('class="empty"')[1]
    assert f'href="{DRAFT}"' in empty and "Write a draft" in empty
    bruno = Client()
    bruno.force_login(Staff.objects.create_user("bruno@harbour.example", "x", role="staff"))
    assert f'href="{DRAFT}"' not in bruno.get(TRYOUTS).content.decode()


def test_staff_read_what_was_tried_and_ask_for_nothing(console: Client, ada: str) -> None:
    where = ask(console)
    bruno = Client()
    bruno.force_login(Staff.objects.create_user("bruno@harbour.example", "x", role="staff"))
    assert "Cancel it" not in text(bruno, where)
    assert bruno.post(f"{where}cancel/").status_code == bruno.post(f"{where}again/").status_code == 403
    assert bruno.get(f"{TRYOUTS}00000000-0000-0000-0000-000000000001/").status_code == 404
