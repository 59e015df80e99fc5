"""A member reads what the shop wrote to them, in their language, and nobody else does."""

from __future__ import annotations

import pytest

from regulars.doors.portal import messages
from regulars.doors.portal.tests.conftest import PRESENT, Enrol, SignedIn
from regulars.doors.portal.tests.test_home import text
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import account, purchase, rows, tell
from regulars.exchange.notices.finding import ask_notices
from regulars.exchange.notices.writing import writer
from regulars.ground.messaging.letters import came_back, posted, printed
from regulars.ground.messaging.models import Message


@pytest.mark.parametrize(("language", "said"), [("en", "Hello Maren,"), ("de", "Hallo Maren,")])
def test_a_message_is_read_once_it_went_out_and_says_so_when_it_came_back(
    language: str, said: str, member: Enrol, signed_in: SignedIn
) -> None:
    maren, bruno = member("Maren", "Holm", language), member("Bruno")
    tell(purchase(maren, "2023-06-15 15:00", 24_000))
    settle_due(PRESENT)
    assert ask_notices(PRESENT) == 1
    browser = signed_in(maren)
    waits = text(browser, "/messages/")
    assert 'class="empty"' in waits and "240" not in waits
    keys = [(account(maren), row["id"]) for row in rows("message", account(maren))]
    printed(keys, writer(""), False, "dagny", PRESENT)
    assert "240" not in text(browser, "/messages/"), "a letter on the desk was not sent yet"
    posted(keys, "dagny", PRESENT)
    page = text(browser, "/messages/")
    assert said in page and "240" in page and f'<h2 lang="{language}">' in page and 'datetime="2026-06-15' in page
    assert came_back(*keys[0], "dagny", PRESENT)
    assert page != text(browser, "/messages/")
    assert "240" not in text(signed_in(bruno), "/messages/")


def test_page_by_page_every_message_stands_once(
    member: Enrol, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    maren = member("Maren", "Holm")
    told = [{"currency": "points", "points": 7, "last": "2026-07-01", "through": "2026-07-02"}]
    for place in range(5):
        Message.objects.create(
            account_id=account(maren), id=f"00000000-0000-7000-8000-00000000000{place}", kind="notice", channel="email",
            language="en", state="delivered", made_at=PRESENT, due_at=PRESENT, sent_at=PRESENT, written_at=PRESENT,
            figures=told,
        )  # fmt: skip
    monkeypatch.setattr(messages, "_ROWS", 2)
    browser, address, counted = signed_in(maren), "/messages/", []
    while address:
        page = browser.get(address).content.decode()
        counted.append(page.count('<h2 lang="en">'))
        further = page.split('href="?before=')
        address = f"/messages/?before={further[1].split(chr(34))[0]}" if len(further) > 1 else ""
    assert counted == [2, 2, 1]
    assert text(browser, "/messages/?before=nonsense").count('<h2 lang="en">') == 2
