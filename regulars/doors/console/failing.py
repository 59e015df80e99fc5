"""What a page says that cannot be shown: that the database is away just now, or that something broke."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

#: Seconds after which it is worth asking again.
_AGAIN_S = 5


def failed(request: HttpRequest) -> HttpResponse:
    """Answer a request that an error came out of, in the reader's language and without asking the database anything.

    Django calls it while it deals with that error.
    """
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return server_error(request)
    # Without the request no context is asked who has signed in.
    page = render_to_string("503.html", {"again": request.path})
    return HttpResponse(page, status=503, headers={"Retry-After": str(_AGAIN_S), "Cache-Control": "no-store"})
