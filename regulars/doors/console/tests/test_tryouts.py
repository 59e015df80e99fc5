"""A draft is tried on last year: asked for, followed, cancelled, read beside the version in force."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT, text
from regulars.doors.console.tests.test_draft import BROKEN, DRAFT, TEXT, window
from regulars.exchange.earning.trying import try_waiting
from regulars.ground.access.models import Staff
from regulars.ground.publishing import tryouts
from regulars.ground.publishing.models import Tryout

TRYOUTS = "/console/programme/try-outs/"
TRIPLE = TEXT.replace("points: 1\n      per: 1.00", "points: 3\n      per: 1.00")


def clock() -> datetime:
    return PRESENT


def work() -> int:
    """What the worker does when it looks."""
    return try_waiting(
        lambda programme, result, source: f"<style>p {{}}</style><h1>{source}</h1>", clock, lambda: False
    )


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


def test_the_result_says_what_it_gives_to_whom_and_what_it_costs(console: Client, ada: str) -> None:
    where = ask(console)
    assert work() == 1
    assert console.get(where, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    page = text(console, where)
    assert "The draft, tried on last year done" in page
    assert "What it costs $" in page and "were every point redeemed" in page
    assert "A point for every dollar 626 626 " in page
    assert "At most 500 points a day 4,540" in page
    assert "Captain 0" in page and "Who gets them: Points" in page
    assert "Nothing to compare it with yet" in page


def test_beside_it_stands_the_version_in_force(console: Client, ada: str) -> None:
    where = ask(console)
    work()
    console.post(f"{where}beside/")
    assert "Version 1, in force, is being tried on the same year" in text(console, where)
    work()
    page = text(console, where)
    assert "Rule Share Points Version 1 A point for every dollar 626 626 " in page and "; version 1: $" in page
    other = text(console, f"{TRYOUTS}{Tryout.objects.get(text=TEXT).id}/")
    assert "Version 1, tried on last year" in other and "Nothing to compare it with" not in other
    assert text(console, TRYOUTS).count(" done ") == 2


def test_the_report_is_a_page_of_its_own_that_may_do_nothing(console: Client, ada: str) -> None:
    where = ask(console)
    assert console.get(f"{where}report/").status_code == 404
    work()
    answer = console.get(f"{where}report/")
    assert "<h1>Harbour, 2025-06-15 – 2026-06-15</h1>" in answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "script-src" not in policy


def test_carmen_cancels_it(console: Client, ada: str) -> None:
    where = ask(console)
    done = console.post(f"{where}cancel/", follow=True).content.decode()
    assert "The try-out is cancelled." in done and "Nobody is waiting for it any more." in done
    assert work() == 0
    assert "The try-out is cancelled" not in console.post(f"{where}cancel/", follow=True).content.decode()


@pytest.mark.parametrize(("failure", "words"), [
    ("no_events", "Nothing happened in these twelve months."), ("other_money", "counts in another money"),
    ("never_ended", "begun three times and never ended"), ("broken", "Something broke on the way"),
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


def test_staff_read_what_was_tried_and_ask_for_nothing(console: Client, ada: str) -> None:
    where = ask(console)
    bruno = Client()
    bruno.force_login(Staff.objects.create_user("bruno@harbour.example", "x", role="staff"))
    assert "Cancel it" not in text(bruno, where)
    assert bruno.post(f"{where}cancel/").status_code == bruno.post(f"{where}beside/").status_code == 403
    assert bruno.get(f"{TRYOUTS}00000000-0000-0000-0000-000000000001/").status_code == 404
