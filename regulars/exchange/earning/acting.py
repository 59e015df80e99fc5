"""Acting: what somebody at a counter, in an app or in the house decides about points, each act an event of its own.

Every act goes through `recording.carry_out`, whole or not at all, and is noted in the audit in the same transaction.
It is known for ever by (source, id, type): told again it changes nothing and answers with what it was the first time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from regulars.engine.entries import Refusal
from regulars.engine.events import (
    ADJUSTMENT,
    CAPTURE,
    FORFEITURE,
    HOLD,
    PURCHASE,
    REDEMPTION,
    RELEASE,
    RETURN,
    REVERSAL,
    TIER,
    TRANSFER_IN,
    TRANSFER_OUT,
)
from regulars.exchange.earning.correcting import not_to_correct
from regulars.exchange.earning.recording import DUPLICATE, carry_out
from regulars.exchange.ledger.assembling import lock
from regulars.ground.access.auditing import audit
from regulars.ground.activity.contract import MAX_POINTS, REASON, Act, Incoming
from regulars.ground.activity.recording import known
from regulars.ground.members.enrolling import accounts_of
from regulars.ground.members.leading import kin_of
from regulars.ground.publishing.versions import versions
from regulars.kit.speaking import worded
from regulars.kit.zones import microseconds


class ActRefused(Exception):
    """An act that cannot be done; nothing was changed. `refusal` has the code, a sentence and the figures."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, and when: `actor` as the audit names them, `source` and `id` as the act is known for ever."""

    actor: str
    source: str
    id: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was done: the event it is here, in which account; `again` when it had been done before, so that the
    member's number may lead elsewhere by now.

    `received` is the event of the other account that a transfer went to, `household` the number of the one that a
    member joined or left.
    """

    account: int
    event: UUID
    again: bool
    received: UUID | None = None
    household: str = ""


def redeem(member: str, points: int, currency: str, by: By, original: str = "", payable: int = 0) -> Done:
    """Spend points, for the purchase that the source calls `original`, if one is named; `payable` is the bill in minor
    units that they take something off (0: none is told).

    As all acts below: `currency` may be empty where there is only one to spend. Raises ActRefused (as the kernel
    refuses; `unknown_member`, `other_member`, `other_content`), PublishRefused.
    """
    return _do(REDEMPTION, "redeemed", member, by, Act(payable=payable), points, currency, original)


def redeem_reward(
    member: str, reward: str, by: By, known: Mapping[str, Any], price: int = 0, original: str = "", payable: int = 0
) -> Done:
    """Spend points on a reward that is handed over at once, at its `price` (0: the only one it has); `known` is what
    its condition may ask of the member."""
    act = Act(reward=reward, payable=payable)
    return _do(REDEMPTION, "redeemed", member, by, act, price, "", original, known)


def hold_reward(member: str, reward: str, by: By, known: Mapping[str, Any], price: int = 0) -> Done:
    """Set points aside for a reward until it is handed over, by a capture; as `redeem_reward`."""
    return _do(HOLD, "held", member, by, Act(reward=reward), price, "", "", known)


def hold(member: str, points: int, currency: str, within_days: int, by: By) -> Done:
    """Set points aside through so many more days; the event is the id of the hold."""
    return _do(HOLD, "held", member, by, Act(within_days=within_days), points, currency)


def capture(member: str, hold: UUID, points: int, by: By, original: str = "", payable: int = 0) -> Done:
    """Spend what was held, or with 0 all of it, off a bill of `payable` if one is told; hand over what it was for."""
    act = Act(hold=str(hold), payable=payable)
    return _do(CAPTURE, "captured", member, by, act, points, _held_in(member, hold), original)


def release(member: str, hold: UUID, points: int, by: By) -> Done:
    """Give back what was held, or with 0 all of it."""
    return _do(RELEASE, "released", member, by, Act(hold=str(hold)), points, _held_in(member, hold))


def cancel(member: str, redemption: UUID, by: By) -> Done:
    """Give back all that is left of a redemption or a capture."""
    return _do(REVERSAL, "cancelled", member, by, Act(), original=str(redemption))


def bring_back(member: str, purchase: str, lines: Mapping[str, int], by: By) -> Done:
    """Take back a purchase that the same source told: of each line (by its id) so much, in minor units of the
    programme's money; of no line: all that is left. It counts for the store of the purchase. Refusals besides: those of
    returns."""
    ids = [str(number) for number in range(1, len(lines) + 1)]
    columns: dict[str, list[Any]] = {"quantity": [1] * len(lines), "original_line": list(lines)} if lines else {}
    event = _event(RETURN, member, by, Act(), original=purchase)
    event.lines, event.nets, event.columns = ids, list(lines.values()), columns
    event.store = _store_of(by, purchase)
    return _done(event, "purchase returned", by, {"lines": dict(lines)})


def adjust(member: str, points: int, currency: str, reason: str, by: By, reverses: int = 0) -> Done:
    """Give points as goodwill, or take them (below zero) as a correction, of the entry `reverses` if one is named.

    Refusals besides: `bad_reason`, and those of `correcting.not_to_correct`.
    """
    _check_reason(reason)
    act = Act(reason=reason, actor=by.actor, reverses=reverses)
    of = currency or versions().at(microseconds(by.now)).kernel.terms.only_spendable
    while reverses:
        with transaction.atomic():
            account = accounts_of([member]).get(member, 0)
            kin = kin_of([account])
            lock(kin)  # what two correct at once, or bring back, comes to no more than the movement
            if accounts_of([member]).get(member, 0) == account and kin_of([account]) == kin:
                told = known([(by.source, by.id, ADJUSTMENT)])
                refusal = None if told else not_to_correct(account, reverses, of, points)
                if refusal is not None:
                    raise ActRefused(refusal)
                return _do(ADJUSTMENT, "adjusted", member, by, act, points, of)
            transaction.set_rollback(True)  # it was merged while the lock was waited for: it is taken anew
    return _do(ADJUSTMENT, "adjusted", member, by, act, points, of)


def forfeit(member: str, points: int, currency: str, reason: str, by: By) -> Done:
    """Take points, or with 0 all that is available and all that waits, for a reason that the programme names."""
    terms = versions().at(microseconds(by.now)).kernel.terms
    reasons = [one.id for one in terms.programme.forfeiture]
    if reason not in reasons:
        sentence = worded(
            "The programme names the only reasons for which points may be taken, and this is none of them."
        )
        raise ActRefused(Refusal("unknown_reason", sentence, {"reason": reason, "reasons": reasons}))
    act = Act(reason=reason, actor=by.actor)
    return _do(FORFEITURE, "forfeited", member, by, act, points, currency or terms.only_spendable)


def set_tier(member: str, tier: str, until: date | None, reason: str, by: By) -> Done:
    """Give a tier through a day (None: without end) that no night lowers; with an empty `tier` what was set ends."""
    _check_reason(reason)
    act = Act(reason=reason, actor=by.actor, until_day=until.toordinal() if until else 0)
    return _do(TIER, "tier set", member, by, act, currency=tier)


def transfer(member: str, to: str, points: int, currency: str, by: By) -> Done:
    """Let points go to another member: two events under one id, both or none."""
    while True:
        with transaction.atomic():
            accounts = accounts_of([member, to])
            lock(accounts.values())
            if accounts_of([member, to]) == accounts:
                return _transferred(member, to, points, currency, accounts, by)
            transaction.set_rollback(True)  # one was merged while the locks were waited for: they are taken anew


def _transferred(member: str, to: str, points: int, currency: str, accounts: Mapping[str, int], by: By) -> Done:
    """The transfer itself, where each number leads to its account as long as that is locked."""
    told = known([(by.source, by.id, type) for type in (TRANSFER_OUT, TRANSFER_IN)])
    if not told and accounts.get(member, 0) == accounts.get(to, -1):
        sentence = worded("This is one and the same account: name the member who is to have the points.")
        raise ActRefused(Refusal("same_account", sentence, {"to": to}))
    of = currency or versions().at(microseconds(by.now)).kernel.terms.only_spendable
    if not of:  # to the kernel that would mean all there is
        sentence = worded("The programme has several currencies: say which one is meant.")
        raise ActRefused(Refusal("unknown_currency", sentence, {"currency": ""}))
    # What was done before was done between the accounts of that time, wherever the numbers lead by now.
    sides = {key[2]: one.account for key, one in told.items()}
    giver, taker = sides.get(TRANSFER_OUT, accounts.get(member, 0)), sides.get(TRANSFER_IN, accounts.get(to, 0))
    out = _event(TRANSFER_OUT, member, by, Act(counterpart=taker), points, of)
    arrives = _event(TRANSFER_IN, to, by, Act(counterpart=giver), points, of)
    sent, received = _carry_out([out, arrives], by)
    if not sent.again:
        detail = {"points": points, "currency": of, "to": taker}
        for side in (sent, received):
            audit(by.actor, "points transferred", side.account, {**detail, "event": str(side.event)}, by.now)
    return replace(sent, received=received.event)


def _do(
    type: str, said: str, member: str, by: By, act: Act, points: int = 0, currency: str = "", original: str = "",
    known: Mapping[str, Any] | None = None,
) -> Done:  # fmt: skip
    """One act on the points of one account."""
    event = _event(type, member, by, act, points, currency, original)
    event.attributes = dict(known or {})
    detail = {"points": points, "currency": currency, "reason": act.reason, "reward": act.reward}
    return _done(event, said if type == TIER else f"points {said}", by, detail)


def _done(event: Incoming, said: str, by: By, detail: Mapping[str, Any]) -> Done:
    """Carry out one event, and note it."""
    with transaction.atomic():
        (done,) = _carry_out([event], by)
        if not done.again:
            told = {name: value for name, value in detail.items() if value}
            audit(by.actor, said, done.account, {**told, "event": str(done.event)}, by.now)
    return done


def _event(
    type: str, member: str, by: By, act: Act, points: int = 0, currency: str = "", original: str = ""
) -> Incoming:
    if abs(points) > MAX_POINTS:
        sentence = worded("Ask for at most {most} points at once.", most=MAX_POINTS)
        raise ActRefused(Refusal("bad_points", sentence, {"points": points}))
    return Incoming(
        member, by.id, type, microseconds(by.now), "", [], [], {}, {}, points=points, of=currency, original=original,
        act=act,
    )  # fmt: skip


def _carry_out(events: list[Incoming], by: By) -> list[Done]:
    """What became of each event. Raises ActRefused for the first that is refused."""
    done = []
    for result in carry_out(events, by.source, by.now):
        if result.refusal is not None or result.event is None:
            raise ActRefused(result.refusal or Refusal("cannot_be_kept", worded("This cannot be kept."), {}))
        done.append(Done(result.account, result.event, result.status == DUPLICATE))
    return done


def _held_in(member: str, hold: UUID) -> str:
    """The currency of a hold. Raises ActRefused `unknown_hold`."""
    # A hold that is over may be of an account that was one with the member's: that decides whether it is told again.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT currency FROM entry WHERE account_id = ANY(%s) AND event_id = %s AND kind = 'hold'",
            [list(kin_of(accounts_of([member]).values())), hold],
        )
        found = cursor.fetchone()
    if found is None:
        sentence = worded("There is no such hold, or it is over: look at the member's holds.")
        raise ActRefused(Refusal("unknown_hold", sentence, {"hold": str(hold)}))
    return str(found[0])


def _store_of(by: By, purchase: str) -> str:
    """Where a purchase was made; of a return that is told again, the store it was told for the first time."""
    names = [(by.source, by.id, RETURN), (by.source, purchase, PURCHASE)]
    keys = known(names)
    key = next((keys[name] for name in names if name in keys), None)
    if key is None:
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT store FROM event WHERE account_id = %s AND id = %s", [key.account, key.event])
        found = cursor.fetchone()
    return str(found[0]) if found else ""


def _check_reason(reason: str) -> None:
    if not REASON.fullmatch(reason):
        sentence = worded(
            "A reason is a code of small letters, digits and hyphens, such as `late-delivery`, and no text."
        )
        raise ActRefused(Refusal("bad_reason", sentence, {"reason": reason[:80]}))
