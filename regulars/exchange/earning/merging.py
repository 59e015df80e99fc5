"""Merging: two numbers turn out to be one member's. One account takes in all of the other, and undoing gives it back.

Both events of a merge are known for ever under one (source, id); the number of the account that was merged then leads
to the survivor's. Nothing is rewritten, so that a merge can be undone as long as it is the survivor's last one.
docs/rules/merging.md says it with numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from regulars.engine.entries import Refusal
from regulars.engine.events import MERGE_IN, MERGE_OUT, UNMERGE_IN, UNMERGE_OUT
from regulars.exchange.earning.acting import ActRefused, By
from regulars.exchange.earning.inheriting import is_or_was, latest_merge
from regulars.exchange.earning.recording import carry_out
from regulars.exchange.ledger.assembling import lock
from regulars.ground.access.auditing import audit
from regulars.ground.activity.contract import Act, Incoming
from regulars.ground.activity.recording import known
from regulars.ground.members.enrolling import accounts_of, given_accounts_of, own_accounts_of
from regulars.ground.members.households import households_among
from regulars.ground.members.leading import HOUSEHOLD, MERGED, kin_of, lead_of, let_be, let_lead, make_kin
from regulars.ground.members.models import Member
from regulars.kit.speaking import worded
from regulars.kit.zones import microseconds


@dataclass(frozen=True, slots=True)
class Joined:
    """Two accounts that were made one, or two again: `survivor` keeps the points while they are one.

    `left` and `arrived` are the events of the account that gives and of the one that takes; `again`: it was done
    before.
    """

    survivor: int
    other: int
    left: UUID
    arrived: UUID
    again: bool


def merge(member: str, into: str, by: By) -> Joined:
    """Let the account of `into` take in all that `member`'s has; from then on that number leads there.

    Raises ActRefused (`unknown_member`, `same_account`, `merged_before`, `in_household`, `merged_meanwhile`,
    `other_content`), PublishRefused.
    """
    numbers = [member, into]
    while True:
        with transaction.atomic():
            given, led = given_accounts_of(numbers), accounts_of(numbers)
            kin = kin_of(given.values())
            lock(kin)
            # Only now: while the locks were waited for it may have been told by somebody else.
            before = _done_before(by, (MERGE_OUT, given.get(member, 0)), (MERGE_IN, given.get(into, 0)))
            if before is not None:
                return Joined(before[1][0], before[0][0], before[0][1], before[1][1], True)
            accounts = _known(numbers)
            if accounts != led:
                sentence = worded("One of the two was merged just now: look at them again.")
                raise ActRefused(Refusal("merged_meanwhile", sentence, {}))
            if accounts[member] == accounts[into]:
                sentence = worded("These are one and the same account already.")
                raise ActRefused(Refusal("same_account", sentence, {"member": member, "into": into}))
            _check_named(given, accounts)
            if kin_of(given.values()) == kin:
                return _merged(member, into, accounts, kin, by)
            transaction.set_rollback(True)  # somebody else is one of them by now: the locks are taken anew


def _merged(member: str, into: str, accounts: Mapping[str, int], kin: set[int], by: By) -> Joined:
    """The merge itself, where all who were ever one with either are locked."""
    other, survivor = accounts[member], accounts[into]
    left, arrived = _tell(
        by,
        _event(MERGE_OUT, member, by, Act(counterpart=survivor, actor=by.actor)),
        _event(MERGE_IN, into, by, Act(counterpart=other, actor=by.actor)),
    )
    let_lead(other, survivor, MERGED, by.now)
    make_kin(kin)
    for whose, event, detail in ((other, left, {"into": survivor}), (survivor, arrived, {"from": other})):
        audit(by.actor, "members merged", whose, {**detail, "event": str(event)}, by.now)
    return Joined(survivor, other, left, arrived, False)


def unmerge(member: str, by: By) -> Joined:
    """Undo the merge by which the account that `member`'s number was given went to another one.

    Raises ActRefused (`unknown_member`, `not_merged`, `not_the_last`, `in_household`, `unmerge_short`,
    `other_content`), PublishRefused.
    """
    while True:
        with transaction.atomic():
            other = given_accounts_of([member]).get(member, 0)
            kin = kin_of([other])
            lock(kin)
            before = _done_before(by, (UNMERGE_IN, other), (UNMERGE_OUT, None))
            if before is not None:
                return Joined(before[1][0], before[0][0], before[1][1], before[0][1], True)
            _known([member])
            if kin_of([other]) == kin:
                return _parted(member, other, by)
            transaction.set_rollback(True)


def _parted(member: str, other: int, by: By) -> Joined:
    """Undoing itself, where all who were ever one with the other are locked."""
    survivor, merged = _last_merge(member, other)
    let_be(other)
    number = Member.objects.get(account_id=survivor).number
    left, arrived = _tell(
        by,
        _event(UNMERGE_OUT, number, by, Act(counterpart=other, actor=by.actor), str(merged)),
        _event(UNMERGE_IN, member, by, Act(counterpart=survivor, actor=by.actor)),
    )
    for whose, event, detail in ((survivor, left, {"from": other}), (other, arrived, {"into": survivor})):
        audit(by.actor, "merge undone", whose, {**detail, "event": str(event)}, by.now)
    return Joined(survivor, other, left, arrived, False)


def merged_into(account: int) -> list[int]:
    """The accounts that lead to an account because they were merged, the latest first."""
    kin = kin_of([account]) - {account}
    leads = {one: lead for one in kin if (lead := lead_of(one)) and lead.to == account and lead.why == MERGED}
    return sorted(leads, key=lambda one: leads[one].since, reverse=True)


def _last_merge(member: str, other: int) -> tuple[int, UUID]:
    """The survivor of the merge that is to be undone, and its event there. The accounts are locked."""
    lead = lead_of(other)
    if lead is None or lead.why != MERGED:
        sentence = worded("This number was not merged into another one: there is nothing to undo.")
        raise ActRefused(Refusal("not_merged", sentence, {"member": member}))
    beyond = lead_of(lead.to)
    if beyond is not None and beyond.why == HOUSEHOLD:
        raise ActRefused(_IN_HOUSEHOLD)
    later = merged_into(lead.to)
    if beyond is not None or later[0] != other:
        sentence = worded("The survivor was merged once more since: undo that first.")
        first = lead.to if beyond is not None else later[0]
        raise ActRefused(Refusal("not_the_last", sentence, {"first": Member.objects.get(account_id=first).number}))
    event = latest_merge(lead.to, other)
    assert event is not None
    return lead.to, event


_IN_HOUSEHOLD = Refusal("in_household", worded("A household holds the points: let the member leave it first."), {})


def _known(numbers: list[str]) -> dict[str, int]:
    """The accounts of numbers, none of which is a household's."""
    accounts = accounts_of(numbers)
    for number in numbers:
        if number not in accounts:
            sentence = worded("No member has this number.")
            raise ActRefused(Refusal("unknown_member", sentence, {"member": number}))
    if own_accounts_of(numbers) != accounts or households_among(accounts.values()):
        raise ActRefused(_IN_HOUSEHOLD)
    return accounts


