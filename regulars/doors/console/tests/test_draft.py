"""A draft is written in an editor that loses nothing, says what is wrong beside the line, and works without scripts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from regulars.doors.console.programme.checking import MOST_TOLD, checked
from regulars.doors.console.tests.conftest import PRESENT, text
from regulars.doors.console.tests.test_promise import HARBOUR
from regulars.ground.access.models import Staff
from regulars.ground.publishing.closing import withdraw
from regulars.ground.publishing.drafting import draft_of
from regulars.ground.publishing.versions import publish

TEXT = HARBOUR.read_text(encoding="utf-8")
BROKEN = TEXT.replace("times: 2\n", "tims: 2\n")
CHANGED = TEXT.replace("points: 50\n", "points: 75\n")
DRAFT = "/console/programme/draft/"


def window(console: Client) -> dict[str, str]:
    """What an open editor sends beside its text."""
    page = console.get(DRAFT).content.decode()
    sent = {name: re.search(rf'name="{name}" value="([0-9a-f-]*)"', page) for name in ("window", "seen", "base")}
    return {name: found[1] if found else "" for name, found in sent.items()}


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
    assert "has no key <code>tims</code>" in notes[line - 1] and sum("span" in note for note in notes) == 1
    assert f'data-line="{line}"' in page and "unknown_key" in page
    assert "one error" in text(console, DRAFT)


def test_asked_by_script_the_same_address_answers_the_parts_alone(console: Client, carmen: Staff, harbour: int) -> None:
    answer = console.post(DRAFT, {"text": BROKEN, **window(console)}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert kept(carmen) == BROKEN and "<html" not in page
    assert page.count('hx-swap-oob="') == 4 and 'id="checked"' in page and "one error" in page


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


def test_an_editor_that_was_open_when_somebody_published_does_not_undo_it(
    console: Client, carmen: Staff, harbour: int
) -> None:
    opened = window(console)
    publish(TEXT.replace("most: 500", "most: 600"), PRESENT, "bruno", PRESENT, base=harbour)
    answer = console.post(DRAFT, {"text": CHANGED, **opened}, headers={"HX-Request": "true"}).content.decode()
    assert "Version 2 was published meanwhile" in answer
    draft = draft_of(carmen.pk)
    assert draft and draft.base == harbour
    again = console.get(f"{DRAFT}publish/", follow=True).content.decode()
    assert "is not the latest version any more. Nothing was published." in again


def test_a_text_kept_over_another_one_follows_the_version_it_was_written_from(
    console: Client, carmen: Staff, harbour: int
) -> None:
    desk = window(console)
    publish(TEXT.replace("most: 500", "most: 600"), PRESENT, "bruno", PRESENT, base=harbour)
    console.post(DRAFT, {"text": BROKEN, **window(console)})
    console.post(DRAFT, {"text": CHANGED, **desk, "next": "over"})
    draft = draft_of(carmen.pk)
    assert draft and (draft.text, draft.base) == (CHANGED, harbour)


@pytest.mark.parametrize("base", ["", "7", "99999999999999", "-1", "one"])
def test_a_version_that_there_is_not_is_no_base(console: Client, carmen: Staff, harbour: int, base: str) -> None:
    console.post(DRAFT, {"text": CHANGED, **window(console), "base": base})
    draft = draft_of(carmen.pk)
    assert draft and draft.base is None
    page = text(console, DRAFT)
    assert "Version 1 was published meanwhile" in page and "version None" not in page


def test_whose_version_was_withdrawn_is_told_that_and_goes_on(console: Client, carmen: Staff, harbour: int) -> None:
    publish(TEXT.replace("most: 500", "most: 600"), PRESENT + timedelta(days=9), "bruno", PRESENT, base=harbour)
    console.post(DRAFT, {"text": CHANGED, **window(console)})
    withdraw(2, "too much", "bruno", PRESENT)
    page = text(console, DRAFT)
    assert "Version 2, from which this is written, was withdrawn" in page and "published meanwhile" not in page
    console.post(f"{DRAFT}rebase/")
    assert "Written from version 1" in text(console, DRAFT)


def test_where_the_only_version_was_withdrawn_the_draft_is_the_first_again(console: Client, carmen: Staff) -> None:
    publish(TEXT, PRESENT + timedelta(days=9), "bruno", PRESENT)
    console.post(DRAFT, {"text": CHANGED, **window(console)})
    withdraw(1, "too early", "bruno", PRESENT)
    assert "Go on: it is the first again" in text(console, DRAFT)
    console.post(f"{DRAFT}rebase/")
    assert "Publish it" in text(console, f"{DRAFT}publish/")


def test_a_draft_begins_with_an_older_text_unless_another_one_is_being_written(
    console: Client, carmen: Staff, harbour: int
) -> None:
    publish(CHANGED, PRESENT, "bruno", PRESENT, base=harbour)
    assert "Begin a draft with this text" not in text(console, "/console/programme/versions/2/")
    assert "Is it wrong? Write a better text as a draft" in text(console, "/console/programme/versions/2/")
    assert "Begin a draft with this text" in text(console, "/console/programme/versions/1/")
    take = f"{DRAFT}take/1/"
    assert "This is the text of version 1." in console.post(take, follow=True).content.decode()
    draft = draft_of(carmen.pk)
    assert draft and (draft.text, draft.base) == (TEXT, 2)
    console.post(DRAFT, {"text": BROKEN, **window(console)})
    assert "You are writing this draft already." in console.post(take, follow=True).content.decode()
    assert kept(carmen) == BROKEN
    assert console.post(f"{DRAFT}take/9/").status_code == 404


def test_of_thousands_of_problems_the_first_errors_are_told_and_the_rest_counted(harbour: int) -> None:
    rule = "    - id: r{0}\n      points: 1\n      per: 1.00\n      when: total >= {0}\n      pr: 1\n"
    many = TEXT.replace("  caps:\n", "".join(rule.format(number) for number in range(1, 301)) + "  caps:\n")
    found = checked(many)
    assert len(found.told) == MOST_TOLD and found.more == len(found.problems) - MOST_TOLD > 0
    assert {problem.severity for problem in found.told} == {"error"}
    assert [problem.line for problem in found.told] == sorted(problem.line for problem in found.told)
    assert sum(bool(line.note) for line in found.lines) <= MOST_TOLD < sum(bool(line.severity) for line in found.lines)


def test_how_many_more_there_are_is_said(console: Client, harbour: int) -> None:
    many = "a: b\n" * 300
    done = console.post(DRAFT, {"text": many, **window(console)}, headers={"HX-Request": "true"})
    page = done.content.decode()
    assert page.count('class="problem ') == MOST_TOLD
    assert f"And {checked(many).more} more" in page


def test_a_text_that_is_far_too_long_is_refused_in_words(console: Client, carmen: Staff, harbour: int) -> None:
    answer = console.post(DRAFT, {"text": "# long\n" * 500_000, **window(console)})
    assert answer.status_code == 400 and "What was sent is too long" in answer.content.decode()
    assert kept(carmen) == ""


def test_whoever_is_signed_out_while_writing_gets_the_text_back(console: Client, carmen: Staff, harbour: int) -> None:
    typed = {"text": BROKEN + "# </textarea><b>", **window(console)}
    console.logout()
    answer = console.post(DRAFT, typed)
    page = answer.content.decode()
    assert answer.status_code == 403 and "Your text is not saved yet" in page and "tims: 2" in page
    assert "</textarea><b>" not in page and kept(carmen) == ""
    assert "no-store" in answer.headers["Cache-Control"]
    console.force_login(carmen)
    again = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("window", "seen", "base")}  # type: ignore[index]
    assert again == {name: typed[name] for name in again}
    console.post(DRAFT, {"text": typed["text"], **again})
    assert kept(carmen) == typed["text"]


def test_a_text_sent_with_the_token_of_an_earlier_session_comes_back_to_be_sent_once_more(
    carmen: Staff, harbour: int
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(carmen)
    client.get(DRAFT)
    stale = {"csrfmiddlewaretoken": "x" * 64, "text": BROKEN}
    page = client.post(DRAFT, stale).content.decode()
    assert "You signed in anew meanwhile." in page and "tims: 2" in page and kept(carmen) == ""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]  # type: ignore[index]
    client.post(DRAFT, stale | {"csrfmiddlewaretoken": token})
    assert kept(carmen) == BROKEN
    # What comes from another place on the net is not shown as if it were ours.
    elsewhere = client.post(DRAFT, stale, headers={"Origin": "https://elsewhere.example"}).content.decode()
    assert "Nothing was changed" in elsewhere and "tims: 2" not in elsewhere
    assert "tims: 2" not in client.post(DRAFT, stale, headers={"HX-Request": "true"}).content.decode()


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


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "<code>programme</code> kennt keinen Schlüssel"),
        ("es", "<code>programme</code> no tiene ninguna clave"),
        ("da", "<code>programme</code> har ingen nøgle"),
    ],
)
def test_what_is_wrong_is_said_in_the_keepers_language(console: Client, harbour: int, language: str, said: str) -> None:
    console.post(DRAFT, {"text": TEXT.replace("programme:\n", "programme:\n  colour: red\n"), **window(console)})
    page = console.get(DRAFT, headers={"Accept-Language": language}).content.decode()
    assert said in page and "`" not in page.split('class="problems"')[1].split("</ol>")[0]


def test_names_in_a_finding_are_set_as_code_and_what_somebody_typed_there_is_no_tag(
    console: Client, harbour: int
) -> None:
    typed = TEXT.replace("times: 2\n", '"<b>tims</b>`": 2\n')
    page = console.post(DRAFT, {"text": typed, **window(console)}, follow=True).content.decode()
    problems = page.split('class="problems"')[1].split("</ol>")[0]
    assert "<code>rules[1]</code>" in problems and "&lt;b&gt;tims&lt;/b&gt;" in problems and "<b>" not in problems


def test_the_region_that_is_read_out_stays_and_its_text_alone_changes(console: Client, harbour: int) -> None:
    page = console.get(DRAFT).content.decode()
    checked_part = page.split('id="checked"')[1].split("</section>")[0]
    assert page.count('id="draft-status"') == 1 and "role=" not in checked_part
    answer = console.post(DRAFT, {"text": BROKEN, **window(console)}, headers={"HX-Request": "true"}).content.decode()
    assert '<p class="cluster" role="status" id="draft-status" hx-swap-oob="innerHTML">' in answer
