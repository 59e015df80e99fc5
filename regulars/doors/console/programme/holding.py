"""Holding: what somebody typed is not lost because they are not signed in any more.

A draft that is sent without a session, or with the token of an earlier one, comes back as a page on which the text
still stands, to be sent again once its keeper has signed in beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.csrf import csrf_failure
from django.views.decorators.cache import never_cache


def holding(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let `view` answer, except where a text was sent by whoever is not signed in (any more): that is held."""

    @wraps(view)
    def held(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return view(request, **kwargs) if request.user.is_authenticated or not _typed(request) else _held(request)

    return held


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose token does not hold. A draft sent from one of our own pages with the token of an
    earlier session is held; anything else is refused."""
    earlier = reason.startswith("CSRF token") and request.path == reverse("console:draft")
    return _held(request) if earlier and _typed(request) else csrf_failure(request, reason)


@never_cache
def _held(request: HttpRequest) -> HttpResponse:
    sent = {name: request.POST.get(name, "") for name in ("text", "window", "seen", "base")}
    return render(request, "console/programme/draft_held.html", sent, status=403)


def _typed(request: HttpRequest) -> bool:
    """Whether a text was sent by a form; a script keeps its own."""
    return "text" in request.POST and request.headers.get("HX-Request") != "true"
