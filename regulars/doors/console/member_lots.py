"""A member's lots: what is left of every grant, and how long it will be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localtime

from regulars.doors.console.admitting import Desk
from regulars.doors.console.grouping import grouped
from regulars.doors.console.member import open_member, render_member
from regulars.doors.console.wording import language, title_of
from regulars.exchange.ledger.ending import by_month
from regulars.exchange.ledger.holdings import balances, holds, lots
from regulars.ground.members.leading import holder_of


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one grant, ready for the page; `waits` until, when it cannot be spent yet. Of a currency that
    serves tiers alone it is never `spendable`."""

    currency: str
    spendable: bool
    earned_on: date
    waits: date | None
    ends: str
    amount: int
    left: int


@dataclass(frozen=True, slots=True)
class Ending:
    """Points that end in a month if nothing more comes: the last days on which the first and the last can be spent."""

    currency: str
    first: date
    last: date
    points: int


def show(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Lots by month, and each of them below, in the order in which they will be spent."""
    member = open_member(number, desk, "lots")
    found = lots(holder_of(member.account_id), desk.now) if desk.programme else []
    each = [
        Lot(
            title_of(lot.currency.title, lot.currency.id),
            lot.currency.kind != "qualifying",
            lot.earned_on,
            lot.available_on if lot.pending else None,
            lot.ends(language()),
            lot.amount,
            lot.left,
        )
        for lot in found
    ]
    ends = []
    for balance in balances(holder_of(member.account_id), desk.now) if desk.programme else []:
        title = title_of(balance.currency.title, balance.currency.id)
        ends += [Ending(title, month.first, month.last, month.points) for month in by_month(balance.expiring)]
    aside = holds(holder_of(member.account_id), desk.now) if desk.programme else []
    context = {
        "today": localtime(desk.now).date(),
        "lots": grouped(found),
        "each": each,
        "ends": ends,
        "waiting": sum(lot.left for lot in found if lot.pending),
        "aside": [(one.left, title_of(one.currency.title, one.currency.id), one.until) for one in aside],
    }
    return render_member(request, member, "member_lots", context)
