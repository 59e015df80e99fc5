"""Spending from home: what can be spent and until when, what is set aside, and setting points aside for the counter.

A member sets points aside under a code and shows it at the counter, where staff hand over what it is for. The code is
the act's id, made and signed when the form is shown: sent twice, it sets aside once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from secrets import choice
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.doors.look.seen import seen_as
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import day, money, span
from regulars.doors.portal import rewarding, saying
from regulars.doors.portal.receiving import Stay, members_only, page
from regulars.engine.entries import Refusal
from regulars.exchange.counter.codes import SIGNS, accepted, offered
from regulars.exchange.counter.rehearsing import Rehearsal, rehearse
from regulars.exchange.earning import acting
from regulars.exchange.earning.acting import ActRefused, By, Done
from regulars.exchange.ledger.ending import by_month
from regulars.exchange.ledger.holdings import Balance, HoldView, balances, holds
from regulars.ground.activity.contract import MAX_POINTS
from regulars.ground.activity.naming import PORTAL

#: How long members have to come by.
DAYS = 14
#: So much may be set aside by a member at a time.
MOST = 5


@dataclass(frozen=True, slots=True)
class Purse:
    """One currency: what can be spent, what waits, what is owed (as a sentence), and what ends in which month; `asked`
    is what was typed, where that was refused."""

    id: str
    title: str
    available: str
    pending: str
    owed: str
    ends: list[tuple[str, str]]
    asked: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a member would set aside: how it is asked, what it is worth, the days in which to come by, and where the
    form leads with which fields."""

    heading: str
    worth: str
    days: int
    action: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Aside:
    """Points set aside, for a reward if `what` names one; `mine` when the member did it, who may then release them."""

    event: UUID
    code: str
    what: str
    points: str
    until: str
    mine: bool


@members_only
def show(request: HttpRequest, stay: Stay, why: str = "") -> HttpResponse:
    """The page. `?code=` is what was just set aside, `?again=yes` that it had been before; `why` what was refused."""
    found = _spendable(stay)
    typed = _told(request) if why else {}
    aside = [_aside(one, stay) for one in holds(stay.account, stay.visit.now)]
    code = request.GET.get("code", "")
    response = page(
        request,
        "spending",
        stay.visit,
        "spending",
        purses=[_purse(one, typed) for one in found],
        rewards=rewarding.wishes(stay),
        aside=aside,
        shown=code if code in {one.code for one in aside if one.mine} else "",
        again=request.GET.get("again") == "yes",
        act=offered(_new_code(), stay.member.account_id),
        why=why,
    )
    response.status_code = 409 if why else 200
    return response


@require_http_methods(["GET", "POST"])
@members_only
def set_aside(request: HttpRequest, stay: Stay) -> HttpResponse:
    """GET shows what would be left, POST sets aside."""
    told = _told(request)
    asked, act = told.get("points", ""), told.get("act", "")
    currencies = {one.currency.id: one.currency for one in _spendable(stay)}
    currency = currencies.get(told.get("currency", ""))
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10 and 0 < int(asked) <= MAX_POINTS):
        return _shown(request, stay, _("Say how many points, as a whole number."))
    if currency is None:
        return redirect("portal:spending")
    points = int(asked)
    worth = ""
    if currency.value is not None:
        worth = money(int(points * currency.value), stay.programme.header.money)
    words = {"points": figure(points), "title": saying.title_of(currency.title)}
    return confirm(
        request,
        stay,
        act,
        partial(acting.hold, stay.member.number, points, currency.id, DAYS),
        Asked(
            _("Set aside %(points)s %(title)s?") % words,
            worth,
            DAYS,
            reverse("portal:set_aside"),
            {"points": asked, "currency": currency.id, "act": act},
        ),
    )


def confirm(request: HttpRequest, stay: Stay, told: str, act: Callable[[By], Done], asked: Asked) -> HttpResponse:
    """Show what would be left, or (POST) set aside under the code that is `told` with its signature, once; as often as
    a member may. What would be left by now is shown anew where it was something else."""
    code = accepted(told, stay.member.account_id)
    if not code:
        return redirect("portal:spending")
    by, do = By("member", PORTAL, code, stay.visit.now), partial(_one_of_few, stay, act)
    try:
        seen = rehearse(stay.account, do, by)
        rows = pots(seen)
        shown = seen_as(asked.heading, asked.worth, asked.days, rows)
        changed = not seen.again and request.POST.get("seen", shown) != shown
        if seen.again or (request.method == "POST" and not changed):
            again = seen.again or do(by).again
            query = urlencode({"code": code, **({"again": "yes"} if again else {})})
            return redirect(f"{reverse('portal:spending')}?{query}")
    except ActRefused as refused:
        return _shown(request, stay, refused_sentence(refused))
    response = page(
        request, "set_aside", stay.visit, "spending", asked=asked, pots=rows, seen=shown, changed=changed
    )  # fmt: skip
    response.status_code = 409 if changed else 200
    return response


