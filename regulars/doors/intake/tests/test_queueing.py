"""Which requests become one batch: the clock and the waits are the test's own."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from regulars.doors.api.events import Way
from regulars.doors.intake import application, queueing
from regulars.doors.intake.admitting import Head
from regulars.doors.intake.queueing import GATHER_S, MOST_TOGETHER, Committer
from regulars.ground.access.keys import Key


class Street:
    """A committer, and what arrives each time that it waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.waits = 0.0, 0
        self.arriving: list[list[Any]] = []
        self.committer = Committer("small", lambda batch, answers: None)
        monkeypatch.setattr(queueing, "monotonic", lambda: self.now)
        monkeypatch.setattr(queueing, "sleep", self._wait)

    def _wait(self, seconds: float) -> None:
        self.now += seconds
        self.waits += 1
        self.put(*(self.arriving.pop(0) if self.arriving else ()))

    def put(self, *requests: Any) -> None:
        for request in requests:
            self.committer.put(request)

    def batch(self) -> list[Any]:
        return self.committer._next()


@pytest.fixture
def street(monkeypatch: pytest.MonkeyPatch) -> Street:
    return Street(monkeypatch)


def test_a_request_alone_is_a_batch_and_waits_for_nothing(street: Street) -> None:
    for name in ("ada", "bruno"):
        street.put(name)
        assert street.batch() == [name]
    assert street.waits == 0


def test_where_several_ask_a_batch_waits_while_more_arrive(street: Street) -> None:
    street.put("ada", "bruno")
    assert street.batch() == ["ada", "bruno"]
    street.arriving = [["ada", "carmen"], ["dagny"], [], ["too late"]]
    street.put("bruno")
    assert street.batch() == ["bruno", "ada", "carmen", "dagny"]


def test_it_does_not_wait_for_ever(street: Street) -> None:
    street.put("ada", "bruno")
    street.batch()
    street.arriving = [["carmen"]] * 100
    street.put("ada")
    assert len(street.batch()) < 10
    assert street.now <= 2 * GATHER_S


def test_a_batch_has_its_most_and_the_rest_is_the_next(street: Street) -> None:
    street.put(*range(MOST_TOGETHER + 1))
    assert street.batch() == list(range(MOST_TOGETHER))
    assert street.batch() == [MOST_TOGETHER]


def test_what_waits_is_carried_out_before_the_end(street: Street) -> None:
    street.put("ada", "bruno")
    street.committer.end()
    assert street.batch() == ["ada", "bruno"]
    assert street.batch() == []


def test_a_body_that_stops_coming_gives_its_room_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller who went without a word, in the middle of 32 MB, may hold the connection for hours."""
    monkeypatch.setattr(application, "BODY_S", 0.0)
    intake = application.Application(lambda environ, begin: [])
    till = Key(uuid4(), "till", "", frozenset({"events:write"}), datetime.now(UTC), None)
    head = Head(till, Way("known", "", False), "application/json", "", 32_000_000, False)
    answer = asyncio.run(intake._taken(head, {}, asyncio.Event().wait))
    assert (answer.status, json.loads(answer.body)["code"]) == (400, "incomplete_body")
    assert (intake._room.requests, intake._room.bytes) == (0, 0)
