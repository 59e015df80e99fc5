"""Confirming: one page for every act at the counter. What it would do is shown, and then it is done, once.

GET rehearses and asks; POST does. The act's id stands in both, so that a double click, a reload or the way back in the
browser does nothing twice, and says so. What was shown stands in the form as well: where it would be something else by
now, it is shown anew and not done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from regulars.doors.console.admitting import Desk
from regulars.doors.console.counter.wording import refused, shown
from regulars.doors.look.seen import seen_as
from regulars.exchange.counter.goodwill import SOURCE
from regulars.exchange.counter.rehearsing import rehearse
from regulars.exchange.earning.acting import ActRefused, By, Done
from regulars.ground.members.leading import holder_of
from regulars.ground.members.models import Member


@dataclass(frozen=True, slots=True)
class Asked:
    """An act that staff ask for: `title` and `question` for the page, `button` for who agrees, `said` once it is done.

    `rehearsed` does it for the rehearsal, `done` for good and answers whether it had been done before; `fields` are
    sent with the confirmation beside the act's id. `notice` is said before it is done, if there is anything to say.
    `account` is the one whose points are shown, and `back` the address to go to afterwards, where those are not the
    member's and the counter's.
    """

    title: str
    question: str
    button: str
    said: str
    act: UUID
    rehearsed: Callable[[By], Done]
    done: Callable[[By], bool]
    fields: Mapping[str, str]
    source: str = SOURCE
    notice: str = ""
    account: int = 0
    back: str = ""


def plainly(act: Callable[[By], Done]) -> Callable[[By], bool]:
    """The act for good, answering whether it had been done before."""
    return lambda by: act(by).again


def decide(request: HttpRequest, desk: Desk, member: Member, asked: Asked) -> HttpResponse:
    """Show what an act would do, or (POST) do it and go back to the counter; show it anew where that has changed."""
    by = By(desk.staff.email, asked.source, str(asked.act), desk.now)
    try:
        rehearsal = rehearse(asked.account or holder_of(member.account_id), asked.rehearsed, by)
        would = shown(rehearsal)
        seen = seen_as(asked.title, asked.question, asked.notice, would)
        changed = not rehearsal.again and request.POST.get("seen", seen) != seen
        if request.method == "POST" and not changed:
            if asked.done(by):
                messages.info(request, _("This was done already; nothing was done twice."))
            else:
                messages.success(request, asked.said)
            return redirect(asked.back or reverse("console:counter", args=[member.number]))
    except ActRefused as no:
        context = {"member": member, "asked": asked, "refusal": refused(no.refusal)}
        return render(request, "console/counter/confirm.html", context, status=409)
    context = {
        "member": member, "asked": asked, "again": rehearsal.again, "would": would, "seen": seen, "changed": changed
    }  # fmt: skip
    return render(request, "console/counter/confirm.html", context, status=409 if changed else 200)


def with_an_id(request: HttpRequest, name: str, *parts: object) -> HttpResponse:
    """Lead to the same page with an id for the act, so that a reload is the same act."""
    return redirect(f"{reverse(f'console:{name}', args=parts)}?{urlencode({'act': str(uuid4())})}")
