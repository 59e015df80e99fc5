"""A person is erased at their wish: a keeper looks at what it comes to, and confirms it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.doors.console.admitting import Desk
from regulars.doors.console.member import find_member
from regulars.doors.console.wording import currency_titles, language
from regulars.doors.look.templatetags.look import figure
from regulars.exchange.counter.erasing import Erased, erase
from regulars.exchange.earning.acting import ActRefused
from regulars.kit.speaking import said_in


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """What erasing a member comes to, or what has to end first; POST does it. Sent twice, it is done once."""
    try:
        member = find_member(number)
    except Http404:
        if request.method != "POST":
            raise
        messages.info(request, _("Nobody has this number any more."))
        return redirect("console:members")
    context: dict[str, object] = {"member": member}
    try:
        seen = erase(member.number, desk.staff.email, desk.now, leave_points=True, dry_run=True)
        context["facts"], context["points"] = _facts(seen, desk), seen.points
        if request.method == "POST":
            asked = request.POST.get("leave_points") == "yes"
            erase(member.number, desk.staff.email, desk.now, leave_points=asked)
            messages.success(request, _("They are erased. The ledger stayed as it was."))
            return redirect("console:members")
    except ActRefused as refused:
        context["refusal"] = said_in(language(), refused.refusal.sentence)
    status = 409 if "refusal" in context and request.method == "POST" else 200
    return render(request, "console/erase.html", context, status=status)


def _facts(seen: Erased, desk: Desk) -> list[tuple[str, str]]:
    """What goes and what stays, each as its name and its value."""
    titles = currency_titles(desk.programme) if desk.programme else {}
    stay, owed = (
        ", ".join(f"{figure(some)} {titles.get(id, id)}" for id, some in points.items())
        for points in (seen.points, seen.owed)
    )
    facts = [
        (_("Numbers that go"), ", ".join(seen.numbers)),
        (_("Points that stay in the ledger, as nobody's"), stay),
        (_("Points owed, by nobody from then on"), owed),
        (_("Messages that are withdrawn"), figure(seen.messages)),
        (_("Missing purchases that are forgotten"), figure(seen.missed)),
        (_("Quarantined events that are forgotten"), figure(seen.set_aside)),
    ]
    return [(term, value) for term, value in facts if value not in ("", "0")]
