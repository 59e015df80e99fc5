"""Points become spendable, and stop being it: debts are paid first, and last days are kept."""

from __future__ import annotations

from itertools import groupby

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
    while purse.first_end and terms.after and expiry_day(terms, purse) <= day:
        expire(terms, standing, purse, event, at, day, out)


def expiry_day(currency: CurrencyTerms, purse: Purse) -> int:
    """The day at whose first moment the next open lots expire; NEVER while no notice allows it."""
    asked = currency.notice[0]
    if asked and not purse.notices:
        return NEVER
    if currency.after == "inactivity":
        return _good_through(currency, purse, currency.end(purse.last_day), purse.last_day) + 1
    if not asked:
        return purse.first_end + 1
    return min(_by_last_day(currency, purse))[0] + 1


def _by_last_day(currency: CurrencyTerms, purse: Purse) -> list[tuple[int, int]]:
    """(the day through which they are good, their last day) of open lots with the same last day.

    What expires later may have had its notice when what expires sooner has not, such as points that a hold gave back.
    """
    found = []
    for last, lots in groupby(purse.open, key=lambda lot: lot.expires_day):
        found.append((_good_through(currency, purse, last, max([lot.earned_day for lot in lots])), last))
    return found


def _good_through(currency: CurrencyTerms, purse: Purse, last: int, since: int) -> int:
    """Through which day points with that last day are good, when they were there, or active, since another one."""
    earliest, latest = currency.notice
    if not earliest:
        return last
    # A notice from before the points were there, or from before the last activity, told of another day. One of the same
    # day may have come before, so it does not count either: nothing expires on a doubt.
    ends = [max(last, told + latest) for told in purse.notices if told > since and last <= told + earliest]
    return min(ends, default=NEVER - 1)


def expire(
    currency: CurrencyTerms, standing: Standing, purse: Purse, event: str, at: int, day: int, out: Outcome
) -> None:
    """The points whose last day is over leave: all of them after inactivity, else those of that day."""
    if currency.after == "inactivity":
        lots = purse.take(purse.available)
    else:
        lots = purse.take_ending(min(_by_last_day(currency, purse))[1])
    points = sum([part for _, part in lots])
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
