"""Missing: a member says that a purchase is not there; somebody finds it, records it, or says why not.

What a member tells is what stands on a receipt. A purchase that is recorded gets the receipt's own id under the source
that the answer names, so that the same receipt told later by the till cannot give points again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from regulars.engine.entries import Refusal
from regulars.engine.events import PURCHASE
from regulars.exchange.counter.goodwill import OPEN as WAITS
from regulars.exchange.counter.goodwill import above, proposal, propose
from regulars.exchange.earning.acting import ActRefused, By, Done
from regulars.exchange.earning.recording import Result, carry_out
from regulars.exchange.ledger.assembling import lock
from regulars.ground.access.auditing import audit
from regulars.ground.activity.contract import Incoming
from regulars.ground.activity.recording import known
from regulars.ground.members.leading import holder_of, kin_of
from regulars.ground.publishing.versions import versions
from regulars.kit.zones import microseconds

OPEN, FOUND, RECORDED, DECLINED = "open", "found", "recorded", "declined"
#: What became of the wish to record one: RECORDED, or this.
PROPOSED, AGAIN = "proposed", "again"
#: Why points are proposed, of `ledger.decided`.
MISSED = "missing-purchase"
#: Why a purchase may be declined.
REASONS = ("not-readable", "not-our-store", "too-old", "somebody-elses", "not-in-programme")
#: So many of one member may be open, and so many may be told within a day.
MOST_OPEN, MOST_A_DAY = 3, 5
#: What a member told is kept for so long after its answer; what nobody has answered waits for that.
RETENTION = timedelta(days=90)
_COLUMNS = "account_id, id, told_at, store, bought_on, net, receipt, state, reason, event_id, answered_by, answered_at"


@dataclass(frozen=True, slots=True)
class Missing:
    """A purchase that a member misses: `net` in minor units of the programme's money. `state` is `open`, `found`,
    `recorded` (both with the `event`) or `declined` (with the `reason`)."""

    account: int
    id: UUID
    told_at: datetime
    store: str
    bought_on: date
    net: int
    receipt: str
    state: str
    reason: str
    event: UUID | None
    answered_by: str | None
    answered_at: datetime | None


def tell(account: int, id: UUID, store: str, bought_on: date, net: int, receipt: str, now: datetime) -> bool:
    """Note what a member misses; False, and nothing done, when it was told before under this id. Raises ActRefused
    `too_many_open` or `too_many_told`."""
    with transaction.atomic():
        lock([account])
        if _one(account, id):
            return False
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FILTER (WHERE state = 'open'), count(*) FILTER (WHERE told_at > %s)"
                " FROM missing_purchase WHERE account_id = %s",
                [now - timedelta(days=1), account],
            )
            is_open, lately = cursor.fetchone() or (0, 0)
            if is_open >= MOST_OPEN:
                raise ActRefused(Refusal("too_many_open", "Wait for the answers first.", {"open": is_open}))
            if lately >= MOST_A_DAY:
                raise ActRefused(Refusal("too_many_told", "Tell the others tomorrow.", {"told": lately}))
            cursor.execute(
                "INSERT INTO missing_purchase (account_id, id, told_at, store, bought_on, net, receipt)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [account, id, now, store, bought_on, net, receipt],
            )
        audit("member", "purchase missed", account, {"missing": str(id)}, now)
    return True


def found(account: int, id: UUID, event: UUID, actor: str, now: datetime) -> bool:
    """Answer that it is there already as `event`, a purchase of the member's; False when that was the answer before.

    As both below: raises ActRefused `unknown_missing`, `already_answered`, `waits_for_another` (recording it is
    proposed) and `recording_declined`; here `unknown_original`.
    """
    with transaction.atomic():
        if not _open(account, id, FOUND, actor):
            return False
        with connection.cursor() as cursor:
            # What is told under the member's number may lie in a household's account.
            cursor.execute(
                "SELECT type FROM event WHERE account_id = ANY(%s) AND id = %s", [list(kin_of([account])), event]
            )
            row = cursor.fetchone()
        if row != (PURCHASE,):
            raise ActRefused(Refusal("unknown_original", "The member has no such purchase.", {"event": str(event)}))
        _answer(account, id, FOUND, "", event, actor, now)
    return True


def recorded(account: int, number: str, id: UUID, source: str, actor: str, now: datetime, limit: int) -> str:
    """Record the purchase as `source` would have told it, at noon of its day, under the receipt's id: RECORDED.

    Where that gives more points than one may give by decision within a day (`limit`; see `goodwill.above`) it is
    PROPOSED, and somebody else confirms it. AGAIN when that was the answer before. As `found`, and `known_already` when
    the source told this receipt, whoever it was for.
    """
    with transaction.atomic():
        kept = _to_record(account, id, actor)
        if kept is None:
            return AGAIN
        gained = _gained(kept, number, source, actor, now)
        if not _much(account, gained, limit, now):
            _record(kept, number, source, actor, now)
            return RECORDED
        propose(account, *max(gained), MISSED, By(actor, source, str(id), now), source)
    return PROPOSED


def asks_another(account: int, number: str, id: UUID, source: str, actor: str, now: datetime, limit: int) -> bool:
    """Whether `recorded` would propose it; nothing of it stays. Raises as `recorded`."""
    with transaction.atomic():
        kept = _to_record(account, id, actor)
        return kept is not None and _much(account, _gained(kept, number, source, actor, now), limit, now)


def rehearsed(account: int, number: str, id: UUID, source: str, by: By) -> Done:
    """Record it whatever it gives, for a rehearsal: what is done is taken back by the caller. Raises as `recorded`."""
    kept = _to_record(account, id, by.actor)
    if kept is None:
        return Done(account, id, True)
    return _done(_record(kept, number, source, by.actor, by.now))


def confirmed_as(account: int, number: str, id: UUID, source: str, actor: str, now: datetime) -> Done:
    """Record what somebody else proposed, in the caller's transaction; `actor` answers. Raises as `recorded`."""
    kept = _one(account, id)
    if kept is None or kept.state != OPEN:
        raise ActRefused(Refusal("already_answered", "Somebody has answered this already.", {}))
    return _done(_record(kept, number, source, actor, now))


