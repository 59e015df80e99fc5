"""Somebody new is enrolled at the counter, and what is known of a member is put right."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT, Enrol
from regulars.doors.console.tests.test_counter import signed_in
from regulars.doors.console.tests.test_sign_in_link import notes
from regulars.exchange.earning.tests.cast import account, fresh
from regulars.ground.access.models import Staff
from regulars.ground.members.enrolling import accounts_of
from regulars.ground.members.leading import MERGED, let_lead
from regulars.ground.members.models import Member

NEW = "/console/new-member/"
BRUNO = {"given_name": "Bruno", "family_name": "Ørsted", "language": "da", "birth_day": "12", "birth_month": "5",
         "joined_on": "2026-06-15"}  # fmt: skip


def page_of(number: str) -> str:
    return f"/console/members/{number}/personal/"


def filled(page: str) -> dict[str, str]:
    """What stands in the fields of the form."""
    form = page[page.index('<form class="form"') :].partition("</form>")[0]
    fields = dict(re.findall(r'<input[^>]*name="([a-z_]+)"(?:[^>]*?value="([^"]*)")?', form))
    for name, options in re.findall(r'<select name="([a-z_]+)".*?>(.*?)</select>', form, re.S):
        fields[name] = "".join(re.findall(r'<option value="([^"]*)" selected', options))
    return {name: unescape(value) for name, value in fields.items() if name != "csrfmiddlewaretoken"}


def test_somebody_new_is_enrolled_once_and_found_by_name(console: Client, harbour: int) -> None:
    number = fresh("bruno")
    asked = {"number": number, **BRUNO}
    for _ in range(2):  # a double click
        answer = console.post(NEW, asked)
        assert (answer.status_code, answer["Location"]) == (302, f"/console/members/{number}/")
    assert "They are a member now." in console.get(answer["Location"]).content.decode()
    bruno = Member.objects.get(account_id=account(number))
    assert (bruno.name, bruno.language, bruno.birth_month, bruno.birth_day) == ("Bruno Ørsted", "da", 5, 12)
    assert number in console.get("/console/members/", {"q": "orsted"}).content.decode()
    assert [act for _, act in notes(number)].count("member enrolled") == 1


def test_what_was_typed_stays_where_something_cannot_stand(console: Client, harbour: int) -> None:
    number = fresh("bruno")
    asked = {**BRUNO, "number": number, "email": "bruno", "birth_day": "31", "birth_month": "4", "phone": "call me"}
    answer = console.post(NEW, asked)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Nothing was done" in page
    assert "Write an e-mail address" in page and "Write a phone number" in page
    assert {name: value for name, value in filled(page).items() if value} == asked
    assert accounts_of([number]) == {}


@pytest.mark.parametrize("number", ["", "1\u202e2"])
def test_a_number_that_nobody_can_have_is_refused(console: Client, harbour: int, number: str) -> None:
    assert console.post(NEW, {**BRUNO, "number": number}).status_code == 422


def test_somebody_else_s_number_and_address_are_refused(console: Client, ada: str) -> None:
    answer = console.post(NEW, {**BRUNO, "number": ada})
    assert answer.status_code == 422 and "Somebody has this number already." in answer.content.decode()
    answer = console.post(NEW, {**BRUNO, "number": fresh("bruno"), "email": "ADA@example.org"})
    assert answer.status_code == 422 and "Another member has this address" in answer.content.decode()
    assert Member.objects.get(account_id=account(ada)).given_name == "Ada"


def test_what_is_known_stands_in_the_form_and_is_put_right(console: Client, ada: str) -> None:
    shown = filled(console.get(page_of(ada)).content.decode())
    assert {name: shown[name] for name in ("given_name", "email", "language", "birth_month", "birth_day", "joined_on")} == {
        "given_name": "Ada", "email": "ada@example.org", "language": "en", "birth_month": "5", "birth_day": "12",
        "joined_on": "2024-03-01",
    }  # fmt: skip
    for said in ("It is put right.", "Nothing was changed"):
        answer = console.post(page_of(ada), {**shown, "family_name": "Byron", "email": ""}, follow=True)
        assert said in answer.content.decode()
    who = Member.objects.get(account_id=account(ada))
    assert (who.name, who.email, who.birth_day) == ("Ada Byron", "", 12)
    assert notes(ada).count(("carmen@harbour.example", "member described")) == 1


def test_what_somebody_else_changed_meanwhile_is_shown_before_it_is_written_over(console: Client, ada: str) -> None:
    shown = filled(console.get(page_of(ada)).content.decode())
    console.post(page_of(ada), {**shown, "phone": "33 12"})
    answer = console.post(page_of(ada), {**shown, "given_name": "Adele"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Somebody changed this meanwhile." in page and "33 12" in page
    again = filled(page)
    assert (again["given_name"], again["phone"]) == ("Adele", "")
    assert console.post(page_of(ada), {**again, "phone": "33 12"}).status_code == 302
    assert Member.objects.get(account_id=account(ada)).given_name == "Adele"


def test_of_a_number_that_was_merged_it_is_the_survivor(console: Client, ada: str, member: Enrol) -> None:
    dagny = member("Dagny")
    let_lead(account(dagny), account(ada), MERGED, PRESENT)
    shown = filled(console.get(page_of(dagny)).content.decode())
    assert shown["given_name"] == "Ada"
    assert console.post(page_of(dagny), {**shown, "phone": "33 12"})["Location"] == f"/console/members/{ada}/"


def test_only_who_may_act_at_the_counter_may_put_right(console: Client, ada: str) -> None:
    books, till = signed_in("felix", "finance"), signed_in("stella", "staff")
    for path in (NEW, page_of(ada)):
        assert (books.get(path).status_code, books.post(path).status_code, till.get(path).status_code) == (
            403,
            403,
            200,
        )
    offered = [f'href="{path}"' in client.get(where).content.decode() for client in (till, books)
               for where, path in (("/console/members/", NEW), (f"/console/members/{ada}/", page_of(ada)))]  # fmt: skip
    assert offered == [True, True, False, False]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(Staff.objects.get(name="stella"))
    assert strict.post(NEW, {**BRUNO, "number": "1"}).status_code == 403


@pytest.mark.parametrize("tongue", ["de", "es", "da"])
def test_the_pages_speak_the_reader_s_language(console: Client, ada: str, tongue: str) -> None:
    for path, asked in ((NEW, {"number": fresh("bruno"), "email": "x"}), (page_of(ada), {"email": "x"})):
        english, other = (
            console.post(path, asked, headers={"Accept-Language": one}).content.decode() for one in ("en", tongue)
        )
        labels = [re.findall(r'<label class="field-label"[^>]*>([^<]+)', page) for page in (english, other)]
        same = {one for one, two in zip(*labels, strict=True) if one == two}
        assert same <= {"E-mail "}, same
