"""A quote says what a basket would earn, why not more, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from regulars.doors.api.tests.conftest import Caller, fresh, purchase

BASKET = {"at": "2025-11-03T12:00:00Z", "lines": [{"net": "10.00"}, {"net": 5.50, "brand": "Private"}]}  # a Monday


def ask(caller: Caller, body: object, **headers: str) -> dict[str, Any]:
    response = caller.post("/v1/quote", body, headers=headers)
    assert response.status_code == 200, response.content
    told: dict[str, Any] = response.json()
    return told


def test_a_quote_is_what_the_purchase_then_earns(till: Caller) -> None:
    ada = fresh("ada")
    till.tell(purchase(ada, "7.77"))
    basket = {**BASKET, "member": ada}
    quoted = ask(till, basket)
    (result,) = till.tell({**basket, "event": fresh("basket")})
    assert sum(one["points"] for one in quoted["earned"]) == result["points"]["points"]["pending"] > 0
    lines = till.get(f"/v1/members/{ada}/statement").json()["lines"]
    earned = {(line["rule"], line["amount"], line["why"]) for line in lines if line["event"] == result["id"]}
    assert {(one["rule"], one["points"], one["why"]) for one in quoted["given"]} == earned


def test_a_quote_says_why_not_more(till: Caller) -> None:
    codes = {one["rule"]: (one["code"], one["missing"]) for one in ask(till, BASKET)["not_given"]}
    assert codes["quiet-days"] == ("condition", ["the day is Tuesday or Wednesday"])
    assert codes["tenth-visit"][0] == "count"


def test_a_quote_speaks_the_language_asked_for(till: Caller) -> None:
    told = ask(till, BASKET, **{"Accept-Language": "de"})
    assert told["given"][0]["title"] == "Ein Punkt je Dollar"
    assert "1.184,50" in told["tier"]["sentence"]


def test_a_quote_changes_nothing(till: Caller) -> None:
    ada = fresh("ada")
    till.tell(purchase(ada, "10.00"))
    before = till.get(f"/v1/members/{ada}/statement").json()
    assert ask(till, {**BASKET, "member": ada}) == ask(till, {**BASKET, "member": ada})
    assert till.get(f"/v1/members/{ada}/statement").json() == before


def test_without_a_time_it_is_now(till: Caller) -> None:
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    assert ask(till, {"lines": [{"net": "10.00"}]})["earned"][0]["available_on"] > today


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"lines": [{"net": "1"}, {"net": "x"}]}, "body.lines.2.net", "bad_amount"),
        ({"lines": []}, "body.lines.1.net", "missing_value"),
        ({"currency": "EUR"}, "body.currency", "currency_mismatch"),
        ({"at": "soon"}, "body.at", "bad_date"),
        ({"member": {}}, "body.member", "bad_json"),
        ({"memebr": "ada"}, "body.memebr", "unknown_field"),
        ({"member": False}, "body.member", "bad_text"),
    ],
)
def test_a_basket_that_breaks_the_contract_is_refused_with_the_place(
    till: Caller, change: dict[str, Any], where: str, code: str
) -> None:
    response = till.post("/v1/quote", {**BASKET, **change})
    assert (response.status_code, response.json()["code"]) == (422, "bad_parameters")
    assert (where, code) in [(error["where"], error["code"]) for error in response.json()["errors"]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b'{"at": null, "at": null}', "duplicate_key"),
        (b"[]", "not_events"),
        (b'"x"', "not_events"),
        (b" " * 1_100_000, "body_too_large"),
    ],
)
def test_a_body_that_is_no_basket_is_refused(till: Caller, body: bytes, code: str) -> None:
    response = till.client.generic(
        "POST", "/v1/quote", body, content_type="application/json", headers={"Content-Type": "application/json"}
    )
    assert response.json()["code"] == code


def test_a_quote_for_a_member_is_noted_and_one_for_nobody_is_not(caller: Callable[..., Caller]) -> None:
    shop, ada = caller("shop"), fresh("ada")
    shop.tell(purchase(ada, "1.00"))
    ask(shop, BASKET)
    ask(shop, {**BASKET, "member": ada})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT act, account_id IS NOT NULL FROM audit WHERE actor = %s ORDER BY id", [f"key:{shop.key.name}"]
        )
        assert cursor.fetchall() == [("events told", False), ("quote asked", True)]


def test_a_quote_for_a_number_that_nobody_has_is_not_answered(till: Caller) -> None:
    response = till.post("/v1/quote", {**BASKET, "member": fresh("dagny")})
    assert (response.status_code, response.json()["code"]) == (404, "no_such_member")
