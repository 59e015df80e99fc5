"""The night: what falls due by time alone, in its documented order, dated when it was due.

The order of one night: pending points become available (and pay what is owed) or lapse, holds that were not
answered give back, tiers that end are reviewed, points expire, tiers that follow a balance are reviewed.
"""

from __future__ import annotations

from regulars.engine import tiering
from regulars.engine.entries import (
    ACTIVATION,
    AVAILABLE,
    EXPIRED,
    LAPSE,
    PENDING,
    Outcome,
)
from regulars.engine.expiring import expire, expiry_day, receive, write
from regulars.engine.holding import lapse
from regulars.engine.purse import NEVER, Lot, Purse
from regulars.engine.standing import Standing
from regulars.engine.terms import CurrencyTerms, Terms

Purses = list[tuple[CurrencyTerms, Purse]]


def settle(terms: Terms, standing: Standing, until: int, out: Outcome) -> None:
    """Everything that fell due up to and including the first moment of local day `until`."""
    # `due` is a lower bound: a night on which nothing is due changes nothing, and the next one is worked out.
    purses = _purses(terms, standing)
    while standing.due <= until:
        if standing.due:
            _night(terms, standing, purses, standing.due, out)
        standing.due = _next_due(terms, standing, purses)


def next_due(terms: Terms, standing: Standing) -> int:
    """The first local day at whose first moment something falls due; NEVER if nothing will without a new event."""
    return _next_due(terms, standing, _purses(terms, standing))


def _next_due(terms: Terms, standing: Standing, purses: Purses) -> int:
    first = NEVER
    for currency, purse in purses:
        first_wait = purse.first_wait
        if first_wait and first_wait < first:
            first = first_wait
        if purse.holds:
            first = min(first, purse.holds[0].lapse_day)
        if purse.first_end and currency.after:
            first = min(first, expiry_day(currency, purse))
    if standing.tier:
        first = min(first, tiering.next_review(terms, standing))
    return first


def _purses(terms: Terms, standing: Standing) -> Purses:
    # In the order of the file: a host may hand the purses back in any other.
    return [(currency, standing.purses[id]) for id, currency in terms.currencies.items() if id in standing.purses]


def _night(terms: Terms, standing: Standing, purses: Purses, day: int, out: Outcome) -> None:
    at = terms.zone.midnight(day)
    for currency, purse in purses:
        if purse.first_wait and purse.first_wait <= day:
            activate(terms, currency, standing, purse, at, day, out)
    for currency, purse in purses:
        if purse.holds and purse.holds[0].lapse_day <= day:
            lapse(currency, standing, purse, at, day, out)
    if standing.tier and not terms.balance:
        tiering.review(terms, standing, day, out)
    for currency, purse in purses:
        if purse.first_end and currency.after and expiry_day(currency, purse) <= day:
            expire(currency, standing, purse, "", at, day, out)
    if terms.balance:
        tiering.review_balance(terms, standing, day, out)


def activate(
    terms: Terms, currency: CurrencyTerms, standing: Standing, purse: Purse, at: int, day: int, out: Outcome
) -> None:
    """What has waited until `day` becomes available, or lapses if it waited for an event."""
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
    write(standing, out, at, day, event, ACTIVATION, currency.id, PENDING, AVAILABLE, points, opened, days)
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
    write(standing, out, at, day, "", LAPSE, currency.id, PENDING, EXPIRED, points, taken)
    if currency.counts and not currency.counts_later:
        tiering.advance(terms, standing, max(day, standing.day))
        for lot in lots:
            standing.add_progress(lot.earned_day, -lot.left)
        tiering.undo(terms, standing, "", at, day, min(lot.earned_day for lot in lots), out)
