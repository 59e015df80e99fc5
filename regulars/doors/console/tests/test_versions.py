"""Every published version can be read, compared with another, and withdrawn before it begins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT, text
from regulars.doors.console.tests.test_promise import HARBOUR
from regulars.ground.access.models import Staff
from regulars.ground.publishing.closing import replace, withdraw
from regulars.ground.publishing.versions import publish

TEXT = HARBOUR.read_text(encoding="utf-8")
DRAFT = "/console/programme/draft/"
VERSIONS = "/console/programme/versions/"


@pytest.fixture
def coming(harbour: int) -> int:
    """A version that begins in a month and gives 75 points instead of 50 at every tenth visit."""
    later = TEXT.replace("points: 50\n", "points: 75\n")
    return publish(later, PRESENT + timedelta(days=30), "carmen@harbour.example", PRESENT, base=harbour)


def test_the_list_says_what_became_of_each(console: Client, coming: int) -> None:
    withdraw(coming, "too generous", "bruno@harbour.example", PRESENT)
    replace(TEXT.replace("most: 500", "most: 400"), "nobody asked for 500", "dagny", PRESENT - timedelta(days=1), 1)
    page = text(console, VERSIONS)
    assert "Version 3 in force Jun 14, 2026 – Jun 14, 2026 dagny" in page
    assert "Version 2 withdrawn too generous Jul 15, 2026 was planned; never began –" in page
    assert "Version 1 replaced nobody asked for 500 Dec 31, 2015 Jun 14, 2026" in page


def test_one_version_stands_there_in_sentences_and_as_the_file(console: Client, coming: int) -> None:
    page = text(console, f"{VERSIONS}{coming}/")
    assert "Version 2 still to come Published on Jun 15, 2026 by carmen@harbour.example." in page
    assert "Points: 75 once in every 10 purchases" in page and "points: 75 every: 10" in page
    assert "It begins on Jul 15, 2026" in page
    assert console.get(f"{VERSIONS}9/").status_code == 404


def test_two_versions_differ_in_one_sentence_and_one_line(console: Client, coming: int) -> None:
    page = text(console, f"{VERSIONS}1/{coming}/")
    stayed = "changed under its old title: read whether it still says what is promised."
    assert "In sentences What changes Version 1 Version 2 Every tenth visit better Points: 50 once" in page
    assert f"“every tenth visit” {stayed}" in page
    assert "Points: 75 once" in page
    raw = console.get(f"{VERSIONS}1/{coming}/").content.decode()
    assert "<del>50</del>" in raw and "<ins>75</ins>" in raw
    assert raw.count('class="line-added"') == raw.count('class="line-removed"') == 1
    assert "No sentence differs" in text(console, f"{VERSIONS}1/1/")


def test_the_letter_stays_in_reach_once_it_is_published(console: Client, harbour: int) -> None:
    publish(TEXT.replace("most: 500", "most: 400"), PRESENT + timedelta(days=60), "keeper", PRESENT, base=harbour)
    page = text(console, f"{VERSIONS}1/2/")
    assert "What to write to members" in page and "We are telling you 60 days before." in page
    assert "What to write to members" not in text(console, f"{VERSIONS}2/1/")
    withdraw(2, "not needed", "keeper", PRESENT)
    assert "What to write to members" not in text(console, f"{VERSIONS}1/2/")


def test_what_one_side_does_not_promise_is_said(console: Client, harbour: int) -> None:
    without = TEXT.split("\ntiers:")[0].replace('when: tier == "captain"', "when: total >= 1.00")
    publish(without, PRESENT - timedelta(days=1), "keeper", PRESENT, base=harbour)
    page = text(console, f"{VERSIONS}1/2/")
    assert "Captain may be worse for some Captain: from $3,600.00" in page
    # three tiers, how they are kept, and five rewards
    assert page.count("is promised no longer") == 3 + 1 + 5
    assert text(console, f"{VERSIONS}2/1/").count("was not promised") == 3 + 1 + 5


def test_what_nobody_can_judge_is_called_that_and_not_worse(console: Client, harbour: int) -> None:
    elsewhere = TEXT.replace("zone: America/New_York", "zone: America/Chicago")
    publish(elsewhere, PRESENT + timedelta(days=60), "keeper", PRESENT, base=harbour)
    page = text(console, f"{VERSIONS}1/2/")
    assert "differs: nobody can say for whom it is better" in page and "may be worse for some" not in page
    assert "anders: niemand kann sagen, für wen es besser ist" in text(console, f"{VERSIONS}1/2/", "de")


@pytest.fixture
def outgrown(harbour: int) -> int:
    """A version of an earlier Regulars: it is still to come, and this one's loader refuses it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO programme_version (number, text, digest, effective_at, published_at, published_by)"
            " VALUES (2, %s, %s, %s, %s, 'bruno')",
            [TEXT.replace("times: 2\n", "twice: <yes>\n"), "0" * 64, PRESENT + timedelta(days=3_000), PRESENT],
        )
    return 2


def test_a_text_that_the_loader_refuses_now_is_shown_and_that_is_said(console: Client, outgrown: int) -> None:
    page = text(console, f"{VERSIONS}{outgrown}/")
    assert "This version of Regulars does not read this text any more" in page
    assert "twice: <yes>" in page and "It begins on Sep 1, 2034" in page and "Withdraw it" in page
    assert "liest diesen Text nicht mehr" in text(console, f"{VERSIONS}{outgrown}/", "de")
    assert "does not read" not in text(console, f"{VERSIONS}1/")


def test_what_it_changes_is_told_line_by_line_and_not_in_sentences(console: Client, outgrown: int) -> None:
    page = text(console, f"{VERSIONS}1/{outgrown}/")
    assert "This version of Regulars does not read the text of version 2 any more" in page
    assert "twice: <yes>" in page and "In sentences" not in page and "No sentence differs" not in page
    console.post(DRAFT, {"text": TEXT, "window": "", "seen": "", "base": "2"})
    assert "does not read the text of version 2 any more" in text(console, f"{DRAFT}changes/")
    published = console.get(f"{DRAFT}publish/", follow=True).content.decode()
    assert "nobody can say what members are owed. Nothing was published." in published


def test_carmen_withdraws_a_version_with_her_reason(console: Client, coming: int) -> None:
    empty = console.post(f"{VERSIONS}{coming}/withdraw/", {"because": " "})
    assert empty.status_code == 409 and "Say why: it stays on record." in empty.content.decode()
    done = console.post(f"{VERSIONS}{coming}/withdraw/", {"because": "too generous"}, follow=True)
    page = done.content.decode()
    assert "Version 2 is withdrawn. It will never begin." in page
    assert "Withdrawn on Jun 15, 2026 by carmen@harbour.example, before it began" in page
    again = console.post(f"{VERSIONS}{coming}/withdraw/", {"because": "once more"})
    assert again.status_code == 409 and "withdrawn or replaced already" in again.content.decode()
    assert console.post(f"{VERSIONS}1/withdraw/", {"because": "old"}).status_code == 409


def test_whoever_is_no_keeper_reads_and_changes_nothing(coming: int) -> None:
    bruno = Client()
    bruno.force_login(Staff.objects.create_user("bruno@harbour.example", "x", role="staff"))
    assert "Withdraw" not in text(bruno, f"{VERSIONS}{coming}/")
    assert bruno.post(f"{VERSIONS}{coming}/withdraw/", {"because": "mine"}).status_code == 403
    assert "still to come" in text(bruno, VERSIONS)
