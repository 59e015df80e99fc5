"""A connection whose other end is the test's own, and on whose clock it looks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any, cast
from uuid import uuid4

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from regulars.doors.intake import speaking
from regulars.doors.intake.application import Application
from regulars.doors.intake.committing import Answer, Request
from regulars.doors.intake.speaking import BODY_S, HEAD_BYTES, HEAD_S, LOOK_S, REST_S, Wire
from regulars.ground.access.keys import Key

SECRET = "rk_secret"
HEAD = f"POST /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {SECRET}\r\nContent-Type: application/json\r\n"


class Talk(asyncio.Transport):
    """The socket of a connection: what was written on it, and whether it is closed."""

    def __init__(self) -> None:
        self.said, self.closed = b"", False

    def write(self, data: Any) -> None:
        self.said += data

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Later:
    """A call that was put off: what, and until when."""

    def __init__(self, when: float, call: Callable[[], None]) -> None:
        self.when, self.call, self.cancelled = when, call, False

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """The loop of a connection, whose time passes when it is told to."""

    def __init__(self) -> None:
        self.now, self.put_off = 0.0, list[Later]()

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, call: Callable[[], None]) -> Later:
        self.put_off.append(later := Later(when, call))
        return later

    def call_later(self, seconds: float, call: Callable[[], None]) -> Later:
        return self.call_at(self.now + seconds, call)

    def pass_to(self, when: float) -> None:
        while due := [one for one in self.put_off if one.when <= when and not one.cancelled]:
            first = min(due, key=lambda one: one.when)
            self.put_off.remove(first)
            self.now = first.when
            first.call()
        self.now = when


class Line:
    """A connection to a server that takes requests and lets them lie."""

    def __init__(self) -> None:
        self.key = Key(uuid4(), "till", "", frozenset({"events:write"}), datetime.now(UTC), None)
        self.application = Application(lambda environ, begin: [])
        self.application.gate._find = lambda secret: self.key
        self.application.gate.look(SECRET)
        self.taken: list[Request] = []
        self.application.take = self.taken.append  # type: ignore[method-assign]
        self.clock, self.talk = Clock(), Talk()
        config = Config(self.application, http=Wire, ws="none", log_config=None, proxy_headers=False)
        self.wire = Wire(config, ServerState(), {}, cast(asyncio.AbstractEventLoop, self.clock))
        self.wire.connection_made(self.talk)

    @property
    def room(self) -> tuple[int, int]:
        return self.application.room.requests, self.application.room.bytes

    def hear(self, *parts: bytes) -> None:
        for part in parts:
            self.wire.data_received(part)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    monkeypatch.setattr(speaking, "watched", lambda *told: None)
    yield Line()


def whole(body: bytes, more: str = "") -> bytes:
    return f"{HEAD}{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


def test_a_request_in_parts_is_carried_out_when_it_is_whole_and_answered(line: Line) -> None:
    data = whole(b"[1]")
    line.hear(data[:20], data[20:-2], data[-2:-1])
    assert line.taken == [] and line.room == (1, 3)
    line.hear(data[-1:])
    assert [request.body for request in line.taken] == [b"[1]"]
    line.taken[0].told(Answer(200, {"Content-Type": "application/json"}, b"{}"))
    head, _, body = line.talk.said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n") and b"Content-Length: 2" in head and body == b"{}"
    assert line.room == (0, 0) and not line.talk.closed


def test_whoever_asks_to_be_the_last_is_hung_up_on(line: Line) -> None:
    line.hear(whole(b"[]", "Connection: close\r\n"))
    line.taken[0].told(Answer(200, {}, b"{}"))
    assert b"connection: close" in line.talk.said and line.talk.closed


def test_whoever_waits_to_be_asked_for_a_body_is_asked(line: Line) -> None:
    data = whole(b"[]", "Expect: 100-continue\r\n")
    line.hear(data[:-2])
    assert line.talk.said == b"HTTP/1.1 100 Continue\r\n\r\n"
    line.hear(data[-2:])
    assert len(line.taken) == 1


def test_a_body_that_stops_coming_gives_its_room_back(line: Line) -> None:
    """A caller who went without a word, in the middle of 32 MB, may hold the connection for hours."""
    line.hear(whole(b" " * 40_000)[:30_000])
    assert line.room == (1, 40_000)
    line.clock.pass_to(BODY_S)
    assert b"400 Bad Request" in line.talk.said and line.talk.closed
    assert json.loads(line.talk.said.partition(b"\r\n\r\n")[2])["code"] == "incomplete_body"
    assert line.room == (0, 0) and line.taken == []


def test_so_does_one_that_stops_after_its_turn_came_later_than_its_head(line: Line) -> None:
    line.hear(whole(b"[1]"), whole(b" " * 40_000)[:300])
    assert line.room == (1, 3)
    line.taken[0].told(Answer(200, {}, b"{}"))
    assert line.room == (1, 40_000)
    line.clock.pass_to(BODY_S)
    assert b"incomplete_body" in line.talk.said and line.talk.closed and line.room == (0, 0)


def test_and_one_whose_key_had_to_be_looked_up_first(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Coroutine[Any, Any, None]] = []

    def create_task(work: Coroutine[Any, Any, None]) -> asyncio.Future[None]:
        begun.append(work)
        return asyncio.Future(loop=asyncio.new_event_loop())

    async def introduce(token: str) -> None:
        line.application.gate.look(token)

    monkeypatch.setattr(line.clock, "create_task", create_task, raising=False)
    monkeypatch.setattr(line.application, "introduce", introduce)
    line.application.gate.forget(line.key)
    line.hear(whole(b" " * 40_000)[:300])
    assert line.room == (0, 0)
    with pytest.raises(StopIteration):
        begun[0].send(None)
    assert line.room == (1, 40_000)
    line.clock.pass_to(BODY_S)
    assert b"incomplete_body" in line.talk.said and line.room == (0, 0)


@pytest.mark.parametrize("apart", [0, 1, 2], ids=["at once", "the body later", "byte by byte"])
@pytest.mark.parametrize("protocol", ["h2c", "websocket"])
def test_whoever_offers_another_protocol_is_served_in_this_one(line: Line, protocol: str, apart: int) -> None:
    """A body that is no body any more would be read as a request: here as one for a page."""
    body = b"GET /healthz HTTP/1.1\r\n\r\n"
    data = whole(body, f"Connection: Upgrade\r\nUpgrade: {protocol}\r\n") + whole(b"[2]")
    place = data.index(b"\r\n\r\n") + 4
    parts = [[data], [data[:place], data[place:]], [bytes([one]) for one in data]][apart]
    line.hear(*parts)
    line.taken[0].told(Answer(200, {}, b"{}"))
    assert [request.body for request in line.taken] == [body, b"[2]"]
    assert line.talk.said.count(b"HTTP/1.1") == 1


def test_thousands_of_such_offers_at_once_are_read_one_after_the_other(line: Line) -> None:
    line.hear(whole(b"", "Connection: Upgrade\r\nUpgrade: h2c\r\n") * 2_000)
    assert len(line.taken) == 1 and len(line.wire.pipeline) == 1_999 and not line.talk.closed


def test_a_head_after_a_long_body_is_not_counted_with_it(line: Line) -> None:
    first = whole(b" " * (HEAD_BYTES + 1))
    line.hear(first[:30], first[30:] + HEAD.encode())
    assert len(line.taken) == 1 and not line.talk.closed


def test_where_there_is_no_body_none_is_waited_for(line: Line) -> None:
    offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    line.hear(f"{HEAD}{offer}Content-Length: 0\r\n\r\n".encode() + whole(b"[2]"))
    line.taken[0].told(Answer(200, {}, b"{}"))
    assert [request.body for request in line.taken] == [b"", b"[2]"]


def test_whoever_hangs_up_before_a_body_is_whole_leaves_nothing(line: Line) -> None:
    line.hear(whole(b"[1, 2]")[:-1])
    line.wire.connection_lost(ConnectionResetError())
    assert line.room == (0, 0) and line.taken == []
    line.clock.pass_to(BODY_S)
    assert line.talk.said == b""


def test_whoever_hangs_up_later_is_told_nothing_and_keeps_no_room(line: Line) -> None:
    line.hear(whole(b"[1, 2]"))
    line.wire.connection_lost(None)
    assert line.room == (1, 6)
    line.taken[0].told(Answer(200, {}, b"{}"))
    assert line.room == (0, 0) and line.talk.said == b""


@pytest.mark.parametrize("said", [[], [b"POST /v1/ev"], [b"P", b"O", b"S", b"T"]])
def test_whoever_says_nothing_or_never_ends_a_head_is_let_go(line: Line, said: list[bytes]) -> None:
    for second, part in enumerate(said):
        line.clock.pass_to(second)
        line.hear(part)
    line.clock.pass_to(HEAD_S - 1)
    assert not line.talk.closed
    line.clock.pass_to(HEAD_S + LOOK_S)
    assert line.talk.closed


def test_a_connection_rests_for_a_while_between_two_requests_and_is_kept_as_long_as_one_is_carried_out(
    line: Line,
) -> None:
    line.hear(whole(b"[]"))
    line.clock.pass_to(10 * REST_S)
    assert not line.talk.closed
    line.taken[0].told(Answer(200, {}, b"{}"))
    line.clock.pass_to(11 * REST_S - 1)
    assert not line.talk.closed
    line.clock.pass_to(11 * REST_S + LOOK_S)
    assert line.talk.closed


def test_a_head_without_end_is_refused(line: Line) -> None:
    line.hear(HEAD.encode(), *[b"X-More: " + b"x" * 8_000 + b"\r\n"] * (HEAD_BYTES // 8_000 + 1))
    assert line.talk.said.startswith(b"HTTP/1.1 400 ") and line.talk.closed


def test_a_fault_of_ours_is_told_in_the_log_and_what_is_no_http_is_not(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(length: int) -> bool:
        raise LookupError

    line.hear(b"GET ?x HTTP/1.1\r\n\r\n")
    assert b" 400 " in line.talk.said and not [one for one in caplog.records if one.name == speaking.__name__]
    other = Line()
    other.application.room.enter = broken  # type: ignore[method-assign]
    other.hear(whole(b"[]"))
    assert b" 400 " in other.talk.said
    assert [one.exc_info and one.exc_info[0] for one in caplog.records if one.name == speaking.__name__] == [
        LookupError
    ]
