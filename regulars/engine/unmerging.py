"""Unmerging: what came with a merge goes back, and two who were one are two again; docs/rules/merging.md has numbers.

Of the merge the survivor's own entries tell what came, and what became of it since (`meanwhile.py`). If nothing else
happened, both standings are exactly what they were. What came back since of what the other one had bought or spent goes
with them, as if it had come back there; what was spent meanwhile the survivor makes up for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from regulars.engine import tiering
from regulars.engine.entries import (
    AVAILABLE,
    DEBT,
    HELD,
    ISSUED,
    PENDING,
    RELEASE,
    TRANSIT,
    UNMERGE,
    Outcome,
    Refusal,
)
from regulars.engine.events import Came, Event, Grant, Union
from regulars.engine.homecoming import Home, catch_up
from regulars.engine.meanwhile import follow, left_behind, with_numbers_there
from regulars.engine.merging import Writer, adopted, become
from regulars.engine.night import activate
from regulars.engine.purse import Lot, Purse
from regulars.engine.returning import claw_back
from regulars.engine.standing import Standing, dump, load
from regulars.engine.terms import Terms
from regulars.engine.uniting import part
from regulars.kit.speaking import worded


def give_up(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Give back what came with a merge (`event.union`), less what time ended of it since, or returns took of theirs.

    What was spent of it is made up for from the points of this account, and then by a debt: whoever kept the account
    has spent it. Refusals: `unknown_merge`; `unmerge_short` where something is missing and nothing may be owed.
    """
    if event.union is None:
        out.refusal = Refusal("unknown_merge", worded("The merge to be undone is not known here."), {})
        return
    # What fell due with this very event is not known to whoever looked the merge up.
    union = follow(event.union, out.entries)
    trial, tried = standing.copy(), Outcome()
    _give_up(terms, trial, event, union, day, tried)
    out.refusal = tried.refusal
    if out.refusal is None:
        become(standing, trial)
        out.entries += tried.entries
        out.moves += tried.moves
        out.carried, out.paid, out.over, out.parted = tried.carried, tried.paid, tried.over, tried.parted


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
    back, claims, debts = Home(other), {}, {}
    # What somebody else took along of what was left owing is theirs.
    owed = {id: min(points, standing.purse(id).debt) for id, points in union.owed.items()}
    elsewhere = {id: points - owed[id] for id, points in union.owed.items()}
    for id in sorted(other.purses):
        purse, home = standing.purse(id), other.purses[id]
        debts[id] = home.debt = min(home.debt - union.paid.get(id, 0), purse.debt - owed.get(id, 0))
        claims[id] = _claims(purse, [came for came in union.came if came.currency == id], day)
        for claim in claims[id]:
            back.take(claim.came, claim.due, claim.held)
    back.keep_holds(day)
    union = replace(union, owed=owed)
    if not event.stands:
        union, out.over = _over(union, [claim for each in claims.values() for claim in each])
    # On trial: a hold that ends with it is the other one's to lose, once the two pasts are apart.
    forgiven = _take_again(terms, other.copy(), event, union, elsewhere, day) if union.again else {}
    for id in sorted(other.purses):
        purse = standing.purse(id)
        _have_own(terms, write, purse, id, union, before, debts[id], forgiven.get(id, 0))
        short = _give_points(write, purse, id, claims[id], event.stands)
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
    if union.theirs:
        _forget_spared(standing, {came.here for came in union.came})
    theirs = with_numbers_there(union)
    out.parted = not event.stands
    alone = part(terms, standing, before, other, since, theirs, out.parted)
    _take_again(terms, other, event, union, elsewhere, day)
    standing.purses = {id: one for id, one in standing.purses.items() if id in before.purses or not _is_empty(one)}
    write.tier(terms, was, "unmerged")
    if standing.progress != before.progress and terms.tiers is not None and not terms.balance:
        tiering.reach(terms, standing, event.id, event.at, day, out)
    for day_of, amount in since:
        other.add_progress(day_of, amount)
    lost = [on for one in union.theirs.values() for on, _ in one.lost]
    if lost and terms.tiers is not None:
        tiering.advance(terms, other, day)
        tiering.undo(terms, other, event.id, event.at, day, min(lost), Outcome())
    out.carried = {**dump(other), "waited": back.opened}
    if alone:  # of these the survivor has nothing: they are taken where they go
        over = {(id, seq): points for one in theirs for id, seq, *_, points in one.spared}
        out.carried["alone"] = [
            [one.seq, one.currency, one.rule, one.points, one.day, over.get((one.currency, one.seq), 0)]
            for one in alone
        ]
    out.paid = union.paid if union.owes is not None else None
    for id, currency in terms.currencies.items():
        purse = standing.purse(id) if id in standing.purses else Purse()
        if purse.first_wait and purse.first_wait <= day:  # what was taken of it meanwhile waits no longer
            activate(terms, currency, standing, purse, event.at, day, out)
    catch_up(terms, standing, event, day, out)


