"""PUT /v1/members/{ref}: who a member is, told by another system."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from regulars.doors.api.tests.conftest import Caller, fresh
from regulars.exchange.counter.erasing import erase
from regulars.ground.members.enrolling import accounts_of

Answer = tuple[int, dict[str, Any]]


@pytest.fixture
def crm(caller: Callable[..., Caller]) -> Caller:
    """A system that may tell who members are, and nothing else."""
    return caller("crm", "members:write")


def put(caller: Caller, number: str, body: object, query: str = "", **headers: str) -> Answer:
    path = f"/v1/members/{quote(number, safe='')}{query}"
    response = caller.client.put(path, body, content_type="application/json", headers=headers)
    return response.status_code, response.json()


def test_whoever_is_new_is_enrolled_and_again_changes_nothing(crm: Caller, till: Caller) -> None:
    number, told = fresh("ada/b"), {"given_name": "Ada", "birth_month": 5, "birth_day": 12, "joined_on": "2024-03-01"}
    first = put(crm, number, told)
    assert first == (
        200,
        {
            "dry_run": False, "number": number, "enrolled": True,
            "changed": ["given_name", "birth_month", "birth_day", "joined_on"],
        },
    )  # fmt: skip
    assert put(crm, number, told)[1] == {"dry_run": False, "number": number, "enrolled": False, "changed": []}
    known = till.get(f"/v1/members/{quote(number, safe='')}").json()
    assert {name: known[name] for name in told} == told
    assert (known["birth_year"], known["phone"], known["family_name"]) == (None, "", "")


@pytest.fixture
def desk(caller: Callable[..., Caller]) -> Caller:
    """One that may read who they are as well."""
    return caller("desk", "members:write", "members:read")


def test_a_key_that_may_only_write_cannot_guess_by_dry_runs_who_is_known(crm: Caller, desk: Caller) -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    put(crm, ada, {"email": f"{ada}@harbour.example"})
    guesses = [
        (ada, {}),
        (bruno, {}),
        (ada, {"email": f"{ada}@harbour.example"}),
        (bruno, {"email": f"{ada}@harbour.example"}),
    ]
    answers = [put(crm, number, guess, "?dry_run=true") for number, guess in guesses]
    assert {status for status, _ in answers} == {403} and len({str(told) for _, told in answers}) == 1
    assert answers[0][1]["figures"] == {"needed": "members:read", "has": ["members:write"]}
    assert [put(desk, number, guess, "?dry_run=true")[0] for number, guess in guesses] == [200, 200, 200, 409]


def test_what_is_forgotten_is_told_as_empty_and_the_rest_stays(crm: Caller, till: Caller) -> None:
    number = fresh("ada")
    put(crm, number, {"given_name": "Ada", "phone": "33 12", "birth_month": 5, "birth_day": 12})
    assert put(crm, number, {"phone": "", "birth_month": None, "birth_day": None})[1]["changed"] == [
        "phone", "birth_month", "birth_day",
    ]  # fmt: skip
    known = till.get(f"/v1/members/{number}").json()
    assert (known["given_name"], known["phone"], known["birth_day"]) == ("Ada", "", None)


def test_a_key_that_may_only_write_reads_nothing_and_the_audit_has_no_content(crm: Caller, till: Caller) -> None:
    number = fresh("ada")
    _, told = put(crm, number, {"given_name": "Ada", "email": f"{number}@harbour.example"})
    assert "Ada" not in str(told) and "harbour.example" not in str(told)
    assert crm.get(f"/v1/members/{number}").json()["code"] == "missing_scope"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor, act, detail::text FROM audit WHERE account_id = %s", [accounts_of([number])[number]]
        )
        assert cursor.fetchall() == [
            (f"key:{crm.key.name}", "member enrolled", '{"fields": ["given_name", "email"]}')
        ]  # fmt: skip


def test_a_key_that_may_not_write_is_refused(caller: Callable[..., Caller]) -> None:
    assert put(caller("till", "members:read"), "1", {})[1]["code"] == "missing_scope"


def test_an_address_has_one_member(crm: Caller) -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    put(crm, ada, {"email": f"{ada}@harbour.example"})
    status, told = put(crm, bruno, {"email": f"{ada.upper()}@harbour.example"}, **{"Accept-Language": "da"})
    assert (status, told["code"], told["title"]) == (409, "email_taken", "Et andet medlem har denne e-mailadresse.")
    assert accounts_of([bruno]) == {}, "and nobody was enrolled"


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"email": "ada", "language": "fi"}, [("body.email", "bad_email"), ("body.language", "unknown_language")]),
        ({"birth_month": 2, "birth_day": 30}, [("body.birth_day", "bad_birthday")]),
        ({"birth_day": 5}, [("body.birth_day", "bad_birthday")]),
        ({"joined_on": ""}, [("body.joined_on", "bad_date")]),
        ({"joined_on": None}, [("body.joined_on", "bad_date")]),
        ({"first_name": "Ada"}, [("body.first_name", "extra_forbidden")]),
        ({"given_name": 5}, [("body.given_name", "bad_text")]),
        ({"family_name": "x" * 101, "phone": 5}, [("body.family_name", "bad_text"), ("body.phone", "bad_phone")]),
        ({"email": "a" * 255, "language": 1}, [("body.email", "bad_email"), ("body.language", "unknown_language")]),
        (
            {"birth_month": "May", "birth_year": 0},
            [("body.birth_month", "bad_birthday"), ("body.birth_year", "bad_birthday")],
        ),
        ({"joined_on": "1.9.2025"}, [("body.joined_on", "bad_date")]),
    ],
)
def test_what_cannot_stand_in_a_field_is_named(crm: Caller, body: object, places: list[tuple[str, str]]) -> None:
    number = fresh("ada")
    status, told = put(crm, number, body)
    assert (status, told["code"]) == (422, "bad_parameters")
    assert [(one["where"], one["code"]) for one in told["errors"]] == places
    assert accounts_of([number]) == {}


@pytest.mark.parametrize("number", [" 1", "1\u202e", "N" * 201])
def test_nobody_new_gets_a_number_that_cannot_be_seen(crm: Caller, number: str) -> None:
    status, told = put(crm, number, {})
    assert (status, told["code"]) == (422, "bad_number")


def test_a_household_is_nobody(crm: Caller, till: Caller) -> None:
    ada, home = fresh("ada"), fresh("home")
    put(crm, ada, {})
    assert till.post("/v1/households", {"event": home, "member": ada, "number": home}).status_code == 200
    assert put(crm, home, {"given_name": "Ada"})[1]["code"] == "not_a_member"
    assert put(crm, ada, {"given_name": "Ada"})[1]["number"] == ada


def test_a_late_repetition_under_its_key_undoes_nothing(crm: Caller, till: Caller) -> None:
    number = fresh("ada")
    under = {"Idempotency-Key": f"k1-{number}"}
    first = put(crm, number, {"given_name": "Ada"}, **under)
    put(crm, number, {"given_name": "Adele"}, **{"Idempotency-Key": f"k2-{number}"})
    path = f"/v1/members/{number}"
    again = crm.client.put(path, {"given_name": "Ada"}, content_type="application/json", headers=under)
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first[1], "true")
    assert till.get(path).json()["given_name"] == "Adele"
    status, told = put(crm, number, {"given_name": "Bruno"}, **under)
    assert (status, told["code"]) == (422, "idempotency_key_reused")
    assert put(crm, fresh("bruno"), {"given_name": "Ada"}, **under)[1]["code"] == "idempotency_key_reused"


def test_a_refused_telling_and_a_dry_run_leave_the_key_free(desk: Caller) -> None:
    number, under = fresh("ada"), {"Idempotency-Key": fresh("k")}
    assert put(desk, number, {"email": "ada"}, **under)[0] == 422
    assert put(desk, number, {"given_name": "Ada"}, "?dry_run=true", **under)[1]["dry_run"] is True
    assert put(desk, number, {"given_name": "Adele"}, **under)[1]["enrolled"] is True


def test_what_was_answered_of_somebody_is_forgotten_with_them(crm: Caller, till: Caller) -> None:
    maren, bruno = fresh("maren"), fresh("bruno")
    for number in (maren, bruno):
        put(crm, number, {"given_name": "Maren"}, **{"Idempotency-Key": f"put-{number}"})
        given, under = {"points": 5, "reason": "thank-you"}, {"Idempotency-Key": f"give-{number}"}
        assert till.post(f"/v1/members/{number}/adjustments", given, headers=under).status_code == 200
    erase(maren, "dagny", datetime.now(UTC), leave_points=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT idempotency_key FROM kept_answer ORDER BY 1")
        kept = [key for (key,) in cursor.fetchall() if key.endswith((maren, bruno))]
    assert kept == [f"give-{bruno}", f"put-{bruno}"]


def test_a_dry_run_says_what_would_change(desk: Caller) -> None:
    number = fresh("ada")
    assert put(desk, number, {"given_name": "Ada"}, "?dry_run=true")[1] == {
        "dry_run": True, "number": number, "enrolled": True, "changed": ["given_name"],
    }  # fmt: skip
    assert accounts_of([number]) == {}
