"""Who is slipping: members who have stayed away longer than is like them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regulars.doors.console.admitting import Desk
from regulars.doors.console.reading import shop_reading
from regulars.doors.console.wording import tier_titles
from regulars.doors.look.templatetags.writing import money
from regulars.exchange.ledger.models import Standing
from regulars.ground.members.models import Member
from regulars.insight.rhythm import rules
from regulars.insight.rhythm.slipping import Slipping
from regulars.programme.promise import Programme

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One of them: who, their tier, their rhythm, what they bought for, and how far the bar goes (of `FULL`)."""

    member: Member
    tier: str
    typical: int
    away: int
    spent: str
    bar: int


#: A bar is full at so many per cent of the own rhythm.
FULL = 600


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everybody who slips, the best customers first, a hundred of them at most."""
    context: dict[str, object] = {"rules": rules, "shown": _SHOWN, "full": FULL}
    if desk.programme:
        reading = shop_reading(desk, desk.programme)
        context |= {
            "count": len(reading.value.slipping),
            "rows": rows(reading.value.slipping[:_SHOWN], desk.programme),
            "as_of": reading.at,
        }
    return render(request, "console/slipping.html", context)


def rows(slipping: Sequence[Slipping], programme: Programme) -> list[Row]:
    """The same members with their names and tiers, in the same order; whoever was erased meanwhile is left out."""
    accounts = [one.account for one in slipping]
    members = Member.objects.in_bulk(accounts)
    tiers = dict(Standing.objects.filter(account_id__in=accounts).values_list("account_id", "tier"))
    titles = tier_titles(programme)
    return [
        Row(
            members[one.account],
            titles.get(tiers.get(one.account, ""), ""),
            one.rhythm.typical,
            one.rhythm.away,
            money(one.spent, programme.header.money),
            min(FULL, 100 * one.rhythm.away // one.rhythm.typical),
        )
        for one in slipping
        if one.account in members
    ]
