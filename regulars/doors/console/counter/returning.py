"""A purchase comes back at the counter, whole or by lines and amounts."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from babel.numbers import get_currency_precision
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.doors.console.admitting import Desk
from regulars.doors.console.counter.confirming import Asked, decide, plainly
from regulars.doors.console.counter.forms import ReturnForm
from regulars.doors.console.member import find_member
from regulars.doors.look.templatetags.writing import day, money, place
from regulars.exchange.counter.spent import purchase
from regulars.exchange.earning.acting import bring_back
from regulars.ground.access.auditing import audit


@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest, desk: Desk, number: str, event: UUID) -> HttpResponse:
    """Choose what comes back; see what it takes back and gives back; then it is done."""
    member = find_member(number)
    bought = purchase(member.account_id, event)
    if bought is None or desk.programme is None:
        raise Http404
    iso = desk.programme.header.money
    data = request.POST if request.method == "POST" else request.GET
    form = ReturnForm(bought, iso, get_currency_precision(iso), len(bought.lines) > 1, data if "act" in data else None)
    if not form.is_bound or not form.is_valid():
        with transaction.atomic():
            audit(desk.staff.email, "member_viewed", member.account_id, {"page": "purchase"}, desk.now)
        context = {"member": member, "form": form, "bought": bought, "place": place(bought.store), "money": iso}
        return render(request, "console/counter/return.html", context, status=422 if form.is_bound else 200)
    lines = form.amounts
    amount = money(sum(lines.values()) or bought.left, iso)
    act = partial(bring_back, number, bought.name, lines)
    asked = Asked(
        _("Bring back for %(amount)s") % {"amount": amount},
        _("Of the purchase of %(day)s for %(amount)s.") % {"day": day(bought.at), "amount": money(bought.net, iso)},
        _("Bring back for %(amount)s") % {"amount": amount},
        _("%(amount)s came back.") % {"amount": amount},
        form.cleaned_data["act"],
        act,
        plainly(act),
        {field: str(value) for field, value in form.cleaned_data.items() if field != "act" and value is not None},
        source=bought.source,
    )
    return decide(request, desk, member, asked)
