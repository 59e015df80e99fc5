"""Opening: what a member brings along from another system, told once, before anything else.

`withdrawing.py` takes it back. The entries are dated on the day of the opening. Of an opening, `base` is the day on
which the points were earned: that of its lot. docs/rules/opening.md says it in prose, with worked numbers.
"""

from __future__ import annotations

from typing import Final

from regulars.engine import tiering
from regulars.engine.entries import AVAILABLE, DEBT, ISSUED, OPENING, PENDING, Entry, Outcome, Refusal
from regulars.engine.events import Event, OpenedLot, Opening
from regulars.engine.purse import NEVER, Lot
from regulars.engine.refusing import told_day, unknown_currency, unknown_tier
from regulars.engine.standing import Standing
from regulars.engine.terms import Terms
from regulars.engine.withdrawing import take_its_place
from regulars.kit.speaking import worded

NOT_FIRST: Final = Refusal(
    "not_first", worded("An account begins with its opening: nothing may have happened before it."), {}
)


def open_with(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Let an account begin with `event.opening`, in the tier `event.of` through `event.until_day`.

    Without that day it is kept as if it had been reached now. That tier is taken at its word, and so is progress: what
    it carries is seen at the next event. Where it takes the place of one that was withdrawn after other things had
    happened, it counts as of that one's day. Refusals: `not_first` (by the kernel), `nothing_opened`, and those of the
    functions below.
    """
    opening, before = event.opening, standing.withdrawn
    if opening is None:
        out.refusal = Refusal("nothing_opened", worded("Say what the account begins with."), {})
        return
    since = before.day if before is not None else day
    out.refusal = (
        _faulty_days(opening, day)
        or next(filter(None, (_faulty_lot(terms, opening, lot, since) for lot in opening.lots)), None)
        or next(filter(None, (_faulty_debt(terms, opening, debt, since) for debt in opening.debts)), None)
        or _faulty_progress(terms, opening, day)
        or _faulty_tier(terms, event, since)
    )
    if out.refusal is not None:
        return
    brought: dict[str, int] = {}
    progressed = [on for on, _ in standing.progress]
    standing.joined_day = opening.joined_day or standing.joined_day
    own: dict[str, list[Lot]] = {}
    for lot in opening.lots:
        waits = lot.available_day > day
        days = (lot.available_day, lot.expires_day)
        way = (lot.currency, ISSUED, PENDING if waits else AVAILABLE)
        _write(standing, event, day, OPENING, way, lot.points, out, base=lot.earned_day, days=days)
        kept = Lot(standing.seq, lot.points, lot.earned_day, lot.available_day, lot.expires_day or NEVER)
        purse = standing.purse(lot.currency)
        (purse.hold if waits else purse.admit)(kept)
        last = opening.active_day or since
        purse.last_day = last if before is None else max(purse.last_day, last)
        brought[lot.currency] = brought.get(lot.currency, 0) + lot.points
        own.setdefault(lot.currency, []).append(Lot(kept.seq, kept.left, *lot[2:4], kept.expires_day))
        if not waits and lot.available_day > since and terms.currencies[lot.currency].counts_later:
            standing.add_progress(lot.available_day, lot.points)
    for of, points in opening.debts:
        _write(standing, event, day, OPENING, (of, DEBT, ISSUED), points, out)
        standing.purse(of).debt += points
        brought[of] = brought.get(of, 0) - points
    for on, amount in opening.progress:
        standing.add_progress(on, amount)
    if before is not None:
        take_its_place(terms, standing, event, day, before, own, progressed, out)
        return
    standing.opened = brought
    if opening.progress:
        tiering.advance(terms, standing, standing.day)
    tiering.begin(terms, standing, event, out)


def _faulty_days(opening: Opening, day: int) -> Refusal | None:
    """`bad_days`: joining or the last activity lie ahead."""
    if max(opening.joined_day, opening.active_day) <= day:
        return None
    days = {"joined_day": opening.joined_day, "active_day": opening.active_day}
    figures = {name: told_day(on) for name, on in days.items() if on}
    return Refusal("bad_days", worded("Joining and the last activity lie ahead: look at the dates."), figures)


def _faulty_lot(terms: Terms, opening: Opening, lot: OpenedLot, day: int) -> Refusal | None:
    """`unknown_currency`, `bad_points`, `bad_days`, `already_expired`, `expiry_not_kept`."""
    currency = terms.currencies.get(lot.currency)
    figures = {"currency": lot.currency, "points": lot.points}
    if currency is None:
        return unknown_currency(terms, lot.currency)
    if lot.points <= 0:
        return Refusal("bad_points", worded("A lot has a whole number of points above zero."), figures)
    if not lot.earned_day <= min(day, lot.available_day):
        return Refusal("bad_days", worded("Points are earned first, and available then: look at the dates."), figures)
    if lot.expires_day and currency.after != "earning":
        sentence = worded("No lot of this currency has a last day of its own in the programme: leave it out.")
        return Refusal("expiry_not_kept", sentence, figures)
    last = lot.expires_day
    if currency.after == "inactivity" and not currency.notice[0]:
        last = currency.end(max(opening.active_day or day, lot.available_day))
    if last and last < max(day, lot.available_day):
        return Refusal("already_expired", worded("The last day of these points is over: leave them out."), figures)
    return None


def _faulty_debt(terms: Terms, opening: Opening, debt: tuple[str, int], day: int) -> Refusal | None:
    """`unknown_currency`, `bad_points`, `no_debt_known`, `debt_beside_points`."""
    of, points = debt
    if of not in terms.currencies:
        return unknown_currency(terms, of)
    figures = {"currency": of, "points": points}
    if points <= 0:
        return Refusal("bad_points", worded("What is owed is a whole number of points above zero."), figures)
    if not terms.currencies[of].debt:
        return Refusal("no_debt_known", worded("Nothing can be owed in this currency: leave it out."), figures)
    if any(lot.currency == of and lot.available_day <= day for lot in opening.lots):
        sentence = worded("What is owed is paid first: take it off the points that are available.")
        return Refusal("debt_beside_points", sentence, figures)
    return None


def _faulty_progress(terms: Terms, opening: Opening, day: int) -> Refusal | None:
    """`no_progress_counted`, `bad_progress`."""
    if not opening.progress:
        return None
    if terms.tiers is None or terms.balance:
        sentence = worded("The programme counts no progress towards tiers: leave it out.")
        return Refusal("no_progress_counted", sentence, {})
    if all(amount > 0 and on <= day for on, amount in opening.progress):
        return None
    return Refusal("bad_progress", worded("Progress is above zero, on a day that is not ahead: look at it."), {})


def _faulty_tier(terms: Terms, event: Event, day: int) -> Refusal | None:
    """`unknown_tier`, `tier_follows_balance`, `bad_term`."""
    if event.of and (terms.tiers is None or event.of not in terms.level_ids):
        return unknown_tier(terms, event.of)
    if event.of and terms.balance:
        sentence = worded("Tiers follow the balance here: leave the tier out.")
        return Refusal("tier_follows_balance", sentence, {"tier": event.of})
    lowest = event.of in ("", terms.level_ids[0])
    if event.until_day and (lowest or event.until_day < day or (terms.tiers and terms.tiers.fall == "never")):
        sentence = worded("Only a tier above the lowest, where tiers fall, has a last day, and that lies ahead.")
        return Refusal("bad_term", sentence, {"tier": event.of, "until_day": told_day(event.until_day)})
    return None


def _write(
    standing: Standing, event: Event, day: int, kind: str, way: tuple[str, str, str], amount: int, out: Outcome,
    lots: tuple[tuple[int, int], ...] = (), base: int = 0, days: tuple[int, int] = (0, 0),
) -> None:  # fmt: skip
    """Write an entry; `way` is its currency, and the pots from which and to which."""
    standing.seq += 1
    out.entries.append(
        Entry(standing.seq, event.at, day, event.id, kind, *way, amount, None, base, amount, (), lots, *days, 0)
    )
