"""Who is slipping: members who have stayed away longer than is like them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from babel.numbers import format_decimal
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regulars.doors.console.admitting import Desk
from regulars.doors.console.reading import shop_reading
from regulars.doors.console.wording import main_currency, tier_titles
from regulars.doors.look.templatetags.writing import money, reader
from regulars.exchange.ledger.holdings import glances
from regulars.ground.members.leading import followed
from regulars.ground.members.models import Member
from regulars.insight.rhythm import rules
from regulars.insight.rhythm.rules import Rhythm
from regulars.insight.rhythm.slipping import Slipping
from regulars.programme.promise import Programme

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One of them: who, their tier, their rhythm in days, how many `times` that they have been away, and what they
    bought for."""

    member: Member
    tier: str
    typical: int
    away: int
    times: str
    spent: str


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everybody who slips, the best customers first, a hundred of them at most."""
    context: dict[str, object] = {"rules": rules, "shown": _SHOWN}
    if desk.programme:
        reading = shop_reading(desk, desk.programme)
        context |= {
            "count": len(reading.value.slipping),
            "rows": rows(reading.value.slipping[:_SHOWN], desk.programme, desk.now),
            "as_of": reading.at,
        }
    return render(request, "console/slipping.html", context)


def rows(slipping: Sequence[Slipping], programme: Programme, now: datetime) -> list[Row]:
    """The same members with their names and tiers at `now`, in the same order; whoever was erased is left out."""
    accounts = [one.account for one in slipping]
    members = Member.objects.in_bulk(accounts)
    holders = followed(accounts)  # of a member of a household, the household has the tier
    held = glances(sorted(set(holders.values())), main_currency(programme).id, now)
    titles = tier_titles(programme)
    return [
        Row(
            members[one.account],
            titles.get(held[holders[one.account]].tier, ""),
            one.rhythm.typical,
            one.rhythm.away,
            times(one.rhythm),
            money(one.spent, programme.header.money),
        )
        for one in slipping
        if one.account in members
    ]


def times(rhythm: Rhythm) -> str:
    """How many times their own gap somebody has been away, to one decimal below ten, rounded down."""
    tenths = 10 * rhythm.away // rhythm.typical
    exact = Decimal(tenths) / 10 if tenths < 100 else Decimal(tenths // 10)
    return f"{format_decimal(exact, locale=reader())}\u00a0×"
