"""A keeper erases a person at their wish, after a look at what it comes to."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT, Enrol, text
from regulars.doors.console.tests.test_counter import signed_in
from regulars.exchange.earning.acting import By
from regulars.exchange.earning.housing import found
from regulars.exchange.earning.tests.cast import account, purchase, rows, tell
from regulars.ground.members.enrolling import accounts_of


def page_of(number: str) -> str:
    return f"/console/members/{number}/erase/"


@pytest.fixture
def maren(member: Enrol) -> str:
    number = member("Maren", "Holm", f"{uuid4().hex}@example.org")
    tell(purchase(number, "2026-05-04 15:00", 24_000))
    return number


def test_looking_changes_nothing_and_confirming_erases_once(console: Client, maren: str) -> None:
    own = account(maren)
    assert page_of(maren) in console.get(f"/console/members/{maren}/personal/").content.decode()
    page = text(console, page_of(maren))
    assert "There is no way back" in page and "as nobody's 240 points" in page and accounts_of([maren])
    for said in ("They are erased.", "Nobody has this number any more."):
        done = console.post(page_of(maren), {"leave_points": "yes"}, follow=True)
        assert done.redirect_chain == [("/console/members/", 302)] and said in done.content.decode()
    assert accounts_of([maren]) == {} and console.get(page_of(maren)).status_code == 404
    erased = [row["actor"] for row in rows("audit", own) if row["act"] == "member erased"]
    assert erased == ["carmen@harbour.example"]


def test_whoever_has_points_is_asked_first(console: Client, maren: str) -> None:
    answer = console.post(page_of(maren), {})
    assert answer.status_code == 409 and "They have points left" in answer.content.decode()
    assert 'name="leave_points"' in answer.content.decode() and accounts_of([maren])


def test_what_has_to_end_first_is_said_and_there_is_nothing_to_press(console: Client, maren: str) -> None:
    found(maren, "", By("dagny@harbour.example", "desk", uuid4().hex, PRESENT))
    page = console.get(page_of(maren)).content.decode()
    assert "let them leave it first" in page and "Erase for good" not in page


@pytest.mark.parametrize("role", ["staff", "finance"])
def test_only_keepers_erase(maren: str, role: str) -> None:
    other = signed_in("dagny", role)
    assert other.get(page_of(maren)).status_code == other.post(page_of(maren), {}).status_code == 403
    assert page_of(maren) not in other.get(f"/console/members/{maren}/personal/").content.decode()
    assert accounts_of([maren])
