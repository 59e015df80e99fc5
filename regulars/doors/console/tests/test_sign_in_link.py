"""A link that opens a member's own pages is made by hand, shown once, and noted."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client

from regulars.doors.console.tests.conftest import PRESENT, text
from regulars.doors.console.tests.test_counter import signed_in
from regulars.exchange.earning.tests.cast import account
from regulars.ground.members.signing_in import MOST_OPEN, open_link


def made(client: Client, number: str) -> str:
    """The page that shows a new link."""
    answer = client.post(f"/console/members/{number}/sign-in-link/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def notes(number: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor, act FROM audit WHERE account_id = %s", [account(number)])
        return [tuple(row) for row in cursor.fetchall()]


def test_the_link_opens_the_pages_of_the_member_once(console: Client, ada: str) -> None:
    page = made(console, ada)
    (token,) = set(re.findall(r"http://testserver/in/([\w-]+)/", page))
    assert "Until 6:15\u00a0PM." in page
    assert open_link(token, PRESENT) == account(ada)
    assert open_link(token, PRESENT) is None


def test_the_link_stands_nowhere_else(console: Client, ada: str) -> None:
    made(console, ada)
    assert "/in/" not in console.get(f"/console/members/{ada}/").content.decode()
    assert "/in/" not in str(dict(console.session)) + str(console.cookies)


def test_that_it_was_made_is_noted_and_the_link_is_not(console: Client, ada: str) -> None:
    made(console, ada)
    assert notes(ada) == [("carmen@harbour.example", "sign_in_link_made")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT detail::text FROM audit WHERE account_id IS NOT NULL")
        assert cursor.fetchall() == [("{}",)]


def test_while_enough_links_are_open_no_more_are_made_and_none_is_noted(console: Client, ada: str) -> None:
    for _ in range(MOST_OPEN):
        made(console, ada)
    answer = console.post(f"/console/members/{ada}/sign-in-link/")
    assert answer.status_code == 409
    assert "5 links of this member are open already" in answer.content.decode()
    assert len(notes(ada)) == MOST_OPEN


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_looking_makes_no_link(console: Client, ada: str, method: str) -> None:
    assert getattr(console, method)(f"/console/members/{ada}/sign-in-link/").status_code == 405
    assert notes(ada) == []


def test_nobody_gets_no_link(console: Client, harbour: int) -> None:
    assert console.post("/console/members/nobody-at-all/sign-in-link/").status_code == 404


def test_the_member_page_offers_it(console: Client, ada: str) -> None:
    assert "Make a sign-in link" in text(console, f"/console/members/{ada}/")


def test_who_counts_the_books_opens_no_pages_on_which_points_are_spent(ada: str) -> None:
    finn = signed_in("finn", "finance")
    assert finn.post(f"/console/members/{ada}/sign-in-link/").status_code == 403
    assert "sign-in-link" not in finn.get(f"/console/members/{ada}/").content.decode()
