"""Aside: what holds have set aside, while a member's points are spent again (`respending.py`).

Entries name lots as they were recorded; other lots may be set aside in their place now. Which hold is meant says the
event that answered it, or else the lots that it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from regulars.engine.entries import RELEASE, Entry
from regulars.engine.purse import Hold, Lot

#: Parts of lots by their numbers.
Recorded = list[tuple[int, int]]


@dataclass(slots=True)
class Aside:
    """What the hold of an `event` of that day has set aside still: as it was recorded, and as it is now."""

    event: str
    day: int
    recorded: Recorded
    lots: list[Lot]


@dataclass(slots=True)
class Asides:
    """All that is set aside; `answers` is the hold that each capture and release named."""

    answers: Mapping[str, str]
    there: list[Aside] = field(default_factory=list)
    #: Rows of holds that have lapsed already, and holds for which other lots are being set aside.
    _seen: set[int] = field(default_factory=set)
    _anew: list[Aside | None] = field(default_factory=list)

    def answer(self, entry: Entry, points: int) -> tuple[list[Lot], list[Lot]]:
        """What an entry takes of a hold, up to so many points; and what is left of one that is over with it."""
        aside = self._of(entry)
        if aside is None:
            return [], []
        gone = dict(entry.lots)
        aside.recorded = [(seq, some - gone.get(seq, 0)) for seq, some in aside.recorded if some > gone.get(seq, 0)]
        parts = []
        for part in aside.lots:
            some = min(points, part.left)
            parts += [Lot(part.seq, some, part.earned_day, part.available_day, part.expires_day)] if some else []
            part.left -= some
            points -= some
        aside.lots = [part for part in aside.lots if part.left]
        if aside.recorded:
            return parts, []
        self.there.remove(aside)
        return parts, aside.lots  # what a return had taken out of it, and takes elsewhere now

    def lapse(self, entry: Entry, since: Sequence[Entry]) -> tuple[Aside, dict[tuple[int, int], Entry]] | None:
        """The hold that lapses with an entry, with the rows of its parts, of those `since`; None for one that has."""
        rows: dict[tuple[int, int], Entry] = {}
        for one in since:
            if one.kind != RELEASE or one.event or one.day != entry.day:
                break
            rows.setdefault(one.lots[0], one)
        over = [one for one in self.there if entry.lots[0] in one.recorded and {*one.recorded} <= rows.keys()]
        if entry.seq in self._seen or not over:
            return None
        self.there.remove(over[0])
        self._seen |= {rows[part].seq for part in over[0].recorded}
        return over[0], rows

    def correct(self, entry: Entry) -> None:
        """An opening or its withdrawal set other lots aside for a hold: later entries name those."""
        if entry.kind == RELEASE:
            whole = [one for one in self.there if sorted(one.recorded) == sorted(entry.lots)]
            self._anew.append(whole[0] if whole else None)
        elif (aside := self._anew.pop(0)) is not None:
            aside.recorded = list(entry.lots)

    def match(self, holds: Sequence[Hold]) -> tuple[list[Aside | None], list[Lot]]:
        """What is set aside for each hold that there is, as far as it is known; and what is for none of them."""
        found: list[Aside | None] = []
        for hold in holds:
            recorded = [(part.seq, part.left) for part in hold.lots]
            same = [one for one in self.there if one.recorded == recorded]
            same.sort(key=lambda one: one.event != hold.event)
            found.append(same[0] if same else None)
            self.there = [one for one in self.there if one is not found[-1]]
        return found, [part for one in self.there for part in one.lots]

    def _of(self, entry: Entry) -> Aside | None:
        meant = self.answers.get(entry.event, "")
        found = []
        for one in self.there:
            there = dict(one.recorded)
            if all(there.get(seq, 0) >= points for seq, points in entry.lots):
                found.append(one)
        found.sort(key=lambda one: one.event != meant)
        return found[0] if found else None
