"""Theirs: what an event of the survivor took, or gave back, for the member who was merged into it.

Which points these were say the entries of the event. Whose they were, and what else of the past went with them, is kept
beside: undoing the merge lets it go home with that member (`unmerging.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple


class Travelled(NamedTuple):
    """A lot that the survivor brought to a household: its number `before`, that of what came back of it `now` (0:
    nothing), and what time did there: points that `expired` or `lapsed`, or were `opened` on a day, with the days fixed
    then. Of a hold that lapsed so many points became a lot that lasts `longer`: then it is that one which came back.
    """

    currency: str
    before: int
    now: int
    expired: int = 0
    lapsed: int = 0
    opened: int = 0
    opened_day: int = 0
    available_day: int = 0
    expires_day: int = 0
    longer: int = 0


@dataclass(slots=True)
class Theirs:
    """For the member whose account `whose` was merged into this one (0: nobody was).

    `taken` are points of what they had been granted, as (currency, seq of the grant as it is known here, points);
    `used` the room under caps that is there again, as (cap, period, points); `lost` the progress that went, as (day,
    amount); `uncounted` what counts no longer, as (rule as `Outcome.counted` names it, day, whether it had completed a
    round, what the count here changed by); `spared` gifts that stayed, as another event stands here for the day or
    period that gave them, as (currency, seq of the grant here, rule, points, day, how many points of it have ended);
    `had` rewards that were not had after all, as (reward, day). `back` are lots of what they had spent, as (seq here,
    seq of the lot there that it was taken from; of one of an account that is not theirs what `meanwhile.alone` says;
    0 where it came back to the lots themselves).
    `fractions` is by how much the fraction that waits here changed, as (currency, parts of a point, how many of them
    are one).

    What happened in a household that the survivor has left is told as it is there: `away` are points that were taken,
    as (currency, seq of the grant there, or 0, the pot it came from, points, and the days of the lot, or of one that
    repaid it (0: none did): earned, available, last (NEVER: none is fixed)); `home` what came back, as (currency, seq
    of the lot there as in `back`, points, and its days). `lots` are those that the survivor had brought there; `short`
    is what they had taken beyond their count, as (currency, points of others, points that they still owed). They had
    left it when the latest entry of their account was the one `since`.
    """

    whose: int
    taken: list[tuple[str, int, int]] = field(default_factory=list)
    used: list[tuple[str, int, int]] = field(default_factory=list)
    lost: list[tuple[int, int]] = field(default_factory=list)
    uncounted: list[tuple[str, int, bool, int]] = field(default_factory=list)
    spared: list[tuple[str, int, str, int, int, int]] = field(default_factory=list)
    had: list[tuple[str, int]] = field(default_factory=list)
    back: list[tuple[int, int]] = field(default_factory=list)
    fractions: list[tuple[str, int, int]] = field(default_factory=list)
    away: list[tuple[str, int, str, int, int, int, int]] = field(default_factory=list)
    home: list[tuple[str, int, int, int, int, int]] = field(default_factory=list)
    lots: list[Travelled] = field(default_factory=list)
    short: list[tuple[str, int, int]] = field(default_factory=list)
    since: int = 0

    def dump(self) -> dict[str, Any]:
        """As plain JSON values, for the row of the event; what was not touched is left out."""
        told: dict[str, Any] = {"whose": self.whose}
        for name in _TOLD:
            rows = getattr(self, name)
            if rows:
                told[name] = [list(row) for row in rows]
        if self.since:
            told["since"] = self.since
        return told


_TOLD: Final = (
    "taken", "used", "lost", "uncounted", "spared", "had", "back", "fractions", "away", "home", "lots", "short",
)  # fmt: skip


def load(told: Mapping[str, Any]) -> Theirs:
    """What `dump` told."""
    rows = {name: [tuple(row) for row in told.get(name, ())] for name in _TOLD if name != "lots"}
    lots = [Travelled(*row) for row in told.get("lots", ())]
    return Theirs(told["whose"], lots=lots, since=told.get("since", 0), **rows)
