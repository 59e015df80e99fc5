"""Admitting: is this a request to take events in which nothing is unusual? Then it may go the short way.

Whatever is unusual (a key that opens nothing, a parameter that there is not, a language, a dry run) is left to Django:
there is one place that says what is wrong with a request. Nothing here refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from time import monotonic
from typing import Any, Final
from urllib.parse import parse_qsl

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from regulars.doors.api.bodies import MAX_BYTES
from regulars.doors.api.events import Way
from regulars.doors.api.limits import BUCKETS
from regulars.ground.access.keys import Key

PATH: Final = "/v1/events"
SCOPE: Final = "events:write"
#: How long a key that was found is not looked for again. A batch asks all the same whether it was revoked.
REMEMBERED_S: Final = 60.0
_NAME: Final = re.compile("[!-~]{1,255}")
_ENCODINGS: Final = {"identity": False, "gzip": True, "x-gzip": True}


class Head:
    """What stands before the body of a request that may go the short way; `name` is its Idempotency-Key (empty: none),
    `length` that of the body, `packed` whether it is gzip."""

    __slots__ = ("key", "kind", "length", "name", "packed", "way")

    def __init__(self, key: Key, way: Way, kind: str, name: str, length: int, packed: bool) -> None:
        self.key = key
        self.way = way
        self.kind = kind
        self.name = name
        self.length = length
        self.packed = packed


class Asked:
    """A request to take events: the secret that it carries, its query, and its headers by name."""

    __slots__ = ("headers", "query", "token")

    def __init__(self, token: str, query: str, headers: dict[str, str]) -> None:
        self.token = token
        self.query = query
        self.headers = headers


def asked(scope: Any) -> Asked | None:
    """What an ASGI scope asks of the intake; None for any other request, and one that says a thing twice."""
    if scope["path"] != PATH or scope["method"] != "POST":
        return None
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not (token := token.strip()) or len(headers) != len(scope["headers"]):
        return None
    return Asked(token, scope["query_string"].decode("latin-1"), headers)


class Gate:
    """Knows keys for a while; `find` looks for one and may take its time."""

    def __init__(self, find: Callable[[str], Key | None]) -> None:
        self._find = find
        self._known: dict[str, tuple[Key, float]] = {}

    def knows(self, token: str) -> bool:
        """Whether a key need not be looked for."""
        known = self._known.get(token)
        return known is not None and known[1] > monotonic()

    def look(self, token: str) -> None:
        """Look for a key, and know it for a while if it opens something."""
        key = self._find(token)
        if key is None:
            self._known.pop(token, None)
            return
        if len(self._known) >= 10_000:
            self._known.clear()
        self._known[token] = key, monotonic() + REMEMBERED_S

    def forget(self, revoked: Key) -> None:
        """Know a key no longer."""
        self._known = {token: known for token, known in self._known.items() if known[0].id != revoked.id}

    def admit(self, told: Asked) -> Head | None:
        """The head of a request, one of what its key may ask now taken off; None: it is left to Django."""
        known = self._known.get(told.token)
        if known is None or SCOPE not in known[0].scopes:
            return None
        headers = told.headers
        way = _way(told.query)
        length, name = headers.get("content-length", ""), headers.get("idempotency-key", "")
        packed = _ENCODINGS.get(headers.get("content-encoding", "identity").strip().lower())
        if (
            way is None or packed is None or not length.isdecimal() or int(length) > MAX_BYTES
            or "transfer-encoding" in headers or "cookie" in headers
            or ("idempotency-key" in headers and not _NAME.fullmatch(name))
            or not _served(headers.get("host", ""), headers.get("accept-language", ""))
        ):  # fmt: skip
            return None
        if BUCKETS.take(known[0].id, monotonic()):
            return None
        return Head(known[0], way, headers.get("content-type", ""), name, int(length), packed)


@lru_cache(maxsize=1_000)
def _way(query: str) -> Way | None:
    """How a query asks to take events; None when it asks for anything else."""
    if not query.isascii():
        return None
    told = dict(pairs := parse_qsl(query, keep_blank_values=True))
    dry_run, history = told.pop("dry_run", "false"), told.pop("history", "false")
    members, source = told.pop("members", "known"), told.pop("source", "")
    plain = dry_run == "false" and history in ("true", "false") and members in ("known", "create")
    if told or not plain or len({name for name, _ in pairs}) != len(pairs):
        return None
    return Way(members, source, history == "true")


@lru_cache(maxsize=1_000)
def _served(host: str, languages: str) -> bool:
    """Whether the house answers to that name, and in its first language."""
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    for language, _ in parse_accept_lang_header(languages):
        if language == "*":
            return True
        try:
            return bool(get_supported_language_variant(language) == settings.LANGUAGE_CODE)
        except LookupError:
            continue
    return True