def _to_record(account: int, id: UUID, actor: str) -> Missing | None:
    """The missing purchase as `_open` has it, locked with the account that it goes to; None also when this person has
    proposed to record it."""
    lock([account, holder_of(account)])
    waits = proposal(account, id)
    if waits is not None and waits.state == WAITS and waits.proposed_by == actor:
        return None
    return _open(account, id, RECORDED, actor)


def _gained(kept: Missing, number: str, source: str, actor: str, now: datetime) -> list[tuple[int, str]]:
    """The points that recording it would give, each with its currency."""
    with transaction.atomic():
        points = _record(kept, number, source, actor, now).points
        transaction.set_rollback(True)
    return [(each, of) for of, each in points.items() if each > 0]


def _much(account: int, gained: list[tuple[int, str]], limit: int, now: datetime) -> bool:
    """Whether that is more than one person may give."""
    return bool(gained) and above(holder_of(account), sum(each for each, _ in gained), limit, now)


def _done(result: Result) -> Done:
    assert result.event is not None
    return Done(result.account, result.event, False)


def _record(kept: Missing, number: str, source: str, actor: str, now: datetime) -> Result:
    """Record the purchase, and answer the member with it."""
    account = kept.account
    if told := known([(source, kept.receipt, PURCHASE)]):
        mine = told[source, kept.receipt, PURCHASE].account in kin_of([account])
        raise ActRefused(Refusal("known_already", "This receipt was told already.", {"mine": mine}))
    header = versions().at(microseconds(now)).kernel.terms.programme.header
    at = min(datetime.combine(kept.bought_on, time(12), ZoneInfo(header.zone)), now)
    event = Incoming(
        number, kept.receipt, PURCHASE, microseconds(at), header.money, ["1"], [kept.net], {"quantity": [1]}, {},
        store=kept.store,
    )  # fmt: skip
    (result,) = carry_out([event], source, now)
    if result.refusal is not None or result.event is None:
        raise ActRefused(result.refusal or Refusal("cannot_be_kept", "This cannot be kept.", {}))
    _answer(account, kept.id, RECORDED, "", result.event, actor, now)
    return result


def declined(account: int, id: UUID, reason: str, actor: str, now: datetime) -> bool:
    """Answer why it does not count, by one of REASONS; as `found`, and `unknown_reason`."""
    if reason not in REASONS:
        raise ActRefused(Refusal("unknown_reason", "Choose one of the declared reasons.", {"reason": reason[:80]}))
    with transaction.atomic():
        if not _open(account, id, DECLINED, actor):
            return False
        _answer(account, id, DECLINED, reason, None, actor, now)
    return True


def missed(account: int, limit: int) -> list[Missing]:
    """What a member misses or missed, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM missing_purchase WHERE account_id = %s ORDER BY told_at DESC LIMIT %s",
            [account, limit],
        )
        return [Missing(*row) for row in cursor.fetchall()]


def unanswered(limit: int) -> list[Missing]:
    """What waits for an answer, of all members, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM missing_purchase WHERE state = 'open' ORDER BY told_at LIMIT %s", [limit]
        )
        return [Missing(*row) for row in cursor.fetchall()]


def forget(accounts: Sequence[int]) -> int:
    """Drop all that members missed, answered or not; says how many. The caller has locked their accounts."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM missing_purchase WHERE account_id = ANY(%s)", [list(accounts)])
        return int(cursor.rowcount)


def forget_answered(now: datetime) -> int:
    """Drop what was answered longer ago than its retention; says how many. The purchase and the audit stay."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM missing_purchase WHERE answered_at < %s", [now - RETENTION])
        return int(cursor.rowcount)


def _one(account: int, id: UUID) -> Missing | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM missing_purchase WHERE account_id = %s AND id = %s", [account, id])
        row = cursor.fetchone()
    return Missing(*row) if row else None


def _open(account: int, id: UUID, state: str, actor: str) -> Missing | None:
    """The missing purchase, locked, open and not proposed; None when this person gave this answer before."""
    lock([account])
    kept = _one(account, id)
    if kept is None:
        raise ActRefused(Refusal("unknown_missing", "Nobody told of such a purchase.", {"missing": str(id)}))
    if kept.state == OPEN:
        waits = proposal(account, id)
        if waits is not None and waits.state == WAITS:
            raise ActRefused(Refusal("waits_for_another", "It is proposed: somebody answers that first.", {}))
        if waits is not None and state == RECORDED:
            raise ActRefused(Refusal("recording_declined", "Somebody declined to record this.", {}))
        return kept
    if (kept.state, kept.answered_by) == (state, actor):
        return None
    raise ActRefused(Refusal("already_answered", "Somebody has answered this already.", {"state": kept.state}))


def _answer(account: int, id: UUID, state: str, reason: str, event: UUID | None, actor: str, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE missing_purchase SET state = %s, reason = %s, event_id = %s, answered_by = %s, answered_at = %s"
            " WHERE account_id = %s AND id = %s",
            [state, reason, event, actor, now, account, id],
        )
    told = {"missing": str(id), "reason": reason, "event": str(event or "")}
    audit(actor, f"missing purchase {state}", account, {name: value for name, value in told.items() if value}, now)
