"""A draft is published from a day that honours the notice, or at once in place of a bad version, once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT, text
from regulars.doors.console.tests.test_draft import BROKEN, CHANGED, DRAFT, TEXT, window
from regulars.ground.access.models import Staff
from regulars.ground.publishing.drafting import draft_of
from regulars.ground.publishing.history import history
from regulars.ground.publishing.models import ProgrammeVersion
from regulars.ground.publishing.versions import publish
from regulars.programme.notice import NOTICE_DAYS

PUBLISH, REPLACE = f"{DRAFT}publish/", f"{DRAFT}replace/"
LESS = TEXT.replace("times: 2\n", "times: 1.5\n")
TODAY = date(2026, 6, 15)


def write(console: Client, draft: str) -> str:
    """Save a draft; answers the digest that its publish page carries (empty: there is no such page)."""
    console.post(DRAFT, {"text": draft, **window(console)})
    found = re.search(r'name="digest" value="([0-9a-f]+)"', console.get(PUBLISH, follow=True).content.decode())
    return found[1] if found else ""


def test_what_gives_more_begins_today_if_one_likes(console: Client, carmen: Staff, ada: str) -> None:
    digest = write(console, CHANGED)
    page = text(console, PUBLISH)
    assert "Nobody gets less" in page and "Every tenth visit better" in page
    assert 'value="2026-06-15"' in console.get(PUBLISH).content.decode()
    form = {"day": "2026-06-15", "read": "on", "digest": digest}
    done = console.post(PUBLISH, form, follow=True)
    assert "Version 2 is published." in done.content.decode()
    assert (ProgrammeVersion.objects.get(number=2).effective_at, draft_of(carmen.pk)) == (PRESENT, None)
    # Sent twice, it leads to the same version.
    assert console.post(PUBLISH, form).url == "/console/programme/versions/2/"
    assert ProgrammeVersion.objects.count() == 2


def test_what_takes_something_waits_for_its_notice_and_brings_its_letter(console: Client, ada: str) -> None:
    digest = write(console, LESS)
    earliest = TODAY + timedelta(NOTICE_DAYS)
    page = text(console, PUBLISH)
    assert f"This takes something away: members are told {NOTICE_DAYS} days before" in page
    assert "Told today, it may begin on Aug 14, 2026 or later." in page
    assert "Double on our own brand may be worse for some" in page
    assert page.count("“double on our own brand” changed under its old title") == 1
    assert "Hello, on August 14, 2026 we change what we promise you" in page and "Dansk Harbour:" in page
    early = {"day": str(earliest - timedelta(1)), "read": "on", "digest": digest}
    refused = console.post(PUBLISH, early)
    assert (
        refused.status_code == 409
        and "That is too early: Aug 14, 2026 is the first possible day." in refused.content.decode()
    )
    done = console.post(PUBLISH, early | {"day": str(earliest)}, follow=True)
    assert "still to come" in done.content.decode()
    # It begins with the first moment of the day in New York.
    assert ProgrammeVersion.objects.get(number=2).effective_at == datetime(2026, 8, 14, 4, tzinfo=UTC)


def test_what_is_earned_already_is_touched_only_with_a_second_tick(console: Client, ada: str) -> None:
    shorter = "months: 24  # regulars: allow CAP-2 because two years are what every shop in the street gives"
    digest = write(console, TEXT.replace("months: 36", shorter))
    assert "It lowers what members have earned already." in text(console, PUBLISH)
    form = {"day": "2027-06-15", "read": "on", "digest": digest}
    assert console.post(PUBLISH, form).status_code == 409
    assert console.post(PUBLISH, form | {"devalue": "on"}).url == "/console/programme/versions/2/"


def test_both_forms_of_the_page_have_fields_of_their_own(console: Client, ada: str) -> None:
    shorter = "months: 24  # regulars: allow CAP-2 because two years are what every shop in the street gives"
    write(console, TEXT.replace("months: 36", shorter))
    page = console.get(PUBLISH).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert page.count('name="devalue"') == 2 and len(ids) == len(set(ids))
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', page)) <= set(ids)


def test_as_long_as_nothing_happened_there_is_nobody_to_tell(console: Client, harbour: int) -> None:
    digest = write(console, LESS)
    page = text(console, PUBLISH)
    assert "There is nobody to tell" in page and "may be worse for some" in page
    assert "members are told" not in page.replace("and members are told.", "") and "What to write" not in page
    done = console.post(PUBLISH, {"day": "2026-06-15", "read": "on", "digest": digest})
    assert done.url == "/console/programme/versions/2/"


def test_nothing_is_published_that_was_not_read(console: Client, ada: str) -> None:
    digest = write(console, CHANGED)
    assert console.post(PUBLISH, {"day": "2026-06-15", "digest": digest}).status_code == 409
    write(console, LESS)
    changed = console.post(PUBLISH, {"day": "2026-09-15", "read": "on", "digest": digest}, follow=True)
    assert "The draft was changed meanwhile" in changed.content.decode()
    assert ProgrammeVersion.objects.count() == 1


@pytest.mark.parametrize(("draft", "words"), [
    (BROKEN, "Put right what is marked first."), (TEXT, "Nothing changed yet"),
])  # fmt: skip
def test_what_cannot_be_published_leads_back_to_the_text(console: Client, harbour: int, draft: str, words: str) -> None:
    console.post(DRAFT, {"text": draft, **window(console)})
    answer = console.get(PUBLISH, follow=True)
    assert answer.redirect_chain[-1][0] == DRAFT and words in answer.content.decode()


def test_who_was_overtaken_is_told_and_keeps_the_draft(console: Client, carmen: Staff, ada: str) -> None:
    digest = write(console, CHANGED)
    publish(TEXT.replace("most: 500", "most: 600"), PRESENT, "bruno", PRESENT, base=1)
    answer = console.post(PUBLISH, {"day": "2026-09-16", "read": "on", "digest": digest}, follow=True)
    assert answer.redirect_chain[-1][0] == DRAFT
    assert "Nothing was published." in answer.content.decode() and draft_of(carmen.pk)
    assert ProgrammeVersion.objects.count() == 2


def test_a_bad_version_is_replaced_at_once_with_the_reason_on_record(console: Client, ada: str) -> None:
    digest = write(console, LESS)
    assert "Is version 1 wrong?" in text(console, PUBLISH)
    assert console.post(REPLACE, {"because": " ", "digest": digest}).status_code == 409
    form = {"because": "double was never meant", "digest": digest}
    assert "Members are owed 60 days of notice of this" in text(console, PUBLISH)
    assert console.post(REPLACE, form).status_code == 409
    form["worse"] = "on"
    short = console.post(REPLACE, form | {"because": "oops"})
    assert short.status_code == 409 and "say why in several words" in short.content.decode()
    done = console.post(REPLACE, form, follow=True)
    assert "Version 2 is published." in done.content.decode()
    newest, oldest = history(PRESENT)
    assert (newest.state, newest.version.effective_at) == ("in_force", PRESENT)
    assert oldest.state == "replaced" and oldest.closing and oldest.closing.because == "double was never meant"
    letters = text(console, "/console/programme/versions/1/2/")
    assert "What to write to members" in letters and "We did not tell you before, and we are sorry." in letters
    assert console.post(REPLACE, form).url == "/console/programme/versions/2/"
    assert console.get(REPLACE).status_code == 302


def test_what_is_better_replaces_without_a_tick(console: Client, ada: str) -> None:
    digest = write(console, CHANGED)
    assert "owed" not in text(console, PUBLISH)
    assert console.post(REPLACE, {"because": "a slip", "digest": digest}).url == "/console/programme/versions/2/"


def test_while_a_version_is_to_come_the_next_one_begins_after_it(console: Client, ada: str) -> None:
    publish(CHANGED, PRESENT + timedelta(days=30), "bruno", PRESENT, base=1)
    write(console, CHANGED.replace("most: 500", "most: 600"))
    assert 'value="2026-07-16"' in console.get(PUBLISH).content.decode()
    page = text(console, PUBLISH)
    assert "It follows version 2, so it may begin on Jul 16, 2026 or later." in page and "at once." not in page
    assert "Replace version" not in page and "Then withdraw version 2 first." in page


def test_the_first_programme_may_begin_in_the_past(console: Client) -> None:
    digest = write(console, TEXT)
    assert "I have read what is promised." in text(console, PUBLISH)
    assert "members are told" not in text(console, PUBLISH) and "In sentences" not in text(console, PUBLISH)
    console.post(PUBLISH, {"day": "2025-01-01", "read": "on", "digest": digest})
    assert ProgrammeVersion.objects.get().effective_at == datetime(2025, 1, 1, 5, tzinfo=UTC)
    assert "Harbour Version 1" in text(console, "/console/programme/")


def test_a_section_that_nothing_keeps_is_not_published(console: Client, ada: str) -> None:
    digest = write(console, TEXT + "\ncontact: {}\n")
    page = text(console, PUBLISH)
    assert "It cannot be published yet" in page and "Publish it" not in page and "Nobody gets less" not in page
    assert "Not to be published yet: nothing carries out contact." in text(console, "/console/programme/draft/")
    answer = console.post(PUBLISH, {"day": "2027-06-15", "read": "on", "digest": digest})
    assert answer.status_code == 409 and "does not carry out contact yet" in answer.content.decode()


def test_what_is_unfair_is_published_only_with_the_reason_that_allows_it(console: Client) -> None:
    write(console, TEXT.replace("months: 36", "months: 24"))
    draft = text(console, DRAFT)
    assert "CAP-2" in draft and "one error" in draft
    assert console.get(PUBLISH).status_code == 302
