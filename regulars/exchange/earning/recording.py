"""Recording: the one act by which events arrive. One event is a batch of one.

In one transaction: members are found (or enrolled), accounts locked in sorted order, what is known already is
left alone, the kernel folds over the rest in the order given, and events, entries, lots, balances, tiers and
standing are written together. An event that cannot be taken is quarantined; it never fails its batch.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import DatabaseError, connection, transaction
from psycopg.errors import DeadlockDetected, UniqueViolation

from regulars.engine.entries import Outcome, Refusal
from regulars.engine.events import PURCHASE, RETURN
from regulars.exchange.earning.folding import Original, as_original, kernel_event
from regulars.exchange.earning.originals import load_originals
from regulars.exchange.ledger.assembling import assemble, lock
from regulars.exchange.ledger.posting import Posting, post
from regulars.ground.activity.contract import Incoming
from regulars.ground.activity.recording import Known, Recorded, known, quarantine, record, release
from regulars.ground.members.enrolling import Person, accounts_of, enrol
from regulars.ground.publishing.versions import Versions, versions
from regulars.kit.ids import uuid7s
from regulars.kit.zones import from_microseconds

RECORDED, DUPLICATE, QUARANTINED = "recorded", "duplicate", "quarantined"
_TRIES = 5


@dataclass(slots=True)
class Result:
    """What became of one event: `recorded`, `duplicate` (told before, nothing changed) or `quarantined` with why.

    `points` are the points it moved to (or from) the member per currency, pending ones included.
    """

    status: str
    event: UUID | None = None
    refusal: Refusal | None = None
    outcome: Outcome | None = None
    points: dict[str, int] = field(default_factory=dict)


def take(events: Sequence[Incoming], source: str, now: datetime, create: bool) -> list[Result]:
    """Take events of one source, in their order; one result each. `create` enrols members not known yet.

    All of it is one transaction: after the call every recorded event is durable. An event that the database cannot
    keep (a figure beyond all bounds) is quarantined as `cannot_be_kept`, and the others are taken without it. Raises
    PublishRefused when no programme is published.
    """
    promise = versions()
    for attempt in range(_TRIES):
        try:
            with transaction.atomic(durable=attempt == 0 and not connection.in_atomic_block):
                return _Batch(source, now, promise).run(events, create)
        except (DatabaseError, psycopg.Error, struct.error) as error:
            # Another writer told one of these events between our look and our write, and now it is known; or two
            # writers waited for each other, and this one had to give way. COPY raises psycopg's errors as they are.
            cause = error.__cause__ or error
            if isinstance(cause, psycopg.DataError | struct.error):
                return _apart(events, source, now, create, cause)
            if not isinstance(cause, UniqueViolation | DeadlockDetected) or attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _apart(events: Sequence[Incoming], source: str, now: datetime, create: bool, cause: BaseException) -> list[Result]:
    """The events of a batch that cannot be kept as it is, half by half, until the one at fault is alone."""
    if len(events) > 1:
        half = len(events) // 2
        return take(events[:half], source, now, create) + take(events[half:], source, now, create)
    why = str(cause).splitlines()[0]
    sentence = f"The database cannot keep this event ({why}): look for a figure that cannot be meant."
    refusal = Refusal("cannot_be_kept", sentence, {"event": events[0].id})
    with transaction.atomic():
        quarantine(source, [(events[0], refusal.code, [_reason(refusal)])], now)
    return [Result(QUARANTINED, refusal=refusal)]


class _Batch:
    def __init__(self, source: str, now: datetime, promise: Versions) -> None:
        self.source = source
        self.now = now
        self.promise = promise
        self.results: list[Result | None] = []
        self.here: dict[tuple[str, str], Known] = {}
        self.originals: dict[str, Original] = {}
        self.recorded: list[Recorded] = []
        self.refused: list[tuple[Incoming, str, list[dict[str, Any]]]] = []

    def run(self, events: Sequence[Incoming], create: bool) -> list[Result]:
        self.results = [None] * len(events)
        accounts = self._accounts(events, create)
        lock(accounts.values())
        fresh = self._fresh(events, accounts)
        self.originals = load_originals(self.source, list({e.original for _, e, _, _ in fresh if e.type == RETURN}))
        ids = uuid7s(self.now, len(fresh))
        held = assemble(sorted({account for _, _, account, _ in fresh}))
        wanted = {event.original for _, event, _, _ in fresh if event.type == RETURN}
        postings: dict[int, Posting] = {}
        # In the order told, so that a batch says of each event what a batch of that event alone would have said.
        for (place, event, account, digest), id in zip(fresh, ids, strict=True):
            before = self.here.get((event.id, event.type))
            if before is not None:
                self._told_before(place, event, account, digest, before)
                continue
            version = self.promise.at(event.at)
            outcome, nets = self._step(version.kernel, held[account].standing, account, event, id)
            posting = postings.get(account)
            if posting is None:
                posting = postings[account] = Posting(account, held[account], version.kernel, [])
            posting.kernel = version.kernel
            posting.outcomes.append((version.number, id, outcome))
            self._note(place, event, id, outcome)
            if outcome.refusal is None:
                self.here[event.id, event.type] = Known(account, id, digest)
                if event.type == PURCHASE and event.id in wanted:
                    self.originals[event.id] = as_original(account, id, event, outcome)
                original = self.originals.get(event.original) if nets is not None else None
                told = _told(event, outcome, nets)
                self.recorded.append(
                    Recorded(account, id, event, digest, version.number, original.id if original else None, told)
                )
        record(self.source, self.recorded, self.now)
        post(list(postings.values()))
        release(self.source, [(row.event.id, row.event.type) for row in self.recorded], self.now)
        quarantine(self.source, self.refused, self.now)
        return [result for result in self.results if result is not None]

    def _accounts(self, events: Sequence[Incoming], create: bool) -> dict[str, int]:
        numbers = list({event.member for event in events})
        accounts = accounts_of(numbers)
        missing = sorted(set(numbers) - set(accounts))
        if missing and create:
            first: dict[str, int] = {}
            for event in events:
                first[event.member] = min(event.at, first.get(event.member, event.at))
            people = [
                Person(number, joined_on=from_microseconds(first[number]).astimezone(self.now.tzinfo).date())
                for number in missing
            ]
            accounts.update(enrol(people, self.now))
        return accounts

    def _fresh(self, events: Sequence[Incoming], accounts: dict[str, int]) -> list[tuple[int, Incoming, int, bytes]]:
        """(place, event, account, digest) of the events not recorded before; the others get their result here."""
        told = known(self.source, [(event.id, event.type) for event in events])
        fresh: list[tuple[int, Incoming, int, bytes]] = []
        for place, event in enumerate(events):
            account = accounts.get(event.member)
            if account is None:
                sentence = "No member has this number; enrol them first, or let unknown members be created."
                self._refuse(place, event, Refusal("unknown_member", sentence, {"member": event.member}))
                continue
            before = told.get((event.id, event.type))
            if before is None:
                fresh.append((place, event, account, event.digest()))
            else:
                self._told_before(place, event, account, event.digest(), before)
        return fresh

    def _told_before(self, place: int, event: Incoming, account: int, digest: bytes, before: Known) -> None:
        if before.account != account:
            sentence = "This event was told before, for another member; correct it there, or give it its own id."
            self._refuse(place, event, Refusal("other_member", sentence, {"event": event.id}))
        elif before.digest != digest:
            sentence = "This event was told before with another content; send a return or a new id instead."
            self._refuse(place, event, Refusal("other_content", sentence, {"event": event.id}))
        else:
            self.results[place] = Result(DUPLICATE, before.event)

    def _step(
        self, kernel: Any, standing: Any, account: int, event: Incoming, id: UUID
    ) -> tuple[Outcome, list[int] | None]:
        told = kernel_event(event, str(id))
        nets = None
        if event.type == RETURN:
            original = self.originals.get(event.original)
            if original is not None and original.account == account:
                nets = original.brought_back(event)
                if nets is None:
                    sentence = "This return names a line that the purchase does not have."
                    return Outcome(refusal=Refusal("unknown_line", sentence, {"original": event.original})), None
                told.nets, told.origin = nets, original.origin
        outcome: Outcome = kernel.step(standing, told)
        if nets is not None and outcome.refusal is None:
            self.originals[event.original].note(nets)
        return outcome, nets

    def _note(self, place: int, event: Incoming, id: UUID, outcome: Outcome) -> None:
        if outcome.refusal is not None:
            self._refuse(place, event, outcome.refusal)
            return
        points: dict[str, int] = {}
        for entry in outcome.entries:
            if entry.event:
                sign = 1 if entry.source == "issued" else -1 if entry.target in ("issued", "redeemed") else 0
                points[entry.currency] = points.get(entry.currency, 0) + sign * entry.amount
        self.results[place] = Result(RECORDED, id, None, outcome, points)

    def _refuse(self, place: int, event: Incoming, refusal: Refusal) -> None:
        self.refused.append((event, refusal.code, [_reason(refusal)]))
        self.results[place] = Result(QUARANTINED, None, refusal)


def _reason(refusal: Refusal) -> dict[str, Any]:
    return {"code": refusal.code, "sentence": refusal.sentence, **refusal.figures}


def _told(event: Incoming, outcome: Outcome, nets: list[int] | None) -> dict[str, Any]:
    """What the event's row keeps of its outcome: what returns and explanations will ask for."""
    told: dict[str, Any] = {}
    if outcome.progress:
        if outcome.progress is event.nets:
            told["progressed"] = True
        else:
            told["progress"] = list(outcome.progress)
    if outcome.counted:
        told["counted"] = list(outcome.counted)
    if outcome.thresholds:
        told["thresholds"] = dict(outcome.thresholds)
    if outcome.clips:
        told["clips"] = [list(clip) for clip in outcome.clips]
    if outcome.forgiven:
        told["forgiven"] = [list(row) for row in outcome.forgiven]
    if nets is not None:
        told["returned"] = nets
    return told
