"""Requests that no database can read: refused before anything is looked up by them."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse


class Readable:
    """Refuse a request whose cookies hold a NUL, which PostgreSQL keeps in no text: no browser was given such a one.
    What stands in addresses and forms is looked at by those who read it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or raise SuspiciousOperation, which becomes a page that says so."""
        if any("\0" in cookie for cookie in request.COOKIES.values()):
            raise SuspiciousOperation("a NUL")
        return self.get_response(request)
