"""Who visits: a member with a session of the portal's own, or somebody the portal does not know."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from regulars.ground.installation.facts import now
from regulars.ground.members.leading import MERGED, followed, holder_of
from regulars.ground.members.models import Member
from regulars.ground.publishing.versions import InForce, PublishRefused, VersionUnreadable, versions
from regulars.kit.zones import microseconds
from regulars.programme.header import LANGUAGES
from regulars.programme.promise import Programme

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]

COOKIE = "regulars_member"
#: How long somebody stays signed in on a device, in seconds: 30 days.
_STAYS = 30 * 86_400
_ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Visit:
    """What every page is told: who visits (None: nobody we know), the present of this installation, the reader's
    language, and the version in force (None when nothing is published yet)."""

    member: Member | None
    now: datetime
    language: str
    promise: InForce | None

    @property
    def programme(self) -> Programme | None:
        """The programme in force."""
        return self.promise.kernel.terms.programme if self.promise else None

    @property
    def zone(self) -> str:
        """The zone in which days are counted; UTC without a programme."""
        return self.programme.header.zone if self.programme else "UTC"


@dataclass(frozen=True, slots=True)
class Stay:
    """The visit of a member who is signed in, to a shop that has promised something."""

    visit: Visit
    member: Member
    promise: InForce
    programme: Programme

    @property
    def account(self) -> int:
        """Where the member's points are: in the household's account, for whoever is in one."""
        return holder_of(self.member.account_id)


def visited(view: View) -> View:
    """Call `view` with the visit at hand, in the visitor's language and the programme's zone; nothing is cached.

    Where a version of the programme cannot be read, a page asks to come back later.
    """

    @wraps(view)
    def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        visit = _receive(request)
        with translation.override(visit.language):
            try:
                with timezone.override(ZoneInfo(visit.zone)):
                    response = view(request, visit, *args, **kwargs)
            except VersionUnreadable as damaged:
                logger.error("A page cannot be shown.", exc_info=damaged)
                response = page(request, "unreadable", replace(visit, promise=None))
                response.status_code = 503
        response.headers.setdefault("Content-Language", visit.language)
        response.headers.setdefault("Cache-Control", "no-store, private")
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
        return response

    return received


def members_only(view: View) -> View:
    """As `visited`, for members who are signed in; anybody else is led to the welcome at the door."""

    @visited
    @wraps(view)
    def admitted(request: HttpRequest, visit: Visit, *args: Any, **kwargs: Any) -> HttpResponse:
        if visit.member is None or visit.promise is None or visit.programme is None:
            return redirect("portal:home")
        return view(request, Stay(visit, visit.member, visit.promise, visit.programme), *args, **kwargs)

    return admitted


def page(request: HttpRequest, template: str, visit: Visit, here: str = "", **context: Any) -> HttpResponse:
    """A page of the portal; `here` names the place in the navigation that is current."""
    return render(request, f"portal/{template}.html", {"visit": visit, "here": here, **context})


def shut(request: HttpRequest, visit: Visit, status: int, words: Mapping[str, str], wait_s: int = 0) -> HttpResponse:
    """A door that stays shut: `words` are its `heading`, `why`, and the `remedy`; after `wait_s` seconds one may try
    again (0: waiting does not help)."""
    response = page(request, "shut", visit, **words)
    response.status_code = status
    if wait_s:
        response.headers["Retry-After"] = str(wait_s)
    return response


def let_in(request: HttpRequest, response: HttpResponse, account: int) -> None:
    """Begin a new session for this account; one that this browser had before ends."""
    _session(request).delete()
    session = SessionStore()
    session[_ACCOUNT] = account
    session.set_expiry(_STAYS)
    session.create()
    response.set_cookie(
        COOKIE,
        str(session.session_key),
        max_age=_STAYS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def let_out(request: HttpRequest, response: HttpResponse) -> None:
    """End the session of this browser."""
    _session(request).delete()
    response.delete_cookie(COOKIE, samesite="Lax")


def client_of(request: HttpRequest) -> str:
    """The address that a request comes from; behind a proxy that we trust, what that proxy says of it."""
    if settings.SECURE_PROXY_SSL_HEADER:
        told: str = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if told:
            return told
    return str(request.META.get("REMOTE_ADDR", ""))


def promise_at(at: datetime) -> InForce | None:
    """The version in force at an instant, or None when nothing is published yet."""
    try:
        return versions().at(microseconds(at))
    except PublishRefused:
        return None


def _session(request: HttpRequest) -> SessionStore:
    return SessionStore(request.COOKIES.get(COOKIE))


def _receive(request: HttpRequest) -> Visit:
    account = _session(request).get(_ACCOUNT) if COOKIE in request.COOKIES else None
    if account is not None:  # one that was merged since leads to the survivor's
        account = followed([account], (MERGED,))[account]
    member = Member.objects.filter(account_id=account).first() if account is not None else None
    chosen = member.language if member else ""
    language = chosen if chosen in LANGUAGES else (translation.get_language() or "en").split("-")[0]
    present = now()
    return Visit(member, present, language, promise_at(present))
