"""The draft: a text editor with what is wrong beside the line, kept as one types.

Without scripts a form is sent and the page comes back with the problems beside their lines. With them the same
address is asked after every pause and answers the same parts of the page. Either way the text is saved first, whatever
is wrong with it.
"""

from __future__ import annotations

from importlib import resources
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.doors.console.admitting import Desk
from regulars.doors.console.programme import differing
from regulars.doors.console.programme.checking import checked, readable
from regulars.doors.console.programme.tryouts import try_text
from regulars.ground.publishing import drafting
from regulars.ground.publishing.models import ProgrammeDraft, ProgrammeVersion
from regulars.programme.comparing import differences
from regulars.programme.loading import load

#: Where the buttons of the editor lead, once the text is saved and sound.
_NEXT = {"compare": "console:draft_compared", "publish": "console:publish"}


def current(desk: Desk) -> ProgrammeDraft:
    """What this keeper is writing; a draft that was not begun is the latest version's text (or a first programme)."""
    draft = drafting.draft_of(desk.staff.pk)
    if draft:
        return draft
    latest = latest_version()
    if latest:
        return ProgrammeDraft(base=latest.number, text=latest.text)
    first = resources.files("regulars.doors.cli").joinpath("first-programme.yaml")
    return ProgrammeDraft(base=None, text=first.read_text(encoding="utf-8"))


def latest_version() -> ProgrammeVersion | None:
    """The version from which a new one is written; None before the first."""
    return ProgrammeVersion.standing().last()


def edit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET shows the editor; POST saves, and answers with what is wrong, or goes where its button leads."""
    if request.method != "POST":
        return _editor(request, desk, current(desk))
    sent, window = request.POST, _uuid(request.POST.get("window")) or uuid4()
    base = _version(sent.get("base", ""))
    over = sent.get("next") == "over"
    try:
        draft = drafting.keep(
            desk.staff.pk, base, sent.get("text", ""), window, _uuid(sent.get("seen")), desk.now, over=over
        )
    except drafting.SavedElsewhere as elsewhere:
        unsaved = ProgrammeDraft(base=base, text=sent.get("text", ""))
        return _editor(request, desk, unsaved, window=window, seen=sent.get("seen", ""), elsewhere=elsewhere.saved_at)
    if request.headers.get("HX-Request") == "true":
        context = {"draft": draft, "checked": checked(draft.text), "part": True, **_behind(draft)}
        return render(request, "console/programme/draft_checked.html", context)
    if sent.get("next") == "try" and checked(draft.text).sound:
        return try_text(desk, draft.text)
    if sent.get("next") in _NEXT and checked(draft.text).sound:
        return redirect(_NEXT[sent["next"]])
    return redirect("console:draft")


def compare(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the draft changes in the version it was written from, as sentences and as text."""
    draft, latest = current(desk), latest_version()
    if not checked(draft.text).sound:
        messages.error(request, _("Put right what is marked first."))
        return redirect("console:draft")
    if latest is None:
        return redirect("console:draft")
    was = readable(latest.text)
    context = {
        "latest": latest,
        "unread": [] if was else [latest.number],
        **differing.said(differences(was, load(draft.text)) if was else ()),
        "rows": differing.lines(latest.text, draft.text),
    }
    return render(request, "console/programme/draft_compared.html", context)


@require_POST
def try_out(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Try the draft, as it is saved, on last year."""
    draft = current(desk)
    if not checked(draft.text).sound:
        messages.error(request, _("Put right what is marked first."))
        return redirect("console:draft")
    return try_text(desk, draft.text)


@require_POST
def rebase(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take the draft as written from the latest version."""
    drafting.rebase(desk.staff.pk)
    return redirect("console:draft")


@require_POST
def take(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Begin a draft with the text of a version, to go back to it or to write on from it."""
    version = get_object_or_404(ProgrammeVersion, number=number)
    if drafting.take(desk.staff.pk, version.text, uuid4(), desk.now):
        messages.success(request, _("This is the text of version %(number)s.") % {"number": number})
    else:
        messages.error(request, _("You are writing this draft already. Publish it or throw it away first."))
    return redirect("console:draft")


@require_POST
def discard(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Throw the draft away and begin again from the latest version."""
    drafting.discard(desk.staff.pk)
    messages.success(request, _("The draft is thrown away. This is the text of the latest version."))
    return redirect("console:draft")


def _editor(request: HttpRequest, desk: Desk, draft: ProgrammeDraft, **more: object) -> HttpResponse:
    context: dict[str, object] = {
        "draft": draft,
        "checked": checked(draft.text),
        "window": uuid4(),
        "seen": draft.saved_in or "",
        **_behind(draft),
        **more,
    }
    part = request.headers.get("HX-Request") == "true"
    page = "console/programme/draft_checked.html" if part else "console/programme/draft.html"
    return render(request, page, context | {"part": part})


def _behind(draft: ProgrammeDraft) -> dict[str, object]:
    """The latest version, and whether another one than that is what the draft was written from: one was published
    meanwhile, or the one it was written from was withdrawn."""
    latest = latest_version()
    standing = latest.number if latest else 0
    return {
        "latest": latest,
        "outdated": (draft.base or 0) != standing,
        "withdrawn": draft.base is not None and draft.base > standing,
    }


def _version(text: str) -> int | None:
    """The number of a version that there is, as a form sends it."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    return number if ProgrammeVersion.objects.filter(number=number).exists() else None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
