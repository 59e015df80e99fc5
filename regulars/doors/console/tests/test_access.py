"""Nobody comes in who has not signed in, and what goes out keeps the house's word."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from regulars.doors.console.tests.conftest import PRESENT
from regulars.doors.console.urls import urlpatterns
from regulars.ground.access.models import Staff
from regulars.ground.members.enrolling import Person, enrol
from regulars.ground.publishing.drafting import keep
from regulars.ground.publishing.models import ProgrammeVersion, Tryout

NAMES = [pattern.name for pattern in urlpatterns]
#: What changes something, and is no page.
ACTS = (
    "sign_in_link",
    "take_again",
    "withdraw",
    "draft_taken",
    "draft_rebase",
    "draft_discard",
    "draft_tried",
    "tryout_cancel",
    "tryout_again",
    "month_close",
    "till_told",
    "message_back",
    "letters_print",
    "letters_post",
    "respond",
    "hear",
    "settle",
)
#: Pages about two members; `test_merging.py` walks them.
PAIRED = ("merge", "unmerge")
#: Pages about a household, which is not there before it is opened; `test_households.py` walks them.
HOUSED = ("household", "household_open", "household_join", "household_leave")
OF_A_MEMBER = (
    "member", "sign_in_link", "counter", "spent", "redeem", "goodwill", "forfeit", "merging", "put_right", "erase",
    *PAIRED, *HOUSED,
)  # fmt: skip
#: Pages of their own, with their own style, under their own policy.
REPORTS = ("tryout_report", "tryout_compared")
#: Pages about something that one member did, which is not there before that.
DONE = ("capture", "release", "cancel", "bring_back", "missing", "respond", "message_back", "hear", "settle")
#: Pages that say what an act would do, and what is wrong when nothing was asked.
ASKING = ("redeem", "goodwill")
#: Acts that are shown first, under an id of their own; `test_rewards.py` walks them.
REWARDED = ("reward", "reward_aside")
#: Files of the books.
FILES = ("month_journal", "month_entries")
_WALKED_ELSEWHERE = (
    *ACTS,
    *REPORTS,
    *FILES,
    *DONE,
    *ASKING,
    *REWARDED,
    *PAIRED,
    *HOUSED,
    "forfeit",
    "replace",
    "quarantine_close",
)
PAGES = [name for name in NAMES if name not in _WALKED_ELSEWHERE]
#: Pages about a version, which is not there before something is published.
VERSIONED = {"version": [1], "versions_compared": [1, 1], "withdraw": [1], "draft_taken": [1]}
#: Pages about a month or day, which is not there before anything happened.
DATED = {"till_day": ["2026-05-04"], **{name: ["2026-05"] for name in ("month", "month_close", *FILES)}}
#: Pages about a try-out.
TRIED = ("tryout", *REPORTS, "tryout_cancel", "tryout_again")
INLINE = re.compile(r"""<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|<style|\son[a-z]+=["']|javascript:""", re.I)


def address(name: str, number: str) -> str:
    """The address of any page of the console."""
    if name in ("take_again", "quarantine_close"):
        return reverse(f"console:{name}", args=[UUID(int=1)])
    if name in TRIED:
        return reverse(f"console:{name}", args=[UUID(int=2)])
    if name in VERSIONED or name in DATED:
        return reverse(f"console:{name}", args=(VERSIONED | DATED)[name])
    if name in REWARDED:
        return reverse(f"console:{name}", args=[number, "coffee"])
    if name in DONE:
        return reverse(f"console:{name}", args=[number, UUID(int=4)])
    return reverse(f"console:{name}", args=[number] if "member_" in name or name in OF_A_MEMBER else [])


def test_every_page_of_the_door_is_walked() -> None:
    assert len(NAMES) == len(set(NAMES)) >= 11
    assert {address(name, "x") for name in NAMES} >= {"/console/", "/console/members/x/"}


def test_a_stranger_is_sent_to_the_sign_in(client: Client, ada: str) -> None:
    for name in NAMES:
        where = address(name, ada)
        for method in ("get", "post", "put", "delete", "head", "options"):
            answer = getattr(client, method)(where)
            assert (answer.status_code, answer.content) == (302, b""), (name, method)
            assert answer.url == f"{reverse('account_login')}?next={where}"


