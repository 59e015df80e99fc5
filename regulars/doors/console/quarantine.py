"""What could not be taken: events that were set aside, why, and as they stood there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from regulars.doors.console.admitting import Desk
from regulars.doors.console.wording import language
from regulars.doors.look.templatetags.writing import money
from regulars.exchange.counter.taking import take_after_all
from regulars.exchange.earning.recording import QUARANTINED, RECORDED
from regulars.ground.activity import recording
from regulars.ground.activity.contract import Incoming
from regulars.ground.activity.models import Quarantined
from regulars.kit.speaking import recalled, said_in
from regulars.programme.promise import Programme

_ROWS = 25
_OLDER = """
SELECT * FROM quarantine
WHERE released_at IS NULL AND (received_at, id) < (%s, %s)
ORDER BY received_at DESC, id DESC LIMIT %s
"""
#: What a return brings back of a line, and what is left of it, as money.
_COINS = ("available", "required", "missing")
#: Figures of refusals by the names they have in answers to programs, as a page names them; others stand as they are.
_NAMES = {
    "available": gettext_lazy("available"),
    "bought": gettext_lazy("bought"),
    "column": gettext_lazy("column"),
    "currency": gettext_lazy("currency"),
    "event": gettext_lazy("event"),
    "expected": gettext_lazy("expected"),
    "had": gettext_lazy("had"),
    "hold": gettext_lazy("hold"),
    "household": gettext_lazy("household"),
    "least": gettext_lazy("at least"),
    "line": gettext_lazy("line"),
    "member": gettext_lazy("member"),
    "missing": gettext_lazy("missing"),
    "most": gettext_lazy("at most"),
    "original": gettext_lazy("purchase"),
    "payable": gettext_lazy("payable"),
    "pays": gettext_lazy("pays"),
    "points": gettext_lazy("points"),
    "redeemed": gettext_lazy("redeemed"),
    "required": gettext_lazy("required"),
    "returned": gettext_lazy("returned"),
    "reward": gettext_lazy("reward"),
    "tier": gettext_lazy("tier"),
}
_NEWEST = (datetime.max.replace(tzinfo=UTC), UUID(int=(1 << 128) - 1))


@dataclass(frozen=True, slots=True)
class Why:
    """One reason: its sentence, its code, and its figures as they were noted, named in the reader's language
    ("required: 600")."""

    sentence: str
    code: str
    figures: str


@dataclass(frozen=True, slots=True)
class Row:
    """One event set aside, and `mend`, what can be done about it.

    It is taken `again` as it is; told under an id of its own where the `first` one stands under the same; mended in the
    `file` and imported again; or sent again in a better form (`send`) when a till or a shop told what is no event.
    """

    event: Quarantined
    reasons: Sequence[Why]
    raw: str
    mend: str


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is set aside, the newest first. `?older=` is where to go on."""
    found = list(Quarantined.objects.raw(_OLDER, [*_cursor(request.GET.get("older", "")), _ROWS + 1]))
    rows = [_row(event, desk) for event in found[:_ROWS]]
    older = f"?older={rows[-1].event.received_at.isoformat()}~{rows[-1].event.id}" if len(found) > _ROWS else ""
    return render(
        request, "console/quarantine.html", {"rows": rows, "older": older.replace("+", "%2B"), "counter": desk.counter}
    )


@require_POST
def take_again(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """Tell an event again that was set aside, after what stood in its way is gone. `create` enrols its member."""
    event = get_object_or_404(Quarantined, id=id)
    if _mend(event) != "again" or desk.programme is None:
        raise Http404
    if event.released_at is not None:
        messages.info(request, _("Event %(event)s waits no longer; nothing was done.") % {"event": event.external_id})
        return redirect("console:quarantine")
    told = incoming(event.body, desk.programme)
    create = request.POST.get("create") == "yes"
    result = take_after_all(told, event.source, create, desk.staff.email, desk.now)
    if result.status == RECORDED:
        messages.success(request, _("Event %(event)s was taken.") % {"event": told.id})
    elif result.status == QUARANTINED and result.refusal:
        messages.error(request, said_in(language(), result.refusal.sentence))
    else:
        messages.info(request, _("Event %(event)s was known already.") % {"event": told.id})
    return redirect(reverse("console:quarantine"))


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """Close an event that will never be taken: it is shown once more, and POST does it."""
    event = get_object_or_404(Quarantined, id=id)
    named = {"event": event.external_id}
    if request.method == "POST" and recording.close(id, desk.staff.email, desk.now):
        messages.success(request, _("Event %(event)s is closed: it was not taken.") % named)
    elif request.method == "POST" or event.released_at is not None:
        messages.info(request, _("Event %(event)s waits no longer; nothing was done.") % named)
    else:
        return render(request, "console/quarantine_close.html", {"row": _row(event, desk)})
    return redirect("console:quarantine")


def incoming(body: Mapping[str, Any], programme: Programme) -> Incoming:
    """The event that was kept as JSON, with its attributes as the programme declares them. Raises
    msgspec.ValidationError for a body that is none."""
    event = msgspec.convert(body, Incoming)
    kinds = {attribute.name: attribute.type for attribute in programme.header.attributes}
    return replace(
        event,
        columns={name: [_typed(value, kinds.get(name)) for value in row] for name, row in event.columns.items()},
        attributes={name: _typed(value, kinds.get(name)) for name, value in event.attributes.items()},
    )


def _row(event: Quarantined, desk: Desk) -> Row:
    coin = desk.programme.header.money if desk.programme else ""
    reasons = [_why(reason, coin) for reason in event.reasons]
    return Row(event, reasons, json.dumps(event.body, indent=2, ensure_ascii=False), _mend(event))


def _mend(event: Quarantined) -> str:
    """What can be done about it, see `Row`."""
    if isinstance(event.body, dict):
        return "first" if "other_content" in event.codes else "again"
    return "file" if all("row" in row for row in event.body) else "send"


def _why(reason: Mapping[str, Any], coin: str) -> Why:
    kept = ("code", "sentence", "said")
    coins = _COINS if coin and reason.get("code") == "return_exceeds_purchase" else ()
    figures = [
        f"{_NAMES.get(name, name)}: {money(value, coin) if name in coins else value}"
        for name, value in reason.items()
        if name not in kept and value != ""
    ]
    sentence = recalled(reason["said"]) if "said" in reason else str(reason.get("sentence", ""))
    return Why(said_in(language(), sentence), str(reason.get("code", "")), ", ".join(figures))


def _typed(value: Any, kind: str | None) -> Any:
    """JSON knows neither decimals nor dates: they were written as text."""
    if isinstance(value, str) and kind == "decimal":
        return Decimal(value)
    if isinstance(value, str) and kind == "date":
        return date.fromisoformat(value)
    return value


def _cursor(text: str) -> tuple[datetime, UUID]:
    at, _tilde, id = text.partition("~")
    try:
        asked = datetime.fromisoformat(at), UUID(id)
    except ValueError:
        return _NEWEST
    return asked if asked[0].tzinfo else _NEWEST