class _Claim(NamedTuple):
    """What is `due` of a lot that came, before what returns took of it is taken where it belongs; what is `still` there
    of it, and the `part` of that which is held."""

    came: Came
    due: int
    still: int
    part: Lot | None

    @property
    def held(self) -> int:
        """How much of it is held as it was when it came."""
        return self.part.left if self.part else 0


def _claims(purse: Purse, came: list[Came], day: int) -> list[_Claim]:
    waiting = {lot.seq: lot.left for lot in purse.waiting}
    open_ = {lot.seq: lot.left for lot in purse.open}
    held = {(hold.event, part.seq): part for hold in purse.holds for part in hold.lots}
    found = []
    for lot in came:
        part = held.get((lot.hold, lot.here))
        there = waiting.get(lot.here, 0) or open_.get(lot.here, 0) + (part.left if part else 0)
        still = min(lot.points - lot.taken, there)
        # What was spent of a lot that has ended since would be over by now as well: nobody makes up for it.
        due = still + lot.taken if lot.over or 0 < lot.expires_day < day else lot.points
        found.append(_Claim(lot, due, still, part))
    return found


def _over(union: Union, claims: Iterable[_Claim]) -> tuple[Union, list[tuple[int, int]]]:
    """The same merge, with what of it stays with the survivor; and what nobody makes up for of lots that are over, as
    (seq there, points): it ended there, or would have."""
    over: dict[tuple[str, int], int] = {}
    used: dict[tuple[str, int], int] = {}
    for came, due, *_ in claims:
        lot = came.currency, came.there
        over[lot] = over.get(lot, 0) + came.points - due
        used[lot] = used.get(lot, 0) + max(0, came.points - due - came.expired - came.lapsed)
    union, beyond = left_behind(union, used)
    rows = [(seq, points - used[id, seq] + beyond[id, seq]) for (id, seq), points in sorted(over.items())]
    return union, [(seq, points) for seq, points in rows if points]


def _take_again(
    terms: Terms, other: Standing, event: Event, union: Union, elsewhere: Mapping[str, int], day: int
) -> dict[str, int]:
    """Take where it belongs what returns of what the other one had bought took, or left owing, less what of that is
    owed `elsewhere` by now. Answers by currency what is forgiven, as nothing is there and nothing may be owed."""
    forgiven, elsewhere = dict[str, int](), dict(elsewhere)
    for id, seq, asked, _ in union.again:
        points = max(0, asked - elsewhere.get(id, 0))
        elsewhere[id] = elsewhere.get(id, 0) - (asked - points)
        tried = Outcome()
        claw_back(terms, other, event, day, Grant(seq, id, "", points, [points]), [points], points, (seq,), tried)
        for _, left in tried.forgiven:
            forgiven[id] = forgiven.get(id, 0) + left
    return forgiven


