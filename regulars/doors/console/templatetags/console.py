"""What the console's frame knows without being told by a page."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django import template
from django.db import connection
from django.utils.translation import gettext as _

from regulars.doors.console.admitting import promise_at
from regulars.exchange.counter.goodwill import waiting
from regulars.exchange.counter.missing import unanswered
from regulars.ground.access.models import Staff
from regulars.ground.installation.facts import now
from regulars.ground.publishing.versions import VersionUnreadable

register = template.Library()
#: Beyond this many, the number beside the page of what was set aside says "99+".
_MANY = 99


@register.simple_tag
def house() -> dict[str, Any]:
    """The programme's `name` (empty for none that can be read) and how many events are set aside (`waiting`, a short
    text, empty for none)."""
    promise, name = promise_at(now()), ""
    # The frame stands around the page that says so as well.
    with suppress(VersionUnreadable):
        name = promise.kernel.terms.programme.header.name if promise else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM quarantine WHERE released_at IS NULL LIMIT %s) AS open", [_MANY + 1]
        )
        waiting = int(cursor.fetchone()[0])
    return {
        "name": name,
        "waiting": f"{_MANY}+" if waiting > _MANY else str(waiting or ""),
    }


@register.simple_tag
def deciding() -> int:
    """How many proposals and missing purchases wait for an answer, of at most as many of each as one page shows."""
    return len(waiting(_MANY)) + len(unanswered(_MANY))


@register.filter
def role(staff: Staff) -> str:
    """What somebody does here, in words."""
    return {"keeper": _("Keeper"), "staff": _("Staff"), "finance": _("Finance")}.get(staff.role, staff.role)
