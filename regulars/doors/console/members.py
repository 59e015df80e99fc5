"""Finding a member: by name, number, e-mail address, or the code under which they set points aside, and a household by
its number, while one types or with a plain form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regulars.doors.console.admitting import Desk
from regulars.doors.console.wording import currency_titles, main_currency, tier_titles
from regulars.exchange.counter.codes import asked_by
from regulars.exchange.ledger.holdings import Glance, glances
from regulars.ground.members.finding import BadCursor, Found, find
from regulars.ground.members.households import households_among, households_beginning
from regulars.ground.members.leading import MERGED, followed
from regulars.ground.members.models import Member
from regulars.insight.journeys.last_visit import last_visits
from regulars.programme.promise import Programme

_ROWS, _HOUSEHOLDS = 25, 5


@dataclass(frozen=True, slots=True)
class Row:
    """A member of the list: who, the title of their tier, the points they can spend, and when they last came; of one
    that was `merged`, all that is the survivor's; of one in a `household` (its number), tier and points are
    those of the household."""

    member: Found
    tier: str
    points: int
    seen: datetime | None
    merged: bool
    household: str


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The list. `?q=` is what to find, `?after=` where to go on; what follows the typing gets the list alone."""
    query, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    try:
        page = find(query, after, _ROWS)
    except BadCursor:
        page, after = find(query, "", _ROWS), ""
    context = {
        "query": query,
        "rows": _rows(page.members if after else _with_holder(page.members, query, desk.now), desk),
        "households": [] if after else households_beginning(query, _HOUSEHOLDS),
        "unit": _unit(desk.programme),
        "next": f"?{urlencode({'q': query, 'after': page.next})}" if page.next else "",
        "more": bool(page.next or after),
        "part": request.headers.get("HX-Target") == "found",
    }
    return render(request, "console/found.html" if context["part"] else "console/members.html", context)


def _with_holder(found: Sequence[Found], query: str, now: datetime) -> Sequence[Found]:
    """Those who were found, and first the member who set points aside under a code, if it is one; but for who has it
    as their number."""
    account = asked_by(query, now)
    holder = Member.objects.filter(account_id=account).first() if account is not None else None
    if holder is None:
        return found
    who = Found(
        holder.account_id, holder.number, holder.given_name, holder.family_name, holder.email, holder.joined_on,
        "number",
    )  # fmt: skip
    others = [one for one in found if one.account != who.account]
    first = [one for one in others[:1] if one.number == query]
    return [*first, who, *others[len(first) :]]


def _rows(members: Sequence[Found], desk: Desk) -> list[Row]:
    ends = followed([member.account for member in members], (MERGED,))
    accounts = sorted(set(ends.values()))
    homes = followed(accounts)
    numbers = households_among(homes.values())
    held: dict[int, Glance] = {}
    titles: dict[str, str] = {}
    if desk.programme:
        titles = tier_titles(desk.programme)
        held = glances(sorted(set(homes.values())), main_currency(desk.programme).id, desk.now)
    nothing = Glance(0, "")
    seen = last_visits(accounts)
    return [
        Row(
            member,
            titles.get(held.get(homes[ends[member.account]], nothing).tier, ""),
            held.get(homes[ends[member.account]], nothing).available,
            seen.get(ends[member.account]),
            ends[member.account] != member.account,
            numbers.get(homes[ends[member.account]], ""),
        )
        for member in members
    ]


def _unit(programme: Programme | None) -> str:
    return currency_titles(programme)[main_currency(programme).id] if programme else ""
