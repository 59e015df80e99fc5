"""Closing a month on the console, and taking it away: the journal for bookkeeping, every entry for an auditor."""

from __future__ import annotations

import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from regulars.doors.console.admitting import Desk
from regulars.doors.console.finance import months
from regulars.doors.console.finance.wording import refusal_sentence
from regulars.doors.look.templatetags.writing import month as month_title
from regulars.ground.publishing.versions import versions
from regulars.insight.liability.auditing import CSV, PARQUET, audit_month
from regulars.insight.liability.closing import ClosingRefused, chain, close, closings
from regulars.insight.liability.journal import written
from regulars.insight.liability.months import local_month
from regulars.insight.liability.movements import month_day, month_name


@require_POST
@months.counted
def close_month(request: HttpRequest, desk: Desk, month: str) -> HttpResponse:
    """Close a month as it was looked at. Sent twice, it leads to the closed month."""
    number = months.month_or_404(month)
    form = months.CloseForm(request.POST)
    if not form.is_valid():
        return months.shown(request, desk, month, form=form)
    if desk.programme is None:
        raise Http404
    months.read_anew()
    try:
        closed = close(versions(), number, form.cleaned_data["digest"], desk.staff.email, desk.now)
    except ClosingRefused as refused:
        if any(one.number == number and one.by == desk.staff.email for one in closings()):
            return redirect("console:month", month_name(number))
        return months.shown(request, desk, month, refusal=refusal_sentence(refused))
    told = {"month": month_title(month_day(number)), "others": len(closed) - 1}
    if len(closed) == 1:
        messages.success(request, _("%(month)s is closed.") % told)
    else:
        sentence = ngettext(
            "%(month)s is closed, and the month before it.",
            "%(month)s is closed, and the %(others)s months before it.",
            len(closed) - 1,
        )
        messages.success(request, sentence % told)
    return redirect("console:month", month_name(number))


@require_GET
@months.counted
def take_journal(request: HttpRequest, desk: Desk, month: str) -> HttpResponse:
    """The journal of a closed month as CSV; of one that is no longer as it was closed, the page that says so."""
    number = months.month_or_404(month)
    kept = chain()
    if month_name(number) in kept.broken:
        months.read_anew()
        return months.shown(request, desk, month, broken=True)
    closing = next((one for one in kept.closed if one.number == number), None)
    if closing is None:
        raise Http404
    name = f"journal-{month_name(number)}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(written(closing.figures, closing.digest), "text/csv; charset=utf-8", headers=headers)


@require_GET
def take_entries(request: HttpRequest, desk: Desk, month: str) -> HttpResponse | FileResponse:
    """Every entry dated in a month, with its proof, in a ZIP archive. `?format=parquet` for Parquet, else CSV. Where
    they do not agree, a page that says so; `?anyway=yes` takes them all the same, under a name that says it too."""
    number = months.month_or_404(month)
    if desk.programme is None or number > local_month(desk.zone, desk.now):
        raise Http404
    format = PARQUET if request.GET.get("format") == PARQUET else CSV
    archive = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it is sent
    with tempfile.TemporaryDirectory() as folder, ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
        audited = audit_month(versions(), number, format, Path(folder), desk.now)
        for path in audited.files:
            zipped.write(path, path.name)
    name = f"entries-{month_name(number)}"
    if not audited.agrees:
        if request.GET.get("anyway") != "yes":
            archive.close()
            context = {"day": month_day(number), "name": month_name(number), "format": format, "audited": audited}
            return render(request, "console/finance/disagreeing.html", context, status=409)
        name += "-does-not-agree"
    archive.seek(0)
    return FileResponse(archive, as_attachment=True, filename=f"{name}.zip")
