"""Points become spendable, and stop being it: debts are paid first, and last days are kept."""

from __future__ import annotations

from regulars.engine.entries import AVAILABLE, DEBT, EXPIRED, EXPIRY, REPAYMENT, Entry, Outcome
from regulars.engine.purse import NEVER, Purse
from regulars.engine.standing import Standing
from regulars.engine.terms import CurrencyTerms

_entry = tuple.__new__


def receive(
    terms: CurrencyTerms, standing: Standing, purse: Purse, event: str, at: int, day: int, out: Outcome
) -> None:
    """Points have become available: what is owed is paid first."""
    due = min(purse.debt, purse.available)
    if due > 0:
        lots = purse.take(due)
        purse.debt -= due
        write(standing, out, at, day, event, REPAYMENT, terms.id, AVAILABLE, DEBT, due, lots)


def returned(
    terms: CurrencyTerms | None, standing: Standing, purse: Purse, event: str, at: int, day: int, out: Outcome
) -> None:
    """Points are back: what is owed is paid, and what should have expired meanwhile expires at once."""
    if terms is None:  # a currency that the programme no longer has
        return
    if purse.debt:
        receive(terms, standing, purse, event, at, day, out)
    while purse.open and terms.after and expiry_day(terms, purse) <= day:
        expire(terms, standing, purse, event, at, day, out)


def expiry_day(currency: CurrencyTerms, purse: Purse) -> int:
    """The day at whose first moment the soonest open lot expires; NEVER while no notice allows it."""
    earliest, latest = currency.notice
    if earliest and not purse.notices:
        return NEVER
    by_lot = currency.after == "earning"
    last = purse.open[0].expires_day if by_lot else currency.end(purse.last_day)
    if not earliest:
        return last + 1
    # A notice from before the points were there, or from before the last activity, told of another day. One of the same
    # day may have come before, so it does not count either: nothing expires on a doubt.
    since = max(lot.earned_day for lot in purse.open if lot.expires_day == last) if by_lot else purse.last_day
    ends = [max(last, told + latest) for told in purse.notices if told > since and last <= told + earliest]
    return min(ends, default=NEVER - 1) + 1


def expire(
    currency: CurrencyTerms, standing: Standing, purse: Purse, event: str, at: int, day: int, out: Outcome
) -> None:
    """The points whose last day is over leave: all of them after inactivity, else those of that day."""
    if currency.after == "inactivity":
        points = purse.available
    else:
        first = purse.open[0].expires_day
        points = sum(lot.left for lot in purse.open if lot.expires_day == first)
    lots = purse.take(points)
    write(standing, out, at, day, event, EXPIRY, currency.id, AVAILABLE, EXPIRED, points, lots)


def write(
    standing: Standing, out: Outcome, at: int, day: int, event: str, kind: str, currency: str,
    source: str, target: str, amount: int, lots: tuple[tuple[int, int], ...], days: tuple[int, int] = (0, 0),
) -> None:  # fmt: skip
    """Write an entry that no rule gave; `days` are those it gives its lots (available from, expires on)."""
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
