"""Pooling: what the members of a household have is in one account, and whoever leaves takes their share.

Joining brings all that a member has, lot by lot, and their past; leaving is the same way back for a part of it. Points
move through the pot `transit` of each account, as in a merge. What is whose is never a question of lots alone: each
member has a count of what they brought and earned less what they spent. docs/rules/households.md says it with numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from regulars.engine import apart
from regulars.engine.amounts import Amounts, by_period
from regulars.engine.entries import (
    ACTIVATION,
    AVAILABLE,
    DEBT,
    EXPIRY,
    HELD,
    LAPSE,
    MERGE,
    PENDING,
    POOLING,
    RELEASE,
    TRANSIT,
    Entry,
    Outcome,
    Refusal,
)
from regulars.engine.events import CAPTURE, HOLD, Event
from regulars.engine.expiring import told_of
from regulars.engine.merging import leave, lots_of, take_in
from regulars.engine.night import settle
from regulars.engine.purse import Lot, Purse
from regulars.engine.standing import Share, Standing, dump
from regulars.engine.standing import load as load_standing
from regulars.engine.terms import Terms
from regulars.engine.theirs import Theirs, load
from regulars.engine.uniting import look_again
from regulars.kit.speaking import worded

#: Says of what a member takes home that it has the count of what they used under caps.
_ALONE: Final = "alone"
#: The pots that are the household's own; what is owed counts against them.
_OWN: Final = (AVAILABLE, PENDING, HELD, DEBT)


def bring(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Let all that a member has go to a household, points and past; what caps and limits have counted stays as well.

    A reward that is still set aside was not had: it counts where it is handed over. The place of an opening that was
    withdrawn stays the member's own.
    """
    used, had, withdrawn = standing.used, standing.had, standing.withdrawn
    holds = [hold for purse in standing.purses.values() for hold in purse.holds]
    leave(terms, standing, event, day, out)
    standing.used, standing.had, standing.withdrawn = used, had, withdrawn
    for hold in holds:
        standing.give_up(hold.promised.reward, hold.day)
    _say(out, event, "joined")


