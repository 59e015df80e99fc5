"""The night: what falls due by time alone, in its documented order, dated when it was due.

The order of one night: pending points become available (and pay what is owed) or lapse, tiers that end are
reviewed, points expire.
"""

from __future__ import annotations

from regulars.engine import tiering
from regulars.engine.entries import (
    ACTIVATION,
    AVAILABLE,
    DEBT,
    EXPIRED,
    EXPIRY,
    LAPSE,
    PENDING,
    REPAYMENT,
    Entry,
    Outcome,
)
from regulars.engine.standing import NEVER, Lot, Purse, Standing
from regulars.engine.terms import CurrencyTerms, Terms

_entry = tuple.__new__
Purses = list[tuple[CurrencyTerms, Purse]]


def settle(terms: Terms, standing: Standing, until: int, out: Outcome) -> None:
    """Everything that fell due up to and including the first moment of local day `until`."""
    # `due` is a lower bound: a night on which nothing is due changes nothing, and the next one is worked out.
    purses = _purses(terms, standing)
    while standing.due <= until:
        if standing.due:
            _night(terms, standing, purses, standing.due, out)
        standing.due = _next_due(standing, purses)


def next_due(terms: Terms, standing: Standing) -> int:
    """The first local day at whose first moment something falls due; NEVER if nothing will without a new event."""
    return _next_due(standing, _purses(terms, standing))


def _next_due(standing: Standing, purses: Purses) -> int:
    first = NEVER
    for currency, purse in purses:
        if purse.waiting:
            available_day = purse.waiting[0].available_day
            if available_day < first:
                first = available_day
        if purse.open and currency.after:
            first = min(first, _expiry_day(currency, purse))
    if standing.tier:
        first = min(first, tiering.next_review(standing))
    return first


def receive(
    terms: CurrencyTerms, standing: Standing, purse: Purse, event: str, at: int, day: int, out: Outcome
) -> None:
    """Points have become available: what is owed is paid first."""
    due = min(purse.debt, purse.available)
    if due > 0:
        lots = purse.take(due)
        purse.debt -= due
        _write(standing, out, at, day, event, REPAYMENT, terms.id, AVAILABLE, DEBT, due, lots)


def _purses(terms: Terms, standing: Standing) -> Purses:
    # In the order of the file: a host may hand the purses back in any other.
    return [(currency, standing.purses[id]) for id, currency in terms.currencies.items() if id in standing.purses]


def _night(terms: Terms, standing: Standing, purses: Purses, day: int, out: Outcome) -> None:
    at = terms.zone.midnight(day)
    for currency, purse in purses:
        if purse.waiting and purse.waiting[0].available_day <= day:
            _activate(terms, currency, standing, purse, at, day, out)
    if standing.tier:
        tiering.review(terms, standing, day, out)
    for currency, purse in purses:
        if purse.open and currency.after and _expiry_day(currency, purse) <= day:
            _expire(currency, standing, purse, at, day, out)


def _activate(
    terms: Terms, currency: CurrencyTerms, standing: Standing, purse: Purse, at: int, day: int, out: Outcome
) -> None:
    waiting = purse.waiting
    ready = 1
    while ready < len(waiting) and waiting[ready].available_day <= day:
        ready += 1
    lots = waiting[:ready]
    del waiting[:ready]
    if purse.awaits:
        lapsed = [lot for lot in lots if purse.awaits.pop(lot.seq, "")]
        lots = [lot for lot in lots if lot not in lapsed]
        if lapsed:
            _lapse(terms, currency, standing, purse, lapsed, at, day, out)
    if lots:
        open_lots(terms, currency, standing, purse, lots, "", at, day, out)


def open_lots(
    terms: Terms, currency: CurrencyTerms, standing: Standing, purse: Purse, lots: list[Lot], event: str, at: int,
    day: int, out: Outcome, dated: bool = False,
) -> None:  # fmt: skip
    """Lots that have left `waiting` become available; if `dated`, that day decides on their last one."""
    if dated:
        for lot in lots:
            lot.available_day, lot.expires_day = day, currency.expires_day(day)
    opened = tuple([(lot.seq, lot.left) for lot in lots])
    points = 0
    for lot in lots:
        points += lot.left
        purse.admit(lot)
    purse.pending -= points
    if day > purse.last_day:  # the clock of expiry starts when points become available
        purse.last_day = day
    ends = lots[0].expires_day
    days = (day, 0 if ends == NEVER else ends) if dated else (0, 0)
    _write(standing, out, at, day, event, ACTIVATION, currency.id, PENDING, AVAILABLE, points, opened, days)
    if currency.counts_later:
        standing.add_progress(day, points)
        tiering.advance(terms, standing, max(day, standing.day))
        tiering.reach(terms, standing, event, at, day, out)
    if purse.debt:
        receive(currency, standing, purse, event, at, day, out)


def _lapse(
    terms: Terms, currency: CurrencyTerms, standing: Standing, purse: Purse, lots: list[Lot], at: int, day: int,
    out: Outcome,
) -> None:  # fmt: skip
    """What waited for an event that did not come is gone, and the progress it had made with it."""
    points = sum(lot.left for lot in lots)
    purse.pending -= points
    taken = tuple([(lot.seq, lot.left) for lot in lots])
    _write(standing, out, at, day, "", LAPSE, currency.id, PENDING, EXPIRED, points, taken)
    if currency.counts and not currency.counts_later:
        tiering.advance(terms, standing, max(day, standing.day))
        for lot in lots:
            standing.add_progress(lot.earned_day, -lot.left)
        tiering.undo(terms, standing, "", at, day, min(lot.earned_day for lot in lots), out)


def _expiry_day(currency: CurrencyTerms, purse: Purse) -> int:
    """The day at whose first moment the soonest open lot expires; NEVER while no notice allows it."""
    earliest, latest = currency.notice
    if earliest and not purse.notices:
        return NEVER
    by_lot = currency.after == "earning"
    last = purse.open[0].expires_day if by_lot else currency.end(purse.last_day)
    if not earliest:
        return last + 1
    # A notice from before the points were there, or from before the last activity, told of another day.
    since = max(lot.earned_day for lot in purse.open if lot.expires_day == last) if by_lot else purse.last_day
    ends = [max(last, told + latest) for told in purse.notices if told >= since and last <= told + earliest]
    return min(ends, default=NEVER - 1) + 1


def _expire(currency: CurrencyTerms, standing: Standing, purse: Purse, at: int, day: int, out: Outcome) -> None:
    if currency.after == "inactivity":
        points = purse.available
    else:
        first = purse.open[0].expires_day
        points = sum(lot.left for lot in purse.open if lot.expires_day == first)
    lots = purse.take(points)
    _write(standing, out, at, day, "", EXPIRY, currency.id, AVAILABLE, EXPIRED, points, lots)


def _write(
    standing: Standing, out: Outcome, at: int, day: int, event: str, kind: str, currency: str,
    source: str, target: str, amount: int, lots: tuple[tuple[int, int], ...], days: tuple[int, int] = (0, 0),
) -> None:  # fmt: skip
    standing.seq += 1
    out.entries.append(
        _entry(
            Entry,
            (
                standing.seq,
                at,
                day,
                event,
                kind,
                currency,
                source,
                target,
                amount,
                None,
                0,
                amount,
                (),
                lots,
                *days,
                0,
            ),
        )
    )
