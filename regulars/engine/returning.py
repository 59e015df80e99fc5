"""Returns: what was granted is taken back from what was recorded, never by today's rules.

Two legs, apart: points that paid a part of the purchase come back first, then what it had earned is taken back.

Each line's share of each grant goes back in proportion to how much of the line has come back in all, rounded
down, so that any number of partial returns sums exactly to the whole. What has expired or was forfeited of the own lots
of the purchase counts as taken back, before anything is taken, and so does what a correction took of them. Its own
points are taken before any other's, be they pending or available; then others that are pending, then others that are
available; the rest becomes a debt if the currency allows it. If not, it is taken out of holds; what cannot be taken is
forgiven and said so. A return that brings nothing back is refused.

Where fractions of a point wait for the next purchase, the exact worth of what comes back is taken: what is more or less
than the whole points goes from the fraction, or into it. So points and fraction together are always worth what is kept.

A gift that was given on a threshold to be reconsidered stays whole as long as what is left meets it, then goes whole.
A gift that a day or a period completed stays as long as another event stands for it, and goes with the last one.

What goes that a member had who was merged into this one is noted as theirs (`theirs.py`), for when they are two again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from regulars.engine import apart, budgets, tiering
from regulars.engine.ended import Ended
from regulars.engine.entries import AVAILABLE, CLAWBACK, DEBT, HELD, ISSUED, PENDING, Entry, Outcome, Refusal
from regulars.engine.events import Event, Grant, Origin
from regulars.engine.periods import period_key
from regulars.engine.purse import Purse
from regulars.engine.reversing import as_corrected, come_back
from regulars.engine.rounding import share_out
from regulars.engine.standing import Standing
from regulars.engine.streaks import JOINED, Counted, Spared, lose
from regulars.engine.terms import Terms
from regulars.engine.theirs import Theirs
from regulars.kit.speaking import worded
from regulars.programme.thresholds import Threshold, stands


def give_back(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Carry out a return of `event.origin`; `event.nets` is what comes back of each of its lines."""
    origin = event.origin
    if origin is None:
        out.refusal = Refusal("unknown_original", worded("The purchase this return refers to is not known here."), {})
        return
    after = [gone + now for gone, now in zip(origin.returned, event.nets, strict=True)]
    for line, (most, asked, now) in enumerate(zip(origin.nets, after, event.nets, strict=True), start=1):
        if asked > most:
            sentence = worded("More of a line is brought back than is left of it: bring back no more than that.")
            figures = {"line": line, "available": most - (asked - now), "required": now, "missing": asked - most}
            out.refusal = Refusal("return_exceeds_purchase", sentence, figures)
            return
    unpaid = replace(origin, returned=[0] * len(origin.nets))  # it may have been paid after a part had come back
    paid = as_corrected(event, origin.spent, out)
    dues = [sum(_takes(share_out(spent.amount, origin.nets), unpaid, after)) for spent in paid]
    backs = [max(0, due - spent.returned) for due, spent in zip(dues, paid, strict=True)]
    if not (any(event.nets) or any(backs) or event.stands or _free_line_left(origin)):
        out.refusal = _nothing_to_return(origin)
        return
    for spent, back in zip(paid, backs, strict=True):
        come_back(terms, standing, event, day, spent, back, out)
    bought_day, theirs = terms.zone.local(origin.at)[0], out.theirs_of(origin.whose)
    _take_fractions(standing, origin, after, theirs)
    lost: list[tuple[int, int]] = []
    # What fell due with this very return is not known to whoever looked the purchase up.
    ended = origin.ended.after(out)
    for grant in origin.grants:
        if grant.seq in ended.lapsed:
            continue  # gone already, with the progress it made
        takes = _lost(grant.rule, grant.shares, origin, after)
        points = sum(takes)
        period = _shared(terms, standing, origin, grant.rule, bought_day) if points else None
        if period is not None:
            drawn = budgets.drawn_for(origin, grant.rule)
            period.spared.append(Spared(grant.seq, grant.currency, grant.rule, points, bought_day, drawn))
            over = ended.points.get(grant.seq, 0)
            theirs.spared.append((grant.currency, grant.seq, grant.rule, points, bought_day, over))
        elif points:
            drawn = budgets.drawn_for(origin, grant.rule)
            lost += take_back(terms, standing, event, day, grant, takes, bought_day, ended, drawn, theirs, out)
    for spared in _undo_counts(terms, standing, origin, after, bought_day, theirs):
        if spared.seq in ended.lapsed:
            continue
        grant = Grant(spared.seq, spared.currency, spared.rule, spared.points, [spared.points])
        lost += take_back(
            terms, standing, event, day, grant, grant.shares, spared.day, ended, spared.drawn, theirs, out
        )
    lost.append((bought_day, _spend_or_visits(terms, origin, after)))
    lose_progress(terms, standing, event, day, lost, theirs, out)


