"""Staff see what members were told, print what no mail can bring, and say what was posted and what came back."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT, Enrol, text
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import account, purchase, rows, tell
from regulars.exchange.notices.finding import ask_notices
from regulars.ground.messaging.models import Message
from regulars.ground.messaging.queueing import SENT

LETTERS = "/console/messages/letters/"


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REGULARS_SMTP_URL", "REGULARS_MAIL_FROM", "REGULARS_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def maren(member: Enrol) -> str:
    """Maren's last day is 29 June 2026, two weeks from the present: she was not told yet."""
    number = member("Maren", "Holm")
    tell(purchase(number, "2023-06-15 15:00", 24_000))
    settle_due(PRESENT)
    assert ask_notices(PRESENT) == 1
    return number


def state(number: str) -> tuple[str, str]:
    row = rows("message", account(number), "id")[-1]
    return row["channel"], row["state"]


def acts(number: str) -> list[tuple[str, str]]:
    found = rows("audit", account(number))  # of one instant, so that their order says nothing
    return sorted((row["actor"], row["act"]) for row in found if row["act"] != "member_viewed")


def keys(page: str) -> list[str]:
    return re.findall(r'name="letter" value="([^"]+)"', page)


def test_a_letter_is_printed_looked_at_posted_and_counts(console: Client, maren: str) -> None:
    assert "No mail server is set" in text(console, "/console/messages/")
    (key,) = keys(console.get(LETTERS).content.decode())
    sheets = console.post(f"{LETTERS}print/", {"letter": key}, follow=True)
    assert sheets.redirect_chain == [(f"{LETTERS}sheets/", 302)]
    page = sheets.content.decode()
    assert 'class="letter" lang="en"' in page and "Hello Maren," in page and "You have 240 points" in page
    asked = console.post(f"{LETTERS}post/", {"letter": key}).content.decode()
    assert "Were these letters posted?" in asked and keys(asked) == [key]
    assert state(maren) == ("letter", "printed"), "asking changes nothing"
    console.post(f"{LETTERS}post/", {"letter": key, "confirmed": "yes"})
    assert state(maren) == ("letter", "sent")
    assert acts(maren) == [("carmen@harbour.example", "letter posted"), ("carmen@harbour.example", "letter printed")]
    assert "240 points until" in text(console, f"/console/members/{maren}/messages/")


def test_more_letters_than_one_prints_at_a_time_are_counted(
    console: Client, maren: str, member: Enrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "The oldest" not in text(console, LETTERS)
    number = member("Nils", "Berg")
    tell(purchase(number, "2023-06-15 15:00", 24_000))
    settle_due(PRESENT)
    ask_notices(PRESENT)
    monkeypatch.setattr("regulars.doors.console.messages.letters.MOST", 1)
    assert "The oldest 1 of 2: the next ones stand here" in text(console, LETTERS)


def test_what_came_back_is_noted_once_and_under_a_name(console: Client, maren: str) -> None:
    id = rows("message", account(maren))[0]["id"]
    Message.objects.filter(account_id=account(maren), id=id).update(state=SENT, sent_at=PRESENT)
    assert "It came back" in text(console, f"/console/members/{maren}/messages/")
    back = f"/console/members/{maren}/messages/{id}/back/"
    assert "does not count" in console.post(back, follow=True).content.decode()
    assert "not on its way any more" in console.post(back, follow=True).content.decode()
    assert state(maren)[1] == "returned" and acts(maren) == [("carmen@harbour.example", "message returned")]


@pytest.mark.parametrize("address", ["print/", "post/"])
def test_looking_prints_and_posts_nothing(console: Client, maren: str, address: str) -> None:
    assert console.get(LETTERS + address).status_code == 405
    assert state(maren)[1] == "waiting"


@pytest.mark.parametrize(
    "key", ["", "1:2", "x:y", "9" * 30 + ":" + "0" * 32, "-1:00000000-0000-0000-0000-000000000000"]
)
def test_what_is_no_letter_is_left_alone(console: Client, maren: str, key: str) -> None:
    assert console.post(f"{LETTERS}print/", {"letter": key}).status_code == 302
    assert console.post(f"{LETTERS}post/", {"letter": key, "confirmed": "yes"}).status_code == 302
    assert state(maren)[1] == "waiting"


def test_with_a_server_mails_are_not_letters(console: Client, member: Enrol, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = member("Ada", email="ada@example.org")
    tell(purchase(ada, "2023-06-15 15:00", 24_000))
    settle_due(PRESENT)
    ask_notices(PRESENT)
    assert len(keys(console.get(LETTERS).content.decode())) == 1
    monkeypatch.setenv("REGULARS_SMTP_URL", "smtp://mail.example")
    assert "REGULARS_MAIL_FROM must be" in text(console, "/console/messages/")
    monkeypatch.setenv("REGULARS_MAIL_FROM", "shop@harbour.example")
    assert keys(console.get(LETTERS).content.decode()) == []
    page = text(console, "/console/messages/")
    assert "Mails waiting 1" in page and "No mail server" not in page


@pytest.mark.parametrize(("state", "said"), [("sent", "sent by mail"), ("run out", "not sent in time")])
def test_a_link_to_sign_in_is_told_of_and_not_shown(console: Client, member: Enrol, state: str, said: str) -> None:
    ada = member("Ada", email="ada@example.org")
    Message.objects.create(
        account_id=account(ada), id=uuid4(), kind="sign_in", channel="email", language="en", state=state, made_at=PRESENT,
        due_at=PRESENT, sent_at=PRESENT if state == "sent" else None, good_until=PRESENT,
        figures=[{"until": (PRESENT + timedelta(minutes=15)).isoformat()}],
    )  # fmt: skip
    for address in ("/console/messages/", f"/console/members/{ada}/messages/"):
        page = text(console, address)
        assert "A link to sign in" in page and said in page and "/in/" not in page
        assert ("until 6:15" in page) is (state == "sent")


def test_who_has_not_signed_in_sees_no_letter(client: Client, db: None) -> None:
    for address in ("/console/messages/", LETTERS, f"{LETTERS}sheets/"):
        assert client.get(address).status_code == 302
