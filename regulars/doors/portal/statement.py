"""The statement: every movement with its why. What one event did stands together in one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from regulars.doors.look.sifting import SiftForm
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import near_day, signed
from regulars.doors.portal import saying
from regulars.doors.portal.receiving import Stay, members_only, page
from regulars.engine.entries import ACCRUAL, CLAWBACK, PENDING
from regulars.exchange.forfeitures.reading import of_member
from regulars.exchange.ledger import reasons
from regulars.exchange.ledger.reasons import Working
from regulars.exchange.ledger.sifting import sifted
from regulars.exchange.ledger.statement import StatementLine, unwritten_since
from regulars.ground.members.models import Member
from regulars.ground.members.trails import statements_of
from regulars.programme.phrases import PHRASES

_PAGE = 60


@dataclass(frozen=True, slots=True)
class Row:
    """What one event, or one night, did to one currency. `working` is (what, figure) with the sum last; `within`
    when points only moved from waiting to available; `by` is who of a household did it, and under which of their
    numbers; `seq` is the cursor of what came before."""

    on: date
    day: str
    title: str
    amount: str
    unit: str
    why: str
    waits: str
    working: Working
    balance: str
    within: bool
    by: str
    seq: int


@members_only
def show(request: HttpRequest, stay: Stay) -> HttpResponse:
    """A page of it, the latest recorded first. `?of=` is the number of the account, where a member has several;
    `?before=` the cursor; the fields of the form say what is shown."""
    accounts = statements_of(stay.member.account_id)
    chosen = next((one for one in accounts if one.number == request.GET.get("of", "")), accounts[0])
    form = SiftForm({one.id: saying.title_of(one.title) for one in stay.programme.currencies}, request.GET)
    sieve, before = form.sieve, _cursor(request.GET.get("before", ""))
    lines = sifted(chosen.account, sieve, stay.visit.zone, before, _PAGE + 1)
    shown = whole(lines, _PAGE)
    older = ""
    if len(shown) < len(lines):
        query = request.GET.copy()
        query["before"] = str(shown[-1].seq)
        older = f"?{query.urlencode()}"
    return page(
        request,
        "statement",
        stay.visit,
        "statement",
        rows=rows(shown, localdate(stay.visit.now), len(stay.programme.currencies) > 1 and not sieve.currency),
        older=older,
        first=before is None,
        unwritten=unwritten_since(chosen.account, localdate(stay.visit.now)) if before is None else None,
        form=form,
        accounts=accounts if len(accounts) > 1 else [],
        shown=chosen.number,
        of=chosen.number if chosen != accounts[0] else "",
        sifted=not (sieve.open and form.is_valid()),
        forfeits=bool(stay.programme.forfeiture or of_member(stay.member.account_id, 1)),
    )


def rows(lines: Sequence[StatementLine], today: date, named: bool) -> list[Row]:
    """Lines as rows, in the reader's language; `named` when each row must say which currency it is about."""
    accounts = {one for line in lines for one in (line.teller, line.told_under) if one}
    people: dict[int, Member] = Member.objects.in_bulk(accounts)
    return [_row(list(same), today, named, people) for _key, same in groupby(lines, _together)]


def _together(line: StatementLine) -> tuple[Any, ...]:
    """What stands in one row: the same event did it, in the same way."""
    return (line.event or line.seq, line.kind, line.currency, line.pot)


def whole(lines: list[StatementLine], most: int) -> list[StatementLine]:
    """The first `most` lines, without a last row that goes on after them."""
    if len(lines) <= most:
        return lines
    cut = most
    while cut and _together(lines[cut - 1]) == _together(lines[most]):
        cut -= 1
    return lines[: cut or most]


def _row(lines: list[StatementLine], today: date, named: bool, people: Mapping[int, Member]) -> Row:
    newest, words = lines[0], saying.language()
    amount = sum(line.amount for line in lines)
    waits = newest.available_on if newest.kind == ACCRUAL and newest.pot == PENDING else None
    told = [_told(line, words) for line in reversed(lines)]
    return Row(
        on=newest.day,
        day=near_day(newest.day, today),
        title=_title(lines, words),
        amount=figure(abs(amount)) if newest.within else signed(amount),
        unit=saying.title_of(newest.reason.programme.currency(newest.currency).title) if named else "",
        why=told[0] if len(set(told)) == 1 else saying.capitalised("; ".join(_named(lines))) + ".",
        waits=_("from %(day)s") % {"day": near_day(waits, today)} if waits and waits > today else "",
        working=_working(lines, told, amount, words),
        balance=figure(newest.available_after),
        within=newest.within,
        by=_by(newest, people),
        seq=lines[-1].seq,
    )


def _by(line: StatementLine, people: Mapping[int, Member]) -> str:
    """Who of a household told it, and under which number who has several."""
    teller, under = people.get(line.teller), people.get(line.told_under)
    name = (teller.called or _("a member")) if teller else ""
    number = _("under number %(number)s") % {"number": under.number} if under else ""
    return ", ".join(filter(None, (name, number)))


def _title(lines: list[StatementLine], words: str) -> str:
    line = lines[0]
    if line.kind == CLAWBACK:
        return _("Brought back")
    events = PHRASES[words].events
    if line.kind == ACCRUAL and line.event_type in events:
        return saying.capitalised(events[line.event_type][0])
    return line.title(words)


def _named(lines: list[StatementLine]) -> list[str]:
    """What gave the points, or had given them, in the programme's own words; the first line of the file first."""
    told = []
    for line in reversed(lines):
        rules = [rule for rule in line.reason.programme.earn.rules if rule.id == line.reason.rule]
        told.append(saying.title_of(rules[0].title) if rules else line.reason.rule)
    return told


def _told(line: StatementLine, words: str) -> str:
    """Why; the row itself says from when its points may be spent."""
    return reasons.why(replace(line.reason, available_on=None), words)


def _working(lines: list[StatementLine], told: list[str], amount: int, words: str) -> Working:
    """Of one movement how it was worked out; of several why there is each of them, and the sum."""
    if len(lines) == 1:
        return lines[0].working(words)
    if len(set(told)) == 1:
        told = [saying.capitalised(title) for title in _named(lines)]
        if not all(told):  # nothing tells them apart
            return []
    steps = [(why, signed(line.amount)) for why, line in zip(told, reversed(lines), strict=True)]
    return [*steps, (_("Together"), signed(amount))]


def _cursor(text: str) -> int | None:
    """The cursor of an address; None when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
