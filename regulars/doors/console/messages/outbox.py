"""The outbox: what members were told lately, what is under way, and what stands in the way."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from regulars.doors.console.admitting import Desk
from regulars.doors.console.messages.wording import reason, row
from regulars.ground.members.models import Member
from regulars.ground.messaging.mailing import mail_server
from regulars.ground.messaging.outbox import counts, cursor, held_up, newest
from regulars.ground.messaging.queueing import PRINTED, SENDING, SENT, WAITING
from regulars.ground.messaging.rules import EMAIL, LETTER
from regulars.kit.environment import BadSetting
from regulars.kit.speaking import said_in

_ROWS = 50


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Messages to everybody, the newest first. `?before=` is the id below which the page begins."""
    found = newest(cursor(request.GET.get("before", "")), _ROWS + 1)
    shown = found[:_ROWS]
    accounts = [one.account_id for one in shown]
    members = {one.account_id: one for one in Member.objects.filter(account_id__in=accounts)}
    number = counts()
    mails = server_state()
    context = {
        "rows": [(row(one, desk.programme), members.get(one.account_id)) for one in shown],
        "older": f"?before={shown[-1].id}" if len(found) > _ROWS else "",
        "server": mails,
        "held_up": reason(held_up()) if mails == "yes" else "",
        "mails": sum(number.get((state, EMAIL), 0) for state in (WAITING, SENDING)),
        "letters": number.get((WAITING, LETTER), 0) + (number.get((WAITING, EMAIL), 0) if mails != "yes" else 0),
        "printed": number.get((PRINTED, LETTER), 0),
        "sent": sum(number.get((SENT, channel), 0) for channel in (EMAIL, LETTER)),
    }
    return render(request, "console/messages/outbox.html", context)


def server_state() -> str:
    """Whether mail can go out: `yes`, `no` (none is set), or what is wrong with the settings."""
    try:
        return "yes" if mail_server() else "no"
    except BadSetting as error:
        return said_in(get_language() or "en", error.sentence)
