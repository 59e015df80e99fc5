"""Rewards from home: what a member can have, what is missing for the rest, and setting one aside for the counter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.doors.portal import saying, spending
from regulars.doors.portal.receiving import Stay, members_only
from regulars.exchange.rewards import redeeming
from regulars.exchange.rewards.offering import Offered, rewards


@dataclass(frozen=True, slots=True)
class Wish:
    """A reward as the member sees it: `can` be set aside from home, or `why_not`; `has` of `price` points are there."""

    id: str
    title: str
    said: str
    terms: str
    can: bool
    why_not: str
    has: int
    price: int


def wishes(stay: Stay) -> list[Wish]:
    """Every reward, those that can be had first."""
    found = [_wish(one) for one in rewards(stay.account, stay.member.number, stay.visit.now)]
    return sorted(found, key=lambda wish: not wish.can)


@require_http_methods(["GET", "POST"])
@members_only
def choose(request: HttpRequest, stay: Stay, reward: str) -> HttpResponse:
    """GET shows what would be left, POST sets the reward aside."""
    found = next((one for one in stay.programme.rewards if one.id == reward), None)
    act = (request.POST if request.method == "POST" else request.GET).get("act", "")
    if found is None or found.price.least != found.price.most:
        return redirect("portal:spending")
    return spending.confirm(
        request,
        stay,
        act,
        partial(redeeming.set_aside, stay.member.number, reward),
        spending.Asked(
            _("Set aside: %(reward)s?") % {"reward": saying.title_of(found.title)},
            "",
            found.held_days,
            reverse("portal:choose", args=[reward]),
            {"act": act},
        ),
    )


def _wish(one: Offered) -> Wish:
    words, price = saying.language(), one.reward.price
    moves = price.least != price.most
    why_not = one.why_not(words)
    if moves and not why_not:
        why_not = [_("Its price moves: ask us at the counter.")]
    return Wish(
        one.reward.id,
        one.title(words),
        one.price(words),
        " ".join(one.terms(words)[1:]),
        one.refusal is None and not moves,
        " ".join(why_not),
        min(one.available, price.least),
        price.least if one.missing else 0,
    )
