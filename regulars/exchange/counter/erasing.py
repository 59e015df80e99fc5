"""Erasing a person at their wish: what is known of them goes, and what was entered stays, as nobody's.

Points are a claim, so whoever has some left is asked first (PRV-10 of the rules). What somebody owes in points holds
nobody back, nor does a tier: leaving is no harder than joining was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from regulars.engine.entries import Refusal
from regulars.exchange.counter import missing
from regulars.exchange.counter.goodwill import OPEN as PROPOSED
from regulars.exchange.counter.goodwill import proposals
from regulars.exchange.earning.acting import ActRefused
from regulars.exchange.forfeitures.reading import of_member
from regulars.exchange.forfeitures.rules import OPEN
from regulars.exchange.ledger.assembling import assemble, lock
from regulars.ground.access.answers import forget_answers_naming
from regulars.ground.access.auditing import audit
from regulars.ground.activity.recording import forget_quarantine_of
from regulars.ground.members.enrolling import given_accounts_of
from regulars.ground.members.erasing import empty_vault
from regulars.ground.members.households import household_at
from regulars.ground.members.leading import HOUSEHOLD, MERGED, followed, kin_of, lead_of, numbers_of
from regulars.ground.members.models import Member
from regulars.ground.messaging.queueing import withdraw
from regulars.kit.speaking import worded

#: So many proposals of one member are looked at, the newest: what is open is answered within days.
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of a person's traces: their `numbers`, the one that was asked for first; `points` that stay in the
    ledger and points `owed`, by currency; and how many `messages` were withdrawn, purchases that they missed (`missed`)
    and events in the quarantine (`set_aside`) forgotten."""

    numbers: Sequence[str]
    points: dict[str, int]
    owed: dict[str, int]
    messages: int
    missed: int
    set_aside: int


def erase(member: str, by: str, now: datetime, leave_points: bool = False, dry_run: bool = False) -> Erased:
    """Erase who a member is, under every number that is theirs; a dry run does all of it and takes it back.

    Raises ActRefused: `unknown_member`; `not_a_member` (a household's number); `merged_before`, with the number to name
    instead; and, as something has to come to its end first, `in_household`, `set_aside`, `forfeiture_open`,
    `proposal_open`, and `points_left`, unless they are asked and `leave_points`.
    """
    while True:
        with transaction.atomic():
            given = given_accounts_of([member]).get(member)
            if given is None:
                raise ActRefused(Refusal("unknown_member", worded("No member has this number."), {"member": member}))
            kin = kin_of([given])
            lock(kin)
            if given_accounts_of([member]).get(member) == given and kin_of([given]) == kin:
                done = _erase(member, given, by, now, leave_points)
                transaction.set_rollback(dry_run)
                return done
            transaction.set_rollback(True)  # somebody else is one of them by now: the locks are taken anew


def _erase(member: str, account: int, by: str, now: datetime, leave_points: bool) -> Erased:
    """The act itself, where all who were ever one with the account are locked."""
    _check_alone(member, account)
    accounts = sorted(numbers_of(account), key=lambda one: (one != account, one))
    pots = assemble([account])[account].pots
    _check_ended(member, accounts, pots)
    points = {id: sum(held[pot] for pot in ("available", "pending")) for id, held in pots.items()}
    points = {id: some for id, some in points.items() if some}
    if points and not leave_points:
        sentence = worded("They have points left: let them spend these first, or ask whether they leave them behind.")
        raise ActRefused(Refusal("points_left", sentence, {"member": member, **points}))
    numbers = empty_vault(accounts)
    done = Erased(
        numbers,
        points,
        {id: -held["debt"] for id, held in pots.items() if held["debt"]},
        sum(withdraw(one, now, by) for one in accounts),
        missing.forget(accounts),
        forget_quarantine_of(numbers),
    )
    forget_answers_naming(numbers)
    audit(by, "member erased", account, {"numbers": len(numbers)}, now)
    return done


def _check_alone(member: str, account: int) -> None:
    """Refuse a number that is not that of one person with an account of their own."""
    if household_at(account) is not None:
        sentence = worded("This is a household's number: name the member.")
        raise ActRefused(Refusal("not_a_member", sentence, {"member": member}))
    led = followed([account], (MERGED,))[account]
    if led != account:
        now = Member.objects.get(account_id=led).number
        sentence = worded(
            "Number {member} was merged before, and is member {now}'s by now: look at them, and name that number.",
            member=member, now=now,
        )  # fmt: skip
        raise ActRefused(Refusal("merged_before", sentence, {"member": member, "now": now}))
    lead = lead_of(account)
    if lead is not None and lead.why == HOUSEHOLD:
        sentence = worded("This member is in a household: let them leave it first.")
        raise ActRefused(Refusal("in_household", sentence, {"member": member}))


def _check_ended(member: str, accounts: Sequence[int], pots: dict[str, dict[str, int]]) -> None:
    """Refuse while somebody waits for something that concerns them, and could not tell them of it any more."""
    held = {id: some["held"] for id, some in pots.items() if some["held"]}
    if held:
        sentence = worded("Something is set aside for them: hand it over, or release it, first.")
        raise ActRefused(Refusal("set_aside", sentence, {"member": member, **held}))
    if any(one.state in OPEN for account in accounts for one in of_member(account)):
        sentence = worded("Points of this member may be taken: that has to come to its end first.")
        raise ActRefused(Refusal("forfeiture_open", sentence, {"member": member}))
    if any(one.state == PROPOSED for account in accounts for one in proposals(account, _LOOKED_AT)):
        sentence = worded("Points are proposed for this member: somebody answers that first.")
        raise ActRefused(Refusal("proposal_open", sentence, {"member": member}))
