"""Holds: points are set aside for something, then captured, or released, or they lapse back.

A hold states its time. When that is over and the hold was not answered, everything comes back in the night. What it
took of a lot with a last day is then a lot of its own, which lasts longer by the days it was away; what was not held
keeps its day. After inactivity the clock starts anew. A release gives points back as they were, so that nobody makes
points last longer by holding them.
"""

from __future__ import annotations

from dataclasses import replace

from regulars.engine.entries import AVAILABLE, CAPTURE, HELD, HOLD, REDEEMED, RELEASE, Entry, Outcome, Refusal
from regulars.engine.events import Event
from regulars.engine.expiring import receive, returned
from regulars.engine.purse import NEVER, NO_REWARD, Hold, Lot, Promised, Purse
from regulars.engine.rewarding import ask, count, pay, reason
from regulars.engine.spending import affordable
from regulars.engine.standing import Standing
from regulars.engine.terms import CurrencyTerms, Terms
from regulars.kit.speaking import worded


def hold(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Set `event.points` of `event.of` aside through `event.within_days` more days, or the price of `event.reward`
    for the time in which that is handed over.

    Refusals: `bad_term`, and those of spending.
    """
    asked = ask(terms, standing, event, day, out)
    if asked is None:
        return
    event, promised = asked
    if event.within_days < 1:
        sentence = worded("A hold must state its time: a whole number of days above zero.")
        out.refusal = Refusal("bad_term", sentence, {"within_days": event.within_days})
        return
    purse = affordable(terms, standing, event, out)
    if purse is None:
        return
    parts = purse.take_parts(event.points)
    purse.reserve(Hold(event.id, day, day + event.within_days + 1, parts, promised))
    count(terms, standing, promised, day)
    purse.last_day = max(purse.last_day, day)
    _write(standing, out, event.at, day, event.id, HOLD, event.of, parts, promised=promised, counts=day)


def capture(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Spend `event.points` of the hold `event.hold` (0: all of it); what is left stays held. What a reward was held for
    is handed over with it, unless a return has taken some of its price meanwhile.

    Refusals: `unknown_hold`, `bad_points`, `hold_exceeded`, `reward_is_whole`, `insufficient_points`, and those of
    `rewarding.pay`.
    """
    found = _find(standing, event, out)
    if found is not None and found.left < found.promised.price:
        missing = found.promised.price - found.left
        figures = {"required": found.promised.price, "available": found.left, "missing": missing}
        sentence = worded("A return took some of these points: release what is left, and ask for the reward anew.")
        out.refusal = Refusal("insufficient_points", sentence, figures)
        return
    if found is None or not pay(terms, found.promised, replace(event, points=event.points or found.left), out):
        return
    purse = standing.purse(event.of)
    parts = purse.answer(found, event.points or found.left)
    purse.last_day = max(purse.last_day, day)
    promised = found.promised
    _write(standing, out, event.at, day, event.id, CAPTURE, event.of, parts, promised=promised, counts=found.day)


def release(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Give back `event.points` of the hold `event.hold` (0: all of it) as they were.

    Refusals: `unknown_hold`, `bad_points`, `hold_exceeded`, `reward_is_whole`.
    """
    found = _find(standing, event, out)
    if found is None:
        return
    purse = standing.purse(event.of)
    parts = purse.answer(found, event.points or found.left)
    promised = found.promised
    standing.give_up(promised.reward, found.day)
    _write(standing, out, event.at, day, event.id, RELEASE, event.of, parts, promised=promised, counts=found.day)
    for part in parts:
        purse.restore(part)
    returned(terms.currencies.get(event.of), standing, purse, event.id, event.at, day, out)


def lapse(currency: CurrencyTerms, standing: Standing, purse: Purse, at: int, day: int, out: Outcome) -> None:
    """Give back what was held until `day`: of lots with a last day as lots of their own, with the days it was away."""
    while purse.holds and purse.holds[0].lapse_day <= day:
        over = purse.holds.pop(0)
        purse.held -= over.left
        standing.give_up(over.promised.reward, over.day)
        purse.last_day = max(purse.last_day, day)
        for part in over.lots:
            if part.expires_day == NEVER:
                _write(standing, out, at, day, "", RELEASE, currency.id, [part])
                purse.restore(part)
                continue
            expires_day = part.expires_day + day - over.day
            _write(standing, out, at, day, "", RELEASE, currency.id, [part], (part.available_day, expires_day))
            purse.admit(Lot(standing.seq, part.left, day, part.available_day, expires_day))
    if purse.debt:
        receive(currency, standing, purse, "", at, day, out)


def _find(standing: Standing, event: Event, out: Outcome) -> Hold | None:
    """The hold that an event answers, which has as much as it asks for; None after a refusal."""
    purse = standing.purses.get(event.of)
    found = [one for one in purse.holds if one.event == event.hold] if purse else []
    if purse is None or not found:
        out.refusal = Refusal(
            "unknown_hold",
            worded("There is no such hold, or it is over: look at the member's holds."),
            {"hold": event.hold},
        )
        return None
    held = found[0].left
    if event.points < 0:
        out.refusal = Refusal(
            "bad_points", worded("Ask for a whole number of points above zero."), {"points": event.points}
        )
        return None
    if event.points > held:
        figures = {"required": event.points, "available": held, "missing": event.points - held}
        out.refusal = Refusal(
            "hold_exceeded",
            worded("The hold has {held} points left: ask for no more, or leave `points` out.", held=held),
            figures,
        )
        return None
    if found[0].promised.reward and 0 < event.points < held:
        sentence = worded("A reward is handed over or given up as a whole: leave `points` out.")
        out.refusal = Refusal("reward_is_whole", sentence, {"required": event.points, "available": held})
        return None
    return found[0]


def _write(
    standing: Standing, out: Outcome, at: int, day: int, event: str, kind: str, currency: str, parts: list[Lot],
    days: tuple[int, int] = (0, 0), promised: Promised = NO_REWARD, counts: int = 0,
) -> None:  # fmt: skip
    source = AVAILABLE if kind == HOLD else HELD
    target = {HOLD: HELD, CAPTURE: REDEEMED, RELEASE: AVAILABLE}[kind]
    lots = tuple([(part.seq, part.left) for part in parts])
    amount = sum(part.left for part in parts)
    standing.seq += 1
    out.entries.append(
        Entry(
            standing.seq, at, day, event, kind, currency, source, target, amount, reason(promised.reward),
            counts if promised.reward else 0, amount, (), lots, *days, 0,
        )
    )  # fmt: skip
