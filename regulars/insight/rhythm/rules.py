"""When somebody is slipping, by their own rhythm. docs/rules/rhythm.md says it in prose, with worked numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

#: How many gaps between days of purchase make a rhythm known, and how many are looked at.
LEAST_GAPS, MOST_GAPS = 4, 12
#: Away longer than this many times the own rhythm.
TIMES = 2
#: Away for at least so many days: below, nobody misses a person.
LEAST_DAYS = 14
#: After so many days somebody is no longer slipping: they have left.
MOST_DAYS = 182


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a member comes, in whole days: the `typical` gap (the middle one; of an even number the shorter of
    the two), the `longest` of the same gaps, and how many days they have been `away` now."""

    typical: int
    longest: int
    away: int

    @property
    def slipping(self) -> bool:
        """Away longer than twice the own rhythm and than ever before, for 14 to 182 days."""
        return self.away > max(TIMES * self.typical, self.longest) and LEAST_DAYS <= self.away <= MOST_DAYS


def rhythm(days: Sequence[int], today: int) -> Rhythm | None:
    """The rhythm of somebody who bought on these days (proleptic ordinals, each once, the latest first).

    None when fewer than five days of purchase are known.
    """
    looked_at = days[: MOST_GAPS + 1]
    gaps = sorted(later - earlier for later, earlier in pairwise(looked_at))
    if len(gaps) < LEAST_GAPS:
        return None
    return Rhythm(gaps[(len(gaps) - 1) // 2], gaps[-1], today - days[0])
