"""A member's statement: every movement of points with its reason, or those of a kind, a currency and a time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localtime

from regulars.doors.console.admitting import Desk
from regulars.doors.console.member import open_member, render_member, statement_lines
from regulars.doors.console.wording import currency_titles
from regulars.doors.look.sifting import SiftForm
from regulars.exchange.ledger.sifting import sifted
from regulars.exchange.ledger.statement import unwritten_since
from regulars.ground.members.trails import statements_of

_ROWS = 50


def show(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """A page of it. `?of=` is the number of the account, of a member with several; `?before=` the line before which it
    begins; the fields of the form say what is shown."""
    member = open_member(number, desk, "statement")
    if desk.programme is None:
        return render_member(request, member, "member_statement", {})
    before = request.GET.get("before", "")
    cursor = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    form = SiftForm(currency_titles(desk.programme), request.GET)
    accounts = statements_of(member.account_id)
    asked = request.GET.get("of", "")
    account, shown, _household = next((one for one in accounts if one.number == asked), accounts[0])
    sieve = form.sieve
    found = sifted(account, sieve, desk.zone, cursor, _ROWS + 1)
    query = request.GET.copy()
    query["before"] = str(found[_ROWS - 1].seq) if len(found) > _ROWS else ""
    context: dict[str, object] = {
        "lines": statement_lines(found[:_ROWS], desk, desk.programme),
        "older": f"?{query.urlencode()}" if query["before"] else "",
        "unwritten": None if cursor else unwritten_since(account, localtime(desk.now).date()),
        "form": form,
        "accounts": accounts if len(accounts) > 1 else [],
        "shown": shown,
        "of": shown if account != accounts[0].account else "",
        "sifted": not (sieve.open and form.is_valid()),
    }
    return render_member(request, member, "member_statement", context)
