"""What the shop knows of a member, and how they like to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.doors.look.templatetags.writing import day
from regulars.doors.portal.receiving import Stay, Visit, members_only, page, visited
from regulars.ground.access.auditing import audit
from regulars.ground.members.models import Member
from regulars.programme.header import LANGUAGES


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the vault holds; an empty value is not known."""

    term: str
    value: str


@members_only
def show(request: HttpRequest, stay: Stay) -> HttpResponse:
    """The page: facts of the vault, language, theme, and the way out."""
    member = stay.member
    facts = [
        Fact(_("Name"), f"{member.given_name} {member.family_name}".strip()),
        Fact(_("E-mail"), member.email),
        Fact(_("Member number"), member.number),
        Fact(_("With us since"), day(member.joined_on)),
    ]
    return page(request, "profile", stay.visit, "profile", facts=facts)


@require_POST
@visited
def choose_language(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Read on in another language: kept with the member, or for this browser when nobody is signed in."""
    wanted, back = request.POST.get("language", ""), request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = reverse("portal:home")
    response = HttpResponseRedirect(back)
    if wanted in LANGUAGES:
        if visit.member:
            _remember(visit.member.account_id, wanted, visit.now)
        else:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 86_400, samesite="Lax")
    return response


def _remember(account: int, language: str, now: datetime) -> None:
    with transaction.atomic():
        Member.objects.filter(account_id=account).update(language=language)
        audit("member", "language_chosen", account, {"language": language}, now)