def _take_fractions(standing: Standing, origin: Origin, after: Sequence[int], theirs: Theirs) -> None:
    """What comes back of the exact worth and not in whole points goes from the fraction that waits, or into it."""
    for one in origin.worth:
        parts = [one.parts * net for net in origin.nets] if isinstance(one.parts, int) else one.parts
        worth = sum(_lost(one.rule, parts, origin, after))
        grants = [grant for grant in origin.grants if (grant.currency, grant.rule) == (one.currency, one.rule)]
        points = sum(sum(_lost(one.rule, grant.shares, origin, after)) for grant in grants)
        rest = points * one.denominator - worth
        if rest:
            standing.purse(one.currency).carry_on(rest, one.denominator)
            theirs.fractions.append((one.currency, rest, one.denominator))


def _free_line_left(origin: Origin) -> bool:
    """Whether a line that cost nothing may still come back: it goes with the rest of its purchase."""
    return list(origin.returned) != list(origin.nets) and not all(origin.nets)


def _nothing_to_return(origin: Origin) -> Refusal:
    bought, gone = sum(origin.nets), sum(origin.returned)
    if gone == bought:
        sentence = worded("Nothing is left of this purchase that could come back. Find the purchase that is meant.")
    else:
        sentence = worded(
            "This return brings nothing back. Say of a line how much comes back; something must be left of it."
        )
    return Refusal("nothing_to_return", sentence, {"bought": bought, "returned": gone})


def take_back(
    terms: Terms, standing: Standing, event: Event, day: int, grant: Grant, takes: Sequence[int], bought_day: int,
    ended: Ended, drawn: Sequence[budgets.Source], theirs: Theirs, out: Outcome,
) -> list[tuple[int, int]]:  # fmt: skip
    """Take so much of a grant back, by line, with the room it took under caps and in budgets; answers the progress
    (day, points) that is lost with it; with what a correction took went its own."""
    points = sum(takes)
    currency = terms.currencies.get(grant.currency)
    later = currency is not None and currency.counts_later
    opened = _available_days(standing.purse(grant.currency)) if later else {}
    before = len(out.entries)
    gone = ended.count(grant.seq, points if event.stands else min(points, ended.gone(grant.seq)))
    if gone:
        out.gone.append((grant.seq, gone))
    righted = 0
    if not event.stands:
        out.heeded = out.heeded or ended.corrected(grant.seq)
        righted = ended.right(grant.seq, points - gone)
    if righted:
        out.righted.append((grant.seq, righted))
    if points > gone + righted:
        claw_back(terms, standing, event, day, grant, takes, points - gone - righted, ended.parts(grant.seq), out)
    took = sum([entry.amount for entry in out.entries[before:]])
    budgets.give_back(drawn, grant.rule, gone + righted + took, out)
    if took:
        theirs.taken.append((grant.currency, grant.seq, took))
    _undo_caps(terms, standing, grant, points, bought_day, theirs)
    if currency and later:
        return _opened(opened, out.entries[before:], points - righted, currency.available_day(bought_day))
    return [(bought_day, points - righted)] if currency and currency.counts else []


def _shared(terms: Terms, standing: Standing, origin: Origin, rule: str, bought_day: int) -> Counted | None:
    """The day or period that this purchase completed for `rule`, while another event stands for it as well."""
    if origin.counted.count(terms.counted_by.get(rule, "")) < 2:
        return None
    return shared(terms, standing, rule, bought_day)