def _have_own(
    terms: Terms, write: Writer, purse: Purse, id: str, union: Union, before: Standing, debt: int, forgiven: int
) -> None:
    """Let a purse have again what was taken of its own lots for the other one, and the other one's `debt` go, with what
    is owed for them. What is `forgiven` there comes from where it had been taken to."""
    found = [one for one in union.own if one.currency == id]
    pots = ((source, pot) for source in (ISSUED, TRANSIT) for pot in (PENDING, AVAILABLE))
    parts: dict[tuple[str, str], list[Lot]] = {way: [] for way in pots}
    for one in reversed(found):
        some = min(one.points, forgiven)
        forgiven -= some
        for source, points in ((ISSUED, some), (TRANSIT, one.points - some)):
            if points:
                lot = Lot(one.seq, points, one.earned_day, one.available_day, one.expires_day)
                parts[source, one.pot].append(lot)
    debt += max(0, union.owed.get(id, 0) - forgiven)
    write.move(id, TRANSIT, DEBT, debt)
    purse.debt -= debt
    # What its lots wait for is known of those from before; of others, the programme says it.
    currency, known = terms.currencies.get(id), before.purses[id].awaits if id in before.purses else {}
    for (source, pot), lots in parts.items():
        write.lots(id, source, pot, [lot for lot in lots if lot.seq])
        for lot in lots:
            if not lot.seq:  # it was a household's
                write.move(id, source, pot, lot.left, (), lot.earned_day, (lot.available_day, lot.fixed))
                lot.seq = write.standing.seq
            if pot == AVAILABLE:
                purse.restore(lot)
                continue
            purse.wait_again(lot)
            awaits = known.get(lot.seq) or (currency.awaits if currency else "")
            if awaits:
                purse.awaits[lot.seq] = awaits


def _give_points(write: Writer, purse: Purse, currency: str, claims: list[_Claim], stands: bool) -> int:
    """Take what goes back out of a purse, lot by lot, then out of whatever is there, what waits last (an older program
    left that, in an event that `stands`); answers what is missing."""
    waiting = {lot.seq for lot in purse.waiting}
    pending: list[tuple[int, int]] = []
    available: list[tuple[int, int]] = []
    released = [claim.part for claim in claims if claim.part]
    missing = 0
    for claim in claims:
        here, still = claim.came.here, claim.still
        if still and here in waiting:
            pending += purse.take_pending((here,), still)
        elif still:
            some = purse.take_from(here, still - claim.held)
            available.append((here, some + claim.held))
        purse.awaits.pop(here, "")
        missing += claim.due - claim.came.taken - still
    write.lots(currency, HELD, AVAILABLE, released, RELEASE)
    purse.held -= sum(part.left for part in released)
    for hold in purse.holds:
        hold.lots = [part for part in hold.lots if part not in released]
    purse.holds = [hold for hold in purse.holds if hold.lots]
    extra = min(missing, purse.available)
    available += purse.take(extra)
    waits = 0 if stands else min(missing - extra, purse.pending)
    pending += purse.take_pending((), waits)
    write.move(currency, PENDING, TRANSIT, sum(points for _, points in pending), tuple(pending))
    write.move(currency, AVAILABLE, TRANSIT, sum(points for _, points in available), tuple(available))
    return missing - extra - waits


def _forget_spared(standing: Standing, came: set[int]) -> None:
    """What returns of the other one's left with the survivor, as another event stood for it, is the other one's."""
    rows = (*standing.counted_day.values(), *(streak.counted for streak in standing.streaks.values()))
    for counted in (counted for row in rows for counted in row.values() if counted):
        counted.spared = [spared for spared in counted.spared if spared.seq > 0 and spared.seq not in came]


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


def _is_empty(purse: Purse) -> bool:
    """Whether nothing is in a purse, and nothing of it lasts."""
    return not (purse.available or purse.pending or purse.held or purse.debt or purse.carry or purse.last_day)
