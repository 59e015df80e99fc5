"""A visitor asks for a link, reads the same whoever they are, and comes in by what the mail brings."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from regulars.doors.portal.tests.conftest import PRESENT, Enrol, link_in
from regulars.doors.portal.tests.test_home import text
from regulars.doors.worker import schedule
from regulars.doors.worker.waking import SIGN_INS
from regulars.exchange.earning.tests.cast import account, fresh, rows
from regulars.exchange.notices.counting import count_arrived
from regulars.ground.admission import asking
from regulars.ground.messaging.tests.post_office import PostOffice

pytestmark = pytest.mark.usefixtures("harbour")
FORM = 'action="/in/"'


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the worker stands where that of the portal does."""
    monkeypatch.setattr(schedule, "now", lambda: PRESENT)


def asks(told: str, **more: str) -> Client:
    """A browser in which somebody asked."""
    browser = Client(**more)
    assert browser.post("/in/", {"who": told}, follow=True).redirect_chain == [("/in/asked/", 302)]
    return browser


def test_ada_asks_by_her_address_and_comes_in_by_the_mail(member: Enrol, office: PostOffice) -> None:
    address = f"{fresh('ada')}@example.org"
    ada = member("Ada", email=address)
    browser = asks(f" {address.upper()} ")
    for _ in range(2):
        schedule.sign_ins(timestamp=0)
    (mail,) = office.mails
    assert office.to == [address]
    page = browser.post(link_in(mail), follow=True)
    assert "for Ada Lovelace" in page.content.decode()
    assert Client().post(link_in(mail)).status_code == 410
    acts = sorted(row["act"] for row in rows("audit", account(ada)))
    assert acts == ["message sent", "sign_in_link_asked", "signed_in"]
    messages = text(browser, "/messages/")
    assert "Your link to Harbour" in messages and "we keep none" in messages and "/in/" not in messages


def test_the_answer_is_the_same_whoever_asks(member: Enrol, office: PostOffice) -> None:
    ada, address = member("Ada"), f"{fresh('bruno')}@example.org"
    member("Bruno", email=address)
    pages = set()
    for told in (address, ada, "nobody@example.org", "\u202e", "0", "x" * 254):
        pages.add(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text(asks(told), "/in/asked/")))
    schedule.sign_ins(timestamp=0)
    assert office.to == [address] and len(pages) == 1
    assert "a link is on its way" in pages.pop()


def test_the_door_does_the_same_for_somebody_who_is_known_and_for_somebody_who_is_not(
    member: Enrol, office: PostOffice
) -> None:
    ada = member("Ada", email=f"{fresh('ada')}@example.org")

    def statements(told: str) -> list[str]:
        done: list[str] = []
        with connection.execute_wrapper(lambda execute, sql, *rest: (done.append(sql), execute(sql, *rest))[1]):
            asks(told)
        return [re.sub(r"\d{6,}|_x\d+", "", sql) for sql in done]

    asks("nobody")  # the worker is woken once
    known, unknown = statements(ada), statements("nobody")
    assert known == unknown
    assert not any("member" in sql for sql in known)


def test_the_worker_is_woken_once_at_a_moment_that_nobody_can_tell(office: PostOffice) -> None:
    for _ in range(3):
        asks("nobody")
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at IS NOT NULL FROM procrastinate_jobs WHERE task_name = %s", [SIGN_INS])
        assert cursor.fetchall() == [(True,)]


def test_who_asks_too_often_waits_whoever_they_ask_for(
    member: Enrol, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_OF_CLIENT", 3)
    ada = member("Ada", email=f"{fresh('ada')}@example.org")
    for place in range(3):
        asks(f"nobody-{place}")
    for told in ("nobody", ada):
        page = Client().post("/in/", {"who": told})
        assert (page.status_code, page["Retry-After"]) == (429, "900")
        assert "Wait a quarter of an hour" in page.content.decode()
    asks(ada, REMOTE_ADDR="192.0.2.7")
    schedule.sign_ins(timestamp=0)
    assert len(office.mails) == 1


def test_what_says_nothing_is_asked_for_again(office: PostOffice) -> None:
    for told in ("", "  ", "x" * 255):
        page = Client().post("/in/", {"who": told})
        assert page.status_code == 422 and FORM in page.content.decode()
    assert Client().get("/in/").status_code == 200


def test_another_site_asks_for_nothing_and_what_a_visitor_calls_the_house_is_in_no_link(
    member: Enrol, office: PostOffice
) -> None:
    ada = member("Ada", email=f"{fresh('ada')}@example.org")
    assert Client(enforce_csrf_checks=True).post("/in/", {"who": ada}).status_code == 403
    asks(ada, HTTP_HOST="localhost")
    schedule.sign_ins(timestamp=0)
    (mail,) = office.mails
    assert link_in(mail)


def test_where_no_mail_goes_out_the_counter_makes_links_and_no_form_pretends_otherwise(
    member: Enrol, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert FORM in text(Client(), "/") and "Let us send you a new one" in Client().post("/in/used/").content.decode()
    for name, value in (("REGULARS_URL", ""), ("REGULARS_SMTP_URL", "mail.example"), ("REGULARS_SMTP_URL", "")):
        monkeypatch.setenv(name, value)
        page = text(Client(), "/")
        assert FORM not in page and "Ask us at the counter. We make you a link" in page
        assert Client().post("/in/", {"who": "ada"})["Location"] == "/"
        assert "at the counter for a new one" in Client().post("/in/used/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM link_asked")
        assert cursor.fetchone() == (0,)


def test_a_link_that_did_not_come_back_counts_for_nothing(member: Enrol, office: PostOffice) -> None:
    ada = member("Ada", email=f"{fresh('ada')}@example.org")
    asks(ada)
    schedule.sign_ins(timestamp=0)
    assert count_arrived(PRESENT + timedelta(days=5)) == 0
    assert [(row["kind"], row["state"]) for row in rows("message", account(ada))] == [("sign_in", "delivered")]
    assert rows("event", account(ada)) == []
