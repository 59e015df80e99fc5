"""Unmerging: what came with a merge goes back, and two who were one are two again; docs/rules/merging.md has numbers.

Of the merge the survivor's own entries tell what came and what time did to it since (`union_of`). If nothing else
happened, both standings are exactly what they were; what was spent meanwhile the survivor makes up for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from regulars.engine import tiering
from regulars.engine.entries import (
    ACTIVATION,
    AVAILABLE,
    DEBT,
    EXPIRY,
    HELD,
    HOLD,
    LAPSE,
    PENDING,
    RELEASE,
    REPAYMENT,
    TRANSIT,
    UNMERGE,
    Entry,
    Outcome,
    Refusal,
)
from regulars.engine.events import Came, Event, Spent, Union
from regulars.engine.expiring import returned
from regulars.engine.holding import lapse
from regulars.engine.merging import Writer, adopted, become, held_in
from regulars.engine.purse import NEVER, NO_REWARD, Hold, Lot, Purse
from regulars.engine.standing import Standing, dump, load
from regulars.engine.terms import Terms
from regulars.engine.uniting import part
from regulars.kit.speaking import worded


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
        become(standing, trial)
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
    left = [
        (id, lot, hold)
        for id in sorted(purses)
        for hold, lots in (
            ("", purses[id].waiting), ("", purses[id].open), *((one.event, one.lots) for one in purses[id].holds)
        )
        for lot in lots
    ]  # fmt: skip
    entries = list(merged)
    arrived = [entry for entry in entries if entry.is_lot]
    came = {
        entry.seq: Came(id, lot.seq, entry.seq, lot.left, lot.earned_day, lot.available_day, lot.fixed, hold)
        for (id, lot, hold), entry in zip(left, arrived, strict=True)
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
            elif entry.kind == RELEASE and entry.is_lot and lot.hold:  # its hold has lapsed, and gave it more days
                found[entry.currency, entry.seq] = lot._replace(
                    here=entry.seq, points=points, expires_day=entry.expires_day, lasts_longer=True
                )
                lot = lot._replace(points=lot.points - points)
            found[entry.currency, seq] = lot
    return list(found.values())


def come_home(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Be again what left with a merge and comes back (`event.carried`). Refusals: `nothing_carried`."""
    if event.carried is None:
        out.refusal = Refusal("nothing_carried", worded("Nothing was sent that could arrive."), {})
        return
    home = adopted(terms, load(event.carried), event, day)
    opened = set(event.carried["waited"])
    write = Writer(standing, event, day, UNMERGE, out)
    home.seq, home.day = standing.seq, standing.day
    become(standing, home)
    for id in sorted(standing.purses):
        purse = standing.purses[id]
        write.move(id, DEBT, TRANSIT, purse.debt)
        waited = [lot for lot in purse.open if lot.seq in opened]
        rest = [lot for lot in purse.open if lot.seq not in opened]
        write.lots(id, TRANSIT, PENDING, [*purse.waiting, *waited])
        write.lots(id, TRANSIT, AVAILABLE, [*rest, *held_in(purse)])
        for lot in waited:
            days = (lot.available_day, lot.fixed)
            write.move(id, PENDING, AVAILABLE, lot.left, ((lot.seq, lot.left),), days=days, kind=ACTIVATION)
        for hold in purse.holds:
            write.lots(id, AVAILABLE, HELD, hold.lots, HOLD)
    write.tier(terms, (0, 0), "unmerged")
    _catch_up(terms, standing, event, day, out)


def _give_up(terms: Terms, standing: Standing, event: Event, union: Union, day: int, out: Outcome) -> None:
    other, before = (adopted(terms, load(told), event, day) for told in (union.carried, union.before))
    write = Writer(standing, event, day, UNMERGE, out)
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
    back.keep_holds()
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


