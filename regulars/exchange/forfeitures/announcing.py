"""Announcing: somebody, or a rule that needs nobody, says that points are to be taken, and the member is told.

Nothing is taken by that, and nothing is set aside: until the day the member may spend them like all others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from regulars.engine import rewarding
from regulars.engine.entries import Refusal
from regulars.engine.kernel import Kernel
from regulars.engine.standing import Standing
from regulars.exchange.earning.acting import ActRefused
from regulars.exchange.forfeitures.reading import forfeiture, of_member, person_of, untold
from regulars.exchange.forfeitures.rules import ANNOUNCED, OPEN, Forfeiture
from regulars.exchange.ledger.assembling import assemble, lock
from regulars.exchange.ledger.holdings import present
from regulars.exchange.rewards.knowing import read_facts
from regulars.ground.access.auditing import audit
from regulars.ground.members.enrolling import accounts_of
from regulars.ground.members.households import household_at
from regulars.ground.members.leading import kin_of
from regulars.ground.members.models import Member
from regulars.ground.messaging.queueing import HOUSE, ask
from regulars.ground.publishing.versions import PublishRefused, versions
from regulars.kit.ids import uuid7
from regulars.kit.speaking import Said, worded
from regulars.kit.zones import microseconds
from regulars.programme.forfeiture import Reason

#: What messages about it are about: that it is announced, and what came of it.
NOTICE, NEWS = "forfeiture notice", "forfeiture news"
#: Where evidence is found: a case, a file, an address; never what it says.
EVIDENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/#?=&%+-]{0,79}")
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_SLICE = 500


def announce(
    member: str, points: int, currency: str, reason: str, evidence: str, by: str, id: UUID, now: datetime,
    facts: Mapping[str, Any] = _NOTHING,
) -> Forfeiture:  # fmt: skip
    """Announce that points (0: all that can be spent now) are to be taken, for a reason that the programme in force
    names and that holds for the member.

    `evidence` says where the evidence is found, `facts` are what the reason's condition asks and nobody here can know.
    The same again under the same id changes nothing. Raises ActRefused (`unknown_member`, `in_household`,
    `unknown_reason`, `bad_evidence`, `reason_does_not_hold`, `unknown_currency`, `insufficient_points`,
    `forfeiture_open`, `other_content`, and for facts that cannot be read), PublishRefused.
    """
    account = accounts_of([member]).get(member)
    if account is None:
        raise ActRefused(Refusal("unknown_member", worded("No member has this number."), {"member": member}))
    if household_at(account) is not None and _announced(account, id) is None:
        sentence = worded(
            "A household holds the points, which are not one member's alone: let the member leave it first."
        )
        raise ActRefused(Refusal("in_household", sentence, {"member": member}))
    if not EVIDENCE.fullmatch(evidence):
        sentence = worded("Say where the evidence is found: a case number or an address, in at most 80 plain letters.")
        raise ActRefused(Refusal("bad_evidence", sentence, {"evidence": evidence[:80]}))
    with transaction.atomic():
        lock([account])
        kernel, standing, today = present(account, now)
        of = _currency(kernel, currency)
        before = _announced(account, id)
        if before is not None:
            told = (before.reason, before.currency, before.evidence, points and before.points)
            if told != (reason, of, evidence, points):
                raise ActRefused(
                    Refusal("other_content", worded("This was announced before with another content."), {})
                )
            return before
        found = _reason(kernel, reason)
        if not holds(found, kernel, standing, read_facts(facts, kernel.terms.programme, now), today):
            said = found.when.sentence("en")
            sentence = worded(
                "The reason holds only where {condition}. Tell what is known of the member.",
                condition=Said.by(found.when.sentence),
            )
            raise ActRefused(Refusal("reason_does_not_hold", sentence, {"reason": reason, "condition": said}))
        return _begin(account, found, of, _points(standing, of, points), evidence, by, id, now)


def announce_by_rule(now: datetime) -> int:
    """Announce for every member for whom a reason holds that the programme leaves to a machine, once for each reason;
    answers how many. May run twice."""
    try:
        kernel = versions().at(microseconds(now)).kernel
    except PublishRefused:
        return 0
    reasons = [reason for reason in kernel.terms.programme.forfeiture if reason.decided_by == "machine"]
    count, after = 0, 0
    while reasons:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT account_id FROM balance WHERE account_id > %s AND available > 0"
                " ORDER BY account_id LIMIT %s",
                [after, _SLICE],
            )
            accounts = [account for (account,) in cursor.fetchall()]
        today = kernel.terms.zone.local(microseconds(now))[0]
        for account, held in assemble(accounts).items():
            reason = next((one for one in reasons if holds(one, kernel, held.standing, {}, today)), None)
            count += reason is not None and _announce_by_rule(account, reason, now)
        if len(accounts) < _SLICE:
            break
        after = accounts[-1]
    return count


def ask_untold(now: datetime) -> int:
    """Ask for the messages that are still owed; answers how many are new. May run twice."""
    asked, after = 0, 0
    while some := untold(_SLICE, after):
        for kind in (NOTICE, NEWS):
            accounts = [person_of(one.account) for one in some if (one.state in OPEN) == (kind == NOTICE)]
            if accounts:
                with transaction.atomic():
                    asked += ask(kind, accounts, now)
        after = some[-1].account
    return asked


def told(account: int, id: UUID, state: str, on: date) -> bool:
    """Note that the member was told of a state of it, on a day; False when that is no longer so. The caller has the
    transaction and the lock."""
    kept = forfeiture(account, id)
    if kept is None or (kept.state != state and not (state == ANNOUNCED and kept.state in OPEN)):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE forfeiture SET told_of = %s, told_on = coalesce(told_on, %s) WHERE account_id = %s AND id = %s",
            [state, on if state == ANNOUNCED else None, kept.account, id],
        )
    return True


def holds(reason: Reason, kernel: Kernel, standing: Standing, facts: Mapping[str, Any], today: int) -> bool:
    """Whether a reason holds for a member; what its condition asks and nobody told is unknown, and so does not hold."""
    names = dict.fromkeys(name.name for name in reason.when.names)
    values = {**names, **rewarding.known(kernel.terms, standing, facts, today)}
    return bool(reason.when.function()(values, []))


def _announce_by_rule(account: int, reason: Reason, now: datetime) -> bool:
    with transaction.atomic():
        lock([account])
        if household_at(account) is None and not Member.objects.filter(account_id=account).exists():
            return False  # an erased person can be told of nothing
        kept = of_member(account)
        if any(one.reason == reason.id or one.state in OPEN for one in kept):
            return False
        kernel, standing, today = present(account, now)
        of = next((one for one, purse in standing.purses.items() if purse.available and _spendable(kernel, one)), "")
        if not of or not holds(reason, kernel, standing, {}, today):
            return False
        points = standing.purse(of).available
        _begin(account, reason, of, points, f"rule {reason.id}", HOUSE, uuid7(now), now)
    return True


def _announced(account: int, id: UUID) -> Forfeiture | None:
    """What was announced under an id, of this account or of one that was one with it."""
    return next((kept for one in sorted(kin_of([account])) if (kept := forfeiture(one, id))), None)


def _begin(
    account: int, reason: Reason, currency: str, points: int, evidence: str, by: str, id: UUID, now: datetime
) -> Forfeiture:
    if any(one.state in OPEN for one in of_member(account)):
        sentence = worded("Something is announced for this member already; that has to come to its end first.")
        raise ActRefused(Refusal("forfeiture_open", sentence, {}))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO forfeiture (account_id, id, currency, points, reason, evidence, notice_days, appeal_days,"
            " by_machine, announced_by, announced_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                account, id, currency, points, reason.id, evidence, reason.notice_days, reason.appeal_days,
                reason.decided_by == "machine", by, now,
            ],
        )  # fmt: skip
    detail = {"forfeiture": str(id), "points": points, "currency": currency, "reason": reason.id, "evidence": evidence}
    audit(by, "forfeiture announced", account, detail, now)
    ask(NOTICE, [account], now)
    kept = forfeiture(account, id)
    assert kept is not None
    return kept


def _reason(kernel: Kernel, id: str) -> Reason:
    reasons = {one.id: one for one in kernel.terms.programme.forfeiture}
    if id not in reasons:
        sentence = worded(
            "The programme names the only reasons for which points may be taken, and this is none of them."
        )
        raise ActRefused(Refusal("unknown_reason", sentence, {"reason": id[:80], "reasons": list(reasons)}))
    return reasons[id]


def _currency(kernel: Kernel, named: str) -> str:
    of = named or kernel.terms.only_spendable
    if not _spendable(kernel, of):
        sentence = worded(
            "Say which currency is meant: one that members spend. What only counts towards tiers is not taken."
        )
        raise ActRefused(Refusal("unknown_currency", sentence, {"currency": named}))
    return of


def _spendable(kernel: Kernel, currency: str) -> bool:
    currencies = {one.id: one.kind for one in kernel.terms.programme.currencies}
    return currencies.get(currency, "qualifying") != "qualifying"


def _points(standing: Standing, currency: str, points: int) -> int:
    available = standing.purse(currency).available
    if points < 0 or points > available or not available:
        figures = {"required": points, "available": available, "missing": max(0, points - available)}
        raise ActRefused(Refusal("insufficient_points", worded("There are not so many points to take."), figures))
    return points or available
