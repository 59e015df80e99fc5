"""Folding: an incoming event as the kernel takes it, and the past of one account that later events refer to. Pure.

Live posting and the backtest both come through here, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID

from regulars.engine.ended import Ended
from regulars.engine.entries import (
    ACCRUAL,
    CAPTURE,
    REDEMPTION,
    REVERSAL,
    Entry,
    Outcome,
)
from regulars.engine.events import (
    OPENING,
    PURCHASE,
    RETURN,
    UNMERGE_OUT,
    WITHDRAWAL,
    Event,
    Grant,
    Opened,
    Origin,
    Spent,
    Union,
)
from regulars.engine.events import REVERSAL as CANCELLING
from regulars.engine.kernel import Kernel
from regulars.engine.meanwhile import union_of
from regulars.engine.purse import NEVER
from regulars.engine.standing import Standing
from regulars.ground.activity.contract import Incoming


def kernel_event(event: Incoming, id: str) -> Event:
    """An incoming event as the kernel takes it."""
    attributes = event.attributes
    if event.store or event.channel:
        attributes = {**attributes, "store": event.store or None, "channel": event.channel or None}
    told = Event(
        event.type, id, event.at, event.currency, event.nets, event.columns, attributes, event.tendered,
        event.points, event.of, by=event.by,
    )  # fmt: skip
    act = event.act
    if act is not None:
        told.within_days, told.hold, told.until_day = act.within_days, act.hold, act.until_day
        told.reason, told.actor, told.reverses, told.moved = act.reason, act.actor, act.reverses, act.moved
        told.opening, told.reward, told.payable, told.carried = act.opening, act.reward, act.payable, act.carried
        told.theirs = act.theirs
    return told


def days_late(kernel: Kernel, at: int, recorded: int) -> int:
    """How many local days after its own an event was told; both instants in microseconds."""
    local = kernel.terms.zone.local
    return max(0, local(recorded)[0] - local(at)[0])


class Unknown(Exception):
    """A return names a `line` that its purchase does not have."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


@dataclass(slots=True)
class Original:
    """A purchase and what the kernel must know to take it back.

    `id` is the one it has here, `lines` are those of its lines. `elsewhere`: it was bought, or came back in part, in
    another account, of a member who was merged with this one.
    """

    id: UUID | str
    lines: Sequence[str]
    origin: Origin
    elsewhere: bool = False

    def brought_back(self, event: Incoming) -> list[int]:
        """What a return brings back of each line, in minor units. Raises Unknown for a line that is not there.

        A return without lines brings back all that is left.
        """
        if not event.lines:
            return [net - gone for net, gone in zip(self.origin.nets, self.origin.returned, strict=True)]
        place = {line: index for index, line in enumerate(self.lines)}
        nets = [0] * len(self.lines)
        named = event.columns.get("original_line") or event.lines
        for line, net in zip(named, event.nets, strict=True):
            index = place.get(line)
            if index is None:
                raise Unknown(line)
            nets[index] += net
        return nets

    def note(self, nets: Sequence[int]) -> None:
        """Remember what came back, for the next return of the same purchase."""
        self.origin.returned = [gone + now for gone, now in zip(self.origin.returned, nets, strict=True)]


class Payment(NamedTuple):
    """Points that were spent, by the entry `seq`; `lots` as (seq of the lot, points), the others as in `Spent`."""

    seq: int
    currency: str
    amount: int
    lots: Sequence[tuple[int, int]]
    reward: str = ""
    day: int = 0


