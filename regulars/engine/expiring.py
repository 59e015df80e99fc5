"""Points become spendable, and stop being it: debts are paid first, and last days are kept."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.engine.entries import AVAILABLE, DEBT, EXPIRED, EXPIRY, REPAYMENT, Entry, Outcome
from regulars.engine.purse import NEVER, Lot, Purse
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
    if not currency.notice[0] and currency.after == "earning":
        return purse.first_end + 1
    if currency.notice[0] and not purse.notices and not purse.told:
        return NEVER
    if currency.after == "inactivity" and not purse.told:  # without a look at every lot
        return _good_through(currency, purse.notices, currency.end(purse.last_day), purse.last_day) + 1
    return min(_endings(currency, purse))[0] + 1


def told_of(currency: CurrencyTerms | None, purse: Purse) -> dict[int, tuple[int, ...]]:
    """The days on which the member was told that a lot ends, and that still count of it, by its `seq`."""
    if currency is None or not currency.notice[0] or not (purse.notices or purse.told):
        return {}
    lots = [*purse.open, *purse.waiting, *(part for hold in purse.holds for part in hold.lots)]
    since: dict[int, int] = {}
    for lot in lots:
        since[lot.expires_day] = max(since.get(lot.expires_day, 0), lot.earned_day)
    found = {}
    for lot in lots:
        after = purse.last_day if currency.after == "inactivity" else since[lot.expires_day]
        days = tuple([day for day in (*purse.told.get(lot.seq, ()), *purse.notices) if day > after])
        if days:
            found[lot.seq] = days
    return found


def _endings(currency: CurrencyTerms, purse: Purse) -> list[tuple[int, int, tuple[int, ...]]]:
    """(the day through which they are good, their last day, of what they were told alone) of open lots that end
    together.

    What expires later may have had its notice when what expires sooner has not, such as points that a hold gave back.
    """
    found = []
    for (last, told), lots in _together(currency, purse).items():
        since = purse.last_day if currency.after == "inactivity" else max([lot.earned_day for lot in lots])
        found.append((_good_through(currency, (*told, *purse.notices), last, since), last, told))
    return found


def _together(currency: CurrencyTerms, purse: Purse) -> dict[tuple[int, tuple[int, ...]], list[Lot]]:
    """Open lots by their last day, and by what they were told alone."""
    ends = currency.end(purse.last_day) if currency.after == "inactivity" else 0
    found: dict[tuple[int, tuple[int, ...]], list[Lot]] = {}
    for lot in purse.open:
        found.setdefault((ends or lot.expires_day, purse.told.get(lot.seq, ())), []).append(lot)
    return found


def _good_through(currency: CurrencyTerms, notices: Sequence[int], last: int, since: int) -> int:
    """Through which day points with that last day are good, when they were there, or active, since another one."""
    earliest, latest = currency.notice
    if not earliest:
        return last
    # A notice from before the points were there, or from before the last activity, told of another day. One of the same
    # day may have come before, so it does not count either: nothing expires on a doubt.
    ends = [max(last, told + latest) for told in notices if told > since and last <= told + earliest]
    return min(ends, default=NEVER - 1)


def expire(
    currency: CurrencyTerms, standing: Standing, purse: Purse, event: str, at: int, day: int, out: Outcome
) -> None:
    """The points whose last day is over leave, those together that end together: all of them after inactivity."""
    _, last, told = min(_endings(currency, purse))
    lots = purse.take_lots(_together(currency, purse)[last, told])
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
