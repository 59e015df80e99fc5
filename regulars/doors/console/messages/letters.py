"""Letters: printed here, one to a page, then handed over or posted by whoever says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from regulars.doors.console.admitting import Desk
from regulars.doors.console.messages.outbox import server_state
from regulars.doors.console.messages.wording import Row, row
from regulars.exchange.notices.writing import text, writer
from regulars.ground.members.models import Member
from regulars.ground.messaging.letters import Key, Letter, letters, posted, printed
from regulars.ground.messaging.mailing import members_address
from regulars.ground.messaging.outbox import counts
from regulars.ground.messaging.queueing import PRINTED, WAITING, Text
from regulars.ground.messaging.rules import EMAIL, LETTER, PRINTED_HOLDS
from regulars.kit.speaking import Tongue

#: So many letters at a time: what one goes to the printer with.
MOST = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A letter in a list; `stale` when it was printed too long ago to be posted."""

    row: Row
    member: Member
    key: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A letter as it goes on paper, its day in the letter's language."""

    member: Member
    text: Text
    day: str


@require_GET
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is to be printed, and what was printed and not posted yet."""
    by_mail = server_state() == "yes"
    waiting, number = _lines(letters(WAITING, by_mail, MOST), desk), counts()
    context = {
        "waiting": waiting,
        "all": sum(number.get((WAITING, channel), 0) for channel in ((LETTER,) if by_mail else (LETTER, EMAIL))),
        "printed": _lines(letters(PRINTED, by_mail, MOST), desk),
        "by_mail": by_mail,
    }
    return render(request, "console/messages/letters.html", context)


@require_POST
def print_them(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Note that the letters named are printed, as of now, and show them as sheets."""
    by_mail = server_state() == "yes"
    done = printed(_keys(request), writer(members_address()), by_mail, desk.staff.email, desk.now)
    if not done:
        messages.info(request, _("None of these letters is needed any more."))
        return redirect("console:letters")
    return redirect("console:letter_sheets")


@require_GET
def sheets(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every letter that is printed and not posted, one to a page."""
    shown = []
    for one in letters(PRINTED, True, MOST):
        if desk.programme and one.message.figures and one.message.written_at:
            told = text(one.message.kind, one.message.figures, one.member, desk.programme, members_address())
            written: date = localtime(one.message.written_at).date()
            shown.append(Sheet(one.member, told, Tongue(told.language).day(written)))
    shop = desk.programme.header.name if desk.programme else ""
    return render(request, "console/messages/sheets.html", {"sheets": shown, "shop": shop})


@require_POST
def post(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Note that the letters named were handed over or posted, once that has been confirmed."""
    keys = _keys(request)
    if request.POST.get("confirmed") != "yes":
        named = [line for line in _lines(letters(PRINTED, True, MOST), desk) if _key(line.key) in keys]
        if not named:
            messages.info(request, _("Choose the letters that were posted."))
            return redirect("console:letters")
        return render(request, "console/messages/posting.html", {"letters": named})
    done = posted(keys, desk.staff.email, desk.now)
    told = ngettext("One letter is on its way.", "%(count)s letters are on their way.", done) % {"count": done}
    messages.success(request, told) if done else messages.info(request, _("Print them anew before you post them."))
    return redirect("console:letters")


def _lines(found: Sequence[Letter], desk: Desk) -> list[Line]:
    lines = []
    for one in found:
        written = one.message.written_at
        stale = written is not None and written <= desk.now - PRINTED_HOLDS
        key = f"{one.message.account_id}:{one.message.id}"
        lines.append(Line(row(one.message, desk.programme), one.member, key, stale))
    return lines


def _keys(request: HttpRequest) -> list[Key]:
    found = (_key(told) for told in request.POST.getlist("letter")[:MOST])
    return [key for key in found if key]


def _key(told: str) -> Key | None:
    account, _colon, id = told.partition(":")
    try:
        return (int(account), UUID(id)) if account.isascii() and account.isdigit() and len(account) < 19 else None
    except ValueError:
        return None
