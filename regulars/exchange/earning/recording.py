"""Recording: the one act by which events arrive. One event is a batch of one.

In one transaction: members are found (or enrolled), accounts locked in sorted order, what is known already is
left alone, the kernel folds over the rest in the order given, and events, entries, lots, balances, tiers and
standing are written together. An event that cannot be taken is quarantined; it never fails its batch. Acts of the
house come the same way, but all of a call or none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from django.db import transaction

from regulars.engine.entries import AVAILABLE, DEBT, HELD, PENDING, Outcome, Refusal
from regulars.engine.events import ARRIVES_AS, OPENING, PURCHASE, REVERSAL, UNMERGE_OUT, WITHDRAWAL
from regulars.engine.terms import CapTerms
from regulars.exchange.budgets.leasing import NONE, Key, Leases
from regulars.exchange.earning.attesting import attest
from regulars.exchange.earning.brought import brought
from regulars.exchange.earning.folding import Past
from regulars.exchange.earning.inheriting import inherit, union
from regulars.exchange.earning.naming import name_numbers, name_tellers, without_members
from regulars.exchange.earning.nights import settle_account
from regulars.exchange.earning.originals import load_pasts
from regulars.exchange.earning.persisting import LedAway, NotKept, NotTogether, first_reach, hold_all, hold_kin, persist
from regulars.exchange.earning.refusing import Refused, reason_of, unkept
from regulars.exchange.earning.stepping import Step, drawable, falls_under, step
from regulars.exchange.ledger.assembling import Held, Lots, assemble_soon, lock_soon
from regulars.exchange.ledger.posting import Posting, post
from regulars.ground.activity.contract import MAX_ID, Incoming
from regulars.ground.activity.recording import Known, Recording, known_soon, quarantine, release
from regulars.ground.members.enrolling import Person, accounts_of, enrol, may_enrol
from regulars.ground.publishing.versions import Versions, versions
from regulars.kit.binding import at_once
from regulars.kit.ids import later, uuid7s
from regulars.kit.speaking import worded
from regulars.kit.zones import from_microseconds, microseconds

RECORDED, DUPLICATE, QUARANTINED, REFUSED = "recorded", "duplicate", "quarantined", "refused"
#: Events whose rows are written by statements that travel together; more go by COPY.
_FEW: Final = 250
#: What refers to another event by the id that the house gave it.
_OF_ACTS: Final = (REVERSAL, UNMERGE_OUT, WITHDRAWAL)
#: The pots that are a member's own; what is owed counts against them.
_OWN: Final = (AVAILABLE, PENDING, HELD, DEBT)


class Result:
    """What became of one event: `recorded`, `duplicate` (told before, nothing changed), or `quarantined` with why; an
    act that cannot be done is `refused`. `account` is the one that has the event.

    `points` are the points it moved to (or from) the member per currency: pending and held ones included, and what is
    owed taken off.
    """

    __slots__ = ("account", "event", "outcome", "points", "refusal", "status")

    def __init__(
        self, status: str, event: UUID | None = None, refusal: Refusal | None = None, outcome: Outcome | None = None,
        points: dict[str, int] | None = None, account: int = 0,
    ) -> None:  # fmt: skip
        self.status = status
        self.event = event
        self.refusal = refusal
        self.outcome = outcome
        self.points: dict[str, int] = {} if points is None else points
        self.account = account


class Telling:
    """What one caller tells: events of one source, in their order. `create` enrols members not known yet. With
    `history` the events are brought in after the fact, each as of its own time; else one that happened on an earlier
    day than it is told is late. `brief`: nobody will ask what each did, entry by entry; results have no outcome."""

    __slots__ = ("brief", "create", "events", "history", "source")

    def __init__(
        self, events: Sequence[Incoming], source: str, create: bool, history: bool = False, brief: bool = False
    ) -> None:
        self.events = events
        self.source = source
        self.create = create
        self.history = history
        self.brief = brief


def take(
    events: Sequence[Incoming], source: str, now: datetime, create: bool, history: bool = False, brief: bool = False
) -> list[Result]:
    """Take events of one source (see `Telling`), in their order; one result each.

    All of it is one transaction: after the call every recorded event is durable. An event that the database cannot
    keep (a figure beyond all bounds) is quarantined as `cannot_be_kept`, and the others are taken without it. Where one
    looks at what another does in an account of its kin, the batch is taken in parts, each a transaction. Raises
    PublishRefused when no programme is published.
    """
    try:
        promise, tellings = versions(), [Telling(events, source, create, history, brief)]
        (results,) = persist(promise, lambda reach, also: take_together(tellings, now, promise, reach, also))
    except (NotKept, NotTogether) as error:
        return _apart(events, source, now, create, history, brief, error)
    return results


def take_together(
    tellings: Sequence[Telling], now: datetime, promise: Versions, reach: int | None = None, also: Collection[int] = ()
) -> list[list[Result]]:
    """Take what several callers tell in the caller's transaction, one telling after the other; the results of each.

    One event that the database cannot keep fails them all, and so does another writer who is in the way, a budget of
    all members that must be drawn on anew, or an event that looks at accounts of its kin: then whoever brought them
    together lets `take` have each by itself. `also` are accounts to lock beside those of the events.
    """
    batch = _Batch(now, promise, first_reach(promise) if reach is None else reach, also)
    results = iter(batch.run(tellings))
    return [list(islice(results, len(telling.events))) for telling in tellings]


def carry_out(acts: Sequence[Incoming], source: str, now: datetime) -> list[Result]:
    """Carry out acts of the house, each an event of its own, in their order: all of them, or none.

    When one is refused, nothing is written, and its result says why. Told again under the same (source, id, type) an
    act is a `duplicate`, with another content it is refused. Raises PublishRefused when no programme is published.
    """
    promise = versions()
    try:
        telling = Telling(acts, source, False)
        return persist(promise, lambda reach, also: _Batch(now, promise, reach, also, True).run([telling]))
    except NotKept as error:
        return [Result(REFUSED, refusal=unkept(acts[0], error))]


def _apart(
    events: Sequence[Incoming], source: str, now: datetime, create: bool, history: bool, brief: bool, error: Exception
) -> list[Result]:
    """The events of a batch that cannot be taken as it is, half by half, until the one at fault is alone."""
    if len(events) > 1:
        hold_all({event.member for event in events})
        half = len(events) // 2
        halves = (events[:half], events[half:])
        return [result for part in halves for result in take(part, source, now, create, history, brief)]
    refusal = unkept(events[0], error)
    with transaction.atomic():
        quarantine(source, [(events[0], refusal.code, [reason_of(refusal)])], now)
    return [Result(QUARANTINED, refusal=refusal)]


class _Batch:
    def __init__(
        self, now: datetime, promise: Versions, reach: int, beside: Collection[int], whole: bool = False
    ) -> None:
        self.leases = Leases(reach)
        self.beside = beside
        self.now = now
        self.now_us = microseconds(now)
        self.promise = promise
        self.whole = whole
        self.zone = promise.at(self.now_us).kernel.terms.zone
        self.told: list[Telling] = []
        self.results: list[Result | None] = []
        self.here: dict[tuple[str, str, str], Known] = {}
        self.pasts: dict[tuple[str, int], Past] = {}
        self.kin: dict[int, list[Past]] = {}
        self.related: dict[int, Sequence[int]] = {}
        self.households: set[int] = set()
        self.sent: dict[str, Outcome] = {}
        self.refused = Refused()

    def run(self, tellings: Sequence[Telling]) -> list[Result]:
        """One result for each event of each telling; `told` says of each place whose event it is."""
        events = [event for telling in tellings for event in telling.events]
        self.told = [telling for telling in tellings for _ in telling.events]
        self.results = [None] * len(events)
        accounts = self._accounts(events)
        keys = [(telling.source, event.id, event.type) for telling, event in zip(self.told, events, strict=True)]
        few, lots = len(events) <= _FEW, Lots()
        with at_once() if few else nullcontext():
            locks, told = lock_soon((*accounts.values(), *self.beside)), known_soon(keys)
            # In a large batch what was told before may be most of it: then whose it is need not be read.
            standings = assemble_soon(sorted(set(accounts.values())), lots) if few else None
            locked, before_now = locks(), told()
            all_held = standings() if standings else {}
        mine = [one for one in locked if one.account in set(accounts.values())] if self.beside else locked
        self.related = {one.account: one.kin for one in mine if one.kin}
        # Only what has kin may have been led to, and be so no longer.
        numbers = [number for number, account in accounts.items() if account in self.related]
        if any(one.leads for one in mine) or (numbers and accounts_of(numbers).items() - accounts.items()):
            raise LedAway
        self.households = {one.account for one in mine if one.household}
        if self.households:
            name_tellers(events, accounts, self.households)
        if numbers:
            name_numbers(events, accounts, numbers)
        fresh = self._fresh(events, accounts, [before_now.get(key) for key in keys])
        if self.related:
            self._hold_kin(fresh, {*accounts.values(), *self.beside})
        ids = uuid7s(self.now, len(fresh))
        concerned = sorted({account for _, _, account in fresh})
        if few:
            held = {account: all_held[account] for account in concerned}
        else:
            with at_once():
                held = assemble_soon(concerned, lots)()
        self._look(fresh, held, lots)
        self._recall(fresh, held)
        tomorrow = self.zone.local(self.now_us)[0] + 1
        self.leases.hold(*self._drawable(fresh), {account: one.standing for account, one in held.items()}, tomorrow)
        recording, postings = Recording(self.now_us, not few), dict[int, Posting]()
        # In the order told, so that a batch says of each event what a batch of that event alone would have said.
        for (place, event, account), id in zip(fresh, ids, strict=True):
            source, digest = self.told[place].source, event.digest()
            before = self.here.get((source, event.id, event.type))
            if before is not None:
                self._told_before(place, event, account, digest, before)
                continue
            if account in self.households and (closed := without_members(held[account].standing, event)):
                self._refuse(place, event, closed)
                continue
            made, id = id, later(id, held[account].last)
            version, outcome, kept, original = self._step(place, held[account], account, event, id)
            posting = postings.get(account)
            if posting is None:
                posting = postings[account] = Posting(account, held[account], version.kernel, not few)
            posting.kernel = version.kernel
            posting.add(version.number, id, outcome)
            self._note(place, event, account, id, outcome)
            if outcome.refusal is None:
                held[account].last = id
                self.here[source, event.id, event.type] = Known(account, id, digest)
                attested = attest(event, kept, self.now_us, id is not made)
                recording.add(account, id, source, event, digest, version.number, original, kept, attested)
        if not (self.whole and self.refused):
            self._keep(recording, list(postings.values()), few)
        return [result for result in self.results if result is not None]

    def _keep(self, recording: Recording, postings: Sequence[Posting], few: bool) -> None:
        """Write what came of it: facts and rows together. What was told better later in the batch waits no longer."""
        self.refused.set_aside(self.here, self.now, mended=True)
        with at_once() if few else nullcontext():
            keys = recording.write()
            post(postings)
            self.leases.keep()
            release(keys, self.now)
        self.refused.set_aside(self.here, self.now, mended=False)

    def _hold_kin(self, fresh: Sequence[tuple[int, Incoming, int]], locked: set[int]) -> None:
        """What events refer to elsewhere holds still, and its nights come first; not for what is brought in later."""
        told = [(account, event.original, not self.told[place].history) for place, event, account in fresh]
        for account in sorted(hold_kin(told, self.related, locked, self.whole)):
            settle_account(account, self.now)

    def _look(self, fresh: Sequence[tuple[int, Incoming, int]], held: dict[int, Held], lots: Lots) -> None:
        """Read the lots that will be looked at, as far as one can know; others when something looks at them all the
        same. Where a purchase finds points that a night made available, and none that may end, only those that wait."""
        at = [event.at for _, event, _ in fresh] or [0]
        if not all(self.told[place].history for place, *_ in fresh):
            at.append(self.now_us)
        last = self.zone.local(max(at))[0]
        due = {one for _, _, one in fresh if held[one].due <= last}
        whole = {one for _, event, one in fresh if event.type != PURCHASE}
        whole |= {one for one in due if any(purse.may_end(last) for purse in held[one].standing.purses.values())}
        lots.read(sorted(whole))
        lots.read_waiting(sorted(due - whole))

    def _recall(self, fresh: Sequence[tuple[int, Incoming, int]], held: dict[int, Held]) -> None:
        """Load what the events refer to, of each source by itself: it calls things by names of its own."""
        referring: dict[str, list[tuple[int, Incoming]]] = {}
        openings: dict[int, tuple[str, str]] = {}
        for place, event, account in fresh:
            withdrawn = held[account].standing.withdrawn
            takes_a_place = event.type == OPENING and withdrawn is not None and account not in openings
            if event.type == WITHDRAWAL or takes_a_place:
                openings[account] = self.told[place].source, event.original
            if event.original:
                referring.setdefault(self.told[place].source, []).append((account, event))
        for source, asked in referring.items():
            acts = {(account, event.original) for account, event in asked if event.type in _OF_ACTS}
            named = {(account, event.original) for account, event in asked} - acts
            for account, past in load_pasts(source, named, acts).items():
                self.pasts[source, account] = past
                self.kin.setdefault(account, []).append(past)
                if account in self.related:
                    own, ids = ({name for whose, name in all_ if whose == account} for all_ in (named, acts))
                    inherit(account, past, self.related[account], source, own, ids, self.zone)
                past.know(held[account].standing)
            for account, event in asked:
                if event.type == UNMERGE_OUT and (found := union(account, UUID(event.original), self.zone)):
                    self.pasts[source, account].unions[event.original] = found
        for account, opened in brought({account: id for account, (_, id) in openings.items()}, self.zone).items():
            source, original = openings[account]
            self.pasts.setdefault((source, account), Past()).openings[original] = opened

    def _drawable(self, fresh: Sequence[tuple[int, Incoming, int]]) -> tuple[set[tuple[int, Key]], dict[Key, CapTerms]]:
        """The budgets that the events may draw on, each with the account, and those that returns may give back to."""
        wanted: set[tuple[int, Key]] = set()
        budgets: dict[Key, CapTerms] = {}
        if self.leases.reach == NONE:
            return wanted, budgets
        for place, event, account in fresh:
            version, at, _ = falls_under(self.promise, event, self._recorded_us(place))
            for budget, period in drawable(version, event.type, at):
                key = Key(budget.id, budget.per, period)
                budgets[key] = budget
                wanted.add((account, key))
        for (_, account), past in self.pasts.items():
            for original in past.originals.values():
                wanted |= {(account, Key(*drawn[:3])) for drawn in original.origin.drawn}
        return wanted, budgets

    def _recorded_us(self, place: int) -> int:
        """When an event is told, in microseconds; 0 for one that is brought in as of its own time."""
        return 0 if self.told[place].history else self.now_us

    def _accounts(self, events: Sequence[Incoming]) -> dict[str, int]:
        accounts = accounts_of(list({event.member for event in events}))
        first: dict[str, int] = {}
        for telling, event in zip(self.told, events, strict=True):
            if telling.create and event.member not in accounts and may_enrol(event.member):
                first[event.member] = min(event.at, first.get(event.member, event.at))
        if first:
            people = [
                Person(number, joined_on=from_microseconds(first[number]).astimezone(self.now.tzinfo).date())
                for number in sorted(first)
            ]
            accounts.update(enrol(people, self.now))
        return accounts

    def _fresh(
        self, events: Sequence[Incoming], accounts: dict[str, int], told: Sequence[Known | None]
    ) -> list[tuple[int, Incoming, int]]:
        """(place, event, account) of the events not `told` before; the others get their result here."""
        fresh: list[tuple[int, Incoming, int]] = []
        for place, event in enumerate(events):
            account = accounts.get(event.member)
            if account is None and self.told[place].create:
                sentence = worded("A number has 1 to {most} characters that can be seen.", most=MAX_ID)
                self._refuse(place, event, Refusal("bad_number", sentence, {"member": event.member}))
                continue
            if account is None:
                sentence = worded("No member has this number; enrol them first, or let unknown members be created.")
                self._refuse(place, event, Refusal("unknown_member", sentence, {"member": event.member}))
                continue
            before = told[place]
            if before is None:
                fresh.append((place, event, account))
            else:
                self._told_before(place, event, account, event.digest(), before)
        return fresh

    def _told_before(self, place: int, event: Incoming, account: int, digest: bytes, before: Known) -> None:
        if before.account != account and before.account not in self.related.get(account, ()):
            sentence = worded(
                "This event was told before, for another member; correct it there, or give it its own id."
            )
            self._refuse(place, event, Refusal("other_member", sentence, {"event": event.id}))
        elif before.digest != digest:
            sentence = worded("This event was told before with another content; send a return or a new id instead.")
            self._refuse(place, event, Refusal("other_content", sentence, {"event": event.id}))
        else:
            self.results[place] = Result(DUPLICATE, before.event, account=before.account)

    def _step(self, place: int, held: Held, account: int, event: Incoming, id: UUID) -> Step:
        """What the kernel makes of an event; what one account sent is what the other receives."""
        if event.act is not None and event.type in ARRIVES_AS.values():
            sent = self.sent[event.id]
            event.act = replace(event.act, moved=tuple(sent.moved), carried=sent.carried)
        past = self.pasts.get((self.told[place].source, account))
        done = step(
            self.promise, held.standing, past, event, id, self._recorded_us(place),
            lambda budget, period: self.leases.left(account, budget, period),
        )  # fmt: skip
        self.leases.follow(account, done.outcome)
        for other in self.kin.get(account, ()):
            if other is not past:  # what one source does to points, others may refer to
                other.add(id, None, done.outcome)
        if event.type in ARRIVES_AS:
            self.sent[event.id] = done.outcome
        return done

    def _note(self, place: int, event: Incoming, account: int, id: UUID, outcome: Outcome) -> None:
        if outcome.refusal is not None:
            self._refuse(place, event, outcome.refusal)
            return
        points: dict[str, int] = {}
        for entry in outcome.entries:
            if entry.event:
                gained = (entry.target in _OWN) - (entry.source in _OWN)
                points[entry.currency] = points.get(entry.currency, 0) + gained * entry.amount
        self.results[place] = Result(RECORDED, id, None, None if self.told[place].brief else outcome, points, account)

    def _refuse(self, place: int, event: Incoming, refusal: Refusal) -> None:
        self.refused.add(self.told[place].source, event, refusal, self.here)
        self.results[place] = Result(REFUSED if self.whole else QUARANTINED, None, refusal)
