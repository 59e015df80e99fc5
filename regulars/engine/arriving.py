"""Arriving: what a purchase's points waited for has come, such as its delivery, and they become available."""

from __future__ import annotations

from regulars.engine.entries import Outcome
from regulars.engine.events import Event, Origin
from regulars.engine.night import open_lots
from regulars.engine.standing import Standing
from regulars.engine.terms import Terms


def arrive(terms: Terms, standing: Standing, event: Event, origin: Origin, day: int, out: Outcome) -> None:
    """Make available what `origin` gave and what waits for an event of this type; nothing, if nothing does."""
    for id, currency in terms.currencies.items():
        purse = standing.purses.get(id)
        if purse is None or not purse.awaits:
            continue
        grants = [grant.seq for grant in origin.grants if grant.currency == id]
        given = {part for seq in grants for part in origin.ended.parts(seq)}
        lots = [lot for lot in purse.waiting if lot.seq in given and purse.awaits.get(lot.seq) == event.type]
        if lots:
            for lot in lots:
                purse.waiting.remove(lot)
                del purse.awaits[lot.seq]
            open_lots(terms, currency, standing, purse, lots, event.id, event.at, day, out, dated=True)