@dataclass(slots=True)
class Past:
    """What events of one account may refer to, from one source: what was loaded of it, and what a fold adds.

    `originals` are purchases by the id their source gave, `paid` the payments for them by the same, `acts` the payments
    by the house's id of the event that spent. A redemption pays for the purchase it names as its original, or else for
    the one with its own id. `back` is how much of a payment came back, by its seq; `ended` what ended of
    lots before it was used; `days` those of lots as (earned, available, last; NEVER: none). `elsewhere` is what a
    merged member had spent, by the ids of `paid` and of `acts`, `apart` the payments of this one of which something
    came back there; `whose` says of payments of this one, by their seq, for whom what comes back is noted;
    `unions` are merges by the id of their event here, `openings` those that may be withdrawn. `exact`:
    what points that came with one paid of what their own member owed is looked at, as it was not once. `traced`: lots
    are followed through the accounts that they were in, as they were not once.
    """

    originals: dict[str, Original] = field(default_factory=dict)
    paid: dict[str, list[Payment]] = field(default_factory=dict)
    acts: dict[str, list[Payment]] = field(default_factory=dict)
    back: dict[int, int] = field(default_factory=dict)
    ended: Ended = field(default_factory=Ended)
    days: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    bought: dict[str, tuple[UUID | str, Incoming, Outcome]] = field(default_factory=dict)
    told: list[tuple[UUID | str, Incoming | None, Outcome]] = field(default_factory=list)
    seen: int = 0
    elsewhere: dict[str, list[Spent]] = field(default_factory=dict)
    apart: set[int] = field(default_factory=set)
    unions: dict[str, Union] = field(default_factory=dict)
    openings: dict[str, Opened] = field(default_factory=dict)
    whose: dict[int, int] = field(default_factory=dict)
    exact: bool = True
    traced: bool = True

    def know(self, standing: Standing) -> None:
        """Take in the days of the lots that an account has before the fold goes on."""
        for purse in standing.purses.values():
            for lots in (purse.open, purse.waiting, *(hold.lots for hold in purse.holds)):
                for lot in lots:
                    self.days[lot.seq] = lot.earned_day, lot.available_day, lot.expires_day

    def add(self, id: UUID | str, event: Incoming | None, outcome: Outcome) -> None:
        """Take in what the fold made of an event, whose id here is `id` (None: one that nothing refers to)."""
        self.told.append((id, event, outcome))
        for account, seq, points in outcome.back:
            for name, spent in self.elsewhere.items():
                self.elsewhere[name] = [
                    replace(one, returned=one.returned + points) if (one.account, one.seq) == (account, seq) else one
                    for one in spent
                ]
        if event is not None and event.type == PURCHASE and outcome.refusal is None:
            self.bought[event.id] = id, event, outcome

    def original(self, name: str) -> Original | None:
        """The purchase of that id, as far as it is known, with all that became of it until now."""
        found = self.originals.get(name)
        if found is None:
            if name not in self.bought:
                return None
            found = self.originals[name] = _as_original(*self.bought[name])
        self.look()
        found.origin.ended = self.ended
        found.origin.spent = (*self._spent(self.paid.get(name, ())), *self.elsewhere.get(name, ()))
        return found

    def spending(self, id: str) -> Origin:
        """What the event with the house's id `id` spent, to be reversed; nothing when it spent none."""
        self.look()
        spent = (*self._spent(self.acts.get(id, ())), *self.elsewhere.get(id, ()))
        return Origin(id, 0, (), (), (), (), (), spent)

    def union(self, id: str) -> Union | None:
        """The merge whose event here has this id, with all that became of it until now."""
        found = self.unions.get(id)
        if found is not None:
            return found
        ids = [str(one) for one, _, _ in self.told]
        place = ids.index(id) if id in ids else -1
        _, event, outcome = self.told[place] if place >= 0 else ("", None, Outcome())
        act = event.act if event is not None else None
        if act is None or act.carried is None or outcome.before is None:
            return None
        self.look()
        own = [entry for entry in outcome.entries if entry.event]
        since = self.told[place + 1 :]
        later = [entry for _, _, one in since for entry in one.entries]
        theirs = {str(id): part for id, _, one in since for part in one.theirs if part.whose == act.counterpart}
        return union_of(act.carried, outcome.before, own, later, self.days, theirs, self.exact)

    def opened(self, id: str) -> Opened | None:
        """The opening whose event here has this id (empty: the next one), with all that has happened until now."""
        found = self.openings.get(id)
        for one, event, outcome in self.told if found is None else ():
            if str(one) == id and event is not None and event.act is not None and event.act.opening is not None:
                seq = min((entry.seq for entry in outcome.entries if entry.event), default=0)
                found = Opened(event.at, event.act.opening, seq)
        if found is None and id:
            return None
        known = found or next(iter(self.openings.values()), Opened())  # whichever: all that was recorded is in each
        acts = [
            (str(one), event.act.hold) for one, event, _ in self.told if event is not None and event.act is not None
        ]
        return replace(
            known,
            entries=[*known.entries, *(entry for _, _, outcome in self.told for entry in outcome.entries)],
            bought=[*known.bought, *(out.at for _, one, out in self.told if one is not None and one.type == PURCHASE)],
            answers={**known.answers, **{one: hold for one, hold in acts if hold}},
        )

    def _spent(self, payments: Iterable[Payment]) -> tuple[Spent, ...]:
        return tuple(
            Spent(
                one.seq, one.currency, one.amount, [(seq, points, *self.days[seq]) for seq, points in one.lots],
                self.back.get(one.seq, 0), one.reward, one.day, 0, self.whose.get(one.seq, 0),
                max(0, self.ended.righted.get(one.seq, 0)),
            )
            for one in payments
        )  # fmt: skip

    def look(self) -> None:
        """Read what the fold added since the last look."""
        for id, event, outcome in self.told[self.seen :]:
            for entry in outcome.entries:
                self._read(id, event, entry)
            self.ended.read_all(outcome.entries)
            for seq, points in outcome.gone:
                self.ended.count(seq, points)
            for seq, points in outcome.righted:
                self.ended.right(seq, points)
        self.seen = len(self.told)

    def _read(self, id: UUID | str, event: Incoming | None, entry: Entry) -> None:
        if entry.is_lot:
            self.days[entry.seq] = entry.earned_day, entry.available_day, entry.expires_day or NEVER
            return
        if entry.available_day or entry.expires_day:
            for seq, _ in entry.lots:
                if seq in self.days:
                    earned, available, last = self.days[seq]
                    self.days[seq] = earned, entry.available_day or available, entry.expires_day or last
        if entry.kind in (REDEMPTION, CAPTURE) and event is not None:
            reward = entry.rule.id if entry.rule else ""
            payment = Payment(entry.seq, entry.currency, entry.amount, entry.lots, reward, entry.base)
            self.paid.setdefault(event.original or event.id, []).append(payment)
            self.acts.setdefault(str(id), []).append(payment)
        elif entry.kind == REVERSAL:
            self.back[entry.reverses] = self.back.get(entry.reverses, 0) + entry.amount