def welcome(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Take in what the member `event.by` brings (`event.carried`). Refusals: `nothing_carried`.

    The household's membership began with its first member's, and does not change with those who come later.
    """
    joined = 0 if standing.shares or event.carried is None else event.carried["joined"]
    out.apart = not event.stands and all(one.less is not None for one in standing.shares.values())
    share = standing.shares[event.by] = Share()
    before = {hold.event for purse in standing.purses.values() for hold in purse.holds}
    used = by_period(standing.used)
    _take_in(terms, standing, event, day, out, joined)
    if out.apart and event.carried is not None:
        share.since, share.less = standing.seq, {}
        apart.begin(standing, share, used, {cap: dict(rows) for cap, rows in event.carried["used"].items()})
    share.holds = [hold.event for purse in standing.purses.values() for hold in purse.holds if hold.event not in before]
    _say(out, event, "joined")


def let_go(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Let the member `event.by` leave with their share, or with `event.points` of `event.of` in place of it there.

    The last one takes all. Refusals: `not_in_household`, `holds_open`, `unknown_currency`, `beyond_share`,
    `last_takes_all`.
    """
    member = event.by
    out.refusal = _refused(standing, event)
    if out.refusal is not None:
        return
    if len(standing.shares) == 1:
        shares = list(standing.shares.values())
        leave(terms, standing, event, day, out)
        if out.carried is not None:
            counted = all(share.less is not None for share in shares)
            out.carried = {name: value for name, value in out.carried.items() if name not in ("shares", "givers")}
            out.carried |= {_ALONE: True} if counted else {}
            _say(out, event, "left")
        return
    claims = {id: claim(standing, id, member) for id in sorted(standing.purses)}
    if event.points:
        claims[event.of] = event.points
    share = standing.shares.pop(member)
    home = _home(terms, standing, share)
    for id, points in claims.items():
        purse, theirs = standing.purses[id], home.purse(id)
        theirs.last_day = purse.last_day
        told = told_of(terms.currencies.get(id), purse)
        for pot, lots in _take(purse, theirs, standing.givers.get(id, {}), member, points):
            _write(standing, event, day, id, pot, TRANSIT, sum(left for _, left in lots), lots, out)
        theirs.told = {lot.seq: told[lot.seq] for lot in (*theirs.open, *theirs.waiting) if lot.seq in told}
        theirs.debt = min(purse.debt, max(0, -share.points.get(id, 0)))
        short = max(0, -share.points.get(id, 0)) - theirs.debt
        if short and not event.stands:
            out.short = {**out.short, id: short}
        _write(standing, event, day, id, TRANSIT, DEBT, theirs.debt, (), out)
        purse.debt -= theirs.debt
    out.carried = dump(home) | ({_ALONE: True} if share.less is not None else {})


def take_home(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Be again an account of one's own, with what the household let go. Refusals: `nothing_carried`.

    What was used under caps before is in the count that the household kept, less what came back of it there.
    """
    if event.carried is not None and _ALONE in event.carried:
        standing.used = {}
    _take_in(terms, standing, event, day, out, 0)
    if event.carried is not None:
        numbers = _arrived(load_standing(event.carried), event, out)
        out.theirs += [_by_numbers(load(one), numbers, standing.seq) for one in event.theirs]
    _say(out, event, "left")


def _arrived(carried: Standing, event: Event, out: Outcome) -> dict[tuple[str, int], int]:
    """The numbers that lots have which were carried here, by their currency and the number they had there."""
    arrived = [entry for entry in out.entries if entry.event == event.id and entry.is_lot]
    pairs = zip(arrived, lots_of(carried), strict=True)
    return {(entry.currency, seq): entry.seq for entry, seq in pairs}


def _by_numbers(theirs: Theirs, numbers: Mapping[tuple[str, int], int], since: int) -> Theirs:
    """What was noted in a household, where lots that have come from there are named by the numbers they have here."""
    lots = [lot._replace(now=numbers.get((lot.currency, lot.now), 0)) for lot in theirs.lots]
    return replace(theirs, lots=lots, since=since)


def claim(standing: Standing, currency: str, member: int) -> int:
    """How many points a member may take along: what they brought and earned, less what they spent.

    Where less is there than all members may claim together, the claims shrink alike. What waits goes only with whoever
    earned it.
    """
    purse = standing.purses.get(currency)
    if purse is None or member not in standing.shares:
        return 0
    there = max(0, purse.available + purse.pending + purse.held - purse.debt)
    claims = {one: max(0, share.points.get(currency, 0)) for one, share in standing.shares.items()}
    whole, mine = sum(claims.values()), claims[member]
    if whole > there:
        mine = there * mine // whole
    givers = standing.givers.get(currency, {})
    return min(mine, purse.available + sum(lot.left for lot in purse.waiting if givers.get(lot.seq) == member))


class Before:
    """A household's standing before an event, as far as it says who did what with it."""

    def __init__(self, standing: Standing, out: Outcome) -> None:
        self._first = len(out.entries)
        self._progress = dict(standing.progress)

    def note(self, standing: Standing, event: Event, out: Outcome) -> None:
        """Count what the event brought or took for the member who told it; a capture is whose the hold was."""
        member = event.by
        if event.type == CAPTURE:
            member = next((one for one, share in standing.shares.items() if event.hold in share.holds), member)
        share = standing.shares.get(member)
        if share is not None:
            for entry in out.entries[self._first :]:
                _note(standing, share, member, entry)
            for day, amount in standing.progress:
                gained = amount - self._progress.get(day, 0)
                if gained:
                    share.progress[day] = share.progress.get(day, 0) + gained
            if event.type == HOLD:
                share.holds.append(event.id)
        _forget(standing)


def settle_shares(terms: Terms, standing: Standing, until: int, out: Outcome) -> None:
    """The nights of a household (`night.settle`): what ends by time ends for whoever had earned it."""
    first = len(out.entries)
    waited = {(id, lot.seq): lot.earned_day for id, purse in standing.purses.items() for lot in purse.waiting}
    settle(terms, standing, until, out)
    for entry in out.entries[first:]:
        givers = standing.givers.get(entry.currency, {})
        currency = terms.currencies.get(entry.currency)
        if entry.kind == RELEASE and entry.is_lot and entry.lots[0][0] in givers:
            givers[entry.seq] = givers[entry.lots[0][0]]
        for seq, points in entry.lots:
            share = standing.shares.get(givers.get(seq, 0))
            if share is None:
                continue
            if entry.kind in (EXPIRY, LAPSE):
                share.points[entry.currency] = share.points.get(entry.currency, 0) - points
            if entry.kind == LAPSE and currency and currency.counts and not currency.counts_later:
                earned = waited[entry.currency, seq]
                share.progress[earned] = share.progress.get(earned, 0) - points
            if entry.kind == ACTIVATION and currency and currency.counts_later:
                share.progress[entry.day] = share.progress.get(entry.day, 0) + points
    if len(out.entries) > first:
        _forget(standing)


def _refused(standing: Standing, event: Event) -> Refusal | None:
    share = standing.shares.get(event.by)
    if share is None:
        return Refusal("not_in_household", worded("This member is in no household."), {})
    holds = [hold for purse in standing.purses.values() for hold in purse.holds]
    held = sum(hold.left for hold in holds if hold.event in share.holds)
    if held and len(standing.shares) > 1:
        sentence = worded("The member has set points aside; capture or release them first.")
        return Refusal("holds_open", sentence, {"held": held})
    if not event.points:
        return None
    if len(standing.shares) == 1:
        sentence = worded("The last member of a household takes all there is: name no points.")
        return Refusal("last_takes_all", sentence, {})
    if event.of not in standing.purses:
        sentence = worded("The household has no points of this currency.")
        return Refusal("unknown_currency", sentence, {"currency": event.of})
    most = claim(standing, event.of, event.by)
    if not 0 < event.points <= most:
        sentence = worded("This is more than the member's share of the points.")
        missing = event.points - most
        return Refusal("beyond_share", sentence, {"required": event.points, "available": most, "missing": missing})
    return None


def _home(terms: Terms, standing: Standing, share: Share) -> Standing:
    """What a member takes along besides points: the household's tier as it is, and their own progress, which leaves."""
    home = Standing()
    home.levels, home.ranks = standing.levels, list(standing.ranks)
    home.tier, home.tier_until, home.grace_until = standing.tier, standing.tier_until, standing.grace_until
    home.floor, home.floor_until, home.told_day = standing.floor, standing.floor_until, standing.told_day
    home.used = standing.used if share.less is None else apart.end(standing, share)
    home.had = standing.had
    own = {day: min(amount, share.progress.get(day, 0)) for day, amount in standing.progress}
    home.progress = Amounts.of((day, amount) for day, amount in own.items() if amount > 0)
    standing.progress = Amounts.of((day, amount - max(0, own[day])) for day, amount in standing.progress)
    look_again(terms, standing)
    return home


def _take(
    purse: Purse, theirs: Purse, givers: Mapping[int, int], member: int, points: int
) -> list[tuple[str, tuple[tuple[int, int], ...]]]:
    """Take points out of a purse into `theirs`: of lots that are the member's own first, then what waits of them, then
    of the others', each in the order of spending. Answers what was taken from each pot."""
    own = [lot for lot in purse.open if givers.get(lot.seq) == member]
    waiting = [lot for lot in purse.waiting if givers.get(lot.seq) == member]
    others = [lot for lot in purse.open if givers.get(lot.seq) != member]
    took: dict[str, list[tuple[int, int]]] = {PENDING: [], AVAILABLE: []}
    for pot, lots in ((AVAILABLE, own), (PENDING, waiting), (AVAILABLE, others)):
        for lot in lots:
            some = min(points, lot.left)
            if not some:
                continue
            points -= some
            part = Lot(lot.seq, some, lot.earned_day, lot.available_day, lot.expires_day)
            awaits = purse.awaits.get(lot.seq, "")
            if pot == PENDING:
                purse.take_pending((lot.seq,), some)
                theirs.hold(part)
                if awaits:
                    theirs.awaits[lot.seq] = awaits
            else:
                purse.take_from(lot.seq, some)
                theirs.admit(part)
            took[pot].append((lot.seq, some))
    return [(pot, tuple(lots)) for pot, lots in took.items()]


def _take_in(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome, joined: int) -> None:
    """Take in what was carried. Of what caps let through and of rewards had, the higher of the two counts: what was
    used up stays used up, and is not used twice."""
    carried = event.carried
    if carried is not None:
        carried = {
            **carried,
            "joined": joined,
            "used": _beyond(by_period(standing.used), carried["used"]),
            "had": _beyond(standing.had, carried.get("had", {})),
        }
    take_in(terms, standing, replace(event, carried=carried), day, out)
    out.before = None  # nobody undoes it


def _beyond(own: Mapping[str, Mapping[int, int]], theirs: Mapping[str, Sequence[Sequence[int]]]) -> dict[str, Any]:
    """By how much theirs are above one's own."""
    return {
        id: [
            [key, amount - own.get(id, {}).get(key, 0)] for key, amount in rows if amount > own.get(id, {}).get(key, 0)
        ]
        for id, rows in theirs.items()
    }


def _note(standing: Standing, share: Share, member: int, entry: Entry) -> None:
    gained = ((entry.target in _OWN) - (entry.source in _OWN)) * entry.amount
    if gained:
        share.points[entry.currency] = share.points.get(entry.currency, 0) + gained
    if entry.is_lot:
        standing.givers.setdefault(entry.currency, {})[entry.seq] = member
    elif gained > 0:  # points that are back in lots which were spent
        givers = standing.givers.setdefault(entry.currency, {})
        for seq, _ in entry.lots:
            givers.setdefault(seq, member)


def _forget(standing: Standing) -> None:
    """Keep who gave only of lots that are still there, and holds that are not over."""
    for id, givers in list(standing.givers.items()):
        purse = standing.purse(id)
        rows = (purse.open, purse.waiting, *(hold.lots for hold in purse.holds))
        there = {lot.seq for lots in rows for lot in lots}
        standing.givers[id] = {seq: member for seq, member in givers.items() if seq in there}
        if not standing.givers[id]:
            del standing.givers[id]
    open_ = {hold.event for purse in standing.purses.values() for hold in purse.holds}
    for share in standing.shares.values():
        share.holds = [event for event in share.holds if event in open_]
    apart.forget(standing)


def _say(out: Outcome, event: Event, why: str) -> None:
    """Say of the points and of the tier that they came or went with a household, not with a merge."""
    for place, entry in enumerate(out.entries):
        if entry.event == event.id and entry.kind == MERGE:
            out.entries[place] = entry._replace(kind=POOLING)
    for place, move in enumerate(out.moves):
        if move.event == event.id and move.why == "merged":
            out.moves[place] = move._replace(why=why)


def _write(
    standing: Standing, event: Event, day: int, currency: str, source: str, target: str, points: int,
    lots: tuple[tuple[int, int], ...], out: Outcome,
) -> None:  # fmt: skip
    if points:
        standing.seq += 1
        out.entries.append(
            Entry(
                standing.seq, event.at, day, event.id, POOLING, currency, source, target, points, None, 0, points, (),
                lots, 0, 0, 0,
            )
        )  # fmt: skip