def _check_named(given: Mapping[str, int], accounts: Mapping[str, int]) -> None:
    """Nobody is merged whom nobody named: a number that was merged stands for somebody else by now."""
    for number, account in given.items():
        if accounts[number] != account:
            now = Member.objects.get(account_id=accounts[number]).number
            sentence = worded(
                "Number {member} was merged before, and is member {now}'s by now: look at them, and name that number.",
                member=number, now=now,
            )  # fmt: skip
            raise ActRefused(Refusal("merged_before", sentence, {"member": number, "now": now}))


def _done_before(by: By, *sides: tuple[str, int | None]) -> list[tuple[int, UUID]] | None:
    """(account, event) of each of the sides of what was done under this id; None for nothing.

    A side is the type of its event and the account that its number was given (0: nobody has the number; None: none was
    named), which leads, or led, to the one that has the event. Raises ActRefused `other_content` when it was done with
    others.
    """
    keys = known([(by.source, by.id, type) for type, _ in sides])
    if not keys:
        return None
    found = [(keys.get((by.source, by.id, type)), given) for type, given in sides]
    done = [
        (key.account, key.event)
        for key, given in found
        if key and (given is None or is_or_was(given, key.account, key.event))
    ]
    if len(done) < len(sides):
        sentence = worded("This id was used before, for other members; give this act its own.")
        raise ActRefused(Refusal("other_content", sentence, {"event": by.id}))
    return done


def _event(type: str, member: str, by: By, act: Act, original: str = "") -> Incoming:
    return Incoming(
        member, by.id, type, microseconds(by.now), "", [], [], {}, {}, original=original, act=act,
    )  # fmt: skip


def _tell(by: By, *events: Incoming) -> list[UUID]:
    """The ids of events that were recorded. Raises ActRefused for the first that is refused."""
    done = []
    for result in carry_out(events, by.source, by.now):
        if result.refusal is not None or result.event is None:
            raise ActRefused(result.refusal or Refusal("cannot_be_kept", worded("This cannot be kept."), {}))
        done.append(result.event)
    return done
