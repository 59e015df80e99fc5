"""Reading a member: who they are, what they have, and why; each reading leaves its note."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from regulars.doors.api.tests.conftest import Caller, fresh, purchase
from regulars.ground.members.describing import Telling, describe
from regulars.ground.members.enrolling import accounts_of


@pytest.fixture
def ada(till: Caller) -> str:
    """Ada bought six times in autumn 2025; her points have long become available."""
    number = fresh("ada")
    till.tell(*(purchase(number, "100.00", at=f"2025-09-{day:02}T12:00:00Z") for day in range(1, 7)))
    known = {"given_name": "Ada", "family_name": "Lindqvist", "email": f"{number}@harbour.example", "language": "da"}
    describe([Telling(number, known)], "keeper@harbour.example", datetime.now(UTC))
    return number


def read(caller: Caller, path: str, **headers: str) -> dict[str, Any]:
    response = caller.get(f"/v1/members/{path}", **headers)
    assert response.status_code == 200, response.content
    told: dict[str, Any] = response.json()
    return told


def test_a_member_is_told_with_name_and_tier(till: Caller, ada: str) -> None:
    told = read(till, ada)
    assert (told["number"], told["given_name"], told["family_name"], told["language"]) == (
        ada,
        "Ada",
        "Lindqvist",
        "da",
    )
    assert told["joined_on"] == "2025-09-01"
    assert told["tier"]["level"] == "deckhand"
    assert told["tier"]["next"]["at"] == 120_000


def test_the_language_of_titles_is_asked_for(till: Caller, ada: str) -> None:
    titles = {
        read(till, ada, **{"Accept-Language": language})["tier"]["title"] for language in ("en", "de-AT", "es", "da")
    }
    assert titles == {"Deckhand", "Matrose", "Marinero", "Matros"}
    assert read(till, ada, **{"Accept-Language": "fi"})["tier"]["title"] == "Deckhand"


def test_a_balance_has_points_and_what_they_are_worth(till: Caller, ada: str) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    till.tell(purchase(ada, "5.00", at=now))
    (balance,) = read(till, f"{ada}/balance")["balances"]
    lines = read(till, f"{ada}/statement?limit=200")["lines"]
    assert balance["available"] == lines[0]["available_after"]
    assert balance["pending"] == sum(one["points"] for one in balance["coming"]) == lines[0]["pending_after"] > 0
    assert balance["worth"] == {"amount": balance["available"], "currency": "USD"}
    assert balance["debt"] == 0


def test_pages_of_a_statement_together_are_the_statement(till: Caller, ada: str) -> None:
    whole = read(till, f"{ada}/statement?limit=200")
    assert read(till, f"{ada}/statement?limit=200&gathered=true") == whole, "each event did one thing in one way"
    assert whole["next"] is None
    pages: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        page = read(till, f"{ada}/statement?limit=3&cursor={cursor}")
        assert len(page["lines"]) <= 3
        pages += page["lines"]
        cursor = page["next"]
    assert pages == whole["lines"]
    assert [line["seq"] for line in pages] == sorted((line["seq"] for line in pages), reverse=True)


def test_what_comes_between_two_pages_moves_neither(till: Caller, ada: str) -> None:
    first = read(till, f"{ada}/statement?limit=2")
    before = read(till, f"{ada}/statement?limit=2&cursor={first['next']}")["lines"]
    till.tell(purchase(ada, "50.00"))
    assert read(till, f"{ada}/statement?limit=2&cursor={first['next']}")["lines"] == before


def test_every_line_says_why_in_the_language_asked_for(till: Caller, ada: str) -> None:
    for language, said in (
        ("en", "for every $1.00"),
        ("de", "je 1,00"),
        ("es", "por cada 1,00"),
        ("da", "for hver 1,00"),
    ):
        told = read(till, f"{ada}/statement?limit=200", **{"Accept-Language": language})
        assert told["language"] == language
        assert all(line["title"] and line["why"] for line in told["lines"])
        assert any(said in line["why"] for line in told["lines"]), told["lines"][0]["why"]


def test_a_statement_of_one_currency_leaves_the_others_out(till: Caller, ada: str) -> None:
    assert read(till, f"{ada}/statement?currency=points")["lines"] == read(till, f"{ada}/statement")["lines"]


def test_a_statement_of_a_currency_that_the_programme_never_had_is_refused(till: Caller, ada: str) -> None:
    answer = till.get(f"/v1/members/{ada}/statement?currency=miles")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_currency")
    assert answer.json()["figures"] == {"currency": "miles"} and "say points" in answer.json()["detail"]


def test_a_statement_is_sifted_by_kind_and_days_of_the_programmes_zone(till: Caller) -> None:
    number = fresh("ada")
    till.tell(*(purchase(number, "100.00", at=f"2025-09-0{day}T03:30:00Z") for day in (1, 2, 3)))
    lines = read(till, f"{number}/statement")["lines"]
    of_the_first = [line for line in lines if line["at"].startswith("2025-09-01T03:30")]
    assert of_the_first and of_the_first != lines, "it is the evening before where the shop is"
    for query, found in (
        ("kind=earned", lines), ("kind=spent", []), ("until=2025-08-31", of_the_first),
        ("kind=earned&since=2025-08-31&until=2025-08-31&gathered=true", of_the_first),
        ("since=2025-09-03", []), ("since=2025-09-02&until=2025-09-01", []), ("since=0001-01-01&until=9999-12-31", lines),
    ):  # fmt: skip
        assert read(till, f"{number}/statement?{query}")["lines"] == found, query
    until = f"{number}/statement?kind=earned&until=2025-09-01&limit={len(of_the_first)}"
    assert read(till, f"{until}&cursor={read(till, until)['next']}")["lines"] == of_the_first


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "cursor=abc",
        "cursor=-1",
        "currency=%00",
        "page=2",
        "kind=won",
        "since=1.9.2025",
    ],
)
def test_a_page_that_cannot_be_is_refused(till: Caller, ada: str, query: str) -> None:
    response = till.get(f"/v1/members/{ada}/statement?{query}")
    assert (response.status_code, response.json()["code"]) == (422, "bad_parameters")
    assert response.json()["errors"][0]["where"] == f"query.{query.partition('=')[0]}"


def test_a_number_with_slashes_is_read_like_any_other(till: Caller) -> None:
    number = fresh("a/b/../c")
    till.tell(purchase(number, "100.00", at="2025-09-01T12:00:00Z"))
    path = quote(number, safe="")
    assert read(till, path)["number"] == number
    assert read(till, f"{path}/balance")["balances"]
    assert read(till, f"{path}/statement")["lines"]


@pytest.mark.parametrize("ref", ["nobody", "%00", "x" * 300, "%27%3B--", "%F0%9F%A6%80", "a%2Fb"])
@pytest.mark.parametrize("reading", ["", "/balance", "/statement"])
def test_a_number_that_nobody_has_is_not_found(till: Caller, ref: str, reading: str) -> None:
    response = till.get(f"/v1/members/{ref}{reading}")
    assert response.status_code == 404
    assert response.json()["code"] in ("no_such_member", "no_such_operation")


def test_every_reading_of_a_member_is_noted_with_the_reader(caller: Callable[..., Caller], ada: str) -> None:
    app = caller("app", "members:read")
    for reading in ("", "/balance", "/statement"):
        read(app, ada + reading)
    app.get("/v1/members/nobody")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT act, account_id, detail::text FROM audit WHERE actor = %s ORDER BY id", [f"key:{app.key.name}"]
        )
        rows = [(act, account, json.loads(detail)) for act, account, detail in cursor.fetchall()]
    account = accounts_of([ada])[ada]
    assert rows == [(act, account, {}) for act in ("member read", "balance read", "statement read")]


def test_reading_needs_its_scope(caller: Callable[..., Caller], ada: str) -> None:
    response = caller("till", "events:write").get(f"/v1/members/{ada}")
    assert (response.status_code, response.json()["figures"]["needed"]) == (403, "members:read")
