"""Rewards over the API: what can be had, had at once or later, what it takes off a bill, and why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from regulars.doors.api.tests.conftest import Caller, fresh
from regulars.doors.api.tests.test_points import post, problem
from regulars.ground.access.keys import SCOPES, make_key
from regulars.ground.members.enrolling import Person, enrol

_NOW = datetime.now(UTC)


@pytest.fixture
def till(bakery: int) -> Caller:
    """A till of the bakery."""
    return Caller(*make_key(f"till {uuid4().hex[:8]}", SCOPES, "keeper@bakery.example", _NOW))


@pytest.fixture
def member(till: Caller) -> Callable[..., str]:
    """Enrol somebody with so many points."""

    def make(name: str, points: int) -> str:
        number = fresh(name)
        enrol([Person(number, joined_on=_NOW.date())], _NOW)
        post(till, number, "adjustments", points=points, currency="points", reason="welcome")
        return number

    return make


def seen(till: Caller, who: str, query: str = "", language: str = "en") -> dict[str, dict[str, Any]]:
    answer = till.get(f"/v1/members/{who}/rewards{query}", **{"Accept-Language": language})
    assert answer.status_code == 200, answer.content
    return {one["id"]: one for one in answer.json()["rewards"]}


def test_what_can_be_had_and_what_is_missing(till: Caller, member: Callable[..., str]) -> None:
    ada = member("ada", 120)
    rewards = seen(till, ada)
    assert list(rewards) == ["coffee", "cake", "course", "card", "five", "voucher"]
    coffee, cake, course = rewards["coffee"], rewards["cake"], rewards["course"]
    assert (coffee["can"], coffee["code"], coffee["why_not"], coffee["worth"]) == (
        True, None, [], {"amount": 280, "currency": "EUR"},
    )  # fmt: skip
    assert (cake["can"], cake["code"], cake["missing_points"]) == (False, "insufficient_points", 80)
    assert (course["least"], course["most"], course["code"]) == (100, 150, "not_eligible")
    assert seen(till, ada, '?facts={"neighbour": true}')["course"]["can"]
    assert seen(till, ada, language="de")["coffee"]["title"] == "Ein Kaffee"
    for query in ("?facts=x", "?facts=[]", "?fact={}"):
        assert problem(till.get(f"/v1/members/{ada}/rewards{query}")) == (422, "bad_parameters")
    assert problem(till.get(f'/v1/members/{ada}/rewards?facts={{"height": 180}}')) == (422, "unknown_attribute")


def test_a_reward_is_had_once_however_often_it_is_asked_for(till: Caller, member: Callable[..., str]) -> None:
    ada = member("ada", 120)
    dry = post(till, ada, "redemptions", "?dry_run=true", reward="coffee").json()
    assert (dry["id"], dry["points"]["points"]["available"], dry["pays"]) == (None, -30, None)
    first, again = (post(till, ada, "redemptions", event="c1", reward="coffee") for _ in range(2))
    assert first.json() == again.json() and again.headers["Idempotent-Replayed"] == "true"
    refused = post(till, ada, "redemptions", reward="coffee")
    assert problem(refused) == (409, "limit_reached") and refused.json()["figures"]["again_on"]
    post(till, ada, f"redemptions/{first.json()['id']}/reversal")
    assert seen(till, ada)["coffee"]["can"]
    lines = till.get(f"/v1/members/{ada}/statement").json()["lines"]
    assert [(one["title"], one["rule"]) for one in lines[:2]] == [
        ("Given back: a coffee", "coffee"),
        ("A coffee", "coffee"),
    ]


def test_what_is_handed_over_later_is_a_hold_that_says_for_what(till: Caller, member: Callable[..., str]) -> None:
    ada = member("ada", 500)
    held = post(till, ada, "holds", reward="cake").json()
    (hold,) = till.get(f"/v1/members/{ada}/holds").json()["holds"]
    assert (hold["reward"], hold["points"], hold["id"]) == ("cake", 200, held["id"])
    assert problem(post(till, ada, f"holds/{held['id']}/capture", points=10)) == (409, "reward_is_whole")
    done = post(till, ada, f"holds/{held['id']}/capture").json()
    assert done["points"]["points"]["held"] == -200


def test_what_it_takes_off_a_bill_is_answered_or_refused_with_figures(till: Caller, member: Callable[..., str]) -> None:
    ada = member("ada", 1_500)
    assert problem(post(till, ada, "redemptions", reward="five")) == (422, "payable_missing")
    assert problem(post(till, ada, "redemptions", reward="coffee", payable="3.00")) == (422, "not_payable")
    refused = post(till, ada, "redemptions", reward="five", payable="9.99")
    assert problem(refused) == (409, "share_exceeded")
    assert refused.json()["figures"] == {"payable": 999, "most": 499, "pays": 500}
    done = post(till, ada, "redemptions", reward="five", payable="10.00").json()
    assert done["pays"] == {"amount": 500, "currency": "EUR"}
    held = post(till, ada, "holds", reward="five").json()["id"]
    assert post(till, ada, f"holds/{held}/capture", payable=10).json()["pays"]["amount"] == 500
    assert post(till, ada, "redemptions", points=250, currency="points", payable=2.5).json()["pays"]["amount"] == 250
    assert problem(post(till, ada, "redemptions", points=250, currency="points", payable="2.49")) == (
        409,
        "share_exceeded",
    )
    assert problem(post(till, ada, "redemptions", points=1, currency="points", payable="2.494")) == (
        422,
        "bad_parameters",
    )
    grouped = post(till, ada, "redemptions", points=1, currency="points", payable="1,000.00").json()
    assert "nothing between thousands" in grouped["errors"][0]["sentence"]


@pytest.mark.parametrize(
    ("act", "ask"),
    [
        ("redemptions", {}),
        ("redemptions", {"reward": "coffee", "currency": "points"}),
        ("redemptions", {"points": 3, "currency": "points", "facts": {"neighbour": True}}),
        ("redemptions", {"reward": "Coffee"}),
        ("holds", {"reward": "coffee", "within_days": 3}),
        ("holds", {"points": 3, "currency": "points"}),
    ],
)
def test_what_makes_no_sense_is_refused(
    till: Caller, member: Callable[..., str], act: str, ask: dict[str, Any]
) -> None:
    assert problem(post(till, member("ada", 100), act, **ask)) == (422, "bad_parameters")


@pytest.mark.parametrize("value", ["{}", "[1]", "NaN", "1e999", '""', '"perhaps"', "7"])
def test_a_fact_of_another_type_is_refused(till: Caller, member: Callable[..., str], value: str) -> None:
    ada = member("ada", 100)
    told = till.get(f'/v1/members/{ada}/rewards?facts={{"neighbour": {value}}}')
    assert told.status_code == 200 if value == '""' else problem(told) == (422, "bad_attribute")
    for segments in ("7", '"vip"', "[7]", "{}"):
        told = till.get(f'/v1/members/{ada}/rewards?facts={{"segments": {segments}}}')
        assert problem(told) == (422, "bad_attribute")


def test_each_reason_has_its_code(till: Caller, member: Callable[..., str]) -> None:
    ada = member("ada", 1_000)
    facts = {"facts": {"neighbour": True}}
    assert problem(post(till, ada, "redemptions", reward="tart")) == (422, "unknown_reward")
    assert problem(post(till, ada, "redemptions", reward="course", **facts)) == (422, "price_missing")
    assert problem(post(till, ada, "redemptions", reward="course", points=99, **facts)) == (422, "price_out_of_range")
    refused = post(till, ada, "redemptions", reward="course", points=100)
    assert problem(refused) == (409, "not_eligible") and "Friend" in refused.json()["figures"]["missing"][0]
    assert problem(post(till, ada, "holds", reward="course", points=100, facts={"neighbour": 7})) == (
        422,
        "bad_attribute",
    )
    assert problem(post(till, ada, "holds", reward="course", points=100, facts={"dog": 7})) == (
        422,
        "unknown_attribute",
    )
    assert post(till, ada, "redemptions", reward="course", points=100, **facts).status_code == 200
