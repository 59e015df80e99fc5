"""A member's own page; for everybody else the welcome at the door."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from regulars.doors.portal.receiving import Visit, page, visited


@visited
def show(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Home."""
    if visit.programme is None:
        return page(request, "unopened", visit)
    if visit.member is None:
        return page(request, "welcome", visit)
    return page(request, "profile", visit)
