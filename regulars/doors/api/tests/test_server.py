"""The API behind another WSGI server (Python's own), over a real socket: what no test client can show."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from conftest import Urls
from regulars.doors.api.tests.conftest import Caller, fresh, purchase
from regulars.doors.cli.serve import free_port

_SERVE = """
import socketserver, sys, wsgiref.simple_server as simple
from regulars.doors.wsgi import application
class Server(socketserver.ThreadingMixIn, simple.WSGIServer):
    daemon_threads = True
class Quiet(simple.WSGIRequestHandler):
    def log_message(self, *told): ...
simple.make_server("127.0.0.1", int(sys.argv[1]), application, Server, Quiet).serve_forever()
"""


@pytest.fixture(scope="module")
def port(urls: Urls, django_db_setup: None) -> Iterator[int]:
    """The port of a server of its own process, ended afterwards."""
    port = free_port("127.0.0.1", 0)
    told = {**os.environ, "DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner}
    server = subprocess.Popen([sys.executable, "-c", _SERVE, str(port)], env=told)
    try:
        for _ in range(300):
            try:
                if ask(port, "GET", "/healthz")[0] == 200:
                    break
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail("The server did not come up.")
        yield port
    finally:
        server.terminate()
        server.wait(20)


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Any]:
    """One request; answers the status and the JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, named)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def raw(port: int, text: bytes, hang_up: bool = False) -> bytes:
    """Bytes as they are; answers what comes back until the server is done."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as talk:
        talk.sendall(text)
        if hang_up:
            talk.shutdown(socket.SHUT_WR)
        answer = b""
        while part := talk.recv(65536):
            answer += part
        return answer


def test_events_go_in_over_the_wire(committed: None, till: Caller, port: int) -> None:
    bearer = f"Bearer {till.secret}"
    event = purchase(fresh("ada"), "10.00")
    body = gzip.compress(json.dumps([event] * 3).encode())
    status, told = ask(
        port, "POST", "/v1/events?members=create", body,
        Authorization=bearer, Content_Type="application/json", Content_Encoding="gzip",
    )  # fmt: skip
    assert (status, told["counts"]) == (200, {"recorded": 1, "duplicate": 2, "quarantined": 0})


def test_a_body_in_chunks_is_asked_for_its_length(committed: None, till: Caller, port: int) -> None:
    head = f"POST /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {till.secret}\r\n"
    chunked = f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    answer = raw(port, chunked.encode() + b"2\r\n[]\r\n0\r\n\r\n")
    assert b" 411 " in answer.splitlines()[0]
    assert b"length_required" in answer


def test_a_caller_that_hangs_up_in_the_middle_changes_nothing(committed: None, till: Caller, port: int) -> None:
    event = purchase(fresh("ada"), "10.00")
    line = json.dumps(event).encode()
    head = f"POST /v1/events?members=create HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {till.secret}\r\n"
    head += f"Content-Type: application/x-ndjson\r\nContent-Length: {2 * len(line) + 1}\r\n\r\n"
    answer = raw(port, head.encode() + line + b"\n" + line[:10], hang_up=True)
    assert b" 200 " not in answer[:15]
    status, told = ask(
        port, "POST", "/v1/events", line, Authorization=f"Bearer {till.secret}", Content_Type="application/json"
    )
    assert (status, told["results"][0]["refusal"]["code"]) == (200, "unknown_member")


def test_a_body_of_forty_megabytes_is_refused(committed: None, till: Caller, port: int) -> None:
    body = b"[" + b" " * (40 * 1024 * 1024) + b"]"
    try:
        status, told = ask(
            port, "POST", "/v1/events", body, Authorization=f"Bearer {till.secret}", Content_Type="application/json"
        )
    except OSError:
        return  # the server closed the connection while we were still sending
    assert (status, told["code"]) == (413, "body_too_large")


def test_the_probes_answer_without_a_key(committed: None, harbour: int, port: int) -> None:
    assert ask(port, "GET", "/healthz") == (200, {"alive": True})
    status, told = ask(port, "GET", "/readyz")
    assert (status, told["ready"]) == (200, True)
