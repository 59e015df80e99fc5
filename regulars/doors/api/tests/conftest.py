"""Callers with keys, and what they tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from regulars.ground.access.keys import SCOPES, Key, make_key

_number = count(1)


def fresh(name: str) -> str:
    """A member number that no other test knows."""
    return f"{name}-{uuid4().hex[:12]}"


def purchase(member: str, *nets: str, at: str = "2025-11-03T12:00:00Z", **more: Any) -> dict[str, Any]:
    """A purchase as a till tells it, with an id of its own unless `event` gives one."""
    lines = [{"net": net} for net in nets]
    return {"member": member, "event": f"e{next(_number)}-{uuid4().hex[:8]}", "at": at, "lines": lines, **more}


class Caller:
    """Somebody with a key, who speaks to the API in this process."""

    def __init__(self, key: Key, secret: str) -> None:
        self.key = key
        self.secret = secret
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def post(
        self, path: str, body: object, kind: str = "application/json", headers: Mapping[str, str] | None = None
    ) -> Any:
        """POST bytes as they are, anything else as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body)
        return self.client.post(path, data, content_type=kind, headers=dict(headers or {}))

    def get(self, path: str, **headers: str) -> Any:
        """GET."""
        return self.client.get(path, headers=headers)

    def tell(self, *events: object, create: bool = True, query: str = "") -> list[dict[str, Any]]:
        """Tell events as of their own time; answers the result of each."""
        response = self.post(f"/v1/events?history=true&members={'create' if create else 'known'}{query}", list(events))
        assert response.status_code == 200, response.content
        results: list[dict[str, Any]] = response.json()["results"]
        return results


@pytest.fixture
def caller(harbour: int) -> Callable[..., Caller]:
    """Make a caller with a name and scopes (all, unless they are given)."""

    def make(name: str = "till", *scopes: str, source: str = "") -> Caller:
        return Caller(
            *make_key(
                f"{name} {uuid4().hex[:8]}", scopes or SCOPES, "keeper@harbour.example", datetime.now(UTC), source
            )
        )

    return make


@pytest.fixture
def till(caller: Callable[..., Caller]) -> Caller:
    """A till that may do everything; the demo shop's programme is published."""
    return caller()
