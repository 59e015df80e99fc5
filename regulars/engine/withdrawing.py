"""Withdrawing: an opening that was wrong is taken back, and the right one takes its place; docs/rules/opening.md.

Where nothing but nights happened since, the account is as new. Else the member's points become what they would be
without it, and with the next opening in its place what they would be if that had been told on its day: all that
happened since is done again with other points at the beginning (`respending.py`), and new entries make the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from regulars.engine import tiering
from regulars.engine.amounts import Amounts
from regulars.engine.aside import Asides
from regulars.engine.entries import (
    ACTIVATION,
    AVAILABLE,
    DEBT,
    EXPIRED,
    EXPIRY,
    HELD,
    HOLD,
    ISSUED,
    OPENING,
    PENDING,
    RELEASE,
    WITHDRAWAL,
    Entry,
    Outcome,
    Refusal,
)
from regulars.engine.events import Event, Opened
from regulars.engine.expiring import receive
from regulars.engine.merging import Writer, held_in
from regulars.engine.purse import Hold, Lot, Purse
from regulars.engine.respending import Respent
from regulars.engine.standing import Standing, Withdrawn
from regulars.engine.terms import Terms
from regulars.engine.uniting import look_again
from regulars.kit.speaking import worded


def withdraw(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Take back an opening: the account is as new, or, where other things happened since, what it brought is gone.

    Those come with `event.opened`, which the host looked up. Refusals: `not_opened`.
    """
    if standing.opened is not None:
        _be_as_new(terms, standing, standing.opened, Writer(standing, event, day, WITHDRAWAL, out))
    elif event.opened is not None and (standing.withdrawn is None or not standing.withdrawn.vacant):
        _take_back(terms, standing, event, day, event.opened, out)
    else:
        sentence = worded("This account was not opened with a balance, or that was withdrawn already.")
        out.refusal = Refusal("not_opened", sentence, {})


def take_its_place(
    terms: Terms, standing: Standing, event: Event, day: int, before: Withdrawn, own: Mapping[str, Sequence[Lot]],
    progressed: Iterable[int], out: Outcome,
) -> None:  # fmt: skip
    """Let an opening, whose points are there by now, take the place of one that was withdrawn `before`.

    `own` are its lots by currency, whole; `event.opened` is what happened since. Other events brought progress on the
    days `progressed`.
    """
    write, told = Writer(standing, event, day, WITHDRAWAL, out), event.opened or Opened(0)
    now = [entry for entry in out.entries if not entry.event]
    assert event.opening is not None
    for id in sorted({*standing.purses, *own}):
        purse, currency = standing.purse(id), terms.currencies.get(id)
        if currency is not None and purse.debt:
            receive(currency, standing, purse, event.id, event.at, day, out)
        lived = _lived(terms, told, id, purse)
        debt = sum(points for of, points in event.opening.debts if of == id)
        active = (event.opening.active_day or before.day) if id in own else 0
        lived.begin(before.day, own.get(id, ()), debt, active)
        lived.live(_of(told, now, id), day)
        before.short.pop(id, None)
        _become(write, id, purse, lived, {lot.seq for lot in own.get(id, ())}, _expired(told, now, id), before)
    before.vacant = False
    was = standing.tier, standing.tier_until
    look_again(terms, standing)
    tiering.begin_anew(terms, standing, event.of, event.until_day, before.day, progressed)
    write.tier(terms, was, "opened")


def _be_as_new(terms: Terms, standing: Standing, opened: Mapping[str, int], write: Writer) -> None:
    """Every pot is empty then, and the tier the lowest. What was brought and is not there any more has expired."""
    for id in sorted(standing.purses):
        purse = standing.purses[id]
        write.move(id, EXPIRED, ISSUED, opened.get(id, 0) - purse.pending - purse.available + purse.debt)
        write.lots(id, PENDING, ISSUED, purse.waiting)
        write.lots(id, AVAILABLE, ISSUED, purse.open)
        write.move(id, ISSUED, DEBT, purse.debt)
    tiering.close(terms, standing, write.event, write.out)
    standing.purses, standing.progress = {}, Amounts()
    standing.head = standing.total = standing.joined_day = standing.day = 0
    standing.opened = None


