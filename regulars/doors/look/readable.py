"""Requests that no database can read: refused before anything is looked up by them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse


class Readable:
    """Refuse a page whose address or cookies hold a NUL, which PostgreSQL keeps in no text. Forms refuse one by
    themselves, field by field, and the API says of each place what is wrong with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or raise SuspiciousOperation, which becomes a page that says so."""
        asked = [
            request.path_info,
            *request.COOKIES.values(),
            *chain.from_iterable([name, *told] for name, told in request.GET.lists()),
        ]
        if not request.path_info.startswith("/v1/") and any("\0" in text for text in asked):
            raise SuspiciousOperation("a NUL")
        return self.get_response(request)
