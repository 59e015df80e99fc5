"""The same request under the same Idempotency-Key gets the same answer, and does its work once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections

from regulars.doors.api import events
from regulars.doors.api.keeping import KEPT, forget_answers
from regulars.doors.api.tests.conftest import Caller, fresh, purchase
from regulars.ground.members.enrolling import accounts_of

URL = "/v1/events?members=create"


def under(name: str) -> dict[str, str]:
    return {"Idempotency-Key": name}


def recorded(event: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM event_key WHERE external_id = %s", [event["event"]])
        return int(cursor.fetchone()[0])


def test_the_same_request_gets_the_first_answer_again(till: Caller) -> None:
    event = purchase(fresh("ada"), "10.00")
    first = till.post(URL, event, headers=under("k"))
    again = till.post(URL, event, headers=under("k"))
    assert first.json()["results"][0]["status"] == "recorded"  # not "duplicate", as without the header
    assert again.json() == first.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("other", ["body", "members", "source"])
def test_another_request_under_the_same_key_is_refused(till: Caller, other: str) -> None:
    event = purchase(fresh("ada"), "10.00")
    till.post(URL, event, headers=under("k"))
    url = {"members": "/v1/events?members=known", "source": URL + "&source=shop"}.get(other, URL)
    response = till.post(url, {**event, "store": "quay"} if other == "body" else event, headers=under("k"))
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")


def test_keys_of_two_callers_do_not_meet(caller: Callable[..., Caller]) -> None:
    answers = [caller().post(URL, purchase(fresh("ada"), "10.00"), headers=under("k")) for _ in range(2)]
    assert [one.json()["counts"]["recorded"] for one in answers] == [1, 1]


def test_a_refused_request_leaves_its_key_free(till: Caller) -> None:
    assert till.post(URL, b"{", headers=under("k")).status_code == 400
    assert till.post(URL, purchase(fresh("ada"), "10.00"), headers=under("k")).status_code == 200


def test_a_dry_run_leaves_its_key_free(till: Caller) -> None:
    event = purchase(fresh("ada"), "10.00")
    till.post(URL + "&dry_run=true", event, headers=under("k"))
    assert till.post(URL, event, headers=under("k")).json()["results"][0]["status"] == "recorded"


@pytest.mark.parametrize("name", ["x" * 256, "blank space", "umläut"])
def test_a_key_is_at_most_255_visible_characters(till: Caller, name: str) -> None:
    response = till.post(URL, purchase(fresh("ada"), "10.00"), headers=under(name))
    assert (response.status_code, response.json()["errors"][0]["where"]) == (422, "header.Idempotency-Key")


def test_an_answer_is_kept_for_a_day_and_then_forgotten(till: Caller) -> None:
    event = purchase(fresh("ada"), "10.00")
    first = till.post(URL, event, headers=under("k")).json()
    now = datetime.now(UTC)
    forget_answers(now + KEPT - timedelta(minutes=5))
    assert till.post(URL, event, headers=under("k")).json() == first
    forget_answers(now + KEPT + timedelta(minutes=5))
    assert till.post(URL, event, headers=under("k")).json()["results"][0]["status"] == "duplicate"


def test_work_that_fails_leaves_neither_its_rows_nor_an_answer(till: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    event = purchase(fresh("ada"), "10.00")
    with monkeypatch.context() as broken:
        take_told = events.take_told

        def fail(*args: Any) -> None:
            take_told(*args)
            raise RuntimeError("the lights went out")

        broken.setattr(events, "take_told", fail)
        assert till.post(URL, event, headers=under("k")).status_code == 500
    assert recorded(event) == 0
    assert till.post(URL, event, headers=under("k")).json()["results"][0]["status"] == "recorded"


def test_while_the_first_is_under_way_the_second_is_told_to_wait(
    committed: None, till: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = purchase(fresh("ada"), "10.00")
    inside, go_on = threading.Event(), threading.Event()
    take_told = events.take_told

    def slowly(*args: Any) -> Any:
        inside.set()
        assert go_on.wait(20)
        return take_told(*args)

    def ask() -> Any:
        try:
            return till.post(URL, event, headers=under("slow"))
        finally:
            connections.close_all()

    monkeypatch.setattr(events, "take_told", slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask)
        assert inside.wait(20)
        second = ask()
        go_on.set()
        assert (second.status_code, second.json()["code"]) == (409, "in_progress")
        assert int(second.headers["Retry-After"]) > 0
        answer = first.result(30)
    assert answer.json()["results"][0]["status"] == "recorded"
    assert till.post(URL, event, headers=under("slow")).json() == answer.json()


def test_of_many_at_once_one_does_the_work_and_all_agree(committed: None, till: Caller) -> None:
    many = [purchase(fresh("bruno"), "10.00") for _ in range(20)]
    name = uuid4().hex
    start = threading.Barrier(8)

    def ask(_: int) -> Any:
        start.wait(20)
        try:
            while (response := Caller(till.key, till.secret).post(URL, many, headers=under(name))).status_code == 409:
                assert response.json()["code"] == "in_progress"
            return json.dumps(response.json(), sort_keys=True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(8)))
    assert len(answers) == 1
    assert json.loads(answers.pop())["counts"] == {"recorded": 20, "duplicate": 0, "quarantined": 0}
    assert [recorded(event) for event in many] == [1] * 20
    assert len(accounts_of([event["member"] for event in many])) == 20


def test_of_many_at_once_without_a_key_each_event_is_still_recorded_once(committed: None, till: Caller) -> None:
    event = purchase(fresh("carmen"), "10.00")
    start = threading.Barrier(6)

    def ask(_: int) -> str:
        start.wait(20)
        try:
            return str(Caller(till.key, till.secret).tell(event)[0]["status"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(ask, range(6)))
    assert statuses == ["duplicate"] * 5 + ["recorded"]
    assert recorded(event) == 1
