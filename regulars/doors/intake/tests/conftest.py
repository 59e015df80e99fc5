"""A house that is served at a port of its own, and callers who speak to it over the wire."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from conftest import Urls, empty, published
from regulars.doors.api.tests.conftest import Caller
from regulars.doors.cli.serve import free_port
from regulars.ground.access.keys import SCOPES, make_key


class Response:
    """What came back, as Django's own client has it."""

    def __init__(self, told: http.client.HTTPResponse) -> None:
        self.status_code = told.status
        self.headers = told.headers  # whatever the case
        self.content = told.read()

    def json(self) -> Any:
        return json.loads(self.content)


class OverTheWire:
    """A client that keeps its connection."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._talk = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = dict(headers)

    def post(
        self, path: str, data: bytes | str, content_type: str, headers: Mapping[str, str] | None = None
    ) -> Response:
        told = {**self._headers, "Content-Type": content_type, **(headers or {})}
        body = data.encode() if isinstance(data, str) else data
        return self._ask("POST", path, body, {name: value.encode() for name, value in told.items()})

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        return self._ask("GET", path, None, {**self._headers, **(headers or {})})

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, Any]) -> Response:
        self._talk.request(method, path, body, headers)
        return Response(self._talk.getresponse())


@pytest.fixture(scope="session")
def house(urls: Urls, django_db_setup: None) -> Iterator[dict[str, str]]:
    """The environment of processes that work with the database of this run."""
    yield {**os.environ, "DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner}


@pytest.fixture(scope="module")
def port(house: dict[str, str], urls: Urls, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """The port of a server of its own process, where the demo shop's programme is published; everything is emptied
    when the module is done."""
    from django.db import connections

    port = free_port("127.0.0.1", 0)
    with django_db_blocker.unblock(), psycopg.connect(urls.owner, autocommit=True) as owner:
        published("programmes/harbour.yaml")
        server = subprocess.Popen(
            [sys.executable, "-m", "regulars.doors.cli.serving", "127.0.0.1", str(port), "1"], env=house
        )
        try:
            wait_for(port)
            yield port
        finally:
            server.terminate()
            server.wait(20)
            connections.close_all()
            empty(owner)


def wait_for(port: int) -> None:
    """Until the server answers."""
    for _ in range(300):
        try:
            if OverTheWire(port, {}).get("/healthz").status_code == 200:
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("The server did not come up.")


@pytest.fixture
def caller(port: int, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[..., Caller]]:
    """Make a caller with a name and scopes (all, unless they are given); what it does is committed."""

    def make(name: str = "till", *scopes: str, source: str = "") -> Caller:
        key, secret = make_key(
            f"{name} {uuid4().hex[:8]}", scopes or SCOPES, "keeper@harbour.example", datetime.now(UTC), source
        )
        made = Caller(key, secret)
        made.client = OverTheWire(port, {"Authorization": f"Bearer {secret}"})
        return made

    with django_db_blocker.unblock():
        yield make


@pytest.fixture
def till(caller: Callable[..., Caller]) -> Caller:
    """A till that may do everything."""
    return caller()
