"""Try-outs: a draft tried on last year, how far it is, what it came to, and who gains and who loses by it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.doors.console.admitting import Desk
from regulars.doors.console.programme.gaining import as_report, gains
from regulars.doors.console.programme.outcome import outcome
from regulars.doors.console.wording import language
from regulars.doors.look.templatetags.writing import day
from regulars.doors.worker.waking import TRYOUTS, wake
from regulars.ground.publishing import tryouts
from regulars.ground.publishing.models import ProgrammeVersion, Tryout
from regulars.programme.loading import load

_ROWS = 25
#: A worker that runs has looked by then.
_PATIENCE = timedelta(minutes=2)
#: The report is a page of its own: it brings its style, loads nothing, and may do nothing.
_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; sandbox; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


def show_all(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What was tried, the newest first."""
    rows = list(Tryout.objects.order_by("-asked_at").defer("report", "summary", "comparison")[:_ROWS])
    names = _names()
    return render(request, "console/programme/tryouts.html", {"rows": [(row, names.get(row.text)) for row in rows]})


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
        programme = load(tryout.text)
        context["outcome"] = outcome(programme, tryout.summary)
        if tryout.comparison:
            context["gains"] = gains(load(tryout.against), programme, tryout.comparison)
        elif tryout.against:
            context["other_money"] = load(tryout.against).header.money
    if not tryout.open and desk.promise and _in_force(desk) not in (tryout.text, tryout.against):
        context["in_force"] = desk.promise.number
    return render(request, "console/programme/tryout.html", context)


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
    page = as_report(
        load(tryout.against), load(tryout.text), tryout.comparison, f"{day(tryout.since)} – {day(tryout.until)}"
    )
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
