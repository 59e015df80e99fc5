"""A link that opens a member's own pages once: made at the counter, shown once, and noted."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from regulars.doors.console.admitting import Desk
from regulars.doors.console.member import find_member
from regulars.ground.access.auditing import audit
from regulars.ground.members.signing_in import MINUTES, LinkRefused, make_link


@require_POST
def make(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Make one for a member and show it. It stands nowhere else: whoever loses it makes another. As it lets spend their
    points, it takes who may do so at the counter."""
    member = find_member(number)
    context: dict[str, object] = {"member": member, "minutes": MINUTES}
    try:
        with transaction.atomic():
            link = make_link(member.account_id, desk.now)
            audit(desk.staff.email, "sign_in_link_made", member.account_id, {}, desk.now)
    except LinkRefused as refusal:
        return render(request, "console/sign_in_link.html", {**context, "refusal": refusal}, status=409)
    address = request.build_absolute_uri(reverse("portal:enter", args=[link.token]))
    return render(request, "console/sign_in_link.html", {**context, "address": address, "until": link.expires_at})