def _take_back(terms: Terms, standing: Standing, event: Event, day: int, told: Opened, out: Outcome) -> None:
    opened_day = terms.zone.local(told.at)[0]
    kept = standing.withdrawn = standing.withdrawn or Withdrawn(opened_day)
    kept.vacant = True
    write, now = Writer(standing, event, day, WITHDRAWAL, out), tuple(out.entries)
    assert told.opening is not None
    gone = dict(told.opening.progress)
    for id in sorted(standing.purses):
        purse, currency, entries = standing.purse(id), terms.currencies.get(id), _of(told, now, id)
        lived = _lived(terms, told, id, purse)
        lived.begin(kept.day, (), 0, 0)
        lived.live(entries, day)
        own = {entry.seq for entry in entries if entry.kind == OPENING}
        for entry in entries:  # what holds gave back of it for longer
            if entry.kind == RELEASE and entry.is_lot and entry.lots[0][0] in own:
                own.add(entry.seq)
        debt = sum(points for of, points in told.opening.debts if of == id)
        _become(write, id, purse, lived, own, _expired(told, now, id), kept, debt)
        if currency is not None and currency.counts_later:
            for entry in entries:
                if entry.kind == ACTIVATION:
                    part = sum(points for seq, points in entry.lots if seq in own and seq >= told.seq)
                    gone[entry.day] = gone.get(entry.day, 0) + part
    standing.progress = Amounts.of(
        (on, amount - gone.get(on, 0)) for on, amount in standing.progress if amount != gone.get(on)
    )
    if told.opening.joined_day:
        standing.joined_day = opened_day
    was = standing.tier, standing.tier_until
    look_again(terms, standing)
    tiering.begin_anew(terms, standing, "", 0, 0, [on for on, _ in standing.progress])
    write.tier(terms, was, "withdrawn")


def _lived(terms: Terms, told: Opened, id: str, purse: Purse) -> Respent:
    bought = [terms.zone.local(at)[0] for at in told.bought]
    return Respent(terms.currencies.get(id), purse, bought, Asides(told.answers))


def _of(told: Opened, now: Sequence[Entry], id: str) -> list[Entry]:
    """All entries of a currency; `now` is what fell due with the very event that asks."""
    return [entry for entry in (*told.entries, *now) if entry.currency == id]


def _expired(told: Opened, now: Sequence[Entry], id: str) -> int:
    """How many points have expired, as it was recorded."""
    entries = _of(told, now, id)
    return sum(entry.amount * ((entry.target == EXPIRED) - (entry.source == EXPIRED)) for entry in entries)


def _write_longer(write: Writer, id: str, purse: Purse, lived: Respent) -> None:
    """Lots that holds would have given back for longer, and that are not recorded, are there as well."""
    for lot in lived.longer:
        write.move(id, ISSUED, AVAILABLE, lot.left, (), lot.earned_day, (lot.available_day, lot.fixed))
        purse.admit(Lot(write.standing.seq, lot.left, lot.earned_day, lot.available_day, lot.expires_day))
        for one in (*lived.purse.open, *(part for hold in lived.holds for part in hold.lots)):
            one.seq = write.standing.seq if one.seq == lot.seq else one.seq


