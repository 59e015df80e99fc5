"""Spending at the counter: redeem, hand over or release what was set aside, and give a redemption back."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from regulars.doors.console.admitting import Desk
from regulars.doors.console.counter import desk as counter
from regulars.doors.console.counter.confirming import Asked, decide, plainly, with_an_id
from regulars.doors.console.counter.forms import ActForm, PointsForm
from regulars.doors.console.counter.rewarding import capture_off_a_bill
from regulars.doors.console.member import find_member
from regulars.doors.console.wording import title_of
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import money
from regulars.exchange.counter.spent import redemption
from regulars.exchange.earning import acting
from regulars.exchange.ledger.holdings import HoldView, holds
from regulars.ground.members.leading import holder_of


@require_http_methods(["GET", "POST"])
def redeem(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Spend points that are available: what would be left, and from which lots; then it is done."""
    member = find_member(number)
    if desk.programme is None:
        raise Http404
    form = PointsForm("redeem", desk.programme, request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return counter.show(request, desk, number, redeem=form)
    points, currency = form.cleaned_data["points"], desk.programme.currency(form.cleaned_data["currency"])
    said = {"points": figure(points), "title": title_of(currency.title, currency.id)}
    act = partial(acting.redeem, number, points, currency.id)
    worth = ""
    if currency.value is not None:
        worth = _("They are worth %(amount)s.") % {
            "amount": money(int(points * currency.value), desk.programme.header.money)
        }
    asked = Asked(
        _("Redeem %(points)s %(title)s") % said,
        worth,
        _("Redeem %(points)s %(title)s") % said,
        _("%(points)s %(title)s were redeemed.") % said,
        form.cleaned_data["act"],
        act,
        plainly(act),
        {"points": str(points), "currency": currency.id},
    )
    return decide(request, desk, member, asked)


@require_http_methods(["GET", "POST"])
def capture(request: HttpRequest, desk: Desk, number: str, hold: UUID) -> HttpResponse:
    """Hand over what points were set aside for: they are spent."""
    return _settle(request, desk, number, hold, handed=True)


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, desk: Desk, number: str, hold: UUID) -> HttpResponse:
    """Release what was set aside: it can be spent again."""
    return _settle(request, desk, number, hold, handed=False)


def _settle(request: HttpRequest, desk: Desk, number: str, hold: UUID, handed: bool) -> HttpResponse:
    member = find_member(number)
    found = next((one for one in holds(holder_of(member.account_id), desk.now) if one.id == hold), None)
    if handed and found and found.reward and found.reward.off_a_bill:
        return capture_off_a_bill(request, desk, member, found, found.reward)
    form = ActForm("hold", request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return with_an_id(request, "capture" if handed else "release", number, hold)
    said = _held(found)
    act = partial(acting.capture if handed else acting.release, number, hold, 0)
    asked = Asked(
        _("Hand over: %(points)s") % said if handed else _("Release: %(points)s") % said,
        _("The points that were set aside are spent.") if handed else _("The points can be spent again."),
        _("Hand over") if handed else _("Release"),
        _("Handed over: %(points)s.") % said if handed else _("No longer set aside: %(points)s.") % said,
        form.cleaned_data["act"],
        act,
        plainly(act),
        {},
    )
    return decide(request, desk, member, asked)


def _held(found: HoldView | None) -> dict[str, str]:
    if found is None:  # it is over: the act itself says so, or that it was done already
        return {"points": _("what was set aside")}
    if found.reward:
        return {"points": title_of(found.reward.title, found.reward.id)}
    return {"points": f"{figure(found.left)} {title_of(found.currency.title, found.currency.id)}"}


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, desk: Desk, number: str, event: UUID) -> HttpResponse:
    """Give back all that is left of a redemption."""
    member = find_member(number)
    form = ActForm("cancel", request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return with_an_id(request, "cancel", number, event)
    found = redemption(member.account_id, event)
    points = found.left if found else 0
    act = partial(acting.cancel, number, event)
    asked = Asked(
        _("Give a redemption back"),
        _("All that is left of it goes back to the lots it came from, with their own last days."),
        _("Give it back"),
        ngettext("%(points)s point was given back.", "%(points)s points were given back.", points)
        % {"points": figure(points)},
        form.cleaned_data["act"],
        act,
        plainly(act),
        {},
    )
    return decide(request, desk, member, asked)