def test_whoever_has_left_the_shop_is_a_stranger(console: Client, carmen: Staff, ada: str) -> None:
    Staff.objects.filter(pk=carmen.pk).update(is_active=False)
    assert {console.get(address(name, ada)).status_code for name in NAMES} == {302}


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(client: Client, ada: str) -> None:
    headers = {"HX-Request": "true", "HX-Target": "found", "HX-Current-URL": "http://testserver/console/members/?q=ad"}
    answer = client.get("/console/members/?q=ada", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["HX-Redirect"] == f"{reverse('account_login')}?next=/console/members/%3Fq%3Dad"


def test_every_page_answers_staff_with_nothing_inline_and_for_them_alone(
    console: Client, carmen: Staff, ada: str, harbour: int
) -> None:
    keep(carmen.pk, harbour, ProgrammeVersion.objects.get().text + "# more\n", UUID(int=3), None, PRESENT)
    Tryout.objects.create(
        id=UUID(int=2), text="", since=PRESENT, until=PRESENT, asked_at=PRESENT, asked_by="carmen", state="cancelled"
    )
    for name in PAGES:
        answer = console.get(address(name, ada))
        assert answer.status_code == 200, name
        assert INLINE.findall(answer.content.decode()) == []
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert {"no-store", "private"} <= set(answer.headers["Cache-Control"].split(", "))


@pytest.mark.parametrize("name", ACTS)
def test_what_changes_something_asks_for_a_post_from_our_own_page(carmen: Staff, ada: str, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(carmen)
    assert client.get(address(name, ada)).status_code == 405
    answer = client.post(address(name, ada))
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


@pytest.mark.parametrize("name", DONE)
def test_what_a_member_never_did_is_not_there(console: Client, ada: str, harbour: int, name: str) -> None:
    answer = console.get(address(name, ada), follow=True)
    over = name in ("capture", "release", "cancel")  # it may have been there, and be answered
    assert answer.status_code == (405 if name in ACTS else 409 if over else 404)


@pytest.mark.parametrize("name", ASKING)
def test_who_asks_for_nothing_is_told_what_to_say(console: Client, ada: str, harbour: int, name: str) -> None:
    answer = console.get(address(name, ada))
    assert (answer.status_code, INLINE.findall(answer.content.decode())) == (422, [])


def test_every_page_works_before_anything_is_published(console: Client) -> None:
    enrol([Person("bruno-who-came-too-early")], PRESENT)
    for name in PAGES:
        # There is no version yet, and nothing with which a draft could be compared.
        there = 404 if name in (*VERSIONED, *DATED, *TRIED) else 302 if name in ("draft_compared", "replace") else 200
        assert console.get(address(name, "bruno-who-came-too-early")).status_code == there, name


def test_a_page_that_is_not_there_leads_back_to_the_console(console: Client, client: Client) -> None:
    answer = console.get("/console/nothing/")
    assert answer.status_code == 404
    assert 'href="/console/"' in answer.content.decode()
    assert 'href="/console/"' not in client.get("/console/nothing/").content.decode()


def test_when_something_breaks_the_page_says_so_in_the_look(carmen: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr("regulars.doors.console.programme.promise.render", broken)
    client = Client(raise_request_exception=False)
    client.force_login(carmen)
    answer = client.get("/console/programme/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "Something broke here" in text and "secret" not in text
    assert INLINE.findall(text) == []


def test_a_page_that_is_not_here_offers_the_languages(client: Client) -> None:
    client.post("/language/", {"language": "da", "next": "/nothing-here/"})
    page = client.get("/nothing-here/").content.decode()
    assert 'lang="da"' in page and 'name="language" value="de"' in page and 'value="/nothing-here/"' in page


def test_a_programme_that_cannot_be_read_is_said_calmly_on_every_page(console: Client, ada: str) -> None:
    ProgrammeVersion.objects.create(
        number=99, text="earn: [", digest="changed from outside", effective_at=PRESENT - timedelta(days=1),
        published_at=PRESENT, published_by="nobody",
    )  # fmt: skip
    for address in ("/console/", "/console/programme/", f"/console/members/{ada}/", "/console/programme/versions/"):
        answer = console.get(address)
        page = answer.content.decode()
        assert answer.status_code == 503, address
        assert "The text of version 99 is damaged" in page and "regulars restore" in page and 'role="alert"' in page
        assert "console-nav" in page, "the frame stands around it"
    assert console.get("/accounts/password/change/").status_code == 200
    portal = Client().get("/")
    assert portal.status_code == 503 and "Your points are safe" in portal.content.decode()


def test_who_looks_at_the_address_of_an_act_is_shown_the_way_to_its_page(console: Client, harbour: int) -> None:
    """A browser does so when somebody changes the language on a page that says why an act was refused."""
    for act, page in (
        ("finance/till/tell/", "finance/till/"),
        ("messages/letters/print/", "messages/letters/"),
        (f"quarantine/{UUID(int=1)}/take/", "quarantine/"),
    ):
        answer = console.get(f"/console/{act}")
        told = answer.content.decode()
        assert answer.status_code == 405 and "Nothing was done" in told and f'href="/console/{page}"' in told
