"""A draft is written in an editor that loses nothing, says what is wrong beside the line, and works without scripts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT, text
from regulars.doors.console.tests.test_promise import HARBOUR
from regulars.ground.access.models import Staff
from regulars.ground.publishing.drafting import draft_of
from regulars.ground.publishing.versions import publish

TEXT = HARBOUR.read_text(encoding="utf-8")
BROKEN = TEXT.replace("times: 2\n", "tims: 2\n")
CHANGED = TEXT.replace("points: 50", "points: 75")
DRAFT = "/console/programme/draft/"
WINDOW = re.compile(r'name="window" value="([0-9a-f-]+)"')


def window(console: Client) -> dict[str, str]:
    """What an open editor sends beside its text."""
    page = console.get(DRAFT).content.decode()
    seen = re.search(r'name="seen" value="([0-9a-f-]*)"', page)
    return {"window": WINDOW.search(page)[1], "seen": seen[1] if seen else ""}  # type: ignore[index]


def kept(carmen: Staff) -> str:
    draft = draft_of(carmen.pk)
    return draft.text if draft else ""


def test_it_begins_with_the_latest_text_and_numbers_its_lines(console: Client, harbour: int) -> None:
    page = console.get(DRAFT).content.decode()
    assert "Written from version 1" in page and "id: captains-tenth" in page
    assert f'rows="{TEXT.count(chr(10)) + 1}"' in page
    assert "sound" in text(console, DRAFT) and "Nothing is written yet" in text(console, DRAFT)


def test_before_anything_is_published_it_begins_with_a_first_programme(console: Client) -> None:
    page = text(console, DRAFT)
    assert "Your first programme." in page and "regulars: 1" in page and "sound" in page


def test_a_broken_text_is_kept_and_what_is_wrong_stands_beside_its_line(
    console: Client, carmen: Staff, harbour: int
) -> None:
    done = console.post(DRAFT, {"text": BROKEN.replace("\n", "\r\n"), **window(console)}, follow=True)
    assert kept(carmen) == BROKEN
    page = done.content.decode()
    line = BROKEN.split("\n").index("      tims: 2") + 1
    assert f'<b class="is-error">{line}</b>' in page
    notes = page.split('id="notes"')[1].split("</pre>")[0].split(">", 1)[1].removeprefix("\n").split("\n")
    assert "has no key `tims`" in notes[line - 1] and sum("span" in note for note in notes) == 1
    assert f'data-line="{line}"' in page and "unknown_key" in page
    assert "one error" in text(console, DRAFT)


def test_asked_by_script_the_same_address_answers_the_parts_alone(console: Client, carmen: Staff, harbour: int) -> None:
    answer = console.post(DRAFT, {"text": BROKEN, **window(console)}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert kept(carmen) == BROKEN and "<html" not in page
    assert page.count('hx-swap-oob="true"') == 2 and 'id="checked"' in page and "one error" in page


def test_two_windows_do_not_overwrite_each_other_unseen(console: Client, carmen: Staff, harbour: int) -> None:
    desk, laptop = window(console), window(console)
    console.post(DRAFT, {"text": CHANGED, **desk})
    answer = console.post(DRAFT, {"text": BROKEN, **laptop})
    page = answer.content.decode()
    assert kept(carmen) == CHANGED
    assert "Not saved: another window saved at" in page and "tims: 2" in page
    console.post(DRAFT, {"text": BROKEN, **laptop, "next": "over"})
    assert kept(carmen) == BROKEN


def test_the_next_page_is_reached_only_with_a_sound_text_and_the_text_is_saved_first(
    console: Client, carmen: Staff, harbour: int
) -> None:
    broken = console.post(DRAFT, {"text": BROKEN, "next": "compare", **window(console)})
    assert broken.url == DRAFT and kept(carmen) == BROKEN
    assert console.get(f"{DRAFT}changes/").url == DRAFT
    sound = console.post(DRAFT, {"text": CHANGED, "next": "compare", **window(console)}, follow=True)
    page = sound.content.decode()
    assert kept(carmen) == CHANGED
    assert "<del>50</del>" in page and "<ins>75</ins>" in page


def test_who_writes_from_an_older_version_is_told(console: Client, carmen: Staff, harbour: int) -> None:
    console.post(DRAFT, {"text": CHANGED, **window(console)})
    publish(TEXT.replace("most: 500", "most: 400"), PRESENT + timedelta(days=9), "bruno", PRESENT, base=harbour)
    assert "Version 2 was published meanwhile" in text(console, DRAFT)
    console.post(f"{DRAFT}rebase/")
    assert "published meanwhile" not in text(console, DRAFT) and "Written from version 2" in text(console, DRAFT)
    assert kept(carmen) == CHANGED


def test_a_draft_is_thrown_away_only_by_its_own_button(console: Client, carmen: Staff, harbour: int) -> None:
    console.post(DRAFT, {"text": CHANGED, **window(console)})
    assert console.get(f"{DRAFT}discard/").status_code == 405
    done = console.post(f"{DRAFT}discard/", follow=True)
    assert "The draft is thrown away." in done.content.decode() and kept(carmen) == ""


@pytest.mark.parametrize("hostile", ["", "\x00", "a: &a [*a, *a]", "- " * 3000, "<script>alert(1)</script></textarea>"])
def test_whatever_stands_there_is_kept_and_shown_as_text(
    console: Client, carmen: Staff, harbour: int, hostile: str
) -> None:
    done = console.post(DRAFT, {"text": hostile, **window(console)}, follow=True)
    page = done.content.decode()
    assert done.status_code == 200 and "<script>alert" not in page
    assert kept(carmen) == hostile.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def test_the_draft_is_a_keepers_alone(harbour: int) -> None:
    bruno = Client()
    bruno.force_login(Staff.objects.create_user("bruno@harbour.example", "x", role="staff"))
    assert bruno.get(DRAFT).status_code == bruno.post(DRAFT, {"text": "mine"}).status_code == 403
    assert DRAFT not in bruno.get("/console/programme/").content.decode()
