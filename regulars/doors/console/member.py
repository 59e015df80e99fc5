"""A member: where they stand, what happened, what their points are, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale
from babel.dates import format_skeleton
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.doors.console.admitting import Desk
from regulars.doors.console.grouping import grouped
from regulars.doors.console.telling import days
from regulars.doors.console.wording import currency_titles, language, pots_said, title_of
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import day, money, near_day, place, reader, signed
from regulars.exchange.ledger.holdings import Balance, TierView, balances, lots, tier_view
from regulars.exchange.ledger.statement import StatementLine, statement, unwritten_since
from regulars.ground.access.auditing import audit
from regulars.ground.members.enrolling import own_accounts_of
from regulars.ground.members.households import household_numbered, household_of
from regulars.ground.members.leading import holder_of
from regulars.ground.members.models import Member
from regulars.insight.journeys.last_visit import last_visits
from regulars.insight.journeys.timeline import timeline
from regulars.insight.journeys.year import last_year
from regulars.insight.rhythm.rules import Rhythm
from regulars.insight.rhythm.slipping import rhythm_of
from regulars.programme.promise import Programme

_FEW, _ROWS = 8, 50


@dataclass(frozen=True, slots=True)
class Purse:
    """A balance in words: what can be spent (or serves tiers alone) and what that is worth, what waits and when it
    comes, what is owed, and what ends soonest if nothing more comes."""

    title: str
    available: int
    worth: str
    pending: int
    coming: str
    debt: int
    ending: str
    ends: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ladder; `state` is `ahead`, `current` or `reached`."""

    title: str
    at: str
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The tier in words: `share` of `whole` is the way from nothing to the next one (0 of 0 at the top)."""

    title: str
    share: int
    whole: int
    figure: str
    sentences: list[str]
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the statement, ready for the page; `waits` says until when points are pending."""

    day: date
    title: str
    why: str
    amount: str
    after: str
    waits: str
    place: str
    working: list[tuple[str, str]]


def find_member(number: str) -> Member:
    """The member of that number. Raises Http404."""
    account = own_accounts_of([number]).get(number)
    member = Member.objects.filter(account_id=account).first() if account else None
    if member is None:
        raise Http404
    return member


