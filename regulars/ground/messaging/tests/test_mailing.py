"""A mail reaches a real server, by TLS unless it is told otherwise, and every way of failing has its name."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from regulars.ground.messaging.mailing import (
    Mailer,
    MailRefused,
    MailServer,
    ServerUnusable,
    mail,
    mail_server,
)
from regulars.ground.messaging.queueing import Text
from regulars.ground.messaging.tests.post_office import SENDER, certificate, free_port, open_office

ID = UUID("019ac000-0000-7000-8000-000000000001")
AT = datetime(2026, 11, 6, 8, 0, tzinfo=UTC)
TEXT = Text("de", "Deine Punkte gelten bis 5. Januar", ["Hallo Maren & Co.,", ["<b>240</b> Punkte"], "Grüße"])


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return certificate(Path(tmp_path_factory.mktemp("post")))


def test_a_mail_arrives_as_text_and_as_html_and_nothing_in_it_tells_who_read_it() -> None:
    with open_office() as office, Mailer(office.server()) as mailer:
        mailer.send(mail(ID, SENDER, "maren@example.org", "Maren Ødegård", TEXT, AT))
        mailer.send(mail(ID, SENDER, "maren@example.org", "Maren Ødegård", TEXT, AT))
    first, again = office.mails
    assert first["Message-ID"] == again["Message-ID"] == f"<{ID}@harbour.example>"
    assert (first["To"], first["From"]) == ("Maren Ødegård <maren@example.org>", SENDER)
    assert (first["Auto-Submitted"], first["List-Unsubscribe"]) == ("auto-generated", None)
    plain, html = first.get_body(("plain",)), first.get_body(("html",))
    assert plain is not None and html is not None
    assert plain.get_content().splitlines() == ["Hallo Maren & Co.,", "", "- <b>240</b> Punkte", "", "Grüße"]
    page = html.get_content()
    assert '<html lang="de">' in page and "<li>&lt;b&gt;240&lt;/b&gt; Punkte</li>" in page and "Maren &amp; Co." in page
    assert "<img" not in page and "http" not in page


def test_mail_goes_by_starttls_with_the_user_and_password(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with open_office(contexts[0], user="shop") as office:
        with Mailer(office.server("smtp", user="shop", password="pw", trust=contexts[1])) as mailer:
            mailer.send(mail(ID, SENDER, "maren@example.org", "", TEXT, AT))
        wrong = Mailer(office.server("smtp", user="shop", password="no", trust=contexts[1]))
        with wrong, pytest.raises(ServerUnusable) as found:
            wrong.send(mail(ID, SENDER, "maren@example.org", "", TEXT, AT))
    assert office.secure == [True]
    assert found.value.code == "smtp_535_server"


def test_mail_goes_by_tls_from_the_start(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with open_office(contexts[0], at_once=True) as office, Mailer(office.server("smtps", trust=contexts[1])) as mailer:
        mailer.send(mail(ID, SENDER, "maren@example.org", "", TEXT, AT))
    assert office.to == ["maren@example.org"]


def test_no_mail_goes_out_in_the_clear_or_to_a_server_nobody_vouches_for(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    with open_office() as office, Mailer(office.server("smtp")) as mailer, pytest.raises(ServerUnusable) as clear:
        mailer.send(mail(ID, SENDER, "maren@example.org", "", TEXT, AT))
    with (
        open_office(contexts[0]) as other,
        Mailer(other.server("smtp")) as mailer,
        pytest.raises(ServerUnusable) as unknown,
    ):
        mailer.send(mail(ID, SENDER, "maren@example.org", "", TEXT, AT))
    assert (clear.value.code, unknown.value.code) == ("no_tls", "no_tls")
    assert office.mails == other.mails == []


def test_a_server_that_takes_no_sign_in_is_told_apart_from_one_without_tls() -> None:
    server = {"user": "shop", "password": "pw"}
    with open_office() as office, Mailer(office.server(**server)) as mailer, pytest.raises(ServerUnusable) as found:
        mailer.send(mail(ID, SENDER, "maren@example.org", "", TEXT, AT))
    assert found.value.code == "no_auth" and office.mails == []


@pytest.mark.parametrize(
    ("answer", "code", "again"), [("450 later", "smtp_450", True), ("550 nobody here", "smtp_550", False)]
)
def test_a_refusal_of_the_address_says_whether_to_try_again(answer: str, code: str, again: bool) -> None:
    with open_office() as office, Mailer(office.server()) as mailer:
        office.addresses["maren@example.org"] = answer
        with pytest.raises(MailRefused) as refused:
            mailer.send(mail(ID, SENDER, "maren@example.org", "", TEXT, AT))
        assert (refused.value.code, refused.value.again) == (code, again)
        mailer.send(mail(ID, SENDER, "ada@example.org", "", TEXT, AT))
    assert office.to == ["ada@example.org"]


@pytest.mark.parametrize(("answer", "again"), [("451 busy", True), ("554 no", False)])
def test_a_refusal_of_the_content_says_whether_to_try_again(answer: str, again: bool) -> None:
    with open_office() as office, Mailer(office.server()) as mailer:
        office.answers = [answer]
        with pytest.raises(MailRefused) as refused:
            mailer.send(mail(ID, SENDER, "maren@example.org", "", TEXT, AT))
    assert refused.value.again is again


def test_a_server_that_is_not_there_is_the_fault_of_no_mail() -> None:
    server = MailServer("smtp+plain", "localhost", free_port(), "", "", SENDER)
    with Mailer(server) as mailer, pytest.raises(ServerUnusable) as found:
        mailer.send(mail(ID, SENDER, "maren@example.org", "", TEXT, AT))
    assert found.value.code == "no_answer"


@pytest.mark.parametrize("address", ["", "maren", "@example.org", "maren@", "a@b.example\nBcc: all@example.org", "a b"])
def test_what_is_no_address_is_refused_before_any_server_hears_of_it(address: str) -> None:
    with pytest.raises(MailRefused) as refused:
        mail(ID, SENDER, address, "", TEXT, AT)
    assert (refused.value.code, refused.value.again) == ("bad_address", False)


def test_a_name_or_a_subject_adds_no_header() -> None:
    text = Text("en", "Yours\r\nBcc: all@example.org", ["Hello"])
    made = mail(ID, SENDER, "maren@example.org", "Maren\r\nBcc: all@example.org", text, AT)
    assert made["Bcc"] is None and len(made.as_bytes().split(b"\r\n\r\n")[0].split(b"Bcc:")) == 3


def test_the_environment_names_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REGULARS_SMTP_URL", raising=False)
    assert mail_server() is None
    monkeypatch.setenv("REGULARS_SMTP_URL", "smtps://shop%40harbour.example:p%2Fw@mail.example")
    monkeypatch.setenv("REGULARS_MAIL_FROM", SENDER)
    found = mail_server()
    assert found == MailServer("smtps", "mail.example", 465, "shop@harbour.example", "p/w", SENDER)
    assert "p/w" not in repr(found)


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("mail.example:25", SENDER), ("http://mail.example", SENDER), ("smtp://", SENDER),
        ("smtp://mail.example:many", SENDER), ("smtp://mail.example", ""), ("smtp://mail.example", "Harbour"),
        ("smtp://shop:m%C3%B6we@mail.example", SENDER),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_meant_say_what_to_write(
    monkeypatch: pytest.MonkeyPatch, url: str, sender: str
) -> None:
    monkeypatch.setenv("REGULARS_SMTP_URL", url)
    monkeypatch.setenv("REGULARS_MAIL_FROM", sender)
    with pytest.raises(ValueError, match=r"REGULARS_(SMTP_URL must (read|name)|MAIL_FROM must be)"):
        mail_server()
