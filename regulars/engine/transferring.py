"""Transferring: points leave one account for another, through the pot `transit` of each.

What leaves is told as `Outcome.moved`, part by part with its days, and arrives by an event of the other account that
carries it: a part keeps its last day, waits as long as it would have waited, and is a lot of its own there.
"""

from __future__ import annotations

from regulars.engine.entries import AVAILABLE, DEBT, PENDING, TRANSFER, TRANSIT, Entry, Moved, Outcome, Refusal
from regulars.engine.events import Event
from regulars.engine.expiring import receive
from regulars.engine.purse import NEVER, Lot, Purse
from regulars.engine.refusing import unknown_currency
from regulars.engine.spending import affordable
from regulars.engine.standing import Standing
from regulars.engine.terms import Terms
from regulars.kit.speaking import worded


def send(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Let `event.points` of `event.of` leave; or, with `of` empty, all there is in every currency (a merge).

    Refusals: those of spending; `holds_open` when all should leave and some of it is held.
    """
    if event.of:
        purse = affordable(terms, standing, event, out)
        if purse is not None:
            _leave(standing, event, day, event.of, AVAILABLE, purse.take_parts(event.points), purse, out)
            purse.last_day = max(purse.last_day, day)
        return
    held = sum(purse.held for purse in standing.purses.values())
    if held:
        sentence = worded("Points are held; capture or release them first.")
        out.refusal = Refusal("holds_open", sentence, {"held": held})
        return
    for id in sorted(standing.purses):
        purse = standing.purses[id]
        waiting, open_, debt = purse.waiting, purse.take_parts(purse.available), purse.debt
        purse.waiting, purse.pending, purse.debt = [], 0, 0
        _leave(standing, event, day, id, PENDING, waiting, purse, out)
        _leave(standing, event, day, id, AVAILABLE, open_, purse, out)
        purse.awaits = {}
        if debt:
            _write(standing, event, day, id, TRANSIT, DEBT, debt, (), (0, 0), out)
            out.moved = [*out.moved, Moved(id, DEBT, debt, 0, 0, "")]


def arrive_from(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Take in what another account sent (`event.moved`). Refusals: `unknown_currency`, `nothing_moved`."""
    unknown = [part.currency for part in event.moved if part.currency not in terms.currencies]
    if unknown or not event.moved:
        nothing = Refusal("nothing_moved", worded("Nothing was sent that could arrive."), {})
        out.refusal = unknown_currency(terms, unknown[0]) if unknown else nothing
        return
    for part in event.moved:
        purse = standing.purse(part.currency)
        if part.pot == DEBT:
            _write(standing, event, day, part.currency, DEBT, TRANSIT, part.points, (), (0, 0), out)
            purse.debt += part.points
            continue
        # What has waited long enough on the way is available from the arrival on, not from before it.
        available_day = max(part.available_day, day) if part.pot == PENDING else part.available_day
        days = (available_day, part.expires_day)
        _write(standing, event, day, part.currency, TRANSIT, part.pot, part.points, (), days, out)
        lot = Lot(standing.seq, part.points, day, available_day, part.expires_day or NEVER)
        if part.pot == PENDING:
            purse.hold(lot)
            if part.awaits:
                purse.awaits[lot.seq] = part.awaits
        else:
            purse.admit(lot)
            purse.last_day = max(purse.last_day, day)
    for id in dict.fromkeys(part.currency for part in event.moved):
        if standing.purse(id).debt:
            receive(terms.currencies[id], standing, standing.purse(id), event.id, event.at, day, out)


def _leave(
    standing: Standing, event: Event, day: int, currency: str, pot: str, parts: list[Lot], purse: Purse, out: Outcome
) -> None:
    if parts:
        lots = tuple([(part.seq, part.left) for part in parts])
        _write(standing, event, day, currency, pot, TRANSIT, sum(part.left for part in parts), lots, (0, 0), out)
        out.moved = [
            *out.moved,
            *(
                Moved(currency, pot, part.left, part.available_day, part.fixed, purse.awaits.get(part.seq, ""))
                for part in parts
            ),
        ]


def _write(
    standing: Standing, event: Event, day: int, currency: str, source: str, target: str, amount: int,
    lots: tuple[tuple[int, int], ...], days: tuple[int, int], out: Outcome,
) -> None:  # fmt: skip
    standing.seq += 1
    out.entries.append(
        Entry(
            standing.seq, event.at, day, event.id, TRANSFER, currency, source, target, amount, None, 0, amount, (),
            lots, *days, 0,
        )
    )  # fmt: skip
