"""The way in by a one-time link, and the way out."""

from __future__ import annotations

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.doors.portal.asking import links_are_mailed
from regulars.doors.portal.receiving import Visit, client_of, let_in, let_out, page, shut, visited
from regulars.ground.access.auditing import audit
from regulars.ground.members.signing_in import open_link

#: So many links that do not open are tried from one address, then it has to wait.
TRIES = 10
_WAIT_S = 60


@require_http_methods(["GET", "HEAD", "POST"])
@visited
def enter(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    """GET asks for a click, because programs that look through mail fetch links too; POST uses the link up."""
    if visit.promise is None:
        return page(request, "unopened", visit)
    if request.method != "POST":
        return page(request, "enter", visit)
    tries = f"portal-tries:{client_of(request)}"
    if cache.get(tries, 0) >= TRIES:
        return _too_many(request, visit)
    with transaction.atomic():
        account = open_link(token, visit.now)
        if account is not None:
            audit("member", "signed_in", account, {}, visit.now)
    if account is None:
        if not cache.add(tries, 1, _WAIT_S):
            cache.incr(tries)
        return _shut(request, visit)
    response = redirect("portal:home")
    let_in(request, response, account)
    rotate_token(request)
    return response


@require_POST
@visited
def leave(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Sign out of this browser."""
    response = redirect("portal:home")
    let_out(request, response)
    return response


def _shut(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What an unknown, a used and an old link all lead to; which of them it was is nobody's business."""
    words = {
        "heading": _("This link opens nothing any more"),
        "why": _("A link works once, and for 15 minutes. Perhaps you have opened it before."),
        "remedy": _("Let us send you a new one, and open it soon.")
        if links_are_mailed()
        else _("Ask us at the counter for a new one, and open it soon."),
    }
    return shut(request, visit, 410, words)


def _too_many(request: HttpRequest, visit: Visit) -> HttpResponse:
    words = {
        "heading": _("One moment, please"),
        "why": _("Too many links that open nothing were tried from here."),
        "remedy": _("Wait a minute, then open your link again. It has not been used up."),
    }
    return shut(request, visit, 429, words, _WAIT_S)
