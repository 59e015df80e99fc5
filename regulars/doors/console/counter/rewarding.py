"""Rewards at the counter: one is handed over at once, or set aside, after a look; and what waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from regulars.doors.console.admitting import Desk
from regulars.doors.console.counter.confirming import Asked, decide, plainly, with_an_id
from regulars.doors.console.counter.forms import RewardForm
from regulars.doors.console.member import find_member
from regulars.doors.console.wording import language, title_of
from regulars.exchange.earning import acting
from regulars.exchange.ledger.holdings import HoldView
from regulars.exchange.rewards import redeeming
from regulars.exchange.rewards.awaiting import waiting
from regulars.exchange.rewards.knowing import asked_facts
from regulars.ground.access.auditing import audit
from regulars.ground.members.models import Member
from regulars.programme import clauses
from regulars.programme.promise import Programme
from regulars.programme.rewards import Reward

_MOST = 200


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, desk: Desk, number: str, reward: str) -> HttpResponse:
    """Hand a reward over at once: its price is spent."""
    return _had(request, desk, number, reward, later=False)


@require_http_methods(["GET", "POST"])
def set_aside(request: HttpRequest, desk: Desk, number: str, reward: str) -> HttpResponse:
    """Set a reward aside for the member, to be handed over later."""
    return _had(request, desk, number, reward, later=True)


def show_waiting(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What waits to be handed over, over all members, the most urgent first."""
    found = waiting(desk.now, _MOST) if desk.programme else []
    rows = [(one, title_of(one.reward.title, one.reward.id), title_of(one.currency.title, "")) for one in found]
    return render(request, "console/counter/waiting.html", {"rows": rows, "may": desk.counter})


def _had(request: HttpRequest, desk: Desk, number: str, id: str, later: bool) -> HttpResponse:
    member, programme = find_member(number), desk.programme
    reward = next((one for one in programme.rewards if one.id == id), None) if programme else None
    if programme is None or reward is None:
        raise Http404
    facts = asked_facts(reward, programme)
    data = request.POST if request.method == "POST" else request.GET
    form = RewardForm(
        programme, reward, facts, bill=reward.off_a_bill and not later, data=data if "act" in data else None
    )
    if not form.is_bound and not form.asks:
        return with_an_id(request, "reward_aside" if later else "reward", number, id)
    if not form.is_valid():
        return _ask(request, desk, member, reward, form, programme)
    said = {"reward": title_of(reward.title, reward.id)}
    told = {name: value for name, value in form.facts.items() if value}
    if later:
        act: Callable[[acting.By], acting.Done] = partial(redeeming.set_aside, number, id, price=form.price, told=told)
    else:
        act = partial(redeeming.redeem, number, id, price=form.price, payable=form.bill, told=told)
    asked = Asked(
        pgettext("act", "Set aside: %(reward)s") % said if later else _("Hand over: %(reward)s") % said,
        " ".join(clauses.reward(reward, programme, language())),
        _("Set it aside") if later else _("Hand it over"),
        _("Set aside for the member: %(reward)s.") % said if later else _("Handed over: %(reward)s.") % said,
        form.cleaned_data["act"],
        act,
        plainly(act),
        form.told,
    )
    return decide(request, desk, member, asked)


def capture_off_a_bill(
    request: HttpRequest, desk: Desk, member: Member, hold: HoldView, reward: Reward
) -> HttpResponse:  # fmt: skip
    """Hand over what was set aside and takes something off a bill: the bill is asked for first."""
    assert desk.programme is not None
    data = request.POST if request.method == "POST" else request.GET
    form = RewardForm(desk.programme, reward, [], bill=True, priced=False, data=data if "act" in data else None)
    if not form.is_valid():
        return _ask(request, desk, member, reward, form, desk.programme)
    act = partial(acting.capture, member.number, hold.id, 0, payable=form.bill)
    said = {"reward": title_of(reward.title, reward.id)}
    asked = Asked(
        _("Hand over: %(reward)s") % said,
        _("The points that were set aside are spent."),
        _("Hand it over"),
        _("Handed over: %(reward)s.") % said,
        form.cleaned_data["act"],
        act,
        plainly(act),
        form.told,
    )
    return decide(request, desk, member, asked)


def _ask(
    request: HttpRequest, desk: Desk, member: Member, reward: Reward, form: RewardForm, programme: Programme
) -> HttpResponse:
    """What must be said before a reward can be had."""
    with transaction.atomic():
        audit(desk.staff.email, "member_viewed", member.account_id, {"page": "reward"}, desk.now)
    title = title_of(reward.title, reward.id)
    context = {
        "member": member,
        "form": form,
        "title": title[:1].upper() + title[1:],
        "terms": clauses.reward(reward, programme, language()),
    }
    return render(request, "console/counter/reward.html", context, status=422 if form.is_bound else 200)
