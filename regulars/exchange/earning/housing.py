"""Housing: members join a household and leave it again; docs/rules/households.md says it with numbers.

Both events of joining or leaving are known for ever under one (source, id). From joining to leaving the member's number
leads to the household's account; what each of them brought, earned and spent is counted there (`engine/pooling.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from regulars.engine.entries import Refusal
from regulars.engine.events import JOIN_IN, JOIN_OUT, LEAVE_IN, LEAVE_OUT
from regulars.engine.theirs import Theirs
from regulars.exchange.earning.acting import ActRefused, By, Done
from regulars.exchange.earning.away import merged_into, noted_there
from regulars.exchange.earning.inheriting import is_or_was
from regulars.exchange.earning.nights import settle_account
from regulars.exchange.earning.recording import carry_out
from regulars.exchange.forfeitures.reading import of_member
from regulars.exchange.forfeitures.rules import OPEN
from regulars.exchange.ledger.assembling import lock
from regulars.ground.access.auditing import audit
from regulars.ground.activity.contract import MAX_ID, MAX_POINTS, Act, Incoming
from regulars.ground.activity.recording import known
from regulars.ground.members.enrolling import given_accounts_of, own_accounts_of
from regulars.ground.members.households import (
    MOST_MEMBERS,
    Household,
    household_at,
    household_numbered,
    members_of,
    open_household,
)
from regulars.ground.members.leading import HOUSEHOLD, kin_of, lead_of, let_be, let_lead, make_kin
from regulars.ground.publishing.versions import versions
from regulars.kit.speaking import worded
from regulars.kit.zones import microseconds


@dataclass(frozen=True, slots=True)
class Moved:
    """A member who joined a household, or left it: `went` and `came` are the events of the account that gave and of the
    one that took; `again`: it was done before."""

    household: Household
    member: int
    went: UUID
    came: UUID
    again: bool

    @property
    def done(self) -> Done:
        """The same as an act on the points of the household that was joined, or of the member who left."""
        return Done(self.household.account, self.came, self.again, household=self.household.number)


def found(member: str, number: str, by: By) -> Moved:
    """Open a household, under a number or with none under one of its own, and let its first member join it.

    Raises ActRefused (as `join`; `number_taken`, `bad_number`), PublishRefused.
    """
    return _settled(lambda: _found(member, number, by))


def join(member: str, household: str, by: By) -> Moved:
    """Let a member join a household: all they have goes there, and from then on their number leads there.

    Raises ActRefused (`unknown_member`, `unknown_household`, `not_a_member`, `in_household`, `household_full`,
    `household_closed`, `forfeiture_open`, `other_content`), PublishRefused.
    """
    return _settled(lambda: _joined(member, household, by))


def leave(member: str, points: int, currency: str, by: By, household: str = "") -> Moved:
    """Let a member leave their household with their share, or with fewer `points` (0: all that is theirs).

    With a `household` named, that one and no other.

    Raises ActRefused (`unknown_member`, `not_a_member`, `not_in_household`, `holds_open`, `beyond_share`,
    `last_takes_all`, `unknown_currency`, `bad_points`, `other_content`), PublishRefused.
    """
    if not 0 <= points <= MAX_POINTS:
        sentence = worded("Name from 1 to {most} points, or none to take all that is yours.", most=MAX_POINTS)
        raise ActRefused(Refusal("bad_points", sentence, {"points": points}))
    return _settled(lambda: _left(member, points, currency, by, household))


class _Changed(Exception):
    """Somebody joined or was merged while the locks were waited for: they are to be taken anew, in their order."""


def _settled(work: Callable[[], Moved]) -> Moved:
    """Do it in a transaction, again where somebody else was in the way; a savepoint gives its locks back."""
    while True:
        try:
            with transaction.atomic():
                return work()
        except _Changed:
            continue


def _found(member: str, number: str, by: By) -> Moved:
    own = _member(member)
    before = _done_before(by, JOIN_OUT, JOIN_IN, member, number)
    if before is not None:
        return before
    if number.strip() != number or len(number) > MAX_ID or not number.isprintable():
        sentence = worded("A number has 1 to {most} characters that can be seen.", most=MAX_ID)
        raise ActRefused(Refusal("bad_number", sentence, {"number": number[:80]}))
    household = open_household(number, by.now)
    if household is None and _done_before(by, JOIN_OUT, JOIN_IN, member, number) is not None:
        raise _Changed  # it was told twice at once
    if household is None:
        sentence = worded("Somebody has this number already: choose another one, or none.")
        raise ActRefused(Refusal("number_taken", sentence, {"number": number[:80]}))
    audit(by.actor, "household opened", household.account, {"number": household.number}, by.now)
    return _join(member, own, household, by, first=True)


def _joined(member: str, household: str, by: By) -> Moved:
    own, there = _member(member), household_numbered(household)
    if there is None:
        sentence = worded("No household has this number: check it, or open one.")
        raise ActRefused(Refusal("unknown_household", sentence, {"household": household[:80]}))
    before = _done_before(by, JOIN_OUT, JOIN_IN, member, there.number)
    return before if before is not None else _join(member, own, there, by, first=False)


def _left(member: str, points: int, currency: str, by: By, household: str) -> Moved:
    own = _member(member)
    before = _done_before(by, LEAVE_OUT, LEAVE_IN, member, household, points, currency)
    if before is not None:
        return before
    kin = kin_of([own])
    lock(kin)
    if _member(member) != own or kin_of([own]) != kin:
        raise _Changed
    # While we waited for the locks it may have been told by somebody else.
    before = _done_before(by, LEAVE_OUT, LEAVE_IN, member, household, points, currency)
    if before is not None:
        return before
    lead = lead_of(own)
    there = household_at(lead.to) if lead is not None and lead.why == HOUSEHOLD else None
    if there is None or household not in ("", there.number):
        raise ActRefused(Refusal("not_in_household", worded("This member is in no household."), {"member": member}))
    theirs = _theirs(own, there.account, sorted(kin), by)
    let_be(own)
    went, came = _tell(
        by,
        _event(LEAVE_OUT, there.number, by, there.account, own, points, currency),
        _event(LEAVE_IN, member, by, there.account, theirs=theirs),
    )
    _note(by, "household left", there, own, went, came)
    return Moved(there, own, went, came, False)


def _theirs(own: int, household: int, kin: Sequence[int], by: By) -> list[Theirs]:
    """What is noted for those who are merged into the member who leaves; what fell due by now in it."""
    others = merged_into(own, kin)
    if not others:
        return []
    settle_account(household, by.now)
    zone = versions().at(microseconds(by.now)).kernel.terms.zone
    return noted_there(others, own, household, kin, zone)


def _join(member: str, own: int, household: Household, by: By, first: bool) -> Moved:
    kin = kin_of([own, household.account])
    lock(kin)
    if _member(member) != own or kin_of([own, household.account]) != kin:
        raise _Changed
    # While we waited for the locks it may have been told by somebody else.
    before = _done_before(by, JOIN_OUT, JOIN_IN, member, "" if first else household.number)
    if before is not None and first:
        raise _Changed  # what was opened here is not needed
    if before is not None:
        return before
    if lead_of(own) is not None:
        sentence = worded("This member is in a household: let them leave it first.")
        raise ActRefused(Refusal("in_household", sentence, {"member": member}))
    if any(one.state in OPEN for one in of_member(own)):
        sentence = worded("Points of this member may be taken: that has to come to its end first.")
        raise ActRefused(Refusal("forfeiture_open", sentence, {"member": member}))
    members = members_of(household.account)
    if not members and not first:
        sentence = worded("Everybody has left this household: open another one.")
        raise ActRefused(Refusal("household_closed", sentence, {"household": household.number}))
    if len(members) >= MOST_MEMBERS:
        sentence = worded("A household has at most {most} members.", most=MOST_MEMBERS)
        raise ActRefused(Refusal("household_full", sentence, {"most": MOST_MEMBERS}))
    went, came = _tell(
        by,
        _event(JOIN_OUT, member, by, household.account),
        _event(JOIN_IN, household.number, by, own, own),
    )
    let_lead(own, household.account, HOUSEHOLD, by.now)
    make_kin(kin)
    _note(by, "household joined", household, own, went, came)
    return Moved(household, own, went, came, False)


def _member(number: str) -> int:
    """The account of the person behind a number."""
    own = own_accounts_of([number]).get(number)
    if own is None:
        raise ActRefused(Refusal("unknown_member", worded("No member has this number."), {"member": number}))
    if household_at(own) is not None:
        sentence = worded("This is a household's number: name the member.")
        raise ActRefused(Refusal("not_a_member", sentence, {"member": number}))
    return own


def _done_before(
    by: By, out: str, arrives: str, member: str, household: str, points: int = 0, currency: str = ""
) -> Moved | None:
    """What was done under this id; None for nothing.

    Raises ActRefused `other_content` when it was done for another member, with another `household` than that one
    (empty: none was named), or for other points.
    """
    keys = known([(by.source, by.id, out), (by.source, by.id, arrives)])
    if not keys:
        return None
    sides = {type: keys.get((by.source, by.id, type)) for type in (out, arrives)}
    joined = out == JOIN_OUT
    mine, theirs = sides[out if joined else arrives], sides[arrives if joined else out]
    there = household_at(theirs.account) if theirs is not None else None
    told = there and _event(LEAVE_OUT, "", by, there.account, 0, points, currency).digest()
    if (
        mine is None or theirs is None or there is None
        or not is_or_was(given_accounts_of([member])[member], mine.account, mine.event)
        or household not in ("", there.number) or (not joined and theirs.digest != told)
    ):  # fmt: skip
        sentence = worded("This id was used before, for another act; give this one its own.")
        raise ActRefused(Refusal("other_content", sentence, {"event": by.id}))
    went, came = (mine, theirs) if joined else (theirs, mine)
    return Moved(there, mine.account, went.event, came.event, True)


def _event(
    type: str, number: str, by: By, counterpart: int, teller: int = 0, points: int = 0, currency: str = "",
    theirs: Sequence[Theirs] = (),
) -> Incoming:  # fmt: skip
    act = Act(counterpart=counterpart, actor=by.actor, theirs=[one.dump() for one in theirs])
    return Incoming(
        number, by.id, type, microseconds(by.now), "", [], [], {}, {}, points=points, of=currency, act=act, by=teller,
    )  # fmt: skip


def _tell(by: By, *events: Incoming) -> list[UUID]:
    """The ids of events that were recorded. Raises ActRefused for the first that is refused."""
    done = []
    for result in carry_out(events, by.source, by.now):
        if result.refusal is not None or result.event is None:
            raise ActRefused(result.refusal or Refusal("cannot_be_kept", worded("This cannot be kept."), {}))
        done.append(result.event)
    return done


def _note(by: By, said: str, household: Household, member: int, went: UUID, came: UUID) -> None:
    joined = said == "household joined"
    own, theirs = (went, came) if joined else (came, went)
    audit(by.actor, said, member, {"household": household.account, "event": str(own)}, by.now)
    said = "member joined" if joined else "member left"
    audit(by.actor, said, household.account, {"member": member, "event": str(theirs)}, by.now)
