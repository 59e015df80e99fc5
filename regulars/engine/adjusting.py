"""Adjusting: goodwill, corrections and forfeitures. Somebody decided it: the event says who and why, as codes."""

from __future__ import annotations

from regulars.engine import tiering
from regulars.engine.entries import (
    ADJUSTMENT,
    AVAILABLE,
    FORFEITED,
    FORFEITURE,
    ISSUED,
    PENDING,
    Entry,
    Outcome,
    Refusal,
    RuleRef,
)
from regulars.engine.events import Event
from regulars.engine.expiring import receive
from regulars.engine.purse import NEVER, Lot, Purse
from regulars.engine.refusing import insufficient, unknown_currency
from regulars.engine.standing import Standing
from regulars.engine.terms import Terms
from regulars.kit.speaking import worded


def adjust(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Give `event.points` of `event.of`, available at once, or take so many if they are below zero.

    `event.reverses` names the entry that is corrected (0: none). Refusals: `unknown_currency`, `bad_points`,
    `reason_missing`, `actor_missing`, `insufficient_points`.
    """
    currency = terms.currencies.get(event.of)
    if currency is None or not _decided(event, event.points != 0, out):
        out.refusal = out.refusal or unknown_currency(terms, event.of)
        return
    if event.points < 0:
        purse = standing.purses.get(event.of) or Purse()
        if purse.available < -event.points:
            out.refusal = insufficient(-event.points, purse)
            return
        _write(standing, event, day, ADJUSTMENT, AVAILABLE, ISSUED, -event.points, purse.take(-event.points), out)
    else:
        purse = standing.purse(event.of)
        expires_day = currency.expires_day(day)
        days = (day, 0 if expires_day == NEVER else expires_day)
        _write(standing, event, day, ADJUSTMENT, ISSUED, AVAILABLE, event.points, (), out, days)
        purse.admit(Lot(standing.seq, event.points, day, day, expires_day))
        purse.last_day = max(purse.last_day, day)
        if purse.debt:
            receive(currency, standing, purse, event.id, event.at, day, out)
    if currency.counts:
        tiering.advance(terms, standing, standing.day)
        standing.add_progress(day, event.points)
        if event.points > 0:
            tiering.reach(terms, standing, event.id, event.at, standing.day, out)
        else:
            tiering.undo(terms, standing, event.id, event.at, day, day, out)


def forfeit(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Take `event.points` of `event.of`, or with 0 all that is available and all that waits.

    Progress towards tiers stays. Refusals: as for `adjust`.
    """
    if event.of not in terms.currencies or not _decided(event, event.points >= 0, out):
        out.refusal = out.refusal or unknown_currency(terms, event.of)
        return
    purse = standing.purses.get(event.of) or Purse()
    points = event.points or purse.available
    if points > purse.available:
        out.refusal = insufficient(points, purse)
        return
    if purse.pending and not event.points:
        pending = purse.pending
        lots = purse.take_pending((), pending)
        _write(standing, event, day, FORFEITURE, PENDING, FORFEITED, pending, lots, out)
    if points:
        _write(standing, event, day, FORFEITURE, AVAILABLE, FORFEITED, points, purse.take(points), out)


def _decided(event: Event, sensible: bool, out: Outcome) -> bool:
    if not sensible:
        sentence = worded("Ask for a whole number of points; taking so many must make sense here.")
        out.refusal = Refusal("bad_points", sentence, {"points": event.points})
    elif not event.reason:
        out.refusal = Refusal("reason_missing", worded("Say why, by one of the reason codes."), {})
    elif not event.actor:
        out.refusal = Refusal("actor_missing", worded("Say who decided this, by their code."), {})
    return out.refusal is None


def _write(
    standing: Standing, event: Event, day: int, kind: str, source: str, target: str, amount: int,
    lots: tuple[tuple[int, int], ...], out: Outcome, days: tuple[int, int] = (0, 0),
) -> None:  # fmt: skip
    standing.seq += 1
    why = RuleRef(event.reason, "", 0, "", "", 0)
    out.entries.append(
        Entry(
            standing.seq, event.at, day, event.id, kind, event.of, source, target, amount, why, 0, amount, (), lots,
            *days, event.reverses,
        )
    )  # fmt: skip
