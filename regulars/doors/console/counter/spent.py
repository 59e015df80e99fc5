"""What a member has spent and not got back: all of it, the latest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from regulars.doors.console.admitting import Desk
from regulars.doors.console.member import open_member, render_member
from regulars.doors.console.wording import currency_titles, title_of
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import day
from regulars.exchange.counter.spent import Redeemed, redeemed
from regulars.ground.publishing.versions import versions
from regulars.programme.promise import Programme

_ROWS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """Something that can be settled, released or given back: its event, and how it is told."""

    event: UUID
    title: str
    detail: str


def show(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """A page of it. `?before=` is the redemption before which the page begins."""
    member = open_member(number, desk, "spent")
    before = _event(request.GET.get("before", ""))
    found = redeemed(member.account_id, _ROWS + 1, before) if desk.programme else []
    context = {
        "spent": told(found[:_ROWS], desk.programme) if desk.programme else [],
        "older": f"?before={found[_ROWS - 1].event}" if len(found) > _ROWS else "",
        "first": before is None,
    }
    return render_member(request, member, "counter/spent", context)


def told(found: Sequence[Redeemed], programme: Programme) -> list[Row]:
    """Redemptions as the page tells them: what of them is left to be given back, of which reward, and when."""
    titles = currency_titles(programme)
    return [Row(one.event, _told(one, titles), day(one.at)) for one in found]


def _told(one: Redeemed, titles: dict[str, str]) -> str:
    points = f"{figure(one.left)} {titles.get(one.currency, one.currency)}"
    reward = versions().reward(one.reward) if one.reward else None
    return f"{capfirst(title_of(reward.title, reward.id))}, {points}" if reward else points


def _event(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
