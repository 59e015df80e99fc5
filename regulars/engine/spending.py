"""Spending: available points leave by lots, soonest to expire first, or the redemption is refused with figures."""

from __future__ import annotations

from regulars.engine.entries import AVAILABLE, REDEEMED, REDEMPTION, Entry, Outcome, Refusal
from regulars.engine.events import Event
from regulars.engine.standing import Standing
from regulars.engine.terms import Terms


def spend(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Debit `event.points` of `event.of`. Refusals: `unknown_currency`, `bad_points`, `insufficient_points`."""
    if event.of not in terms.currencies or terms.programme.currency(event.of).kind != "spendable":
        out.refusal = Refusal(
            "unknown_currency", "The programme has no such currency to spend.", {"currency": event.of}
        )
        return
    if event.points <= 0:
        out.refusal = Refusal(
            "bad_points", "A redemption needs a whole number of points above zero.", {"points": event.points}
        )
        return
    purse = standing.purses.get(event.of)
    available = purse.available if purse else 0
    if purse is None or event.points > available:
        figures = {"required": event.points, "available": available, "missing": event.points - available}
        out.refusal = Refusal("insufficient_points", "There are not enough points for this.", figures)
        return
    lots = purse.take(event.points)
    purse.last_day = max(purse.last_day, day)
    standing.seq += 1
    out.entries.append(
        Entry(
            standing.seq, event.at, day, event.id, REDEMPTION, event.of, AVAILABLE, REDEEMED, event.points,
            None, 0, event.points, (), lots, 0, 0, 0,
        )
    )  # fmt: skip
