"""Members are found by the beginning of what is known of them, page by page, by indexes alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from itertools import chain
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from regulars.ground.members.enrolling import Person, enrol
from regulars.ground.members.finding import BadCursor, Found, find

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def people() -> dict[str, int]:
    """A cast whose names share beginnings; the numbers lead to accounts."""
    return enrol(
        [
            Person("N-100", "Ada", "Lovelace", "ada@example.org", "en"),
            Person("N-101", "Bruno", "Løvborg", "bruno@example.org", "da"),
            Person("N-102", "Carmen", "Ñúñez", "Carmen@Example.org", "es"),
            Person("N-103", "Dagny", "Adams", "lovely@example.org", "da"),
            Person("lov-1", "Adam", "Über", "", "de"),
            Person("N-105", "Edith Ærø", "O'Brien", "", "en"),
            Person("N-106", "Finn", "Straße-Łuk", "", "de"),
            Person("N-104"),
        ],
        NOW,
    )


def numbers(text: str, limit: int = 50) -> list[str]:
    return [found.number for found in every(text, limit)]


def every(text: str, limit: int) -> list[Found]:
    """All pages, one after the other."""
    pages, after = [], ""
    while True:
        page = find(text, after, limit)
        assert len(page.members) <= limit
        pages.append(page.members)
        after = page.next
        if not after:
            return list(chain.from_iterable(pages))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("N-10", ["N-100", "N-101", "N-102", "N-103", "N-104", "N-105", "N-106"]),
        ("N-104", ["N-104"]),
        ("n-104", []),
        ("ada@", ["N-100"]),
        ("CARMEN@EXAMPLE.ORG", ["N-102"]),
        ("lovelace", ["N-100"]),
        ("LØV", ["N-101", "N-100"]),
        ("ñú", ["N-102"]),
        ("über", ["lov-1"]),
        ("ada lov", ["N-100"]),
        ("  ada   lov ", ["N-100"]),
        ("Lovelace, A", ["N-100"]),
        ("bruno løvborg", ["N-101"]),
        ("%", []),
        ("_ov", []),
        ("love\0lace", ["N-100"]),
        ("nobody", []),
        ("nunez", ["N-102"]),
        ("LOVBORG", ["N-101"]),
        ("bruno lovb", ["N-101"]),
        ("uber adam", ["lov-1"]),
        ("Über, Adam", ["lov-1"]),
        ("obrien", ["N-105"]),
        ("o’brien edith ae", ["N-105"]),
        ("strasse", ["N-106"]),
    ],
)
def test_by_number_address_family_name_or_whole_name(text: str, expected: list[str]) -> None:
    assert numbers(text) == expected


def test_each_member_once_by_the_first_way_that_fits() -> None:
    found = every("lov", 50)
    assert [(one.number, one.way) for one in found] == [
        ("lov-1", "number"),
        ("N-103", "email"),
        ("N-101", "family name"),
        ("N-100", "family name"),
    ]
    assert [one.way for one in every("ada", 50)] == ["email", "family name", "name"]
    assert found[0].name == "Adam Über"


def test_an_address_given_twice_hides_nobody() -> None:
    enrol([Person("N-200", "Edda", "Adamsen", "ada@example.org")], NOW)
    assert numbers("ada") == ["N-100", "N-103", "N-200", "lov-1"]


def test_without_a_text_the_newest_come_first(people: dict[str, int]) -> None:
    listed = [found.account for found in find("", limit=3).members]
    assert listed == sorted(people.values(), reverse=True)[:3]
    assert find("", limit=1).members[0].name == "N-104"
    assert [found.account for found in every("", 2)][:8] == sorted(people.values(), reverse=True)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_pages_together_are_the_whole_in_order(limit: int) -> None:
    word = uuid4().hex[:8]
    enrol([Person(f"{word}-{place:02}", "Ada", f"{word}{'abc'[place % 3]}") for place in range(9)], NOW)
    enrol([Person(f"X-{word}-{place}", f"{word}", "Smith") for place in range(9)], NOW)
    enrol([Person(f"Y-{word}-{place}", "Bruno", f"{word}") for place in range(9)], NOW)
    assert numbers(word, limit) == [
        *(f"{word}-{place:02}" for place in range(9)),
        *(f"Y-{word}-{place}" for place in range(9)),
        *(f"X-{word}-{place}" for place in range(9)),
    ]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "WzEsMl0", "WzksImEiLDFd", "WzAsMSwxXQ", "WzAsImEiLDEuNV0", "é"])
def test_a_cursor_that_no_page_gave_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        find("ada", cursor)


def test_every_way_reads_one_range_of_its_index(plans: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO account (account_id, opened_at) SELECT n, now() FROM generate_series(9000001, 9010000) n;"
            "INSERT INTO member (account_id, number, whole_key, family_key, email, joined_on) SELECT n, 'q' || n,"
            " 'g' || n, 'f' || n, 'e' || n || '@example.org', '2026-01-01' FROM generate_series(9000001, 9010000) n;"
            "INSERT INTO member_number SELECT number, account_id FROM member WHERE account_id > 9000000;"
            "INSERT INTO member_email SELECT email, account_id FROM member WHERE account_id > 9000000;"
            # Whether there is a way without them: which is cheaper depends on what was counted when.
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off;"
        )
    for text in ("q", "e", "f", "g", ""):
        plans.clear()
        second = find(text, find(text, limit=20).next, limit=20)
        assert len(second.members) == 20
        assert plans and not [plan for plan in plans if "Seq Scan" in plan or "Sort" in plan]


@pytest.fixture
def plans() -> Iterator[list[str]]:
    """How PostgreSQL carries out each statement of the test from here on."""
    told: list[str] = []

    def explain(execute: Callable[..., object], sql: str, params: object, many: bool, context: Any) -> object:
        if sql.startswith("SELECT"):
            context["cursor"].cursor.execute(f"EXPLAIN {sql}", params)
            told.append("\n".join(row[0] for row in context["cursor"].cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield told


def test_members_of_before_get_the_keys_of_their_names(people: dict[str, int]) -> None:
    moved = import_module("regulars.ground.members.migrations.0003_folded_names")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE member SET family_key = '', whole_key = ''")
    assert numbers("nunez") == []
    moved.fill(None, SimpleNamespace(connection=connection))
    assert numbers("nunez") == ["N-102"] and numbers("bruno lov") == ["N-101"]
