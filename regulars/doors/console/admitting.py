"""Who may come in: every page of the console is for staff who have signed in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.cache import never_cache

from regulars.ground.access.models import Staff
from regulars.ground.installation.facts import now
from regulars.ground.publishing.versions import InForce, PublishRefused, VersionUnreadable, versions
from regulars.kit.zones import microseconds
from regulars.programme.promise import Programme

logger = logging.getLogger(__name__)
R = TypeVar("R", bound=HttpResponseBase)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page is told: who asks, the present of this installation, and the version in force then (None
    when nothing is published yet)."""

    staff: Staff
    now: datetime
    promise: InForce | None

    @property
    def keeper(self) -> bool:
        """Whether the one who asks may change the programme."""
        return self.staff.role == "keeper"

    @property
    def finance(self) -> bool:
        """Whether the one who asks may see and close the books."""
        return self.staff.role in ("finance", "keeper")

    @property
    def counter(self) -> bool:
        """Whether the one who asks may act on members' points."""
        return self.staff.role in ("staff", "keeper")

    @property
    def programme(self) -> Programme | None:
        """The programme in force."""
        return self.promise.kernel.terms.programme if self.promise else None

    @property
    def zone(self) -> str:
        """The zone in which days are counted; UTC without a programme."""
        return self.programme.header.zone if self.programme else "UTC"


def staff_only(view: Callable[..., R]) -> Callable[..., R | HttpResponse]:
    """Let `view`, a function of request, desk and the parts of the address, answer whoever has signed in.

    Anybody else is sent to the sign-in. What a page says is personal: no browser or proxy keeps it. Where a version of
    the programme cannot be read, the page says so, and what to do. Who asks to see the address of an act, as a browser
    does when the language is changed after it was refused, is shown the way to the page that it is done on.
    """

    @never_cache
    @wraps(view)
    def admitted(request: HttpRequest, **kwargs: Any) -> R | HttpResponse:
        if not request.user.is_authenticated:
            return _sent_to_sign_in(request)
        present = now()
        desk = Desk(request.user, present, promise_at(present))
        try:
            with timezone.override(ZoneInfo(desk.zone)):
                answer = view(request, desk, **kwargs)
        except VersionUnreadable as damaged:
            logger.error("A page cannot be shown.", exc_info=damaged)
            return render(request, "console/unreadable.html", {"number": damaged.number}, status=503)
        if request.method == "GET" and answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            above = {"above": _page_above(request.path)}
            return render(request, "console/nothing_done.html", above, status=answer.status_code)
        return answer

    return admitted


def keepers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """As `staff_only`, and only for keepers: what members are promised is theirs to change."""

    @wraps(view)
    def kept(request: HttpRequest, desk: Desk, **kwargs: Any) -> HttpResponse:
        if not desk.keeper:
            raise PermissionDenied
        return view(request, desk, **kwargs)

    return staff_only(kept)


def finance_only(view: Callable[..., R]) -> Callable[..., R | HttpResponse]:
    """As `staff_only`, and only for finance and keepers: the books are theirs to close."""

    @wraps(view)
    def kept(request: HttpRequest, desk: Desk, **kwargs: Any) -> R:
        if not desk.finance:
            raise PermissionDenied
        return view(request, desk, **kwargs)

    return staff_only(kept)


def counter_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """As `staff_only`, and only for staff and keepers: who counts the books does not move the points."""

    @wraps(view)
    def kept(request: HttpRequest, desk: Desk, **kwargs: Any) -> HttpResponse:
        if not desk.counter:
            raise PermissionDenied
        return view(request, desk, **kwargs)

    return staff_only(kept)


def promise_at(at: datetime) -> InForce | None:
    """The version in force at an instant, or None when nothing is published yet."""
    try:
        return versions().at(microseconds(at))
    except PublishRefused:
        return None


def _page_above(address: str) -> str:
    """The nearest address above one of the console at which something stands."""
    while True:
        address = address.rstrip("/").rpartition("/")[0] + "/"
        with suppress(Resolver404):
            resolve(address)
            return address


def _sent_to_sign_in(request: HttpRequest) -> HttpResponse:
    """A page goes there by itself; a part of a page, asked for by script, takes the whole page along."""
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    try:
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:  # no browser writes such an address
        shown = urlsplit("")
    back = redirect_to_login(urlunsplit(("", "", shown.path or request.path, shown.query, "")))
    return HttpResponse(status=204, headers={"HX-Redirect": back.url})
