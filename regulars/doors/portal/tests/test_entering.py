"""The way in: by a link that works once, for a while, and only with a click."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from regulars.doors.portal.entering import TRIES
from regulars.doors.portal.receiving import COOKIE
from regulars.doors.portal.tests.conftest import PRESENT, Enrol, SignedIn
from regulars.exchange.counter.erasing import erase
from regulars.exchange.earning.tests.cast import account
from regulars.ground.access.models import Staff
from regulars.ground.members.signing_in import make_link

pytestmark = pytest.mark.usefixtures("harbour")


def link(number: str) -> str:
    return f"/in/{make_link(account(number), PRESENT).token}/"


def test_fetching_a_link_shows_a_button_and_uses_nothing_up(member: Enrol) -> None:
    address, browser = link(member("Ada")), Client()
    for _ in range(3):
        page = browser.get(address)
        assert page.status_code == 200
        assert b"Sign in" in page.content
        assert COOKIE not in browser.cookies
    assert browser.post(address).status_code == 302


def test_a_click_signs_in_and_leads_home(member: Enrol) -> None:
    browser = Client()
    page = browser.post(link(member("Ada")), follow=True)
    assert page.redirect_chain == [("/", 302)]
    assert "for Ada Lovelace" in page.content.decode()
    cookie = browser.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_session_holds_the_account_and_nothing_else_that_is_hers(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada", email="ada@example.org")
    browser = signed_in(ada)
    kept = Session.objects.get(session_key=browser.cookies[COOKIE].value).get_decoded()
    assert {name for name in kept if not name.startswith("_session")} == {"account"}
    assert kept["account"] == account(ada)


def test_a_used_link_says_kindly_what_to_do(member: Enrol) -> None:
    address = link(member("Ada"))
    Client().post(address)
    page = Client().post(address)
    assert page.status_code == 410
    assert "Ask us at the counter for a new one" in page.content.decode()


def test_a_link_of_sixteen_minutes_ago_opens_nothing(member: Enrol) -> None:
    ada = account(member("Ada"))
    old = make_link(ada, PRESENT - timedelta(minutes=16)).token
    recent = make_link(ada, PRESENT - timedelta(minutes=14)).token
    assert Client().post(f"/in/{old}/").status_code == 410
    assert Client().post(f"/in/{recent}/").status_code == 302


def test_signing_in_again_begins_a_new_session_and_ends_the_one_before(member: Enrol, signed_in: SignedIn) -> None:
    browser = signed_in(member("Ada"))
    before = browser.cookies[COOKIE].value
    browser.post(link(member("Bruno", "Hoffmann")))
    after = browser.cookies[COOKIE].value
    assert before != after
    assert not Session.objects.filter(session_key=before).exists()
    assert "Bruno" in browser.get("/").content.decode()


def test_a_session_somebody_chose_beforehand_is_never_taken_over(member: Enrol) -> None:
    browser = Client()
    browser.cookies[COOKIE] = "a" * 32
    browser.post(link(member("Ada")))
    assert browser.cookies[COOKIE].value != "a" * 32


def test_signing_out_ends_the_session_and_asks_for_a_click(member: Enrol, signed_in: SignedIn) -> None:
    browser = signed_in(member("Ada"))
    key = browser.cookies[COOKIE].value
    assert browser.get("/out/").status_code == 405
    browser.post("/out/")
    assert not Session.objects.filter(session_key=key).exists()
    stolen = Client()
    stolen.cookies[COOKIE] = key
    assert "How to come in" in stolen.get("/").content.decode()


def test_who_was_erased_is_signed_out_and_their_link_opens_nothing(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    browser, address = signed_in(ada), link(ada)
    erase(ada, "dagny", PRESENT)
    assert "How to come in" in browser.get("/").content.decode()
    assert browser.get("/statement/")["Location"] == "/"
    assert Client().post(address).status_code == 410


def test_another_site_cannot_sign_anybody_in_or_out(member: Enrol) -> None:
    strict = Client(enforce_csrf_checks=True)
    address = link(member("Ada"))
    assert strict.post(address).status_code == 403
    assert strict.post("/out/").status_code == 403
    assert Client().post(address).status_code == 302  # the link was not used up by the attempt


def test_whoever_guesses_has_to_wait_and_a_good_link_is_not_used_up_meanwhile(member: Enrol) -> None:
    address = link(member("Ada"))
    for _ in range(TRIES):
        assert Client().post("/in/guess/").status_code == 410
    page = Client().post(address)
    assert page.status_code == 429
    assert page["Retry-After"] == "60"
    assert Client(REMOTE_ADDR="192.0.2.7").post(address).status_code == 302


def test_many_members_may_sign_in_from_one_address(member: Enrol) -> None:
    for name in ("Ada", "Bruno", "Carmen", "Dagny") * 4:
        assert Client().post(link(member(name))).status_code == 302


def test_signing_in_is_written_down(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    signed_in(ada)
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor, act FROM audit WHERE account_id = %s", [account(ada)])
        assert cursor.fetchall() == [("member", "signed_in")]


def test_a_member_is_no_staff(member: Enrol, signed_in: SignedIn) -> None:
    browser = signed_in(member("Ada"))
    browser.cookies["sessionid"] = browser.cookies[COOKIE].value
    page = browser.get("/console/")
    assert page.status_code == 302
    assert page["Location"].startswith("/accounts/login/")


def test_staff_are_no_members(member: Enrol) -> None:
    browser = Client()
    browser.force_login(
        Staff.objects.create_user("dagny@example.org", "a long password"),
        "django.contrib.auth.backends.ModelBackend",
    )
    assert browser.get("/console/").status_code == 200
    browser.cookies[COOKIE] = browser.cookies["sessionid"].value
    assert "How to come in" in browser.get("/").content.decode()
    for private in ("/statement/", "/you/"):
        assert browser.get(private)["Location"] == "/"


def test_signing_in_as_a_member_leaves_staff_signed_in_as_they_were(member: Enrol) -> None:
    browser = Client()
    browser.force_login(
        Staff.objects.create_user("carmen@example.org", "a long password"),
        "django.contrib.auth.backends.ModelBackend",
    )
    browser.post(link(member("Ada", language="da")))
    assert browser.get("/console/").status_code == 200
    browser.post("/out/")
    assert browser.get("/console/").status_code == 200
