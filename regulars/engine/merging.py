"""Merging: all that one account has goes to another, and comes back when the merge is undone.

What leaves is the whole standing, told as `Outcome.carried`; it arrives by an event of the other account. Points move
lot by lot through the pot `transit` of each, with their days; the histories are united by `uniting.py`. Nothing is
rewritten: undoing is two events more. docs/rules/merging.md says it in prose, with worked numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from regulars.engine import tiering
from regulars.engine.entries import (
    ACTIVATION,
    AVAILABLE,
    DEBT,
    EXPIRY,
    LAPSE,
    MERGE,
    PENDING,
    REPAYMENT,
    TRANSIT,
    UNMERGE,
    Entry,
    Outcome,
    Refusal,
    TierMove,
)
from regulars.engine.events import Came, Event, Spent, Union
from regulars.engine.expiring import receive, returned
from regulars.engine.purse import NEVER, Lot, Purse
from regulars.engine.standing import Standing, dump, load
from regulars.engine.terms import Terms
from regulars.engine.uniting import part, unite
from regulars.kit.speaking import worded

Lots = tuple[tuple[int, int], ...]


def leave(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Let everything go, points and past. Refusals: `holds_open`."""
    held = sum(purse.held for purse in standing.purses.values())
    if held:
        sentence = worded("Points are held; capture or release them first.")
        out.refusal = Refusal("holds_open", sentence, {"held": held})
        return
    out.carried = dump(standing)
    write = _Writer(standing, event, day, MERGE, out)
    for id in sorted(standing.purses):
        purse = standing.purses[id]
        for pot, lots in ((PENDING, purse.waiting), (AVAILABLE, purse.open)):
            write.move(id, pot, TRANSIT, sum(lot.left for lot in lots), tuple([(lot.seq, lot.left) for lot in lots]))
        write.move(id, TRANSIT, DEBT, purse.debt)
    was = standing.tier, standing.tier_until
    empty = Standing(standing.joined_day)
    empty.seq, empty.day, empty.levels = standing.seq, standing.day, standing.levels
    _become(standing, empty)
    write.tier(terms, was, "merged")


