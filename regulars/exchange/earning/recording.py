"""Recording: the one act by which events arrive. One event is a batch of one.

In one transaction: members are found (or enrolled), accounts locked in sorted order, what is known already is
left alone, the kernel folds over the rest in the order given, and events, entries, lots, balances, tiers and
standing are written together. An event that cannot be taken is quarantined; it never fails its batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from regulars.engine.entries import Outcome, Refusal
from regulars.engine.events import RETURN, Event
from regulars.exchange.earning.originals import Original, as_original, load_originals
from regulars.exchange.ledger.assembling import assemble
from regulars.exchange.ledger.posting import Posting, post
from regulars.ground.activity.contract import Incoming
from regulars.ground.activity.recording import Known, Recorded, known, quarantine, record, release
from regulars.ground.members.enrolling import Person, accounts_of, enrol
from regulars.ground.publishing.versions import Versions, versions
from regulars.kit.ids import uuid7s

RECORDED, DUPLICATE, QUARANTINED = "recorded", "duplicate", "quarantined"
_TRIES = 5


@dataclass(slots=True)
class Result:
    """What became of one event: `recorded`, `duplicate` (told before, nothing changed) or `quarantined` with its reason.

    `points` are the points it moved to (or from) the member per currency, pending ones included.
    """

    status: str
    event: UUID | None = None
    refusal: Refusal | None = None
    outcome: Outcome | None = None
    points: dict[str, int] = field(default_factory=dict)


def take(events: Sequence[Incoming], source: str, now: datetime, create: bool) -> list[Result]:
    """Take events of one source, in their order; one result each. `create` enrols members not known yet.

    All of it is one transaction: after the call every recorded event is durable. Raises PublishRefused when no
    programme is published.
    """
    promise = versions()
    for attempt in range(_TRIES):
        try:
            with transaction.atomic(durable=attempt == 0 and not connection.in_atomic_block):
                return _Batch(source, now, promise).run(events, create)
        except IntegrityError:
            # Another writer told one of these events between our look and our write; now it is known.
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


class _Batch:
    def __init__(self, source: str, now: datetime, promise: Versions) -> None:
        self.source = source
        self.now = now
        self.promise = promise
        self.results: list[Result | None] = []
        self.originals: dict[str, Original] = {}
        self.recorded: list[Recorded] = []
        self.refused: list[tuple[Incoming, str, list[dict[str, Any]]]] = []

    def run(self, events: Sequence[Incoming], create: bool) -> list[Result]:
        self.results = [None] * len(events)
        accounts = self._accounts(events, create)
        self._lock(sorted(set(accounts.values())))
        fresh = self._fresh(events, accounts)
        self.originals = load_originals(self.source, list({e.original for _, e, _, _ in fresh if e.type == RETURN}))
        by_account: dict[int, list[tuple[int, Incoming, bytes, UUID]]] = {}
        ids = uuid7s(self.now, len(fresh))
        for (place, event, account, digest), id in zip(fresh, ids, strict=True):
            by_account.setdefault(account, []).append((place, event, digest, id))
        held = assemble(sorted(by_account))
        wanted = {event.original for _, event, _, _ in fresh if event.type == RETURN}
        postings = []
        for account, rows in by_account.items():
            outcomes: list[tuple[int, UUID | None, Outcome]] = []
            kernel = self.promise.latest.kernel
            for place, event, digest, id in rows:
                version = self.promise.at(event.at)
                kernel = version.kernel
                outcome, nets = self._step(version.kernel, held[account].standing, account, event, id)
                outcomes.append((version.number, id, outcome))
                self._note(place, event, id, outcome)
                if outcome.refusal is None:
                    if event.id in wanted:
                        self.originals[event.id] = as_original(account, id, event, outcome)
                    original = self.originals.get(event.original) if nets is not None else None
                    told = _told(event, outcome, nets)
                    self.recorded.append(
                        Recorded(account, id, event, digest, version.number, original.id if original else None, told)
                    )
            postings.append(Posting(account, held[account], kernel, outcomes))
        record(self.source, self.recorded, self.now)
        post(postings)
        quarantine(self.source, self.refused, self.now)
        release(self.source, [row.event.id for row in self.recorded], self.now)
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
                Person(number, joined_on=datetime.fromtimestamp(first[number] / 1e6, self.now.tzinfo).date())
                for number in missing
            ]
            accounts.update(enrol(people, self.now))
        return accounts

    def _lock(self, accounts: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT account_id FROM account WHERE account_id = ANY(%s) ORDER BY account_id FOR NO KEY UPDATE",
                [list(accounts)],
            )

    def _fresh(self, events: Sequence[Incoming], accounts: dict[str, int]) -> list[tuple[int, Incoming, int, bytes]]:
        """(place, event, account, digest) of the events not told before; the others get their result here."""
        told = known(self.source, [(event.id, event.type) for event in events])
        fresh: list[tuple[int, Incoming, int, bytes]] = []
        here: dict[tuple[str, str], tuple[int, bytes, int]] = {}
        for place, event in enumerate(events):
            account = accounts.get(event.member)
            if account is None:
                sentence = "No member has this number; enrol them first, or let unknown members be created."
                self._refuse(place, event, Refusal("unknown_member", sentence, {"member": event.member}))
                continue
            digest = event.digest()
            key = (event.id, event.type)
            before = told.get(key)
            if before is None and key in here:
                first_account, first_digest, _ = here[key]
                before = Known(first_account, UUID(int=0), first_digest)
            if before is None:
                here[key] = (account, digest, place)
                fresh.append((place, event, account, digest))
            elif before.account != account:
                sentence = "This event was told before, for another member; correct it there, or give it its own id."
                self._refuse(place, event, Refusal("other_member", sentence, {"event": event.id}))
            elif before.digest != digest:
                sentence = "This event was told before with another content; send a return or a new id instead."
                self._refuse(place, event, Refusal("other_content", sentence, {"event": event.id}))
            else:
                self.results[place] = Result(DUPLICATE, before.event if before.event.int else None)
        return fresh

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
        reason = {"code": refusal.code, "sentence": refusal.sentence, **refusal.figures}
        self.refused.append((event, refusal.code, [reason]))
        self.results[place] = Result(QUARANTINED, None, refusal)


def kernel_event(event: Incoming, id: str) -> Event:
    """An incoming event as the kernel takes it."""
    attributes = event.attributes
    if event.store or event.channel:
        attributes = {**attributes, "store": event.store or None, "channel": event.channel or None}
    return Event(
        event.type, id, event.at, event.currency, event.nets, event.columns, attributes, event.tendered,
        event.points, event.of,
    )  # fmt: skip


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
    if outcome.clips:
        told["clips"] = [list(clip) for clip in outcome.clips]
    if outcome.forgiven:
        told["forgiven"] = [list(row) for row in outcome.forgiven]
    if nets is not None:
        told["returned"] = nets
    return told