def show(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The overview: standing, the latest of the statement, the latest that happened, and who it is."""
    try:
        member = open_member(number, desk, "overview")
    except Http404:
        if household_numbered(number) is None:
            raise
        return redirect("console:household", number)
    own, account = member.account_id, holder_of(member.account_id)
    rhythm = rhythm_of(own, desk.zone, desk.now)
    context: dict[str, object] = {
        "lede": _rhythm(rhythm, last_visits([own]).get(own)),
        "slipping": rhythm is not None and rhythm.slipping,
        "facts": facts_of(member),
        "household": household_of(own),
        "may": desk.counter and desk.programme is not None,
        "days": days(timeline(own, None, _FEW).moments, desk.programme),
    }
    if desk.programme:
        year, today = last_year(own, desk.zone, desk.now), localtime(desk.now).date()
        context |= {
            "purses": [_purse(balance, desk.programme, today) for balance in balances(account, desk.now)],
            "standing": _standing(tier_view(account, desk.now)),
            "lines": statement_lines(statement(account, limit=_FEW, gathered=True), desk, desk.programme),
            "unwritten": unwritten_since(account, today),
            "lots": grouped(lots(account, desk.now)),
            "today": today,
            "spent": money(year.spent, desk.programme.header.money),
            "purchases": year.purchases,
        }
    return render_member(request, member, "member", context)


def show_timeline(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Everything that happened. `?before=` is the instant before which the page begins."""
    member = open_member(number, desk, "timeline")
    page = timeline(member.account_id, _instant(request.GET.get("before", "")), _ROWS)
    older = f"?before={page.older.isoformat().replace('+', '%2B')}" if page.older else ""
    return render_member(
        request, member, "member_timeline", {"days": days(page.moments, desk.programme), "older": older}
    )


def open_member(number: str, desk: Desk, page: str) -> Member:
    """The member of that number, with a note of who looked at which page."""
    member = find_member(number)
    with transaction.atomic():
        audit(desk.staff.email, "member_viewed", member.account_id, {"page": page}, desk.now)
    return member


def render_member(request: HttpRequest, member: Member, name: str, context: dict[str, object]) -> HttpResponse:
    """A page about a member, under their name."""
    return render(request, f"console/{name}.html", {"member": member, **context})


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _rhythm(rhythm: Rhythm | None, seen: datetime | None) -> str:
    if rhythm:
        every = ngettext("Comes every day", "Comes every %(days)s days", rhythm.typical) % {"days": rhythm.typical}
        away = ngettext("last bought one day ago", "last bought %(days)s days ago", rhythm.away) % {"days": rhythm.away}
        today = _("bought today")
        return f"{every}; {away if rhythm.away else today}."
    return _("Last seen on %(day)s.") % {"day": day(seen)} if seen else _("Not seen yet.")


def facts_of(member: Member) -> list[tuple[str, str]]:
    """What is known of a member, in words; what is not is left out."""
    birthday = ""
    if member.birth_month and member.birth_day:
        # A leap year, so that there is a 29th of February.
        birthday = format_skeleton("MMMMd", date(2024, member.birth_month, member.birth_day), locale=reader())
    tongue = Locale(member.language).get_display_name(reader()) if member.language else ""
    known = [
        (_("Number"), member.number),
        (_("Name"), f"{member.given_name} {member.family_name}".strip()),
        (_("Likes to be called"), member.preferred_name),
        (_("E-mail"), member.email),
        (_("Phone"), member.phone),
        (_("Language"), (tongue or "").capitalize()),
        (_("Birthday"), birthday),
        (_("Member since"), day(member.joined_on)),
    ]
    return [(term, value) for term, value in known if value]


def _purse(balance: Balance, programme: Programme, today: date) -> Purse:
    coming, ending = balance.coming, balance.expiring
    comes = ""
    if coming:
        on, points = coming[0]
        comes = _("%(points)s on %(day)s") % {"points": figure(points), "day": near_day(on, today)}
    return Purse(
        pots_said(balance.currency)["available"],
        balance.available,
        "" if balance.worth is None else money(balance.worth, programme.header.money),
        balance.pending,
        comes,
        balance.debt,
        day(ending[0][0]) if ending else "",
        ending[0][1] if ending else 0,
    )


def _standing(tier: TierView | None) -> Standing | None:
    if tier is None:
        return None
    tongue = language()
    place = tier.levels.index(tier.current)
    return Standing(
        title_of(tier.current.title, tier.current.id),
        tier.progress if tier.next else 0,
        tier.next.at if tier.next else 0,
        tier.amount(tier.progress, tongue),
        tier.sentences(tongue),
        [
            Step(
                title_of(level.title, level.id),
                tier.amount(level.at, tongue),
                "current" if index == place else "reached" if index < place else "ahead",
            )
            for index, level in reversed(list(enumerate(tier.levels)))
        ],
    )


def statement_lines(found: list[StatementLine], desk: Desk, programme: Programme) -> list[Line]:
    """Lines of the statement in words."""
    tongue, today = language(), localtime(desk.now).date()
    titles = currency_titles(programme)
    several = len(programme.currencies) > 1
    tellers = Member.objects.in_bulk({one for line in found for one in (line.teller, line.told_under) if one})
    names = {account: member.name for account, member in tellers.items()}
    numbers = {account: _("under number %(number)s") % {"number": member.number} for account, member in tellers.items()}
    lines = []
    for line in found:
        points = figure(abs(line.amount)) if line.within else signed(line.amount)
        waits = (
            line.pot == "pending" and not line.within and line.available_on is not None and line.available_on > today
        )
        lines.append(
            Line(
                line.day,
                line.title(tongue),
                line.why(tongue),
                f"{points} {titles.get(line.currency, line.currency)}" if several else points,
                figure(line.available_after),
                _("until %(day)s") % {"day": near_day(line.available_on, today)} if waits and line.available_on else "",
                ", ".join(filter(None, (place(line.store), names.get(line.teller), numbers.get(line.told_under)))),
                line.working(tongue),
            )
        )
    return lines
