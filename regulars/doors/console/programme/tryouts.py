"""Try-outs: a draft tried on last year, how far it is, and what it came to beside the version in force."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.doors.console.admitting import Desk
from regulars.doors.console.programme.outcome import outcome
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
    rows = list(Tryout.objects.order_by("-asked_at").defer("report", "summary")[:_ROWS])
    names = _names()
    return render(request, "console/programme/tryouts.html", {"rows": [(row, names.get(row.text)) for row in rows]})


def show(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """One of them: how far it is, or what it came to. Asked by script, only how far it is."""
    tryout = _of(id)
    context: dict[str, object] = {
        "tryout": tryout,
        "version": _names().get(tryout.text),
        "unattended": tryout.state == tryouts.WAITING and desk.now - tryout.asked_at > _PATIENCE,
    }
    if request.headers.get("HX-Request") == "true":
        if not tryout.open:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return render(request, "console/programme/tryout_progress.html", context)
    if tryout.state == tryouts.DONE:
        other = _beside(tryout, desk)
        context |= {
            "beside": other,
            "outcome": outcome(load(tryout.text), tryout.summary, other.summary if other else None),
            "in_force": desk.promise and desk.programme and desk.programme.text != tryout.text and desk.promise.number,
        }
    return render(request, "console/programme/tryout.html", context)


def report(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """The whole report of a backtest, as it can be saved and handed on."""
    tryout = _of(id)
    if not tryout.report:
        raise Http404
    return HttpResponse(tryout.report, headers={"Content-Security-Policy": _REPORT_POLICY})


@require_POST
def cancel(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """Stop it: the worker puts it down at its next step."""
    if tryouts.cancel(id, desk.staff.email, desk.now):
        messages.success(request, _("The try-out is cancelled."))
    return redirect("console:tryout", id)


@require_POST
def try_beside(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """Try the version in force on the same year, so that the figures of a draft stand beside its own."""
    if desk.programme is None:
        raise Http404
    return try_text(desk, desk.programme.text, back=id)


def try_text(desk: Desk, text: str, back: UUID | None = None) -> HttpResponse:
    """Ask for a sound text to be tried, wake the worker, and go where one sees how far it is (or `back`)."""
    id = tryouts.ask(text, desk.staff.email, desk.now)
    wake(TRYOUTS)
    return redirect("console:tryout", back or id)


def _of(id: UUID) -> Tryout:
    tryout = Tryout.objects.filter(id=id).first()
    if tryout is None:
        raise Http404
    return tryout


def _beside(tryout: Tryout, desk: Desk) -> Tryout | None:
    """A try-out of the version in force on nearly the same year, done or on its way; the newest."""
    if desk.programme is None or desk.programme.text == tryout.text:
        return None
    near = timedelta(days=1)
    found = Tryout.objects.filter(
        text=desk.programme.text, until__range=(tryout.until - near, tryout.until + near),
        state__in=(*tryouts.OPEN, tryouts.DONE),
    )  # fmt: skip
    return found.order_by("-asked_at").first()


def _names() -> dict[str, int]:
    """The numbers of published versions by their text, the latest of each."""
    return dict(ProgrammeVersion.objects.order_by("number").values_list("text", "number"))
