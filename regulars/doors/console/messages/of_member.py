"""A member's messages: what they were told when, and what came back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.doors.console.admitting import Desk
from regulars.doors.console.member import find_member, open_member, render_member
from regulars.doors.console.messages.wording import row
from regulars.ground.messaging.letters import came_back
from regulars.ground.messaging.outbox import cursor, of_member

_ROWS = 25


@require_GET
def show(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Every message to the member, the newest first. `?before=` is the id below which the page begins."""
    member = open_member(number, desk, "messages")
    found = of_member(member.account_id, cursor(request.GET.get("before", "")), _ROWS + 1)
    shown = found[:_ROWS]
    older = f"?before={shown[-1].id}" if len(found) > _ROWS else ""
    rows = [row(one, desk.programme) for one in shown]
    return render_member(request, member, "messages/of_member", {"rows": rows, "older": older})


@require_POST
def back(request: HttpRequest, desk: Desk, number: str, id: UUID) -> HttpResponse:
    """Note that a message came back: it never counts."""
    member = find_member(number)
    if came_back(member.account_id, id, desk.staff.email, desk.now):
        messages.success(request, _("It is noted that this message came back. It does not count."))
    else:
        messages.error(request, _("This message is not on its way any more."))
    return redirect("console:member_messages", number)