def _one_of_few(stay: Stay, act: Callable[[By], Done], by: By) -> Done:
    """The act, where no more is set aside then than a member may. Raises ActRefused `too_many_aside`."""
    with transaction.atomic():
        done = act(by)
        # Counted after it: by now nobody else can set anything aside in this account.
        if not done.again and len(_mine(stay)) > MOST:
            raise ActRefused(Refusal("too_many_aside", "Release some of it, or fetch it first.", {"most": MOST}))
    return done


@require_http_methods(["GET", "POST"])
@members_only
def release(request: HttpRequest, stay: Stay, hold: UUID) -> HttpResponse:
    """Release what the member set aside themselves: GET asks, POST does. What is over already leads back."""
    found = [one for one in _mine(stay) if one.id == hold]
    if not found:
        return redirect("portal:spending")
    if request.method != "POST":
        return page(request, "release", stay.visit, "spending", one=_aside(found[0], stay))
    by = By("member", PORTAL, f"release-{hold}", stay.visit.now)
    try:
        acting.release(stay.member.number, hold, 0, by)
    except ActRefused as refused:
        return _shown(request, stay, refused_sentence(refused))
    return redirect("portal:spending")


def refused_sentence(refused: ActRefused) -> str:
    """Why something was not done, in the member's language."""
    code, figures = refused.refusal.code, refused.refusal.figures
    if code == "too_many_aside":
        return _("You have set aside %(most)s times already: release some of it, or fetch it first.") % figures
    if code == "limit_reached":
        return _("You have had it as often as one can for now.")
    if code == "not_eligible":
        return _("You cannot have this one yet; what is missing stands beside it.")
    if code == "insufficient_points":
        return _("You have %(available)s to spend: %(missing)s are missing.") % {
            "available": figure(figures["available"]),
            "missing": figure(figures["missing"]),
        }
    return _("That did not work. Begin again, or ask us at the counter.")


def pots(seen: Rehearsal) -> list[tuple[str, str, str]]:
    """What an act changes: (what, before, after), with what can be spent always, and the tier where it is another."""
    found = []
    for before, after in zip(seen.before, seen.after, strict=True):
        if after.currency.kind == "qualifying":
            continue
        title = {"title": saying.capitalised(saying.title_of(after.currency.title))}
        told = (
            (_("%(title)s to spend") % title, before.available, after.available, True),
            (_("%(title)s still pending") % title, before.pending, after.pending, False),
            (_("%(title)s set aside") % title, before.held, after.held, False),
            (_("%(title)s owed") % title, before.debt, after.debt, False),
        )
        found += [(what, figure(had), figure(has)) for what, had, has, always in told if always or had != has]
    if (tiers := seen.tier_said(saying.language())) is not None:
        found.append((_("Tier"), *tiers))
    return found


def _shown(request: HttpRequest, stay: Stay, why: str) -> HttpResponse:
    response: HttpResponse = show(request, why=why)
    return response


def _told(request: HttpRequest) -> Mapping[str, str]:
    return request.POST if request.method == "POST" else request.GET


def _mine(stay: Stay) -> list[HoldView]:
    """What the member set aside at home, whoever else has points in the same account."""
    return [one for one in holds(stay.account, stay.visit.now) if _is_mine(one, stay)]


def _is_mine(one: HoldView, stay: Stay) -> bool:
    return one.source == PORTAL and one.by == stay.member.account_id


def _spendable(stay: Stay) -> list[Balance]:
    found = balances(stay.account, stay.visit.now)
    return [one for one in found if one.currency.kind != "qualifying"]


def _purse(balance: Balance, typed: Mapping[str, str]) -> Purse:
    return Purse(
        balance.currency.id,
        saying.title_of(balance.currency.title),
        figure(balance.available),
        figure(balance.pending) if balance.pending else "",
        saying.owed_sentence(balance.debt),
        [(span(one.first, one.last), figure(one.points)) for one in by_month(balance.expiring)],
        typed.get("points", "") if typed.get("currency") == balance.currency.id else "",
    )


def _aside(one: HoldView, stay: Stay) -> Aside:
    points = f"{figure(one.left)} {saying.title_of(one.currency.title)}"
    what = saying.capitalised(saying.title_of(one.reward.title)) if one.reward else ""
    return Aside(one.id, one.name, what, points, day(one.until), _is_mine(one, stay))


def _new_code() -> str:
    """One that nobody can guess."""
    signs = "".join(choice(SIGNS) for _sign in range(8))
    return f"{signs[:4]}-{signs[4:]}"
