"""What the shop wrote to a member: the newest first, each as it read when it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regulars.doors.portal.receiving import Stay, members_only, page, promise_at
from regulars.exchange.notices.writing import text
from regulars.ground.admission import writing as admission
from regulars.ground.messaging.models import Message
from regulars.ground.messaging.outbox import cursor, sent_to
from regulars.ground.messaging.queueing import RETURNED
from regulars.ground.messaging.rules import EMAIL

_ROWS = 20


@dataclass(frozen=True, slots=True)
class Told:
    """A message, ready for the page; `language` is that of its subject and its paragraphs, of which a list stands for
    a list."""

    language: str
    subject: str
    paragraphs: Sequence[str | Sequence[str]]
    at: datetime
    way: str


@require_safe
@members_only
def show(request: HttpRequest, stay: Stay) -> HttpResponse:
    """A page of them. `?before=` is the id below which it begins."""
    found = sent_to(stay.member.account_id, cursor(request.GET.get("before", "")), _ROWS + 1)
    shown = found[:_ROWS]
    older = f"?before={shown[-1].id}" if len(found) > _ROWS else ""
    return page(request, "messages", stay.visit, "profile", told=[_told(one, stay) for one in shown], older=older)


def _told(message: Message, stay: Stay) -> Told:
    assert message.sent_at is not None  # the table refuses to note as sent what has no such time
    said_at = message.written_at or message.sent_at
    promise = promise_at(said_at) or stay.promise  # its titles are those of that time
    programme = promise.kernel.terms.programme
    if message.kind == admission.SIGN_IN:
        words = admission.text(stay.member, programme)
    else:
        words = text(message.kind, message.figures, stay.member, programme, "")
    way = _("by mail") if message.channel == EMAIL else _("on paper")
    if message.state == RETURNED:
        way = _("It came back to us. Is your address right?")
    return Told(words.language, words.subject, words.paragraphs, message.sent_at, way)
