"""Acts on points: once, whole or not at all, answered alike when repeated, and only for keys that may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from regulars.doors.api.tests.conftest import Caller, fresh, purchase
from regulars.ground.members.enrolling import accounts_of


@pytest.fixture
def ada(till: Caller) -> str:
    """Ada has a hundred points to spend."""
    return member(till, "ada")


def member(till: Caller, name: str) -> str:
    number = fresh(name)
    till.tell(purchase(number, "90.00", at="2025-10-02T12:00:00Z"))
    post(till, number, "adjustments", points=10, reason="welcome")
    return number


def post(caller: Caller, who: str, act: str, query: str = "", key: str = "", **ask: Any) -> Any:
    """Ask for an act, under an id of its own unless `event` or a `key` is given."""
    body = ask if "event" in ask or key else {"event": uuid4().hex, **ask}
    return caller.post(f"/v1/members/{who}/{act}{query}", body, headers={"Idempotency-Key": key} if key else None)


def has(caller: Caller, who: str) -> tuple[int, int]:
    """(available, held)."""
    (balance,) = caller.get(f"/v1/members/{who}/balance").json()["balances"]
    return balance["available"], balance["held"]


def problem(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_points_are_spent_and_a_second_time_answered_alike(till: Caller, ada: str) -> None:
    first = post(till, ada, "redemptions", event="r1", points=60)
    again = post(till, ada, "redemptions", event="r1", points=60)
    assert first.status_code == 200
    assert first.json() == again.json()
    assert first.json()["points"] == {"points": {"available": -60, "pending": 0, "held": 0}}
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    assert has(till, ada) == (40, 0)


def test_an_idempotency_key_is_an_id_as_good_as_any(till: Caller, ada: str) -> None:
    first = post(till, ada, "redemptions", key="k1", points=60)
    again = post(till, ada, "redemptions", key="k1", points=60)
    assert first.json() == again.json() and first.json()["event"] == "k1"
    assert again.headers["Idempotent-Replayed"] == "true"
    assert problem(post(till, ada, "redemptions", key="k1", points=61)) == (422, "idempotency_key_reused")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kept_answer")  # a day later
    assert post(till, ada, "redemptions", key="k1", points=60).json() == first.json()
    assert problem(post(till, ada, "redemptions", event="k1", points=61)) == (422, "other_content")
    assert has(till, ada) == (40, 0)


def test_an_act_without_any_id_is_refused(till: Caller, ada: str) -> None:
    response = till.post(f"/v1/members/{ada}/redemptions", {"points": 60})
    assert problem(response) == (422, "bad_parameters")
    assert response.json()["errors"][0]["where"] == "body.event"


def test_too_few_points_are_told_in_figures(till: Caller, ada: str) -> None:
    response = post(till, ada, "redemptions", points=500)
    assert problem(response) == (409, "insufficient_points")
    assert response.json()["figures"] == {"required": 500, "available": 100, "missing": 400}
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_dry_run_says_what_would_happen_and_leaves_nothing(till: Caller, ada: str) -> None:
    bruno = member(till, "bruno")
    told = post(till, ada, "redemptions", "?dry_run=true", points=60).json()
    assert (told["dry_run"], told["id"], told["points"]["points"]["available"]) == (True, None, -60)
    assert post(till, ada, "transfers", "?dry_run=true", to=bruno, points=60).json()["received"] is None
    assert problem(post(till, ada, "holds", "?dry_run=true", points=101, within_days=3)) == (409, "insufficient_points")
    assert till.post(f"/v1/members/{ada}/redemptions?dry_run=true", {"points": 60}).status_code == 200  # needs no id
    assert problem(post(till, ada, "redemptions", "?dryrun=true", points=60)) == (422, "bad_parameters")
    assert has(till, ada) == has(till, bruno) == (100, 0)


def test_what_a_return_would_do_is_told_before_it_is_done(till: Caller, ada: str) -> None:
    bought = purchase(ada, "50.00", at="2025-11-03T12:00:00Z")
    till.tell(bought)
    post(till, ada, "redemptions", f"?source={till.key.name}", points=40, original=bought["event"])
    back = {
        "member": ada, "event": uuid4().hex, "at": "2025-11-20T12:00:00Z", "type": "return", "original": bought["event"],
        "lines": [{"net": "25.00", "original_line": "1"}],
    }  # fmt: skip
    (told,) = till.tell(back, query="&dry_run=true")
    assert told["points"] == {"points": {"available": 20 - 25, "pending": 0, "held": 0}}
    assert has(till, ada) == (110, 0)
    (done,) = till.tell(back)
    assert done["points"] == told["points"]


def test_a_return_is_an_act_too(till: Caller, ada: str) -> None:
    bought = purchase(ada, "50.00", "10.00", at="2025-11-03T12:00:00Z")
    till.tell(bought)
    source = f"?source={till.key.name}"
    some = {"original": bought["event"], "lines": [{"line": "1", "net": 12.5}]}
    told = post(till, ada, "returns", source + "&dry_run=true", **some).json()
    assert told["points"] == {"points": {"available": -12, "pending": 0, "held": 0}}
    first, again = (post(till, ada, "returns", source, event="back", **some) for _ in range(2))
    assert first.json() == again.json() and first.json()["points"] == told["points"]
    too_much = post(till, ada, "returns", source, original=bought["event"], lines=[{"line": "1", "net": "37.51"}])
    assert problem(too_much) == (409, "return_exceeds_purchase")
    assert too_much.json()["figures"]["missing"] == 1
    assert problem(post(till, ada, "returns", source, original=bought["event"], lines=[{"line": "7", "net": 1}])) == (
        422, "unknown_line",
    )  # fmt: skip
    assert problem(post(till, ada, "returns", original="other")) == (404, "unknown_original")
    assert problem(post(till, ada, "returns", source, original=bought["event"], lines=[])) == (422, "bad_parameters")
    assert post(till, ada, "returns", source, original=bought["event"]).status_code == 200
    for twice in (source, source + "&dry_run=true"):
        nothing = post(till, ada, "returns", twice, original=bought["event"])
        assert problem(nothing) == (409, "nothing_to_return")
        assert nothing.json()["figures"] == {"bought": 6_000, "returned": 6_000}
    back = {"member": ada, "event": uuid4().hex, "at": "2025-11-20T12:00:00Z", "type": "return"}
    back["lines"] = [{"net": "0.00", "original_line": "1"}]
    for query in ("&dry_run=true", ""):
        (told,) = till.tell(back | {"original": bought["event"]}, query=query)
        assert (told["status"], told["refusal"]["code"]) == ("quarantined", "nothing_to_return")
    assert has(till, ada) == (100, 0)


def test_a_return_says_before_it_is_done_that_the_tier_falls(till: Caller, ada: str) -> None:
    lately = datetime.now(UTC) - timedelta(days=30)
    bought = purchase(ada, "1500.00", at=lately.isoformat())
    till.tell(bought)
    source = f"?source={till.key.name}"
    part = {"original": bought["event"], "lines": [{"line": "1", "net": 1}]}
    assert post(till, ada, "returns", source, **part).json()["tier"] is None
    fall = {"before": "mate", "after": "deckhand"}
    assert post(till, ada, "returns", f"{source}&dry_run=true", original=bought["event"]).json()["tier"] == fall
    first, again = (post(till, ada, "returns", source, event="back", original=bought["event"]) for _ in range(2))
    assert first.json() == again.json() and first.json()["tier"] == fall


def test_a_hold_is_read_captured_and_released(till: Caller, ada: str) -> None:
    held = post(till, ada, "holds", event="reward", points=60, within_days=14).json()
    assert held["points"] == {"points": {"available": -60, "pending": 0, "held": 60}}
    (seen,) = till.get(f"/v1/members/{ada}/holds").json()["holds"]
    assert (seen["id"], seen["event"], seen["points"]) == (held["id"], "reward", 60)
    caught = post(till, ada, f"holds/{held['id']}/capture", points=25).json()
    assert caught["points"] == {"points": {"available": 0, "pending": 0, "held": -25}}
    assert problem(post(till, ada, f"holds/{held['id']}/release", points=36)) == (409, "hold_exceeded")
    assert post(till, ada, f"holds/{held['id']}/release").status_code == 200
    assert problem(post(till, ada, f"holds/{held['id']}/capture")) == (404, "unknown_hold")
    post(till, ada, f"redemptions/{caught['id']}/reversal")
    assert has(till, ada) == (100, 0)
    assert problem(post(till, ada, f"redemptions/{caught['id']}/reversal")) == (409, "already_reversed")
    lines = till.get(f"/v1/members/{ada}/statement").json()["lines"]
    assert [line["kind"] for line in lines[:4]] == ["reversal", "release", "capture", "hold"]
    assert (lines[2]["pot"], lines[2]["amount"], lines[2]["held_after"]) == ("held", -25, 35)


def test_what_is_no_id_of_a_hold_is_named(till: Caller, ada: str) -> None:
    response = post(till, ada, "holds/reward/capture")
    assert problem(response) == (422, "bad_parameters")
    assert response.json()["errors"][0]["where"] == "path.id"


def test_goodwill_is_given_with_a_code_and_no_text(till: Caller, ada: str) -> None:
    given = post(till, ada, "adjustments", points=50, reason="late-delivery").json()
    assert given["points"]["points"]["available"] == 50
    told = till.get(f"/v1/members/{ada}/statement?limit=1").json()["lines"][0]
    corrected = post(till, ada, "adjustments", points=-50, currency="points", reason="twice", corrects=told["seq"])
    assert corrected.status_code == 200
    twice = post(till, ada, "adjustments", points=-1, currency="points", reason="twice", corrects=told["seq"])
    assert problem(twice) == (409, "correction_exceeds")
    assert twice.json()["figures"] == {"movement": told["seq"], "amount": 50, "corrected": 50, "left": 0}
    assert problem(post(till, ada, "adjustments", points=5, reason="She was rude.")) == (422, "bad_parameters")
    assert problem(post(till, ada, "adjustments", points=5, reason="ok", corrects=999)) == (422, "unknown_entry")
    assert has(till, ada) == (100, 0)


def test_a_transfer_arrives_and_both_statements_say_so(till: Caller, ada: str) -> None:
    bruno = member(till, "bruno")
    sent = post(till, ada, "transfers", to=bruno, points=60).json()
    assert sent["received"] and has(till, ada) == (40, 0) and has(till, bruno) == (160, 0)
    line = till.get(f"/v1/members/{bruno}/statement?limit=1").json()["lines"][0]
    assert (line["event"], line["title"]) == (sent["received"], "Received")
    assert problem(post(till, ada, "transfers", to="nobody", points=1)) == (422, "unknown_member")
    assert problem(post(till, ada, "transfers", to=ada, points=1)) == (422, "same_account")


def test_a_tier_is_set_and_ended(till: Caller, ada: str) -> None:
    assert post(till, ada, "tier", tier="captain", until="2099-12-31", reason="friend").status_code == 200
    tier = till.get(f"/v1/members/{ada}").json()["tier"]
    assert (tier["level"], tier["kept_until"]) == ("captain", "2099-12-31")
    assert post(till, ada, "tier", tier=None, reason="enough").status_code == 200
    assert problem(post(till, ada, "tier", tier="admiral", reason="friend")) == (422, "unknown_tier")


def test_lots_are_read_in_the_order_of_spending(till: Caller, ada: str) -> None:
    post(till, ada, "redemptions", points=95)
    (lot,) = till.get(f"/v1/members/{ada}/lots").json()["lots"]
    assert (lot["left"], lot["amount"], lot["pending"]) == (5, 10, False)


@pytest.mark.parametrize(
    ("act", "ask", "where"),
    [
        ("redemptions", {"points": 0}, "body.points"),
        ("redemptions", {"points": "60"}, "body.points"),
        ("redemptions", {"points": 1.5}, "body.points"),
        ("redemptions", {"points": 10**13}, "body.points"),
        ("redemptions", {"points": 5, "curency": "points"}, "body.curency"),
        ("redemptions", {"points": 5, "original": " x"}, "body.original"),
        ("redemptions", {"points": 5, "original": "\x00"}, "body.original"),
        ("holds", {"points": 5}, "body"),
        ("transfers", {"points": 5}, "body.to"),
        ("returns", {"original": "x", "lines": [{"line": "1", "net": "0.001"}]}, "body.lines.0"),
        ("returns", {"original": "x", "lines": [{"line": "1", "net": "1"}, {"line": "1", "net": "1"}]}, "body.lines.1"),
        ("returns", {"original": "x", "lines": [{"line": "1", "net": "-1"}]}, "body.lines.0.net"),
        ("returns", {"original": "x", "lines": [{"line": "1", "net": "NaN"}]}, "body.lines.0.net"),
        ("tier", {"tier": "mate", "until": "soon", "reason": "x"}, "body.until"),
    ],
)
def test_what_is_not_as_it_must_be_is_named(till: Caller, ada: str, act: str, ask: dict[str, Any], where: str) -> None:
    response = post(till, ada, act, **ask)
    assert problem(response) == (422, "bad_parameters")
    assert response.json()["errors"][0]["where"] == where


@pytest.mark.parametrize(
    ("act", "scope"),
    [
        ("redemptions", "points:spend"), ("holds", "points:spend"), ("adjustments", "points:adjust"),
        ("transfers", "points:transfer"), ("merge", "members:merge"), ("forfeitures", "points:forfeit"), ("tier", "tiers:write"),
    ],
)  # fmt: skip
def test_each_kind_of_act_needs_its_own_scope(caller: Callable[..., Caller], ada: str, act: str, scope: str) -> None:
    every = {
        "events:write",
        "members:read",
        "quotes:read",
        "points:spend",
        "points:adjust",
        "points:transfer",
        "members:merge",
        "points:forfeit",
        "tiers:write",
    }
    response = post(caller("app", *(every - {scope})), ada, act)
    assert problem(response) == (403, "missing_scope")
    assert response.json()["figures"]["needed"] == scope
    assert problem(post(caller("app", scope), ada, act)) == (422, "bad_parameters")


def test_nobody_knows_a_member_who_is_none(till: Caller) -> None:
    assert problem(post(till, "nobody", "redemptions", points=5)) == (404, "no_such_member")
    assert problem(till.get("/v1/members/nobody/holds")) == (404, "no_such_member")
    assert problem(till.get("/v1/members/nobody/lots")) == (404, "no_such_member")


def test_every_act_is_noted_with_the_key_that_asked(till: Caller, ada: str) -> None:
    post(till, ada, "redemptions", points=5)
    post(till, ada, "redemptions", "?dry_run=true", points=5)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT act, actor, detail::text FROM audit WHERE account_id = %s ORDER BY id", [accounts_of([ada])[ada]]
        )
        rows = cursor.fetchall()
    assert [act for act, _, _ in rows] == ["points adjusted", "points redeemed", "act rehearsed"]
    assert {actor for _, actor, _ in rows} == {f"key:{till.key.name}"}
    assert '"reason": "welcome"' in rows[0][2]