def _give_points(write: Writer, purse: Purse, currency: str, came: list[Came], back: _Back) -> int:
    """Take what goes back out of a purse, lot by lot, then out of whatever is there; answers what is missing."""
    waiting = {lot.seq: lot.left for lot in purse.waiting}
    open_ = {lot.seq: lot.left for lot in purse.open}
    held = {(hold.event, part.seq): part for hold in purse.holds for part in hold.lots}
    pending: list[tuple[int, int]] = []
    available: list[tuple[int, int]] = []
    released: list[Lot] = []
    missing = 0
    for lot in came:
        part = held.get((lot.hold, lot.here))
        still = min(lot.points, waiting.get(lot.here, 0) or open_.get(lot.here, 0) + (part.left if part else 0))
        # What was spent of a lot that has ended since would be over by now as well: nobody makes up for it.
        due = still if lot.over or 0 < lot.expires_day < write.day else lot.points
        back.take(lot, due, part.left if part else 0)
        if part:
            released.append(part)
        if still and lot.here in waiting:
            pending += purse.take_pending(lot.here, still)
        elif still:
            some = purse.take_from(lot.here, still - part.left if part else still)
            available.append((lot.here, some + (part.left if part else 0)))
        purse.awaits.pop(lot.here, "")
        missing += due - still
    write.lots(currency, HELD, AVAILABLE, released, RELEASE)
    purse.held -= sum(part.left for part in released)
    for hold in purse.holds:
        hold.lots = [part for part in hold.lots if part not in released]
    purse.holds = [hold for hold in purse.holds if hold.lots]
    extra = min(missing, purse.available)
    if extra:
        available += purse.take(extra)
    write.move(currency, PENDING, TRANSIT, sum(points for _, points in pending), tuple(pending))
    write.move(currency, AVAILABLE, TRANSIT, sum(points for _, points in available), tuple(available))
    return missing - extra


class _Back:
    """The standing that goes back, with of each lot what is due of it; those that wait no longer are `opened`."""

    def __init__(self, home: Standing) -> None:
        self.home = home
        self.opened: list[int] = []
        self._holds = {hold.event: (id, hold) for id, purse in home.purses.items() for hold in purse.holds}
        self._parts: dict[str, list[Lot]] = {event: [] for event in self._holds}
        self._lapsed: set[str] = set()
        for purse in home.purses.values():
            purse.holds, purse.held = [], 0

    def take(self, came: Came, due: int, held: int) -> None:
        """Let so much of a lot be due, of which so much is held as it was when it came."""
        if came.hold:
            self._takeheld_in(came, due, held)
            return
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
                (purse.hold if waited else purse.restore)(lot)
                return
            lot.available_day, lot.expires_day = came.available_day, came.expires_day or NEVER
            purse.admit(lot)
            self.opened.append(lot.seq)
            return

    def keep_holds(self) -> None:
        """Hold again what is held still, and what is to lapse; a reward that nothing is held for was not had there."""
        for event, (id, hold) in self._holds.items():
            lapsed, parts = event in self._lapsed, self._parts[event]
            if lapsed or not parts:
                self.home.give_up(hold.promised.reward, hold.day)
            if parts:
                promised = NO_REWARD if lapsed else hold.promised
                self.home.purse(id).reserve(Hold(event, hold.day, hold.lapse_day, parts, promised))

    def _takeheld_in(self, came: Came, due: int, held: int) -> None:
        """What was held is held, or lapses now as it has lapsed meanwhile; the rest is back in its lot."""
        _, hold = self._holds[came.hold]
        ((earned, available, ends),) = {
            (one.earned_day, one.available_day, one.expires_day) for one in hold.lots if one.seq == came.there
        }
        if came.lasts_longer:
            held = due
            self._lapsed.add(came.hold)
        if held:
            self._parts[came.hold].append(Lot(came.there, held, earned, available, ends))
        if due > held:
            self.home.purse(came.currency).restore(Lot(came.there, due - held, earned, available, ends))


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
            lapse(currency, standing, purse, event.at, day, out)
            returned(currency, standing, purse, event.id, event.at, day, out)
    while standing.tier and not terms.balance and tiering.next_review(terms, standing) <= day:
        tiering.review(terms, standing, day, out)


def _is_empty(purse: Purse) -> bool:
    """Whether nothing is in a purse, and nothing of it lasts."""
    return not (purse.available or purse.pending or purse.held or purse.debt or purse.carry or purse.last_day)
