"""Versions: every one with what became of it, one of them, two side by side, and withdrawing."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.doors.console.admitting import Desk
from regulars.doors.console.programme import differing
from regulars.doors.console.programme.checking import readable
from regulars.doors.console.programme.refusing import refusal_sentence
from regulars.doors.console.programme.told import told
from regulars.ground.publishing.closing import withdraw as withdraw_version
from regulars.ground.publishing.history import WITHDRAWN, Published, history
from regulars.ground.publishing.noticing import local_day
from regulars.ground.publishing.versions import PublishRefused
from regulars.programme.comparing import differences


def show_all(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every version, the newest first."""
    return render(request, "console/programme/versions.html", {"versions": history(desk.now)})


def show(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """One version: what it promises in sentences, its text, and what became of it."""
    return _page(request, desk, number)


def compare(request: HttpRequest, desk: Desk, old: int, new: int) -> HttpResponse:
    """Two versions side by side: as sentences and as text."""
    published = history(desk.now)
    before, after = _of(published, old), _of(published, new)
    was, becomes = readable(before.version.text), readable(after.version.text)
    found = differences(was, becomes) if was and becomes else ()
    days = (
        [local_day(becomes, at) for at in (after.version.published_at, after.version.effective_at)] if becomes else []
    )
    context = {
        "before": before,
        "after": after,
        # members are told on the day of publishing: the letter stays in reach once that is done, and begins then
        # where a version was replaced at once
        "letters": differing.letters(found, was, becomes, *days)
        if was and becomes and old < new and after.state != WITHDRAWN and days[0] <= days[1]
        else [],
        "unread": [one.number for one, programme in ((before, was), (after, becomes)) if programme is None],
        **differing.said(found),
        "rows": differing.lines(before.version.text, after.version.text),
    }
    return render(request, "console/programme/compare.html", context)


@require_POST
def withdraw(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Take back a version that has not begun. The form asks why."""
    because = request.POST.get("because", "")
    try:
        withdraw_version(number, because, desk.staff.email, desk.now)
    except PublishRefused as refused:
        return _page(request, desk, number, because=because, refusal=refusal_sentence(refused))
    messages.success(request, _("Version %(number)s is withdrawn. It will never begin.") % {"number": number})
    return redirect("console:version", number)


def _page(request: HttpRequest, desk: Desk, number: int, **more: object) -> HttpResponse:
    published = history(desk.now)
    one = _of(published, number)
    standing = [other for other in published if other.state != WITHDRAWN]
    programme = readable(one.version.text)
    context = {
        "one": one,
        "before": next((other for other in standing if other.number < number), None),
        "latest": bool(standing) and standing[0].number == number,
        "told": told(programme) if programme else None,
        **more,
    }
    return render(request, "console/programme/version.html", context, status=409 if "refusal" in more else 200)


def _of(published: list[Published], number: int) -> Published:
    for one in published:
        if one.number == number:
            return one
    raise Http404
