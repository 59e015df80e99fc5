"""A member's own page; for everybody else the welcome at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import day, money, near_day
from regulars.doors.portal import saying
from regulars.doors.portal.asking import welcome
from regulars.doors.portal.receiving import Visit, page, visited
from regulars.doors.portal.statement import rows, whole
from regulars.exchange.forfeitures.reading import of_member
from regulars.exchange.forfeitures.rules import OPEN
from regulars.exchange.ledger.holdings import Balance, TierView, balances, tier_view
from regulars.exchange.ledger.statement import statement
from regulars.ground.members.households import household_of, members_of
from regulars.ground.members.leading import holder_of
from regulars.ground.members.models import Member
from regulars.programme.phrases import PHRASES
from regulars.programme.promise import Programme

#: So many of the latest movements are looked through for so many rows.
_LINES, _ROWS = 40, 4
#: So many days on which waiting points become available are named one by one.
_NAMED = 3
#: What expires within so many days is said in amber.
_SOON_DAYS = 90


@dataclass(frozen=True, slots=True)
class Purse:
    """One currency as it stands at the head of the page; empty texts are left out."""

    title: str
    figure: str
    worth: str
    waiting: list[str]
    owed: str
    expires: str
    stays: str


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long the points of a currency last; its `title` is empty where there is no other one."""

    title: str
    said: str


@dataclass(frozen=True, slots=True)
class Step:
    """One tier in the list: how it is reached, and whether it lies ahead, is current, or has been reached."""

    name: str
    at: str
    state: str
    said: list[str]


@dataclass(frozen=True, slots=True)
class Climb:
    """Where the member stands among the tiers; `value` of `most` is the bar, `figure` the same in words."""

    title: str
    counted: str
    label: str
    figure: str
    value: int
    most: int
    steps: list[Step]


@visited
def show(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The home of whoever is signed in, the welcome for a visitor."""
    if visit.programme is None:
        return page(request, "unopened", visit)
    if visit.member is None:
        return welcome(request, visit)
    return page(request, "home", visit, "home", **_home(visit, visit.member, visit.programme))


def _home(visit: Visit, member: Member, programme: Programme) -> dict[str, object]:
    today = localdate(visit.now)
    spendable = [one for one in balances(holder_of(member.account_id), visit.now) if one.currency.kind != "qualifying"]
    found = statement(holder_of(member.account_id), limit=_LINES + 1, gathered=True)
    latest = rows(whole(found, _LINES), today, len(programme.currencies) > 1)
    tiers = tier_view(holder_of(member.account_id), visit.now)
    return {
        "purses": [_purse(one, programme, today) for one in spendable],
        "latest": [row for row in latest if not row.within][:_ROWS],
        "climb": _climb(tiers) if tiers and len(tiers.levels) > 1 else None,
        "taking": any(one.state in OPEN for one in of_member(member.account_id)),
        "household": _household(member),
        "lasting": [_lasting(one, len(spendable) > 1) for one in spendable],
    }


def _household(member: Member) -> list[str]:
    """Whom else the points belong to, by the names they are called; nobody for one's own."""
    home = household_of(member.account_id)
    others = [one for one in members_of(home.account) if one != member.account_id] if home else []
    people: dict[int, Member] = Member.objects.in_bulk(others)
    return [people[one].called or _("a member") for one in others] or ([_("nobody else yet")] if home else [])


def _purse(balance: Balance, programme: Programme, today: date) -> Purse:
    worth = ""
    if balance.worth is not None:
        worth = _("worth at least %(money)s") % {"money": money(balance.worth, programme.header.money)}
    expires, stays = _expiring(balance, today)
    return Purse(
        saying.title_of(balance.currency.title),
        figure(balance.available),
        worth,
        _waiting(balance, today),
        saying.owed_sentence(balance.debt),
        expires,
        stays,
    )


def _waiting(balance: Balance, today: date) -> list[str]:
    """When what waits may be spent: the first days one by one, the others together."""
    said = [
        _("%(points)s more from %(day)s") % {"points": figure(points), "day": near_day(on, today)}
        for on, points in balance.coming[:_NAMED]
    ]
    later = balance.coming[_NAMED:]
    if later:
        values = {"points": figure(sum(points for _on, points in later)), "day": near_day(later[-1][0], today)}
        said.append(_("and another %(points)s by %(day)s") % values)
    return said


def _expiring(balance: Balance, today: date) -> tuple[str, str]:
    """What expires soon by time alone and through which day it may be spent, and what keeps it; empty for nothing."""
    expiry = balance.currency.expiry
    soon = [(on, points) for on, points in balance.expiring if on <= today + timedelta(days=_SOON_DAYS)]
    if not soon or expiry is None:
        return "", ""
    on, points = soon[0]
    values = {
        "points": f"{figure(points)} {saying.title_of(balance.currency.title)}",
        "day": day(on - timedelta(days=1)),
    }
    said = _("%(points)s expire after %(day)s") % values
    if expiry.after == "inactivity":
        return said, _("Shop or spend some once before then, and all of them stay.")
    return said, _("Until then you can spend them.")


def _lasting(balance: Balance, named: bool) -> Lasting:
    """What keeps points alive, and when we would tell."""
    currency = balance.currency
    title = saying.capitalised(saying.title_of(currency.title)) if named else ""
    return Lasting(title, f"{saying.lasting_sentence(currency)} {saying.notice_sentence(currency)}".strip())


def _climb(view: TierView) -> Climb:
    words, tiers = saying.language(), view.programme.tiers
    assert tiers is not None
    current = saying.title_of(view.current.title)
    title = current
    if view.next:
        title = _("%(current)s, on the way to %(next)s") % {
            "current": current,
            "next": saying.title_of(view.next.title),
        }
    goal = view.next.at if view.next else view.current.at
    of = {"progress": view.amount(view.progress, words), "goal": view.amount(goal, words)}
    one, many = PHRASES[words].window[tiers.window]
    window = (one if tiers.months == 1 else many).format(n=tiers.months)
    return Climb(
        title=title,
        counted=_("Counted %(window)s.") % {"window": window},
        label=_("%(missing)s to go") % {"missing": view.amount(view.missing, words)}
        if view.next
        else _("You are at the top."),
        figure=_("%(progress)s of %(goal)s") % of if view.next else of["progress"],
        value=min(view.progress, goal),
        most=max(goal, 1),
        steps=_steps(view, words),
    )


def _steps(view: TierView, words: str) -> list[Step]:
    place = view.levels.index(view.current)
    said = view.sentences(words)[1 if view.next else 0 :]  # what lacks to rise stands beside the bar
    return [
        Step(
            saying.title_of(level.title),
            view.amount(level.at, words) if level.at else _("from the start"),
            "ahead" if index > place else "current" if index == place else "reached",
            said if index == place else [],
        )
        for index, level in reversed(list(enumerate(view.levels)))
    ]