def shared(terms: Terms, standing: Standing, rule: str, bought_day: int) -> Counted | None:
    """The day or period of a day that counts for a gift of `rule`, if more than one event stands for it."""
    by = terms.counted_by.get(rule, "")
    if by in terms.streaks:
        found = standing.streak(by).counted.get(period_key(terms.streaks[by], bought_day))
    else:
        found = standing.counted_day.get(by, {}).get(bought_day)
    return found if found and found.stand > 1 else None


def _lost(rule: str, shares: Sequence[int], origin: Origin, after: Sequence[int]) -> list[int]:
    """Per line: what of its share of what a rule gave goes with this return."""
    threshold = origin.thresholds.get(rule)
    return _whole(threshold, shares, origin, after) if threshold else _takes(shares, origin, after)


def _takes(shares: Sequence[int], origin: Origin, after: Sequence[int]) -> list[int]:
    """Per line: the part of its share that is gone now, less the part that was gone before."""
    if not origin.nets:  # a purchase without lines: there is nothing to bring back
        return [0] * len(shares)
    gone_now = _gone_now(origin, after)
    takes = []
    for share, net, before, now in zip(shares, origin.nets, origin.returned, after, strict=True):
        if net:
            takes.append(share * now // net - share * before // net)
        else:  # a line that cost nothing goes with the rest of its purchase
            takes.append(share if gone_now else 0)
    return takes


def _whole(asked: Threshold, shares: Sequence[int], origin: Origin, after: Sequence[int]) -> list[int]:
    """Per line: all of its share, if with this return the purchase no longer meets what its gift stands on."""
    falls = stands(asked, origin.nets, origin.returned) and not stands(asked, origin.nets, after)
    return [share if falls else 0 for share in shares]


def claw_back(
    terms: Terms,
    standing: Standing,
    event: Event,
    day: int,
    grant: Grant,
    takes: Sequence[int],
    points: int,
    parts: Collection[int],
    out: Outcome,
) -> None:
    """Take so many `points` of a grant, out of the lots that are its `parts` before any other's; what cannot be taken
    is `Outcome.forgiven`."""
    purse = standing.purse(grant.currency)
    left, own = points, (grant.seq,) if event.stands else parts
    part = min(left, purse.pending)
    if not event.stands:
        of_parts = len(own) > 1 and any(lot.seq in own and lot.seq != grant.seq for lot in purse.lots())
        from_pending = purse.from_pending(own, left) if part else 0
        out.own, out.parts = out.own or from_pending < part, out.parts or of_parts
        part = from_pending
    if part:
        _write(terms, standing, event, day, grant, PENDING, part, takes, purse.take_pending(own, part), out)
        left -= part
    if left and purse.available:
        lots = purse.take_own(own, left)
        rest = min(left - sum([some for _, some in lots]), purse.available)
        if rest:
            lots += purse.take(rest)
        _write(terms, standing, event, day, grant, AVAILABLE, sum([some for _, some in lots]), takes, lots, out)
        left -= sum([some for _, some in lots])
    currency = terms.currencies.get(grant.currency)
    if left and currency and currency.debt:
        purse.debt += left
        _write(terms, standing, event, day, grant, DEBT, left, takes, (), out)
        return
    if left and purse.held:  # or points could be saved from a return by setting them aside
        part, holds = min(left, purse.held), purse.holds
        _write(terms, standing, event, day, grant, HELD, part, takes, purse.take_held(own, part), out)
        for over in [hold for hold in holds if hold not in purse.holds]:  # what it was for was not had
            standing.give_up(over.promised.reward, over.day)
        left -= part
    if left:
        out.forgiven.append((grant.rule, left))


def _write(
    terms: Terms, standing: Standing, event: Event, day: int, grant: Grant, source: str, amount: int,
    takes: Sequence[int], lots: tuple[tuple[int, int], ...], out: Outcome,
) -> None:  # fmt: skip
    standing.seq += 1
    out.entries.append(
        Entry(
            standing.seq, event.at, day, event.id, CLAWBACK, grant.currency, source, ISSUED, amount,
            terms.ref(grant.rule), 0, amount, takes, lots, 0, 0, 0 if grant.account else grant.seq,
        )
    )  # fmt: skip


def _undo_caps(terms: Terms, standing: Standing, grant: Grant, points: int, bought_day: int, theirs: Theirs) -> None:
    for cap in terms.caps.get(grant.currency, ()):
        if grant.rule in cap.rules and cap.per != "event":
            used, key = standing.used.get(cap.id), period_key(cap.per, bought_day)
            if used and used.has(key):
                room = min(points, used.get(key))
                theirs.used.append((cap.id, key, room))
                used.add(key, -apart.freed(standing, grant, cap.id, key, room))


def _available_days(purse: Purse) -> dict[int, int]:
    """By lot of which something is available, or held, the day from which it is."""
    return {lot.seq: lot.available_day for lots in (purse.open, *(hold.lots for hold in purse.holds)) for lot in lots}


def _opened(opened: dict[int, int], taken: Sequence[Entry], points: int, own_day: int) -> list[tuple[int, int]]:
    """Progress (day, points) of points that count from the day they are available: those that waited made none yet."""
    lost = []
    for entry in taken:
        if entry.source != DEBT:
            points -= entry.amount
        if entry.source in (AVAILABLE, HELD):
            lost += [(opened[seq], part) for seq, part in entry.lots]
    return [*lost, (own_day, points)]


def lose_progress(
    terms: Terms, standing: Standing, event: Event, day: int, lost: Sequence[tuple[int, int]], theirs: Theirs,
    out: Outcome,
) -> None:  # fmt: skip
    """Progress (day, amount) is lost, and with it the rises and renewals that stood on it."""
    if not terms.tiers or not any(amount for _, amount in lost):
        return
    tiering.advance(terms, standing, standing.day)
    for on, amount in lost:
        if amount:
            standing.add_progress(min(on, standing.day), -amount)
            theirs.lost.append((min(on, standing.day), amount))
    tiering.undo(terms, standing, event.id, event.at, day, min(on for on, amount in lost if amount), out)


def _undo_counts(
    terms: Terms, standing: Standing, origin: Origin, after: Sequence[int], bought_day: int, theirs: Theirs
) -> list[Spared]:
    """A purchase that has come back whole is not counted; answers what was left with the member for it until now."""
    spared: list[Spared] = []
    for named in dict.fromkeys(origin.counted) if _gone_now(origin, after) else ():
        # An event that completed a round is named twice: its gift goes back with it.
        complete, rule = origin.counted.count(named) > 1, named.removeprefix(JOINED)
        before = standing.counts.get(rule, 0)
        spared += uncount(terms, standing, named, bought_day, complete)
        theirs.uncounted.append((named, bought_day, complete, standing.counts.get(rule, 0) - before))
    return spared


def uncount(terms: Terms, standing: Standing, named: str, bought_day: int, complete: bool) -> list[Spared]:
    """A purchase of that day is not counted by a rule any more, as `Outcome.counted` has `named` it; `complete`: it had
    completed a round. Answers what was left with the member for it until now."""
    rule = named.removeprefix(JOINED)
    if rule in terms.streaks:
        return standing.streak(rule).come_back(period_key(terms.streaks[rule], bought_day), complete)
    left, gone, complete = lose(standing.counted_day.get(rule, {}), bought_day, complete)
    if gone or (named == rule and bought_day not in standing.counted_day.get(rule, {})):
        standing.counts[rule] = standing.counts.get(rule, 0) - 1 + (terms.ref(rule).every if complete else 0)
    return left


def _spend_or_visits(terms: Terms, origin: Origin, after: Sequence[int]) -> int:
    """What the purchase counted towards tiers by its money, or as a visit, and no longer does."""
    counts = terms.tiers.counts if terms.tiers else ""
    if counts == "spend" and len(origin.progress) == len(origin.nets):
        return sum(_takes(origin.progress, origin, after))
    return int(counts == "visits" and bool(origin.progress) and _gone_now(origin, after))


def _gone_now(origin: Origin, after: Sequence[int]) -> bool:
    """Whether with this return the whole purchase has come back."""
    return list(after) == list(origin.nets) != list(origin.returned)
