"""What the shop knows of a member, and the language they read in."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from regulars.doors.portal.tests.conftest import Enrol, SignedIn
from regulars.exchange.earning.tests.cast import account
from regulars.ground.members.models import Member

pytestmark = pytest.mark.usefixtures("harbour")


def test_a_member_sees_what_the_shop_knows(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada", email="ada@example.org")
    page = signed_in(ada).get("/you/").content.decode()
    for known in ("Ada Lovelace", "ada@example.org", ada, "Mar 1, 2024"):
        assert known in page


def test_what_is_not_known_is_said_to_be_unknown(member: Enrol, signed_in: SignedIn) -> None:
    assert "not known" in signed_in(member("Ada")).get("/you/").content.decode()


def test_a_name_is_text_and_never_markup(member: Enrol, signed_in: SignedIn) -> None:
    for page in ("/", "/you/"):
        text = signed_in(member("<b>Ada", '"onload=x')).get(page).content.decode()
        assert "<b>Ada" not in text
        assert "&lt;b&gt;Ada" in text


def test_the_language_a_member_chooses_goes_with_her_to_another_device(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    answer = signed_in(ada).post("/you/language/", {"language": "da", "next": "/promise/"})
    assert answer["Location"] == "/promise/"
    assert Member.objects.get(account_id=account(ada)).language == "da"
    other = signed_in(ada).get("/", headers={"Accept-Language": "es"})
    assert other["Content-Language"] == "da"
    assert '<html lang="da">' in other.content.decode()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT detail::text FROM audit WHERE account_id = %s AND act = 'language_chosen'", [account(ada)]
        )
        assert cursor.fetchall() == [('{"language": "da"}',)]


def test_a_members_language_does_not_follow_into_the_console(member: Enrol, signed_in: SignedIn) -> None:
    browser = signed_in(member("Ada", language="da"))
    assert browser.get("/")["Content-Language"] == "da"
    assert browser.get("/accounts/login/")["Content-Language"] == "en"


def test_without_a_choice_the_browser_decides(member: Enrol, signed_in: SignedIn) -> None:
    page = signed_in(member("Ada")).get("/", headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert '<html lang="de">' in page.content.decode()


def test_a_visitor_may_choose_as_well_and_stays_where_she_is() -> None:
    browser = Client()
    assert browser.post("/you/language/", {"language": "es", "next": "/promise/"})["Location"] == "/promise/"
    assert browser.get("/")["Content-Language"] == "es"


def test_a_language_we_do_not_speak_changes_nothing(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada", language="de")
    signed_in(ada).post("/you/language/", {"language": "fr", "next": "/"})
    assert Member.objects.get(account_id=account(ada)).language == "de"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_choosing_a_language_never_leads_elsewhere(elsewhere: str) -> None:
    assert Client().post("/you/language/", {"language": "es", "next": elsewhere})["Location"] == "/"


@pytest.mark.parametrize("page", ["/", "/you/", "/statement/", "/promise/"])
def test_no_page_is_kept_by_a_browser_or_on_the_way(page: str, member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    for browser in (signed_in(ada), Client()):
        answer = browser.get(page)
        assert "no-store" in answer["Cache-Control"]
        assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("page", ["/", "/you/", "/statement/", "/promise/"])
def test_no_address_on_a_page_names_the_member(page: str, member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    text = signed_in(ada).get(page).content.decode()
    addresses = [part.split('"')[0] for name in ("href=", "action=", "src=") for part in text.split(f'{name}"')[1:]]
    assert addresses
    assert not [address for address in addresses if ada in address or f"/{account(ada)}/" in address]


def test_a_member_whose_vault_is_empty_is_signed_out(member: Enrol, signed_in: SignedIn) -> None:
    ada = member("Ada")
    browser = signed_in(ada)
    Member.objects.filter(account_id=account(ada)).delete()
    assert "How to come in" in browser.get("/").content.decode()
