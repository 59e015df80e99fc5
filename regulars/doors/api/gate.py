"""The gate: who may come in, for what, and how often."""

from __future__ import annotations

from time import monotonic
from typing import cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from regulars.doors.api.limits import BUCKETS
from regulars.doors.api.places import LONGEST, place
from regulars.doors.api.problems import Problem
from regulars.ground.access.keys import Key, find
from regulars.kit.speaking import worded


class BearerKey(HttpBearer):
    """Opens an operation to keys that have one scope."""

    openapi_description = "A key that a keeper made, as `Authorization: Bearer rk_...`."

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Key:
        """The key of a request. Raises Problem `bad_key`, `missing_scope` or `too_many_requests`."""
        key = find(token.strip())
        if key is None:
            raise Problem("bad_key", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        wait = BUCKETS.take(key.id, monotonic())
        if wait:
            raise Problem("too_many_requests", headers={"Retry-After": str(int(wait) + 1)})
        need(key, self.scope)
        return key


def need(key: Key, scope: str) -> None:
    """Refuse a key that has not a scope. Raises Problem `missing_scope`."""
    if scope not in key.scopes:
        raise Problem("missing_scope", figures={"needed": scope, "has": sorted(key.scopes)})


def key_of(request: HttpRequest) -> Key:
    """The key that the gate let in."""
    return cast(Key, request.auth)  # type: ignore[attr-defined]


def actor(key: Key) -> str:
    """How the audit names a key."""
    return f"key:{key.name}"


def only(request: HttpRequest, *names: str) -> None:
    """Refuse a query with other parameters, and a body where all is said in the query: a `dry_run` that is misspelt, or
    told where nobody looks, must not become a real run."""
    if request.method == "DELETE" and request.body:
        said = worded("This operation has no body; say it in the query, after the question mark of the address.")
        raise Problem("bad_parameters", errors=[place("body", "unknown_parameter", said)])
    unknown = sorted(set(request.GET) - set(names))
    if unknown:
        told = (
            worded("There is no such parameter. There are: {names}.", names=", ".join(names))
            if names
            else worded("There is no such parameter, and no other one.")
        )
        errors = [place(f"query.{name[:LONGEST]}", "unknown_parameter", told) for name in unknown[:20]]
        raise Problem("bad_parameters", errors=errors)
