"""Try-outs: a draft tried on last year, how far it is, what it came to, and who gains and who loses by it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.doors.console.admitting import Desk
from regulars.doors.console.programme.checking import readable
from regulars.doors.console.programme.gaining import as_report, gains
from regulars.doors.console.programme.outcome import outcome
from regulars.doors.console.wording import language
from regulars.doors.look.templatetags.writing import day
from regulars.doors.worker.waking import TRYOUTS, wake
from regulars.ground.publishing import tryouts
from regulars.ground.publishing.models import ProgrammeVersion, Tryout

_ROWS = 25
#: A worker that runs has looked by then.
_PATIENCE = timedelta(minutes=2)
#: The report is a page of its own: it brings its style, loads nothing, and may do nothing.
_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; sandbox; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


def show_all(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What was tried, the newest first. `?older=` is where to go on."""
    tried = Tryout.objects.order_by("-asked_at", "-id").defer("report", "summary", "comparison")
    last = _shown_last(request.GET.get("older", ""))
    if last:
        tried = tried.filter(Q(asked_at__lt=last.asked_at) | Q(asked_at=last.asked_at, id__lt=last.id))
    found, names = list(tried[: _ROWS + 1]), _names()
    rows = [(row, names.get(row.text)) for row in found[:_ROWS]]
    older = f"?older={found[_ROWS - 1].id}" if len(found) > _ROWS else ""
    return render(request, "console/programme/tryouts.html", {"rows": rows, "older": older})


def _shown_last(text: str) -> Tryout | None:
    """The try-out that a page of the list ended with; None where no page gave its id."""
    try:
        return Tryout.objects.filter(id=UUID(text)).only("id", "asked_at").first()
    except ValueError:
        return None


def show(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """One of them: how far it is, or what it came to. Asked by script, only how far it is."""
    tryout, names = _of(id), _names()
    context: dict[str, object] = {
        "tryout": tryout,
        "version": names.get(tryout.text),
        "against": names.get(tryout.against),
        "unattended": _unattended(tryout, desk),
    }
    if request.headers.get("HX-Request") == "true":
        if not tryout.open:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return render(request, "console/programme/tryout_progress.html", {**context, "part": True})
    if tryout.state == tryouts.DONE:
        context |= _come_to(tryout)
    if not tryout.open and desk.promise and _in_force(desk) not in (tryout.text, tryout.against):
        context["in_force"] = desk.promise.number
    return render(request, "console/programme/tryout.html", context)


def _come_to(tryout: Tryout) -> dict[str, object]:
    """What it came to, in the words of its texts; those that cannot be read any more have none (`unread`)."""
    programme, other = readable(tryout.text), readable(tryout.against) if tryout.against else None
    if programme is None:
        return {"unread": True}
    told: dict[str, object] = {"outcome": outcome(programme, tryout.summary)}
    if tryout.comparison and other:
        told["gains"] = gains(other, programme, tryout.comparison)
    elif tryout.against and other:
        told["other_money"] = other.header.money
    return told


def report(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """The whole report of a backtest, as it can be saved and handed on."""
    tryout = _of(id)
    if not tryout.report:
        raise Http404
    return HttpResponse(tryout.report, headers={"Content-Security-Policy": _REPORT_POLICY})


def compared(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """Who gains and who loses, as a page that can be saved and handed on."""
    tryout = _of(id)
    if not tryout.comparison:
        raise Http404
    old, new = readable(tryout.against), readable(tryout.text)
    if old is None or new is None:
        raise Http404
    page = as_report(old, new, tryout.comparison, f"{day(tryout.since)} – {day(tryout.until)}")
    return HttpResponse(page, headers={"Content-Security-Policy": _REPORT_POLICY})


@require_POST
def cancel(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """Stop it: the worker puts it down at its next step."""
    if tryouts.cancel(id, desk.staff.email, desk.now):
        messages.success(request, _("The try-out is cancelled."))
    return redirect("console:tryout", id)


@require_POST
def again(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """Try the same text once more, now beside what is in force now."""
    return try_text(desk, _of(id).text)


def try_text(desk: Desk, text: str) -> HttpResponse:
    """Ask for a sound text to be tried and compared with the version in force, wake the worker, and go where one sees
    how far it is."""
    id = tryouts.ask(text, desk.staff.email, desk.now, _in_force(desk), language())
    wake(TRYOUTS)
    return redirect("console:tryout", id)


def _unattended(tryout: Tryout, desk: Desk) -> bool:
    """Whether nobody carries out this try-out, nor another one before it; a worker looks every minute."""
    if not tryout.open or (tryout.state == tryouts.WAITING and desk.now - tryout.asked_at <= _PATIENCE):
        return False
    running = Tryout.objects.filter(state=tryouts.RUNNING).values_list("id", flat=True)
    return not any(tryouts.attended(id) for id in running)


def _in_force(desk: Desk) -> str:
    """The text of the version in force; empty without one."""
    return desk.programme.text if desk.programme else ""


def _of(id: UUID) -> Tryout:
    tryout = Tryout.objects.filter(id=id).first()
    if tryout is None:
        raise Http404
    return tryout


def _names() -> dict[str, int]:
    """The numbers of published versions by their text, the latest of each."""
    return dict(ProgrammeVersion.objects.order_by("number").values_list("text", "number"))
