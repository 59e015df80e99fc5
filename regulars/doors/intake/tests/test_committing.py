"""Several requests in one transaction: each has its own answer, and nobody's fault is another's."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection

from regulars.doors.api.events import Way
from regulars.doors.api.tests.conftest import Caller, fresh, purchase
from regulars.doors.api.tests.conftest import caller as caller
from regulars.doors.api.tests.conftest import till as till
from regulars.doors.intake import committing
from regulars.doors.intake.admitting import Head
from regulars.doors.intake.committing import Answer, Request, commit
from regulars.exchange.earning.housing import found, join
from regulars.exchange.earning.tests.test_acting import by
from regulars.ground.access.keys import revoke


def ask(who: Caller, *events: object, name: str = "", create: bool = True, body: bytes | None = None) -> Request:
    """A request as the intake has let it in."""
    data = json.dumps(list(events)).encode() if body is None else body
    head = Head(who.key, Way("create" if create else "known", "", True), "application/json", name, len(data), False)
    return Request(head, data, print)


def told(answer: Answer) -> Any:
    return json.loads(answer.body)


def statuses(answer: Answer) -> list[str]:
    return [one["status"] for one in told(answer)["results"]]


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_each_request_of_a_batch_gets_its_own_answer(caller: Callable[..., Caller]) -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    first, second, third = caller("till"), caller("shop"), caller("app")
    bought = purchase(ada, "10.00")
    answers = commit([
        ask(first, bought, purchase(bruno, "?")),
        ask(second, purchase(fresh("carmen"), "3.00"), create=False),
        ask(third, body=b"{"),
        ask(first, bought),
        ask(second, purchase(bruno, "7.00")),
    ])  # fmt: skip
    assert [one.status for one in answers] == [200, 200, 400, 200, 200]
    assert [statuses(answers[place]) for place in (0, 1, 3, 4)] == [
        ["recorded", "quarantined"], ["quarantined"], ["duplicate"], ["recorded"],
    ]  # fmt: skip
    assert told(answers[2])["code"] == "not_json"
    assert told(answers[1])["source"] == second.key.name
    assert told(answers[3])["results"][0]["points"] == told(answers[0])["results"][0]["points"]


def test_a_batch_notes_each_caller_in_the_audit(caller: Callable[..., Caller]) -> None:
    callers = [caller(name) for name in ("till", "shop")]
    commit([ask(one, purchase(fresh("ada"), "1.00")) for one in callers])
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor, detail ->> 'recorded' FROM audit WHERE act = 'events told' ORDER BY id")
        assert cursor.fetchall() == [(f"key:{one.key.name}", "1") for one in callers]


@pytest.mark.parametrize("places", [1, 2])
def test_a_request_that_cannot_be_kept_fails_alone(
    caller: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch, places: int
) -> None:
    """Whatever goes wrong with one, in a batch or by itself, the others are recorded as if it had not been there."""
    good, bad = caller("till"), caller("shop")
    broken = fresh("broken")
    read = committing.asked

    def asked(*values: Any) -> Any:
        ask, digest = read(*values)
        if broken.encode() in b"".join(map(bytes, ask.raws)):
            raise DatabaseError("no such figure")
        return ask, digest

    monkeypatch.setattr(committing, "asked", asked)
    monkeypatch.setattr("regulars.doors.api.events.asked", asked)
    batch = [ask(good, purchase(fresh("ada"), "10.00")) for _ in range(3)]
    for _ in range(places):
        batch.insert(1, ask(bad, purchase(broken, "10.00")))
    answers = commit(batch)
    assert [one.status for one in answers] == [200, *[500] * places, 200, 200]
    assert told(answers[1])["code"] == "internal_error"
    assert count("event") == 3


def test_a_figure_beyond_all_bounds_sets_aside_its_own_event(caller: Callable[..., Caller]) -> None:
    most = "9999999999999.99"
    huge, small = caller("till"), caller("shop")
    dagny = fresh("dagny")
    events = [{**purchase(dagny), "lines": [{"net": most}] * 1_000} for _ in range(12)]
    answers = commit([ask(small, purchase(fresh("ada"), "1.00")), ask(huge, *events)])
    assert statuses(answers[0]) == ["recorded"]
    codes = [one["refusal"]["code"] for one in told(answers[1])["results"] if one["refusal"]]
    assert codes and set(codes) == {"cannot_be_kept"}


def test_a_return_that_looks_at_accounts_of_kin_is_committed_with_all_others(
    caller: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    till, ada, bruno = caller("till"), fresh("ada"), fresh("bruno")
    lamp = purchase(ada, "10.00")
    commit([ask(till, lamp, purchase(bruno, "1.00"))])
    join(bruno, found(ada, "", by()).household.number, by())
    back = {
        "event": fresh("back"), "member": ada, "type": "return", "at": lamp["at"], "original": lamp["event"],
        "lines": [{"original_line": "1", "net": "1.00"}],
    }  # fmt: skip
    monkeypatch.setattr(committing, "_alone", None)  # nobody is taken alone
    answers = commit([ask(till, purchase(fresh("carmen"), "2.00")), ask(till, back)])
    assert [statuses(answer) for answer in answers] == [["recorded"], ["recorded"]]


def test_the_answer_is_kept_in_the_transaction_of_the_events(till: Caller) -> None:
    event = purchase(fresh("ada"), "10.00")
    (first,) = commit([ask(till, event, name="k")])
    again, other, twin = commit([
        ask(till, event, name="k"), ask(till, event, event, name="k2"), ask(till, event, event, name="k2"),
    ])  # fmt: skip
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    assert told(again) == told(first)
    assert statuses(other) == ["duplicate", "duplicate"]
    assert (twin.status, told(twin)["code"], twin.headers["Retry-After"]) == (409, "in_progress", "1")
    (reused,) = commit([ask(till, purchase(fresh("ada"), "1.00"), name="k")])
    assert (reused.status, told(reused)["code"]) == (422, "idempotency_key_reused")
    assert count("kept_answer") == 2


def test_a_key_that_was_revoked_opens_nothing_in_the_next_batch(caller: Callable[..., Caller]) -> None:
    lost, kept = caller("till"), caller("shop")
    revoke(lost.key.id, "keeper", datetime.now(UTC))
    refused, taken = commit([ask(who, purchase(fresh("ada"), "1.00")) for who in (lost, kept)])
    assert (refused.status, told(refused)["code"], refused.revoked) == (401, "bad_key", True)
    assert statuses(taken) == ["recorded"]


def test_without_a_database_all_are_told_to_come_back(till: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Any:
        raise OperationalError("gone")

    monkeypatch.setattr(committing, "ask_now", gone)
    answers = commit([ask(till, purchase(fresh("ada"), "1.00")) for _ in range(2)])
    assert [(one.status, told(one)["code"], one.headers["Retry-After"]) for one in answers] == [
        (503, "database_unavailable", "2")
    ] * 2


def test_without_a_programme_all_are_told_so(db: None, harbour: int, till: Caller) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO programme_closing (number, at, by, because) SELECT number, published_at, 'x', 'x'"
                       " FROM programme_version")  # fmt: skip
    (answer,) = commit([ask(till, purchase(fresh("ada"), "1.00"))])
    assert (answer.status, told(answer)["code"]) == (409, "no_programme")


def test_a_body_that_ended_too_soon_changes_nothing(till: Caller) -> None:
    whole = ask(till, purchase(fresh("ada"), "1.00"))
    (answer,) = commit([Request(whole.head, whole.body[:-5], whole.told)])
    assert (answer.status, told(answer)["code"]) == (400, "incomplete_body")
    assert count("event") == 0
