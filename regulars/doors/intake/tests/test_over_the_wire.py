"""The intake at its port: many at once, and Django behind it."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from http.client import HTTPResponse
from typing import Any, BinaryIO

import pytest
from django.db import connection

from regulars.doors.api.bodies import MAX_BYTES
from regulars.doors.api.problems import PROBLEMS
from regulars.doors.api.tests.conftest import Caller, fresh, purchase
from regulars.doors.intake.application import THREADS
from regulars.doors.intake.handing import environ_of
from regulars.doors.intake.queueing import MOST_BYTES
from regulars.doors.intake.tests.conftest import Response
from regulars.ground.access.keys import revoke

URL = "/v1/events?members=create&history=true"
#: Sends a request to Django, which needs not be told anything by it.
LONG_WAY = {"Cookie": "a=b"}


def test_many_at_once_are_each_answered_for_their_own(caller: Callable[..., Caller]) -> None:
    """Few members, so that the same accounts are in many requests; and each request is told twice."""
    tills = [caller(f"till {one}") for one in range(12)]
    members = [fresh("ada") for _ in range(4)]
    told = [[purchase(members[(one + two) % 4], f"{one + 1}.00") for two in range(6)] for one in range(12)]

    def ask(one: int) -> list[tuple[int, Any]]:
        answers = [tills[one].post(URL, event) for event in told[one] for _ in range(2)]
        return [(answer.status_code, answer.json()["results"][0]) for answer in answers]

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, range(12)))
    for one, own in enumerate(answers):
        assert [(status, result["event"]) for status, result in own] == [
            (200, event["event"]) for event in told[one] for _ in range(2)
        ]
        assert [result["status"] for _, result in own] == ["recorded", "duplicate"] * 6
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(b.pending) FROM balance b JOIN member_number n ON n.account_id = b.account_id WHERE n.number = ANY(%s)",
            [members],
        )
        assert cursor.fetchone()[0] >= sum(6 * (one + 1) for one in range(12))


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        (URL, b"[]", {}), (URL, b"{", {}), (URL, b"1", {}), ("/v1/events", b'{"event":1,"event":2}', {}), (URL + "&source=%20", b"[]", {}),
        (URL, gzip.compress(b"[]", mtime=0), {"Content-Encoding": "gzip"}), (URL, b"[]", {"Content-Encoding": "gzip"}),
        (URL, b"[]", {"Content-Type": "text/plain"}),
    ],
)  # fmt: skip
def test_both_ways_answer_alike(till: Caller, path: str, body: bytes, headers: dict[str, str]) -> None:
    def told(answer: Response) -> Any:
        named = {name.lower(): value for name, value in answer.headers.items() if name.lower() != "date"}
        return answer.status_code, answer.content, named

    kind = headers.get("Content-Type", "application/json")
    assert told(till.post(path, body, kind, headers)) == told(till.post(path, body, kind, headers | LONG_WAY))


def test_a_key_opens_nothing_from_the_moment_it_is_revoked(till: Caller) -> None:
    assert till.post(URL, purchase(fresh("ada"), "1.00")).status_code == 200
    revoke(till.key.id, "keeper", datetime.now(UTC))
    for _ in range(2):
        answer = till.post(URL, purchase(fresh("ada"), "1.00"))
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_key")


def test_pages_files_and_the_other_operations_are_behind_the_same_port(till: Caller) -> None:
    ada = fresh("ada")
    till.post(URL, purchase(ada, "10.00"))
    assert till.get(f"/v1/members/{ada}").json()["number"] == ada
    assert till.get("/v1/openapi.json").json()["paths"]["/v1/events"]["post"]["operationId"] == "post_events"
    assert till.get("/static/look/tokens.css").status_code == 200
    assert till.get("/accounts/login/").headers["Content-Type"].startswith("text/html")
    assert till.get("/v1/events").status_code == 405
    assert till.post("/v1/quote", {"lines": [{"net": "10.00"}]}).status_code == 200
    assert till.get(f"/v1/members/{ada[:2]}%C3%A6").json()["code"] == "no_such_member"


def test_a_body_in_chunks_is_asked_for_its_length(till: Caller, port: int) -> None:
    head = (
        f"POST /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {till.secret}\r\nConnection: close\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=20) as talk:
        talk.sendall(
            f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n".encode()
        )
        answer = b""
        while part := talk.recv(65536):
            answer += part
    assert b" 411 " in answer.splitlines()[0] and b"length_required" in answer


def test_a_caller_that_hangs_up_in_the_middle_changes_nothing(till: Caller, port: int) -> None:
    event = purchase(fresh("ada"), "10.00")
    body = json.dumps(event).encode()
    head = f"POST {URL} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {till.secret}\r\nContent-Type: application/x-ndjson\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as talk:
        talk.sendall(f"{head}Content-Length: {2 * len(body)}\r\n\r\n".encode() + body)
    answer = till.post("/v1/events", event)
    assert answer.json()["results"][0]["refusal"]["code"] == "unknown_member"


def test_callers_who_are_slow_with_a_body_hold_up_nobody(till: Caller, port: int) -> None:
    head = f"POST /v1/quote HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {till.secret}\r\n"
    with ExitStack() as stack:
        for _ in range(2 * THREADS):
            talk = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            talk.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode())
        assert till.get("/healthz").status_code == 200


def spoken(port: int, secret: str, length: int, sent: bytes, more: str = "") -> socket.socket:
    """A connection on which a request to take events was told, and some of its body."""
    talk = socket.create_connection(("127.0.0.1", port), timeout=20)
    talk.sendall(
        f"POST {URL} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {secret}\r\nContent-Type: application/json\r\n"
        f"{more}Content-Length: {length}\r\n\r\n".encode()
        + sent
    )
    return talk


def heard(talk: socket.socket) -> tuple[int, Any, Any]:
    """Status, headers and body of an answer."""
    answer = HTTPResponse(talk, method="POST")
    answer.begin()
    return answer.status, answer.headers, json.loads(answer.read())


def test_who_is_refused_hears_it_after_a_long_body_and_goes_on_over_the_same_connection(
    till: Caller, port: int
) -> None:
    """Whoever speaks while it is answered hears nothing: its end of the connection is reset, and a proxy says 502."""
    with ExitStack() as stack:
        for secret, length, code in (
            ("rk_nobody", 8_000_000, "bad_key"),
            (till.secret, MAX_BYTES + 1, "body_too_large"),
        ):
            talk = stack.enter_context(spoken(port, secret, length, b" " * length))
            status, headers, told = heard(talk)
            assert (status, told["code"], headers["Connection"]) == (PROBLEMS[code].status, code, None)
            talk.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert heard(talk)[0] == 200
        waits = stack.enter_context(spoken(port, "rk_nobody", 8_000_000, b"", "Expect: 100-continue\r\n"))
        assert heard(waits)[0] == 401


def test_more_than_there_is_room_for_is_told_to_come_back_and_is_heard(till: Caller, port: int) -> None:
    till.post(URL, purchase(fresh("ada"), "1.00"))
    with ExitStack() as stack:
        for _ in range(MOST_BYTES // MAX_BYTES):
            stack.enter_context(spoken(port, till.secret, MAX_BYTES - 1_000, b"["))
        assert till.post(URL, purchase(fresh("ada"), "1.00")).status_code == 200  # by now they were heard
        status, headers, told = heard(stack.enter_context(spoken(port, till.secret, 8_000_000, b" " * 8_000_000)))
        assert (status, told["code"], headers["Retry-After"]) == (503, "too_busy", "1")


def test_the_figures_of_the_intake_are_counted(till: Caller) -> None:
    till.post(URL, purchase(fresh("ada"), "1.00"))
    told = till.get("/metrics").content.decode()
    assert "regulars_intake_requests_per_commit_bucket" in told
    assert 'regulars_request_seconds_count{method="POST",operation="v1/events",status="200"}' in told


def test_what_is_asked_for_in_one_go_is_answered_in_its_order(till: Caller, port: int) -> None:
    """Events on the short way, and pages on the long one, told without waiting for an answer; some would rather go on in
    another protocol, as Java's client says by itself."""
    events = [json.dumps(purchase(fresh("ada"), "1.00")).encode() for _ in range(3)]
    head = f"POST {URL} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {till.secret}\r\nContent-Type: application/json\r\n"
    offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAA\r\n"
    ask = [
        f"{head}{more}Content-Length: {len(body)}\r\n\r\n".encode() + body
        for body, more in zip(events, ("", offer, ""), strict=True)
    ]
    page = f"GET /v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n{offer}\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as talk:
        talk.sendall(ask[0] + ask[1] + page + ask[2] + page)
        file = talk.makefile("rb")
        told = [_answer(file) for _ in range(5)]
    assert [one.get("results", [{}])[0].get("event") for one in told] == [
        json.loads(events[0])["event"], json.loads(events[1])["event"], None, json.loads(events[2])["event"], None,
    ]  # fmt: skip
    assert "openapi" in told[2] and "openapi" in told[4]


def _answer(file: BinaryIO) -> Any:
    """The next answer of a connection."""
    assert file.readline().startswith(b"HTTP/1.1 200 ")
    length = 0
    while (line := file.readline()) != b"\r\n":
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    return json.loads(file.read(length))


def test_a_header_with_an_underscore_passes_for_no_other() -> None:
    told = environ_of({
        "method": "GET", "path": "/v1/members/æ", "query_string": b"", "http_version": "1.1", "scheme": "http",
        "server": ("127.0.0.1", 8000), "client": ("::1", 50000), "headers": [
            (b"host", b"shop.example"), (b"x_forwarded_proto", b"https"), (b"x-twice", b"a"), (b"x-twice", b"b"),
            (b"idempotency-key", b"\xff"),
        ],
    })  # fmt: skip
    assert "HTTP_X_FORWARDED_PROTO" not in told
    assert (told["HTTP_X_TWICE"], told["HTTP_IDEMPOTENCY_KEY"]) == ("a,b", "\xff")
    assert told["PATH_INFO"].encode("latin-1").decode() == "/v1/members/æ"
    assert (told["SERVER_PORT"], told["REMOTE_ADDR"]) == ("8000", "::1")
