"""Which requests go the short way: those in which nothing is unusual."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from regulars.doors.api.limits import BURST
from regulars.doors.intake.admitting import Asked, Gate, asked
from regulars.doors.intake.queueing import MOST_BYTES, MOST_WAITING, Room
from regulars.ground.access.keys import Key

SECRET = "rk_secret"
HEADERS = {
    "authorization": f"Bearer {SECRET}",
    "host": "localhost:8000",
    "content-length": "2",
    "content-type": "application/json",
}


def scope(**more: Any) -> Any:
    told = {"path": "/v1/events", "method": "POST", "query_string": b"", "headers": HEADERS} | more
    headers = [(name.encode(), value.encode()) for name, value in told["headers"].items()]
    return told | {"headers": headers}


def asked_for(**more: Any) -> Asked:
    told = asked(scope(**more))
    assert told is not None
    return told


def gate(*scopes: str) -> Gate:
    key = Key(uuid4(), "till", "", frozenset(scopes or ("events:write",)), datetime.now(UTC), None)
    made = Gate(lambda secret: key if secret == SECRET else None)
    made.look(SECRET)
    return made


def test_an_ordinary_request_is_let_in_with_all_it_says() -> None:
    told = {"idempotency-key": "k1", "accept-language": "en-GB,en;q=0.9", "content-encoding": "gzip"}
    ask = asked_for(headers=HEADERS | told, query_string=b"members=create&history=true&source=shop")
    till = gate()
    assert ask.token == SECRET and till.knows(SECRET)
    head = till.admit(ask)
    assert head is not None
    assert (head.way.members, head.way.history, head.way.source) == ("create", True, "shop")
    assert (head.name, head.length, head.packed, head.key.name) == ("k1", 2, True, "till")


@pytest.mark.parametrize(
    "unusual",
    [
        {"query_string": b"dryrun=true"}, {"query_string": b"dry_run=true"}, {"query_string": b"members=all"},
        {"query_string": b"members=known&members=create"}, {"query_string": b"history=1"}, {"query_string": "source=Åse".encode()},
        *({"headers": HEADERS | {name: value}} for name, value in (
            ("transfer-encoding", "chunked"), ("content-length", "-1"), ("content-length", "99999999999"),
            ("content-encoding", "br"), ("idempotency-key", "blank space"), ("idempotency-key", "x" * 256),
            ("host", "evil.example"), ("host", "local host"), ("accept-language", "de"), ("cookie", "django_language=de"),
        )),
        {"headers": {name: value for name, value in HEADERS.items() if name != "content-length"}},
    ],
)  # fmt: skip
def test_what_is_unusual_is_left_to_django(unusual: dict[str, Any]) -> None:
    assert gate().admit(asked_for(**unusual)) is None


@pytest.mark.parametrize(
    "told", [{"path": "/v1/quote"}, {"method": "GET"}, {"headers": {}}, {"headers": {"authorization": "Basic x"}}]
)
def test_other_requests_are_not_looked_at(told: dict[str, Any]) -> None:
    assert asked(scope(**told)) is None


def test_what_is_said_twice_is_left_to_django() -> None:
    told = scope()
    told["headers"].append((b"content-type", b"text/plain"))
    assert asked(told) is None


def test_a_key_is_let_in_while_it_is_known_and_may_tell_events() -> None:
    till = gate()
    till.look("rk_other")
    assert not till.knows("rk_other") and till.admit(Asked("rk_other", "", HEADERS)) is None
    head = till.admit(asked_for())
    assert head is not None
    till.forget(head.key)
    assert not till.knows(SECRET)
    assert gate("members:read").admit(asked_for()) is None


def test_whoever_asks_too_often_is_left_to_django_which_says_so() -> None:
    till = gate()
    assert all(till.admit(asked_for()) for _ in range(BURST))
    assert till.admit(asked_for()) is None


def test_there_is_room_for_so_many_and_then_for_none_until_one_has_left() -> None:
    room = Room()
    assert room.enter(MOST_BYTES) and not room.enter(1)
    room.leave(MOST_BYTES)
    assert all(room.enter(0) for _ in range(MOST_WAITING)) and not room.enter(0)
    room.leave(0)
    assert room.enter(0)
