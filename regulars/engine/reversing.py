"""Reversing: spent points come back to the lots they were taken from, with the last days those have.

Parts of a redemption come back from its last lots on, as those can be kept longest; a reward that came back whole
counts no more for its limit. What is owed is paid at once;
points whose last day has passed, after a notice for it, expire at once, and goodwill is an entry of its own.
"""

from __future__ import annotations

from regulars.engine.entries import AVAILABLE, REDEEMED, REVERSAL, Entry, Outcome, Refusal
from regulars.engine.events import Event, Spent
from regulars.engine.expiring import returned
from regulars.engine.purse import Lot
from regulars.engine.rewarding import reason
from regulars.engine.standing import Standing
from regulars.engine.terms import Terms


def reverse(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Give back all that is left of what `event.origin` spent. Refusals: `unknown_original`, `already_reversed`."""
    spent = event.origin.spent if event.origin else ()
    if not spent:
        out.refusal = Refusal("unknown_original", "The redemption to be reversed is not known here.", {})
        return
    if all(one.returned == one.amount for one in spent):
        figures = {"redeemed": sum(one.amount for one in spent), "returned": sum(one.returned for one in spent)}
        out.refusal = Refusal("already_reversed", "All of these points came back already.", figures)
        return
    for one in spent:
        come_back(terms, standing, event, day, one, one.amount - one.returned, out)


def come_back(
    terms: Terms, standing: Standing, event: Event, day: int, spent: Spent, points: int, out: Outcome
) -> None:
    """Let `points` of what was spent come back."""
    parts: list[Lot] = []
    gone, left = spent.returned, points
    for seq, took, *days in reversed(spent.lots):
        some = min(max(0, took - gone), left)
        gone = max(0, gone - took)
        if some:
            parts.append(Lot(seq, some, *days))
            left -= some
    points -= left
    if not points:
        return
    lots = tuple([(part.seq, part.left) for part in parts])
    standing.seq += 1
    out.entries.append(
        Entry(
            standing.seq, event.at, day, event.id, REVERSAL, spent.currency, REDEEMED, AVAILABLE, points,
            reason(spent.reward), spent.day, points, (), lots, 0, 0, spent.seq,
        )
    )  # fmt: skip
    if spent.returned + points == spent.amount:  # a reward of which a part came back was had all the same
        standing.give_up(spent.reward, spent.day)
    purse = standing.purse(spent.currency)
    for part in parts:
        purse.restore(part)
    returned(terms.currencies.get(spent.currency), standing, purse, event.id, event.at, day, out)