def _become(
    write: Writer, id: str, purse: Purse, lived: Respent, own: set[int], expired: int, kept: Withdrawn,
    forgotten: int = 0,
) -> None:  # fmt: skip
    """Let a purse be what it would be; the entries that make the difference name what is `own` of the opening first.

    So much has `expired` as it was recorded, and so much of what was owed is `forgotten`.
    """
    target, holds = lived.purse, lived.holds
    _write_longer(write, id, purse, lived)
    write.move(id, EXPIRED, ISSUED, max(0, expired - lived.expired))
    more = max(0, lived.expired - expired)
    anew = [
        (one, other)
        for one, other in zip(purse.holds, holds, strict=True)
        if [(part.seq, part.left) for part in one.lots] != [(part.seq, part.left) for part in other.lots]
    ]
    for one, _ in anew:
        write.lots(id, HELD, AVAILABLE, one.lots, RELEASE)
    write.lots(id, PENDING, ISSUED, _less(purse.waiting, target.waiting))
    held = [part for _, other in anew for part in other.lots]
    there = _together([*purse.open, *(part for one, _ in anew for part in one.lots)])
    goes = _less(there, [*target.open, *held])
    ended = _first(goes, more)
    write.lots(id, AVAILABLE, EXPIRED, ended, EXPIRY)
    goes = _less(goes, ended)
    write.lots(id, AVAILABLE, ISSUED, [lot for lot in goes if lot.seq in own])
    made = [lot for lot in goes if lot.seq not in own]
    write.lots(id, AVAILABLE, ISSUED, made)
    write.move(id, ISSUED, EXPIRED, more - sum(lot.left for lot in ended))
    write.lots(id, ISSUED, PENDING, _less(target.waiting, purse.waiting))
    back = _less(_together([*target.open, *held]), there)
    paid = _first(back, forgotten)
    write.lots(id, DEBT, AVAILABLE, paid)
    write.lots(id, ISSUED, AVAILABLE, _less(back, paid))
    for _, other in anew:
        write.lots(id, AVAILABLE, HELD, other.lots, HOLD)
    owed = _owe(write, id, purse.debt + sum(lot.left for lot in paid), lived, kept)
    lacking = sum(lot.left for lot in made)
    if lacking or any(owed):
        write.out.lacking[id] = (lacking, *owed)
    _put(purse, target, holds)


def _owe(write: Writer, id: str, debt: int, lived: Respent, kept: Withdrawn) -> tuple[int, int]:
    """What is borrowed is owed, or left to the next opening where nothing can be; answers how much more of both."""
    target, currency = lived.purse, lived.currency
    short = 0
    if currency is None or not currency.debt:
        short, target.debt = target.debt, 0
    if short:
        kept.short[id] = short
    write.move(id, DEBT, ISSUED, max(0, target.debt - debt))
    write.move(id, ISSUED, DEBT, max(0, debt - target.debt))
    return max(0, target.debt - debt), short


def _put(purse: Purse, target: Purse, holds: list[Hold]) -> None:
    purse.open, purse.waiting, purse.holds, purse.awaits = target.open, target.waiting, holds, target.awaits
    purse.available, purse.pending, purse.debt = target.available, target.pending, target.debt
    purse.held, purse.last_day = sum(part.left for part in held_in(purse)), target.last_day


def _together(lots: Iterable[Lot]) -> list[Lot]:
    """Parts of one lot as one, in the order of spending."""
    found: dict[int, Lot] = {}
    for lot in lots:
        left = lot.left + (found[lot.seq].left if lot.seq in found else 0)
        found[lot.seq] = Lot(lot.seq, left, lot.earned_day, lot.available_day, lot.expires_day)
    return sorted(found.values(), key=Lot.turn)


def _less(lots: Iterable[Lot], others: Iterable[Lot]) -> list[Lot]:
    """What these have of lots beyond the others."""
    gone = {lot.seq: lot.left for lot in _together(others)}
    parts = [
        Lot(lot.seq, lot.left - gone.get(lot.seq, 0), lot.earned_day, lot.available_day, lot.expires_day)
        for lot in _together(lots)
    ]
    return [part for part in parts if part.left > 0]


def _first(lots: Iterable[Lot], points: int) -> list[Lot]:
    """The first so many points of them."""
    parts = []
    for lot in lots:
        some = min(points, lot.left)
        points -= some
        if some:
            parts.append(Lot(lot.seq, some, lot.earned_day, lot.available_day, lot.expires_day))
    return parts
