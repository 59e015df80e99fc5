"""What bringing something back would do, seen before it is carried to the shop; nothing is done here."""

from __future__ import annotations

from functools import partial
from uuid import UUID, uuid4

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from regulars.doors.look.templatetags.writing import day, money, place
from regulars.doors.portal.receiving import Stay, members_only, page
from regulars.doors.portal.spending import pots, refused_sentence
from regulars.doors.portal.statement import rows
from regulars.exchange.counter.rehearsing import rehearse
from regulars.exchange.counter.spent import Bought, bought, purchase
from regulars.exchange.earning.acting import ActRefused, By, bring_back
from regulars.ground.activity.naming import PORTAL

_LATEST = 20
#: So often in a minute a member may look.
TRIES, _WAIT_S = 30, 60


@require_GET
@members_only
def show_all(request: HttpRequest, stay: Stay) -> HttpResponse:
    """The latest purchases of which something can come back."""
    iso = stay.programme.header.money
    found = [
        (one.event, day(one.at), money(one.left, iso), place(one.store))
        for one in bought(stay.member.account_id, _LATEST)
        if one.left
    ]
    return page(request, "returns", stay.visit, "spending", found=found)


@require_GET
@members_only
def show(request: HttpRequest, stay: Stay, event: UUID) -> HttpResponse:
    """What all that is left of a purchase would do, or (`?line=`) what one line would."""
    one = purchase(stay.member.account_id, event)
    if one is None:
        raise Http404
    if not one.left:
        return page(request, "returned", stay.visit, "spending", why=_("Nothing is left of it that could come back."))
    if not _may_look(stay):
        response = page(request, "returned", stay.visit, "spending", why=_("Wait a minute, then look again."))
        response.status_code = 429
        return response
    asked = request.GET.get("line", "")
    lines = {line.id: line.left for line in one.lines if line.id == asked and line.left}
    iso = stay.programme.header.money
    by = By("member", one.source, f"{PORTAL}-rehearsal-{uuid4().hex}", stay.visit.now)
    context = _told(one, iso) | {"amount": money(sum(lines.values()) or one.left, iso), "line": asked if lines else ""}
    try:
        seen = rehearse(stay.account, partial(bring_back, stay.member.number, one.name, lines), by)
    except ActRefused as refused:
        context["why"] = refused_sentence(refused)
        return page(request, "returned", stay.visit, "spending", **context)
    several = len(stay.programme.currencies) > 1
    context |= {"pots": pots(seen), "rows": rows(seen.lines, localdate(stay.visit.now), several)}
    return page(request, "returned", stay.visit, "spending", **context)


def _told(one: Bought, iso: str) -> dict[str, object]:
    named = [
        (line.id, line.name or _("Line %(line)s") % {"line": line.id}, money(line.left, iso))
        for line in one.lines
        if line.left
    ]
    return {"bought": day(one.at), "all": money(one.left, iso), "lines": named if len(named) > 1 else []}


def _may_look(stay: Stay) -> bool:
    key = f"portal-looks:{stay.member.account_id}"
    if cache.add(key, 1, _WAIT_S):
        return True
    try:
        return int(cache.incr(key)) <= TRIES
    except ValueError:  # it has just ended
        return True
