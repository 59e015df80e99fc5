"""Reversing: spent points come back to the lots they were taken from, with the last days those have.

Parts of a redemption come back from its last lots on, as those can be kept longest; a reward that came back whole
counts no more for its limit. What is owed is paid at once;
points whose last day has passed, after a notice for it, expire at once, and goodwill is an entry of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from regulars.engine.entries import AVAILABLE, REDEEMED, REVERSAL, Entry, Outcome, Refusal
from regulars.engine.events import Event, Spent
from regulars.engine.expiring import returned
from regulars.engine.meanwhile import alone
from regulars.engine.purse import Lot
from regulars.engine.rewarding import reason
from regulars.engine.standing import Standing
from regulars.engine.terms import Terms
from regulars.kit.speaking import worded


def reverse(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Give back all that is left of what `event.origin` spent. Refusals: `unknown_original`, `already_reversed`."""
    spent = as_corrected(event, event.origin.spent if event.origin else (), out)
    if not spent:
        out.refusal = Refusal("unknown_original", worded("The redemption to be reversed is not known here."), {})
        return
    if all(one.returned == one.amount for one in spent):
        figures = {"redeemed": sum(one.amount for one in spent), "returned": sum(one.returned for one in spent)}
        out.refusal = Refusal(
            "already_reversed",
            worded("All of these points came back already: there is nothing more to give back."),
            figures,
        )
        return
    for one in spent:
        come_back(terms, standing, event, day, one, one.amount - one.returned, out)


def as_corrected(event: Event, spent: Sequence[Spent], out: Outcome) -> Sequence[Spent]:
    """What was spent, where what corrections gave for it has come back as well."""
    if event.stands or not any(one.righted for one in spent):
        return spent
    out.heeded = True
    return [replace(one, returned=min(one.amount, one.returned + one.righted)) for one in spent]


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
    purse = standing.purse(spent.currency)
    if spent.account:
        _come_here(standing, event, day, spent, parts, out)
    else:
        lots = tuple([(part.seq, part.left) for part in parts])
        _write(standing, event, day, spent, points, out, lots, spent.day)
        for part in parts:
            purse.restore(part)
        if spent.whose:  # these lots are a household's
            out.theirs_of(spent.whose).back.append((standing.seq, 0))
    if spent.returned + points == spent.amount:  # a reward of which a part came back was had all the same
        standing.give_up(spent.reward, spent.day)
        if spent.whose and spent.reward:
            out.theirs_of(spent.whose).had.append((spent.reward, spent.day))
    returned(terms.currencies.get(spent.currency), standing, purse, event.id, event.at, day, out)


def _come_here(standing: Standing, event: Event, day: int, spent: Spent, parts: list[Lot], out: Outcome) -> None:
    """What a merged member had spent comes back as lots of their own, as those it was taken from are not here."""
    for part in parts:
        _write(standing, event, day, spent, part.left, out, (), part.earned_day, (part.available_day, part.fixed))
        kept = Lot(standing.seq, part.left, part.earned_day, part.available_day, part.expires_day)
        standing.purse(spent.currency).admit(kept)
        out.back = [*out.back, (spent.account, spent.seq, part.left)]
        home = part.seq if spent.account == spent.whose else alone(spent.account, part.seq)
        out.theirs_of(spent.whose).back.append((standing.seq, home))


def _write(
    standing: Standing, event: Event, day: int, spent: Spent, points: int, out: Outcome,
    lots: tuple[tuple[int, int], ...], base: int, days: tuple[int, int] = (0, 0),
) -> None:  # fmt: skip
    standing.seq += 1
    reverses = 0 if spent.account else spent.seq
    out.entries.append(
        Entry(
            standing.seq, event.at, day, event.id, REVERSAL, spent.currency, REDEEMED, AVAILABLE, points,
            reason(spent.reward), base, points, (), lots, *days, reverses,
        )
    )  # fmt: skip
