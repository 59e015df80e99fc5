"""What happened to a member, in words and with an icon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regulars.doors.console.wording import currency_titles, tier_titles
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import day, money, place, signed
from regulars.insight.journeys.timeline import Happened, Moved
from regulars.programme.promise import Programme

#: Icon, words and tone of every kind of event; purchases, returns and redemptions are told with their figures.
_KINDS = {
    "purchase": ("shopping-bag", gettext_lazy("Bought something"), ""),
    "return": ("undo-2", gettext_lazy("Brought something back"), ""),
    "redemption": ("gift", gettext_lazy("Spent points"), ""),
    "visit": ("footprints", gettext_lazy("Came by"), ""),
    "expiry notice": ("hourglass", gettext_lazy("Was told that points will expire"), ""),
    "tier notice": ("hourglass", gettext_lazy("Was told that the tier may fall"), ""),
    "order promised": ("calendar", gettext_lazy("Was promised an order"), ""),
    "order shipped": ("truck", gettext_lazy("Order was sent"), ""),
    "order delivered": ("package-check", gettext_lazy("Order has arrived"), ""),
    "delivery exception": ("triangle-alert", gettext_lazy("Delivery went wrong"), "attention"),
    "wrong item": ("triangle-alert", gettext_lazy("Got the wrong thing"), "attention"),
    "address changed": ("map-pin", gettext_lazy("Address changed"), ""),
    "obligation due": ("calendar", gettext_lazy("Payment is due"), ""),
    "payment": ("credit-card", gettext_lazy("Paid"), ""),
    "payment missed": ("triangle-alert", gettext_lazy("Payment was missed"), "attention"),
    "contact": ("phone", gettext_lazy("Was in contact with us"), ""),
    "complaint": ("message-circle", gettext_lazy("Complained"), "attention"),
    "feedback": ("message-circle", gettext_lazy("Said what they think"), ""),
    "thanks": ("heart", gettext_lazy("Thanked us"), "accent"),
    "cancellation asked": ("door-open", gettext_lazy("Asked to leave"), "attention"),
    "event attended": ("ticket", gettext_lazy("Came to an event"), ""),
    "referral": ("user-plus", gettext_lazy("Brought somebody along"), "accent"),
    "hold": ("hourglass", gettext_lazy("Set aside"), ""),
    "capture": ("gift", gettext_lazy("Spent points"), ""),
    "release": ("undo-2", gettext_lazy("No longer set aside"), ""),
    "reversal": ("undo-2", gettext_lazy("Given back"), ""),
    "transfer out": ("gift", gettext_lazy("Sent"), ""),
    "transfer in": ("gift", gettext_lazy("Received"), ""),
    "adjustment": ("gift", gettext_lazy("Credited"), ""),
    "forfeiture": ("hourglass", gettext_lazy("Forfeited"), ""),
    "tier set": ("award", gettext_lazy("Tier"), ""),
    "opening": ("gift", gettext_lazy("Came from another system"), ""),
    "merge out": ("user-plus", gettext_lazy("Went to the member's other account"), ""),
    "merge in": ("user-plus", gettext_lazy("Another account of the member was merged into this one"), ""),
    "household joined": ("user-plus", gettext_lazy("Joined a household"), ""),
    "member joined": ("user-plus", gettext_lazy("A member joined the household"), ""),
    "member left": ("undo-2", gettext_lazy("A member left the household"), ""),
    "household left": ("undo-2", gettext_lazy("Left a household"), ""),
    "unmerge out": ("undo-2", gettext_lazy("A merge was undone"), ""),
    "unmerge in": ("undo-2", gettext_lazy("A merge was undone"), ""),
    "opening withdrawn": ("undo-2", gettext_lazy("What was brought along is withdrawn"), ""),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, ready for the page; `purchase` is its event where it can come back."""

    at: datetime
    icon: str
    title: str
    detail: str
    tone: str
    purchase: UUID | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day and what happened on it, the latest first."""

    date: date
    told: list[Told]


def days(moments: Iterable[Happened | Moved], programme: Programme | None) -> list[Day]:
    """Moments in words, under their days in the active zone, in the order given."""
    found: list[Day] = []
    for moment in moments:
        on = localtime(moment.at).date()
        if not found or found[-1].date != on:
            found.append(Day(on, []))
        found[-1].told.append(_moved(moment, programme) if isinstance(moment, Moved) else _happened(moment, programme))
    return found


def _happened(event: Happened, programme: Programme | None) -> Told:
    icon, title, tone = _KINDS.get(event.type, ("info", event.type, ""))
    if event.type == "purchase" and programme:
        title = _("Bought for %(amount)s") % {"amount": money(event.net, programme.header.money)}
    elif event.type == "return" and event.net and programme:
        title = _("Brought back for %(amount)s") % {"amount": money(event.net, programme.header.money)}
    elif event.type == "adjustment" and min(event.points.values(), default=0) < 0:
        title = _("Taken off")
    parts = [place(event.store), event.channel]
    if event.lines:
        parts.append(ngettext("one thing", "%(n)s things", event.lines) % {"n": figure(event.lines)})
    parts += _points(event.points, programme)
    detail = ", ".join(part for part in parts if part)
    return Told(event.at, icon, str(title), detail, tone, event.id if event.type == "purchase" else None)


def _points(points: Mapping[str, int], programme: Programme | None) -> list[str]:
    titles = currency_titles(programme) if programme else {}
    return [f"{signed(moved)} {titles.get(currency, currency)}" for currency, moved in points.items()]


def _moved(move: Moved, programme: Programme | None) -> Told:
    titles = tier_titles(programme) if programme else {}
    level = {"level": titles.get(move.target, move.target)}
    title = {
        "reached": _("Reached %(level)s") % level,
        "renewed": _("Keeps %(level)s") % level,
        "grace": _("Keeps %(level)s for now") % level,
        "fell": _("Fell to %(level)s") % level,
        "version": _("%(level)s, as the programme has it now") % level,
        "opened": _("Came with %(level)s") % level,
        "merged": _("%(level)s, as two accounts are one") % level,
        "unmerged": _("%(level)s, as two accounts are two again") % level,
        "joined": _("%(level)s, by joining a household") % level,
        "left": _("%(level)s, after leaving a household") % level,
        "undone": _("Back to %(level)s, because something was brought back") % level,
    }.get(move.why, level["level"])
    detail = _("until %(day)s") % {"day": day(move.until)} if move.until else ""
    return Told(move.at, "award", title, detail, "accent" if move.why in ("reached", "renewed") else "")
