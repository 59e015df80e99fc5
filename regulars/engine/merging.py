"""Merging: all that one account has goes to another; `unmerging.py` takes it back.

What leaves is the whole standing, told as `Outcome.carried`; it arrives by an event of the other account. Points move
lot by lot through the pot `transit` of each, with their days, and what is held is held again for the same; the
histories are united by `uniting.py`. Nothing is rewritten: undoing is two events more. docs/rules/merging.md says it in
prose, with worked numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from regulars.engine import tiering
from regulars.engine.entries import (
    AVAILABLE,
    DEBT,
    HELD,
    HOLD,
    MERGE,
    PENDING,
    RELEASE,
    TRANSIT,
    Entry,
    Outcome,
    Refusal,
    TierMove,
)
from regulars.engine.events import Event
from regulars.engine.expiring import receive, told_of
from regulars.engine.purse import Hold, Lot, Purse
from regulars.engine.standing import FIELDS, Standing, dump, load
from regulars.engine.terms import Terms
from regulars.engine.uniting import unite
from regulars.kit.speaking import worded

Lots = tuple[tuple[int, int], ...]


def leave(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Let everything go, points and past; what is held is held again where it arrives."""
    out.carried = dump(standing)
    write = Writer(standing, event, day, MERGE, out)
    for id in sorted(standing.purses):
        purse = standing.purses[id]
        for hold in purse.holds:
            write.lots(id, HELD, AVAILABLE, hold.lots, RELEASE)
        write.lots(id, PENDING, TRANSIT, purse.waiting)
        write.lots(id, AVAILABLE, TRANSIT, [*purse.open, *held_in(purse)])
        write.move(id, TRANSIT, DEBT, purse.debt)
    was = standing.tier, standing.tier_until
    empty = Standing(standing.joined_day)
    empty.seq, empty.day, empty.levels = standing.seq, standing.day, standing.levels
    become(standing, empty)
    write.tier(terms, was, "merged")


def take_in(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Take in all that another account had (`event.carried`). Refusals: `nothing_carried`."""
    if event.carried is None:
        out.refusal = Refusal("nothing_carried", worded("Nothing was sent that could arrive."), {})
        return
    out.before = dump(standing, lots=False)
    other = adopted(terms, load(event.carried), event, day)
    write = Writer(standing, event, day, MERGE, out)
    for id in sorted(other.purses):
        theirs, purse, currency = other.purses[id], standing.purse(id), terms.currencies.get(id)
        told, purse.told = told_of(currency, theirs), told_of(currency, purse)
        write.move(id, DEBT, TRANSIT, theirs.debt)
        purse.debt += theirs.debt
        for pot, lots, keep in ((PENDING, theirs.waiting, purse.hold), (AVAILABLE, theirs.open, purse.admit)):
            for lot in lots:
                write.move(id, TRANSIT, pot, lot.left, (), lot.earned_day, (lot.available_day, lot.fixed))
                keep(Lot(standing.seq, lot.left, lot.earned_day, lot.available_day, lot.expires_day))
                if lot.seq in theirs.awaits:
                    purse.awaits[standing.seq] = theirs.awaits[lot.seq]
                if lot.seq in told:
                    purse.told[standing.seq] = told[lot.seq]
        for hold in theirs.holds:
            parts = []
            for part in hold.lots:
                write.move(id, TRANSIT, AVAILABLE, part.left, (), part.earned_day, (part.available_day, part.fixed))
                parts.append(Lot(standing.seq, part.left, part.earned_day, part.available_day, part.expires_day))
                if part.seq in told:
                    purse.told[standing.seq] = told[part.seq]
            write.lots(id, AVAILABLE, HELD, parts, HOLD)
            purse.reserve(Hold(hold.event, hold.day, hold.lapse_day, parts, hold.promised))
    was = standing.tier, standing.tier_until
    unite(terms, standing, other)
    write.tier(terms, was, "merged")
    if terms.tiers is not None and not terms.balance:
        tiering.reach(terms, standing, event.id, event.at, day, out)
    for id in sorted(other.purses):
        purse = standing.purses[id]
        if purse.debt and id in terms.currencies:
            receive(terms.currencies[id], standing, purse, event.id, event.at, day, out)


def adopted(terms: Terms, standing: Standing, event: Event, day: int) -> Standing:
    """A standing that was told, in the levels of today's version."""
    tiering.adopt(terms, standing, event.at, day, Outcome())
    return standing


def become(standing: Standing, other: Standing) -> None:
    """Let a standing be all that another one is."""
    for name in FIELDS:
        setattr(standing, name, getattr(other, name))


def held_in(purse: Purse) -> list[Lot]:
    """The parts of lots that are held."""
    return [part for hold in purse.holds for part in hold.lots]


def lots_of(standing: Standing) -> list[int]:
    """The lots of a standing that is carried, in the order in which they arrive (`take_in`)."""
    return [
        lot.seq
        for _, purse in sorted(standing.purses.items())
        for lot in (*purse.waiting, *purse.open, *held_in(purse))
    ]


@dataclass(slots=True)
class Writer:
    """Writes the entries and tier moves of one event."""

    standing: Standing
    event: Event
    day: int
    kind: str
    out: Outcome

    def move(
        self, currency: str, source: str, target: str, points: int, lots: Lots = (), base: int = 0,
        days: tuple[int, int] = (0, 0), kind: str = "",
    ) -> None:  # fmt: skip
        """Write an entry; none for no points."""
        if not points:
            return
        self.standing.seq += 1
        self.out.entries.append(
            Entry(
                self.standing.seq, self.event.at, self.day, self.event.id, kind or self.kind, currency, source, target,
                points, None, base, points, (), lots, *days, 0,
            )
        )  # fmt: skip

    def lots(self, currency: str, source: str, target: str, lots: Iterable[Lot], kind: str = "") -> None:
        """Write the entry by which all of these lots, or parts of lots, move."""
        parts: dict[int, int] = {}
        for lot in lots:
            parts[lot.seq] = parts.get(lot.seq, 0) + lot.left
        self.move(currency, source, target, sum(parts.values()), tuple(parts.items()), kind=kind)

    def tier(self, terms: Terms, was: tuple[int, int], why: str) -> None:
        """Write the move from the tier that it `was`, kept until then, to that of the standing, if it is another."""
        standing = self.standing
        if was == (standing.tier, standing.tier_until):
            return
        standing.seq += 1
        source, target = terms.level_ids[was[0]], terms.level_ids[standing.tier]
        self.out.moves.append(
            TierMove(
                standing.seq, self.event.at, self.day, self.event.id, source, target, why, standing.total,
                standing.tier_until,
            )
        )  # fmt: skip