def take_in(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Take in all that another account had (`event.carried`). Refusals: `nothing_carried`."""
    if event.carried is None:
        out.refusal = Refusal("nothing_carried", worded("Nothing was sent that could arrive."), {})
        return
    out.before = dump(standing, lots=False)
    other = _adopted(terms, load(event.carried), event, day)
    write = _Writer(standing, event, day, MERGE, out)
    for id in sorted(other.purses):
        theirs, purse = other.purses[id], standing.purse(id)
        write.move(id, DEBT, TRANSIT, theirs.debt)
        purse.debt += theirs.debt
        for pot, lots, keep in ((PENDING, theirs.waiting, purse.hold), (AVAILABLE, theirs.open, purse.admit)):
            for lot in lots:
                write.move(id, TRANSIT, pot, lot.left, (), lot.earned_day, (lot.available_day, lot.fixed))
                keep(Lot(standing.seq, lot.left, lot.earned_day, lot.available_day, lot.expires_day))
                if lot.seq in theirs.awaits:
                    purse.awaits[standing.seq] = theirs.awaits[lot.seq]
    was = standing.tier, standing.tier_until
    unite(terms, standing, other)
    write.tier(terms, was, "merged")
    if terms.tiers is not None and not terms.balance:
        tiering.reach(terms, standing, event.id, event.at, day, out)
    for id in sorted(other.purses):
        purse = standing.purses[id]
        if purse.debt and id in terms.currencies:
            receive(terms.currencies[id], standing, purse, event.id, event.at, day, out)


def give_up(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Give back what came with a merge (`event.union`), all but what time has ended since.

    What was spent of it is made up for from the points of this account, and then by a debt: whoever kept the account
    has spent it. Refusals: `unknown_merge`; `unmerge_short` where something is missing and nothing may be owed.
    """
    if event.union is None:
        out.refusal = Refusal("unknown_merge", worded("The merge to be undone is not known here."), {})
        return
    # What fell due with this very event is not known to whoever looked the merge up.
    union = replace(event.union, came=_timed(event.union.came, out.entries))
    trial, tried = standing.copy(), Outcome()
    _give_up(terms, trial, event, union, day, tried)
    out.refusal = tried.refusal
    if out.refusal is None:
        _become(standing, trial)
        out.entries += tried.entries
        out.moves += tried.moves
        out.carried = tried.carried


def union_of(
    carried: Mapping[str, Any], before: Mapping[str, Any], merged: Iterable[Entry], later: Iterable[Entry],
    days: Mapping[int, tuple[int, int, int]],
) -> Union:  # fmt: skip
    """A merge as the survivor's entries tell it: those of the event itself (`merged`) and all `later` ones, in order.

    `days` are those that the lots which repaid something have now, by their number: (earned, available, last; NEVER:
    none is fixed).
    """
    purses = load(carried).purses
    left = [(id, lot) for id in sorted(purses) for lot in (*purses[id].waiting, *purses[id].open)]
    entries = list(merged)
    arrived = [entry for entry in entries if entry.is_lot]
    came = {
        entry.seq: Came(id, lot.seq, entry.seq, lot.left, lot.earned_day, lot.available_day, lot.fixed)
        for (id, lot), entry in zip(left, arrived, strict=True)
    }
    repaid = [
        Spent(entry.seq, entry.currency, entry.amount, [(seq, points, *days[seq]) for seq, points in entry.lots])
        for entry in entries
        if entry.kind == REPAYMENT
    ]
    return Union(carried, before, _timed(came.values(), later), repaid)


def _timed(came: Iterable[Came], later: Iterable[Entry]) -> list[Came]:
    """The lots that came, after time (or what they waited for) has dealt with them."""
    found = {(lot.currency, lot.here): lot for lot in came}
    for entry in later:
        for seq, points in entry.lots:
            lot = found.get((entry.currency, seq))
            if lot is None:
                continue
            if entry.kind == ACTIVATION:
                lot = lot._replace(opened=points, opened_day=entry.day)
                if entry.available_day:
                    lot = lot._replace(available_day=entry.available_day, expires_day=entry.expires_day)
            elif entry.kind == EXPIRY:
                lot = lot._replace(over=True, expired=lot.expired + points)
            elif entry.kind == LAPSE:
                lot = lot._replace(over=True, lapsed=points)
            found[entry.currency, seq] = lot
    return list(found.values())


def come_home(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Be again what left with a merge and comes back (`event.carried`). Refusals: `nothing_carried`."""
    if event.carried is None:
        out.refusal = Refusal("nothing_carried", worded("Nothing was sent that could arrive."), {})
        return
    home = _adopted(terms, load(event.carried), event, day)
    opened = set(event.carried["waited"])
    write = _Writer(standing, event, day, UNMERGE, out)
    home.seq, home.day = standing.seq, standing.day
    _become(standing, home)
    for id in sorted(standing.purses):
        purse = standing.purses[id]
        write.move(id, DEBT, TRANSIT, purse.debt)
        waited = [lot for lot in purse.open if lot.seq in opened]
        rest = [lot for lot in purse.open if lot.seq not in opened]
        for pot, lots in ((PENDING, [*purse.waiting, *waited]), (AVAILABLE, rest)):
            write.move(id, TRANSIT, pot, sum(lot.left for lot in lots), tuple([(lot.seq, lot.left) for lot in lots]))
        for lot in waited:
            days = (lot.available_day, lot.fixed)
            write.move(id, PENDING, AVAILABLE, lot.left, ((lot.seq, lot.left),), days=days, kind=ACTIVATION)
    write.tier(terms, (0, 0), "unmerged")
    _catch_up(terms, standing, event, day, out)


def _give_up(terms: Terms, standing: Standing, event: Event, union: Union, day: int, out: Outcome) -> None:
    other, before = (_adopted(terms, load(told), event, day) for told in (union.carried, union.before))
    write = _Writer(standing, event, day, UNMERGE, out)
    for paid in union.repaid:
        # What one had paid at once of what the other owed is owed again, and there again.
        write.move(paid.currency, DEBT, AVAILABLE, paid.amount, tuple([(seq, points) for seq, points, *_ in paid.lots]))
        purse = standing.purse(paid.currency)
        purse.debt += paid.amount
        for seq, points, *days in paid.lots:
            purse.restore(Lot(seq, points, *days))
    back = _Back(other)
    for id in sorted(other.purses):
        purse, theirs = standing.purse(id), other.purses[id]
        if purse.last_day > max(theirs.last_day, before.purses.get(id, Purse()).last_day):
            theirs.last_day = purse.last_day  # they were active together
        theirs.debt = min(theirs.debt, purse.debt)
        write.move(id, TRANSIT, DEBT, theirs.debt)
        purse.debt -= theirs.debt
        short = _give_points(write, purse, id, [came for came in union.came if came.currency == id], back)
        currency = terms.currencies.get(id)
        if short and not (currency and currency.debt):
            sentence = worded(
                "What came was spent, and nothing may be owed: give what is missing first, then undo the merge."
            )
            out.refusal = Refusal("unmerge_short", sentence, {"currency": id, "missing": short})
            return
        write.move(id, DEBT, TRANSIT, short)
        purse.debt += short
    was, since = (standing.tier, standing.tier_until), _since(terms, union)
    part(terms, standing, before, other, since)
    standing.purses = {id: one for id, one in standing.purses.items() if id in before.purses or not _is_empty(one)}
    write.tier(terms, was, "unmerged")
    if standing.progress != before.progress and terms.tiers is not None and not terms.balance:
        tiering.reach(terms, standing, event.id, event.at, day, out)
    for day_of, amount in since:
        other.add_progress(day_of, amount)
    out.carried = {**dump(other), "waited": back.opened}
    _catch_up(terms, standing, event, day, out)


def _give_points(write: _Writer, purse: Purse, currency: str, came: list[Came], back: _Back) -> int:
    """Take what goes back out of a purse, lot by lot, then out of whatever is there; answers what is missing."""
    waiting = {lot.seq: lot.left for lot in purse.waiting}
    open_ = {lot.seq: lot.left for lot in purse.open}
    pending: list[tuple[int, int]] = []
    available: list[tuple[int, int]] = []
    missing = 0
    for lot in came:
        still = min(lot.points, waiting.get(lot.here, 0) or open_.get(lot.here, 0))
        # What was spent of a lot that has ended since would be over by now as well: nobody makes up for it.
        due = still if lot.over or 0 < lot.expires_day < write.day else lot.points
        if still and lot.here in waiting:
            pending += purse.take_pending(lot.here, still)
        elif still:
            available.append((lot.here, purse.take_from(lot.here, still)))
        purse.awaits.pop(lot.here, "")
        missing += due - still
        back.take(lot, due)
    extra = min(missing, purse.available)
    if extra:
        available += purse.take(extra)
    write.move(currency, PENDING, TRANSIT, sum(points for _, points in pending), tuple(pending))
    write.move(currency, AVAILABLE, TRANSIT, sum(points for _, points in available), tuple(available))
    return missing - extra


@dataclass(slots=True)
class _Back:
    """The standing that goes back, with of each lot what is due of it; those that wait no longer are `opened`."""

    home: Standing
    opened: list[int] = field(default_factory=list)

    def take(self, came: Came, due: int) -> None:
        purse = self.home.purse(came.currency)
        for lot in (*purse.waiting, *purse.open):
            if lot.seq != came.there:
                continue
            waited = lot in purse.waiting
            (purse.waiting if waited else purse.open).remove(lot)
            if waited:
                purse.pending -= lot.left
            else:
                purse.available -= lot.left
            if came.opened or not due:
                purse.awaits.pop(lot.seq, "")
            if not due:
                return
            lot.left = due
            if not came.opened:
                (purse.hold if waited else purse.admit)(lot)
                return
            lot.available_day, lot.expires_day = came.available_day, came.expires_day or NEVER
            purse.admit(lot)
            self.opened.append(lot.seq)
            return


def _since(terms: Terms, union: Union) -> list[tuple[int, int]]:
    """Progress by day that time alone made of the lots that came, or took with those that lapsed."""
    found = []
    for came in union.came:
        currency = terms.currencies.get(came.currency)
        if currency and currency.counts_later and came.opened:
            found.append((came.opened_day, came.opened))
        elif currency and currency.counts and not currency.counts_later and came.lapsed:
            found.append((came.earned_day, -came.lapsed))
    return found


def _catch_up(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """What would have fallen due meanwhile, had the two never been one, falls due now and not in the past."""
    for id, currency in terms.currencies.items():
        purse = standing.purses.get(id)
        if purse is not None:
            returned(currency, standing, purse, event.id, event.at, day, out)
    while standing.tier and not terms.balance and tiering.next_review(terms, standing) <= day:
        tiering.review(terms, standing, day, out)


def _adopted(terms: Terms, standing: Standing, event: Event, day: int) -> Standing:
    """A standing that was told, in the levels of today's version."""
    tiering.adopt(terms, standing, event.at, day, Outcome())
    return standing


def _become(standing: Standing, other: Standing) -> None:
    for name in Standing.__slots__:
        setattr(standing, name, getattr(other, name))


def _is_empty(purse: Purse) -> bool:
    """Whether nothing is in a purse, and nothing of it lasts."""
    return not (purse.available or purse.pending or purse.held or purse.debt or purse.carry or purse.last_day)


@dataclass(slots=True)
class _Writer:
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
