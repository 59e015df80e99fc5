"""Bounding: which events leave the whole numbers that a column holds. Pure.

Live, the database refuses such an event and it is set aside as `cannot_be_kept`; here it is found without one, by the
same figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from regulars.engine.entries import Entry, Outcome
from regulars.engine.standing import Standing

#: The largest whole number that a column holds.
MOST: Final = 2**63 - 1
CANNOT_BE_KEPT: Final = "cannot_be_kept"


class Pots:
    """What one member's points have come to in each pot of each currency, as the ledger's balances hold them."""

    def __init__(self) -> None:
        self.held: Counter[tuple[str, str]] = Counter()

    def move(self, entries: Iterable[Entry]) -> None:
        """Take in what was moved."""
        for entry in entries:
            self.held[entry.currency, entry.source] -= entry.amount
            self.held[entry.currency, entry.target] += entry.amount

    def hold(self, outcome: Outcome, standing: Standing, *figures: int) -> bool:
        """Whether every figure of an outcome, the `standing` after it and further `figures` can be kept; what it moves
        is taken in if so."""
        before = self.held.copy()
        self.move(outcome.entries)
        told = [one for entry in outcome.entries for one in (entry.amount, entry.base, entry.granted)]
        if all(abs(one) <= MOST for one in (*figures, standing.total, *told, *self.held.values())):
            return True
        self.held = before
        return False
