"""Goodwill and corrections at the counter; above the limit a second person is asked."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.doors.console.admitting import Desk
from regulars.doors.console.counter import desk as counter
from regulars.doors.console.counter.confirming import Asked, decide
from regulars.doors.console.counter.forms import GoodwillForm
from regulars.doors.console.member import find_member
from regulars.doors.console.wording import title_of
from regulars.doors.look.templatetags.look import figure
from regulars.exchange.counter.goodwill import above, decided, give
from regulars.exchange.earning.acting import By, adjust
from regulars.exchange.ledger.decided import said as reason_said
from regulars.ground.members.leading import holder_of
from regulars.ground.members.models import Member


@require_http_methods(["GET", "POST"])
def decide_goodwill(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Give or take points for a declared reason, or propose it where it is above the limit."""
    member = find_member(number)
    if desk.programme is None:
        raise Http404
    form = GoodwillForm("goodwill", desk.programme, request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return counter.show(request, desk, number, goodwill=form)
    points, told = form.signed_points, form.cleaned_data
    currency = desk.programme.currency(told["currency"])
    words = {"points": figure(abs(points)), "title": title_of(currency.title, currency.id)}
    second = above(holder_of(member.account_id), points, settings.GOODWILL_LIMIT, desk.now)
    title = _("Give %(points)s %(title)s") % words if points > 0 else _("Take off %(points)s %(title)s") % words
    done = (
        _("%(points)s %(title)s were given.") % words if points > 0 else _("%(points)s %(title)s were taken.") % words
    )

    def give_or_propose(by: By) -> bool:
        return give(number, points, currency.id, told["reason"], by, settings.GOODWILL_LIMIT).again

    asked = Asked(
        title,
        reason_said(told["reason"]),
        _("Propose it") if second else title,
        _("It is proposed and waits for a second person.") if second else done % words,
        told["act"],
        partial(adjust, number, points, currency.id, told["reason"]),
        give_or_propose,
        {name: str(told[name]) for name in ("way", "points", "currency", "reason")},
        notice=second_person(member, desk) if second else "",
    )
    return decide(request, desk, member, asked)


def second_person(member: Member, desk: Desk) -> str:
    """That somebody else has to confirm it, and what was used of the member's limit and is left of it."""
    limit, used = settings.GOODWILL_LIMIT, decided(holder_of(member.account_id), desk.now)
    sentence = _(
        "More than %(limit)s points in a day for one member need a second person: this is proposed, and somebody of"
        " finance or a keeper confirms it."
    ) % {"limit": figure(limit)}
    used_of_it = _("Used of them in the last 24 hours: %(used)s; left: %(left)s.") % {
        "used": figure(used), "left": figure(max(0, limit - used))
    }  # fmt: skip
    return f"{sentence} {used_of_it}"
