"""The night: what falls due by time alone, in its documented order, dated when it was due.

The order of one night: pending points become available (and pay what is owed), tiers that end are reviewed,
points expire.
"""

from __future__ import annotations

from regulars.engine import tiering
from regulars.engine.entries import (
    ACTIVATION,
    AVAILABLE,
    DEBT,
    EXPIRED,
    EXPIRY,
    PENDING,
    REPAYMENT,
    Entry,
    Outcome,
)
from regulars.engine.standing import NEVER, Purse, Standing
from regulars.engine.terms import CurrencyTerms, Terms


def settle(terms: Terms, standing: Standing, until: int, out: Outcome) -> None:
    """Everything that fell due up to and including the first moment of local day `until`."""
    while standing.due <= until:
        day = next_due(terms, standing)
        if day > until:
            standing.due = day
            return
        _night(terms, standing, day, out)
        standing.due = 0


def next_due(terms: Terms, standing: Standing) -> int:
    """The first local day at whose first moment something falls due; NEVER if nothing will without a new event."""
    days = [NEVER]
    for currency, purse in _purses(terms, standing):
        if purse.waiting:
            days.append(purse.waiting[0].available_day)
        if purse.open:
            days.append(_expiry_day(currency, purse))
    review = tiering.next_review(standing) if terms.tiers else 0
    if review:
        days.append(review)
    return min(days)


def receive(
    terms: CurrencyTerms, standing: Standing, purse: Purse, event: str, at: int, day: int, out: Outcome
) -> None:
    """Points have become available: what is owed is paid first."""
    due = min(purse.debt, purse.available)
    if due > 0:
        lots = purse.take(due)
        purse.debt -= due
        _write(standing, out, at, day, event, REPAYMENT, terms.id, AVAILABLE, DEBT, due, lots)


def _purses(terms: Terms, standing: Standing) -> list[tuple[CurrencyTerms, Purse]]:
    return [(terms.currencies[id], purse) for id, purse in standing.purses.items() if id in terms.currencies]


def _night(terms: Terms, standing: Standing, day: int, out: Outcome) -> None:
    at = terms.zone.midnight(day)
    purses = _purses(terms, standing)
    for currency, purse in purses:
        _activate(terms, currency, standing, purse, at, day, out)
    tiering.review(terms, standing, day, out)
    for currency, purse in purses:
        if purse.open and _expiry_day(currency, purse) <= day:
            _expire(currency, standing, purse, at, day, out)


def _activate(
    terms: Terms, currency: CurrencyTerms, standing: Standing, purse: Purse, at: int, day: int, out: Outcome
) -> None:
    waiting = purse.waiting
    ready = 0
    while ready < len(waiting) and waiting[ready].available_day <= day:
        ready += 1
    if not ready:
        return
    lots, purse.waiting = waiting[:ready], waiting[ready:]
    opened = tuple((lot.seq, lot.left) for lot in lots)
    points = sum(left for _, left in opened)
    purse.pending -= points
    for lot in lots:
        purse.admit(lot)
    _write(standing, out, at, day, "", ACTIVATION, currency.id, PENDING, AVAILABLE, points, opened)
    if currency.counts_later:
        standing.add_progress(day, points)
        tiering.advance(terms, standing, max(day, standing.day))
        tiering.reach(terms, standing, "", at, day, out)
    receive(currency, standing, purse, "", at, day, out)


def _expiry_day(currency: CurrencyTerms, purse: Purse) -> int:
    """The day at whose first moment the soonest open lot expires; NEVER while no notice allows it."""
    if not currency.after:
        return NEVER
    last = purse.open[0].expires_day if currency.after == "earning" else currency.end(purse.last_day)
    earliest, latest = currency.notice
    if not earliest:
        return last + 1
    allowed = [max(last, day + latest) for day in purse.notices]
    allowed = [end for end, day in zip(allowed, purse.notices, strict=True) if end <= day + earliest]
    return min(allowed, default=NEVER - 1) + 1


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
    source: str, target: str, amount: int, lots: tuple[tuple[int, int], ...],
) -> None:  # fmt: skip
    standing.seq += 1
    out.entries.append(
        Entry(standing.seq, at, day, event, kind, currency, source, target, amount, None, 0, amount, (), lots, 0, 0, 0)
    )
