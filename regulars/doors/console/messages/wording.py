"""Messages in words: what they are about, how they went out, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from regulars.doors.console.wording import currency_titles, tier_titles
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import clock, day
from regulars.engine.events import NOTICE, TIER_NOTICE
from regulars.exchange.forfeitures.announcing import NEWS
from regulars.exchange.forfeitures.announcing import NOTICE as ANNOUNCED
from regulars.ground.admission.writing import SIGN_IN
from regulars.ground.messaging.models import Message
from regulars.ground.messaging.queueing import IN_VAIN, RUN_OUT, SENT
from regulars.programme.promise import Programme


@dataclass(frozen=True, slots=True)
class Row:
    """A message, ready for a page. `tone` is that of a badge, `back` whether it may still come back, `at` when it was
    last dealt with."""

    id: UUID
    account: int
    title: str
    told: list[str]
    channel: str
    state: str
    tone: str
    why: str
    at: datetime
    back: bool


def row(message: Message, programme: Programme | None) -> Row:
    """A message in words."""
    at = message.ended_at or message.sent_at or message.written_at or message.made_at
    tone = "attention" if message.state in (*IN_VAIN, RUN_OUT) else "accent" if message.state == "delivered" else ""
    title = kinds().get(message.kind, message.kind)
    told = told_of(message, programme)
    way = channels()[message.channel]
    state = states()[message.state]
    return Row(
        message.id, message.account_id, title, told, way, state, tone, reason(message.why), at, message.state == SENT
    )


def kinds() -> dict[str, str]:
    """What messages are about, by their kind."""
    return {
        NOTICE: _("Points that end"),
        TIER_NOTICE: _("A tier that falls"),
        ANNOUNCED: _("Points that are to be taken"),
        NEWS: _("What came of points that were to be taken"),
        SIGN_IN: _("A link to sign in"),
    }


def channels() -> dict[str, str]:
    """How messages go out."""
    return {"email": _("by mail"), "letter": _("on paper")}


def states() -> dict[str, str]:
    """What may become of a message."""
    return {
        "waiting": _("waiting"),
        "sending": _("being sent"),
        "printed": _("printed"),
        "sent": _("sent"),
        "delivered": _("delivered"),
        "refused": _("refused"),
        "given up": _("given up"),
        "returned": _("came back"),
        "overtaken": _("overtaken"),
        "run out": _("not sent in time"),
    }


def reason(code: str) -> str:
    """What stood in the way, in words where the house knows them; else the code of the mail server."""
    return {
        "no_answer": _("the mail server does not answer"),
        "no_tls": _("the mail server offers no TLS that can be trusted"),
        "no_auth": _(
            "the mail server takes no sign-in with a password: see that it may, or leave user and password out"
        ),
        "bad_address": _("this is no e-mail address"),
        "address_not_supported": _("the mail server cannot write to this address"),
        "broke_off": _("the mail server broke off"),
    }.get(code, code.replace("_", " ").upper() if code.startswith("smtp_") else code)


def told_of(message: Message, programme: Programme | None) -> list[str]:
    """What a message told, a line for each of its figures; of a link that did not go out, nothing."""
    if message.kind == SIGN_IN and message.sent_at is None:
        return []
    return [_line(message.kind, one, programme) for one in message.figures]


def _line(kind: str, one: Mapping[str, Any], programme: Programme | None) -> str:
    if kind in (ANNOUNCED, NEWS):
        title = (currency_titles(programme) if programme else {}).get(one["currency"], one["currency"])
        return f"{figure(one['points'])} {title}"
    if kind == SIGN_IN:
        return _("until %(time)s") % {"time": clock(datetime.fromisoformat(one["until"]))}
    through = day(date.fromisoformat(one["through"]))
    if kind == TIER_NOTICE:
        titles = tier_titles(programme) if programme else {}
        values = {"tier": titles.get(one["tier"], one["tier"]), "day": through}
        return _("%(tier)s until %(day)s") % values
    titles = currency_titles(programme) if programme else {}
    title = titles.get(one["currency"], one["currency"])
    return _("%(points)s %(title)s until %(day)s") % {"points": figure(one["points"]), "title": title, "day": through}
