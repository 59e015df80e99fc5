"""Every request: how long it took, and a line of it in the log, with the pattern of its address alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import Histogram

from regulars.doors.watch.measures import REQUESTS

logger = logging.getLogger(__name__)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Watched:
    """The middleware around all others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and count it."""
        began = perf_counter()
        response = self._get_response(request)
        method = request.method if request.method in _METHODS else "other"
        watched(_operation(request), str(method), response.status_code, perf_counter() - began)
        return response


def watched(operation: str, method: str, status: int, took: float) -> None:
    """Count a request that took so many seconds, and write its line."""
    _counter(operation, method, status).observe(took)
    if logger.isEnabledFor(logging.INFO):
        told = {"operation": operation, "method": method, "status": status, "ms": round(took * 1000, 1)}
        logger.info("request", extra={"told": told})


@cache
def _counter(operation: str, method: str, status: int) -> Histogram:
    return REQUESTS.labels(operation, method, str(status))


def _operation(request: HttpRequest) -> str:
    """The pattern that an address matched, such as `v1/members/<number>`: one word for all members."""
    if request.path.startswith(settings.STATIC_URL):
        return "static"
    return request.resolver_match.route if request.resolver_match else "none"
