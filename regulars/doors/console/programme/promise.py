"""The promise in force and what is to come, in sentences: what stands here is what the kernel counts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regulars.doors.console.admitting import Desk
from regulars.doors.console.programme.told import told
from regulars.exchange.budgets.left import running
from regulars.ground.publishing.history import TO_COME, history
from regulars.kit.zones import microseconds


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The programme in force at the desk's present, and the versions that wait for their day."""
    published = history(desk.now)
    context: dict[str, object] = {"coming": [one for one in reversed(published) if one.state == TO_COME]}
    if desk.promise and desk.programme:
        number = desk.promise.number
        context |= {
            "programme": desk.programme,
            "told": told(desk.programme, running(desk.promise.kernel, microseconds(desk.now))),
            "current": next(one for one in published if one.number == number),
        }
    return render(request, "console/programme/promise.html", context)
