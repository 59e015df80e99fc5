"""What ended of lots before anybody used it: it expired, was forfeited, or waited in vain. A return does not take that
a second time, and what was given back for it is not gone.

Corrections name the movement that they put right, or an earlier correction of it. What they took of an accrual counts
as taken back, what they gave for a redemption or a capture as come back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from regulars.engine.entries import ADJUSTMENT, AVAILABLE, EXPIRED, FORFEITED, LAPSE, RELEASE, Entry, Outcome

#: Points of lots, as (lot, points).
Parts = list[tuple[int, int]]


@dataclass(slots=True)
class Ended:
    """Of the lots of one account: `points` by lot that expired or were forfeited, less those that returns have counted
    as taken back; `lapsed` the lots that waited in vain; `roots` by a lot that a hold gave back for longer, or that was
    in another account meanwhile, the one of which it is a part. `back` are points by lot that were given back for what
    had ended of it, and `righted` by movement what corrections gave for it, less what they took and no return has
    counted as taken back. For that, `corrects` has by correction the movement that it puts right in the end, `lots`
    what ended by a movement and was not given back, and `given` of which lots the points are that a correction gave
    back, as a lot of its own."""

    points: dict[int, int] = field(default_factory=dict)
    lapsed: set[int] = field(default_factory=set)
    roots: dict[int, int] = field(default_factory=dict)
    back: dict[int, int] = field(default_factory=dict)
    righted: dict[int, int] = field(default_factory=dict)
    corrects: dict[int, int] = field(default_factory=dict)
    lots: dict[int, Parts] = field(default_factory=dict)
    given: dict[int, Parts] = field(default_factory=dict)

    def read(
        self, kind: str, target: str, seq: int, is_lot: bool, lots: Iterable[tuple[int, int]], amount: int = 0,
        reverses: int = 0,
    ) -> None:  # fmt: skip
        """Take in one movement, in their order."""
        if kind == LAPSE:
            self.lapsed.update(lot for lot, _ in lots)
        elif target in (EXPIRED, FORFEITED):
            self.lots[seq] = []
            for lot, points in lots:
                lot = self.roots.get(lot, lot)
                self.points[lot] = self.points.get(lot, 0) + points
                self.lots[seq] += self._gone_again(lot, points) if lot in self.given else [(lot, points)]
        elif kind == RELEASE and is_lot:
            for lot, _ in lots:
                self.roots[seq] = self.roots.get(lot, lot)
        elif kind == ADJUSTMENT and reverses:
            self._correct(seq, amount if target == AVAILABLE else -amount, reverses)

    def _correct(self, seq: int, points: int, reverses: int) -> None:
        """Take in a correction, which gave points, or took them (below zero)."""
        movement = self.corrects[seq] = self.corrects.get(reverses, reverses)
        self.righted[movement] = self.righted.get(movement, 0) + points
        if movement in self.lots and points > 0:
            self.given[seq] = _last(self.lots[movement], points)
            for lot, some in self.given[seq]:
                self.back[lot] = self.back.get(lot, 0) + some
        elif reverses in self.given:
            self.lots[movement] += self._gone_again(reverses, -points)

    def _gone_again(self, lot: int, points: int) -> Parts:
        """Points that were given back, as the lot `lot`, are gone after all: they are those of the lots answered."""
        parts = _last(self.given[lot], points)
        for of, some in parts:
            self.back[of] -= some
        return parts

    def read_all(self, entries: Iterable[Entry]) -> None:
        """Take in entries, in their order."""
        for entry in entries:
            self.read(
                entry.kind, entry.target, entry.seq, entry.is_lot, entry.lots, entry.amount, entry.reverses
            )  # fmt: skip

    def gone(self, seq: int) -> int:
        """How many points of the lot `seq` are gone, and not counted as taken back."""
        return max(0, self.points.get(seq, 0) - self.back.get(seq, 0))

    def corrected(self, seq: int) -> bool:
        """Whether a correction says of the accrual `seq` that more is taken back of it, or less is gone."""
        return self.back.get(seq, 0) != 0 or self.righted.get(seq, 0) < 0

    def right(self, seq: int, points: int) -> int:
        """Count up to so many points as taken back that corrections took of the accrual `seq`; answers how many."""
        counted = min(max(0, -self.righted.get(seq, 0)), points)
        if counted:
            self.righted[seq] += counted
        return counted

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
        found = Ended(
            dict(self.points), set(self.lapsed), dict(self.roots), dict(self.back), dict(self.righted),
            dict(self.corrects), {seq: [*parts] for seq, parts in self.lots.items()},
            {seq: [*parts] for seq, parts in self.given.items()},
        )  # fmt: skip
        found.read_all(entries)
        return found

    def after(self, outcome: Outcome) -> Ended:
        """The same with what an outcome says; this one stays as it is."""
        found = self.beside(outcome.entries)
        for seq, points in outcome.gone:
            found.count(seq, points)
        for seq, points in outcome.righted:
            found.right(seq, points)
        return found


def _last(parts: Parts, points: int) -> Parts:
    """Take up to so many points out of parts, from the last one on; answers what was taken, in their order."""
    took: Parts = []
    while points and parts:
        lot, most = parts.pop()
        some = min(most, points)
        if most > some:
            parts.append((lot, most - some))
        took.insert(0, (lot, some))
        points -= some
    return took
