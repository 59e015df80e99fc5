"""What ended of lots before anybody used it: it expired, was forfeited, or waited in vain. A return does not take that
a second time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from regulars.engine.entries import EXPIRED, FORFEITED, LAPSE, RELEASE, Entry, Outcome


@dataclass(slots=True)
class Ended:
    """Of the lots of one account: `points` by lot that expired or were forfeited, less those that returns have counted
    as taken back; `lapsed` the lots that waited in vain; `roots` by a lot that a hold gave back for longer, or that was
    in another account meanwhile, the one of which it is a part."""

    points: dict[int, int] = field(default_factory=dict)
    lapsed: set[int] = field(default_factory=set)
    roots: dict[int, int] = field(default_factory=dict)

    def read(self, kind: str, target: str, seq: int, is_lot: bool, lots: Iterable[tuple[int, int]]) -> None:
        """Take in one movement, in their order."""
        if kind == LAPSE:
            self.lapsed.update(lot for lot, _ in lots)
        elif target in (EXPIRED, FORFEITED):
            for lot, points in lots:
                lot = self.roots.get(lot, lot)
                self.points[lot] = self.points.get(lot, 0) + points
        elif kind == RELEASE and is_lot:
            for lot, _ in lots:
                self.roots[seq] = self.roots.get(lot, lot)

    def read_all(self, entries: Iterable[Entry]) -> None:
        """Take in entries, in their order."""
        for entry in entries:
            self.read(entry.kind, entry.target, entry.seq, entry.is_lot, entry.lots)

    def count(self, seq: int, points: int) -> int:
        """Count up to so many points of the lot `seq` as taken back; answers how many."""
        counted = min(self.points.get(seq, 0), points)
        if counted:
            self.points[seq] -= counted
        return counted

    def parts(self, seq: int) -> frozenset[int]:
        """The lots in which points of the lot `seq` may be: itself, and those that are parts of it."""
        return frozenset([seq, *(part for part, root in self.roots.items() if root == seq)])

    def beside(self, entries: Iterable[Entry]) -> Ended:
        """The same with entries that came since, in their order; this one stays as it is."""
        found = Ended(dict(self.points), set(self.lapsed), dict(self.roots))
        found.read_all(entries)
        return found

    def after(self, outcome: Outcome) -> Ended:
        """The same with what an outcome says; this one stays as it is."""
        found = self.beside(outcome.entries)
        for seq, points in outcome.gone:
            found.count(seq, points)
        return found
