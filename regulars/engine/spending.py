"""Spending: available points leave by lots, soonest to expire first, or the redemption is refused with figures."""

from __future__ import annotations

from regulars.engine.entries import AVAILABLE, REDEEMED, REDEMPTION, Entry, Outcome, Refusal
from regulars.engine.events import Event
from regulars.engine.purse import Purse
from regulars.engine.refusing import insufficient
from regulars.engine.rewarding import ask, count, pay, reason
from regulars.engine.standing import Standing
from regulars.engine.terms import Terms
from regulars.kit.speaking import listed, worded


def spend(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Debit `event.points` of `event.of`, or the price of `event.reward`.

    Refusals: `unknown_currency`, `bad_points`, `insufficient_points`, and those of `rewarding`.
    """
    asked = ask(terms, standing, event, day, out)
    if asked is None:
        return
    event, promised = asked
    purse = affordable(terms, standing, event, out)
    if purse is None or not (promised.reward or pay(terms, promised, event, out)):
        return
    count(terms, standing, promised, day)
    lots = purse.take(event.points)
    purse.last_day = max(purse.last_day, day)
    standing.seq += 1
    out.entries.append(
        Entry(
            standing.seq, event.at, day, event.id, REDEMPTION, event.of, AVAILABLE, REDEEMED, event.points,
            reason(promised.reward), day if promised.reward else 0, event.points, (), lots, 0, 0, 0,
        )
    )  # fmt: skip


def affordable(terms: Terms, standing: Standing, event: Event, out: Outcome) -> Purse | None:
    """The purse that has `event.points` of `event.of` to spend; None after a refusal."""
    if event.of not in terms.currencies or terms.programme.currency(event.of).kind == "qualifying":
        spent = [one.id for one in terms.programme.currencies if one.kind != "qualifying"]
        sentence = (
            worded("There is no such currency to spend: say {currencies}.", currencies=listed(spent, "or"))
            if event.of
            else worded("There are several currencies to spend: say {currencies}.", currencies=listed(spent, "or"))
        )
        out.refusal = Refusal("unknown_currency", sentence, {"currency": event.of})
        return None
    if event.points <= 0:
        sentence = worded("Ask for a whole number of points above zero.")
        out.refusal = Refusal("bad_points", sentence, {"points": event.points})
        return None
    purse = standing.purses.get(event.of) or Purse()
    if event.points > purse.available:
        out.refusal = insufficient(event.points, purse)
        return None
    return purse
