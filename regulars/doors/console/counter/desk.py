"""The counter: where every act on a member's points begins."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from regulars.doors.console.admitting import Desk
from regulars.doors.console.counter.forms import GoodwillForm, PointsForm
from regulars.doors.console.counter.spent import Row, told
from regulars.doors.console.member import open_member, render_member
from regulars.doors.console.wording import currency_titles, language, pots_said, title_of
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import day, money, place, signed
from regulars.exchange.counter.goodwill import proposals
from regulars.exchange.counter.spent import bought, redeemed
from regulars.exchange.ledger.decided import said as reason_said
from regulars.exchange.ledger.holdings import HoldView, balances, holds
from regulars.exchange.rewards.knowing import asked_facts
from regulars.exchange.rewards.offering import Offered, rewards
from regulars.ground.members.leading import holder_of
from regulars.programme.promise import Programme

_FEW = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """A reward as it stands for the member: it `can` be had, perhaps once something is told of
    them; else `why_not`."""

    id: str
    title: str
    price: str
    can: bool
    why_not: str


def show(
    request: HttpRequest,
    desk: Desk,
    number: str,
    redeem: PointsForm | None = None,
    goodwill: GoodwillForm | None = None,
) -> HttpResponse:
    """The page; a form that could not be read comes back with what is wrong."""
    member = open_member(number, desk, "counter")
    account, programme = holder_of(member.account_id), desk.programme
    if programme is None:
        return render_member(request, member, "counter/desk", {})
    titles, iso = currency_titles(programme), programme.header.money
    spent = redeemed(member.account_id, _FEW + 1)
    context: dict[str, object] = {
        "purses": [
            (said, getattr(one, pot), pot)
            for one in balances(account, desk.now)
            if one.currency.kind != "qualifying"
            for pot, said in pots_said(one.currency).items()
            if pot == "available" or (pot != "pending" and getattr(one, pot))
        ],
        "redeem": redeem or PointsForm("redeem", programme),
        "forfeits": bool(programme.forfeiture),
        "goodwill": goodwill or GoodwillForm("goodwill", programme),
        "rewards": [_choice(one, programme) for one in rewards(account, number, desk.now)],
        "holds": [
            Row(
                one.id,
                _held(one),
                _("%(code)s, until %(day)s") % {"code": one.name, "day": day(one.until)},
            )
            for one in holds(account, desk.now)
        ],
        "spent": told(spent[:_FEW], programme),
        "spent_before": len(spent) > _FEW,
        "purchases": [
            Row(
                one.event,
                money(one.left, iso),
                ", ".join(part for part in (day(one.at), place(one.store), one.name) if part),
            )
            for one in bought(member.account_id, _FEW)
            if one.left
        ],
        "proposals": [
            (one.state, f"{signed(one.points)} {titles.get(one.currency, one.currency)}", reason_said(one.reason), one)
            for one in proposals(member.account_id, _FEW)
        ],
    }
    response = render_member(request, member, "counter/desk", context)
    response.status_code = 422 if redeem or goodwill else 200
    return response


def _choice(one: Offered, programme: Programme) -> Choice:
    words = language()
    refusal = one.refusal
    told = refusal is not None and refusal.code == "not_eligible" and bool(asked_facts(one.reward, programme))
    return Choice(
        one.reward.id, one.title(words), one.price(words), refusal is None or told, " ".join(one.why_not(words))
    )


def _held(one: HoldView) -> str:
    points = f"{figure(one.left)} {title_of(one.currency.title, one.currency.id)}"
    return f"{capfirst(title_of(one.reward.title, one.reward.id))}, {points}" if one.reward else points