def refer(past: Past, event: Incoming, told: Event) -> Original | None:
    """Give `told` what `event` refers to: the purchase of a return or a delivery, the redemption of a reversal.

    Answers the purchase. Raises Unknown for a return that names a line which is not there.
    """
    if event.type == CANCELLING:
        told.origin = past.spending(event.original)
        return None
    if event.type == UNMERGE_OUT:
        told.union = past.union(event.original)
        return None
    if event.type == OPENING or (event.type == WITHDRAWAL and event.original):
        told.opened = past.opened(event.original)
        return None
    found = past.original(event.original) if event.original else None
    if found is not None:
        if event.type == RETURN:
            told.nets = found.brought_back(event)
        told.origin = found.origin
    return found


def _as_original(id: UUID | str, event: Incoming, outcome: Outcome) -> Original:
    grants = [
        Grant(entry.seq, entry.currency, entry.rule.id, entry.amount, entry.shares())
        for entry in outcome.entries
        if entry.kind == ACCRUAL and entry.rule and entry.event
    ]
    nothing = [0] * len(event.nets)
    progress, counted = list(outcome.progress), outcome.counted
    drawn = [(one.budget, one.per, one.period, one.rules) for one in outcome.drawn]
    origin = Origin(
        str(id), outcome.at, event.nets, nothing, grants, progress, counted, (), outcome.thresholds, drawn=drawn,
        worth=outcome.worth,
    )  # fmt: skip
    return Original(id, event.lines, origin)
