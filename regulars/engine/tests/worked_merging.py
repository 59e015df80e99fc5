"""Worked examples of merging: a member, another one who turns out to be the same, and what the kernel makes of it.

Beside the words of `worked.py`: `the other buys 10.00` is of the other account; `merges` lets it go to the first one,
`unmerges` gives it back. What there is afterwards is told of the account that the row is about.
"""

from __future__ import annotations

from typing import Any

from regulars.engine.entries import Outcome
from regulars.engine.events import MERGE_IN, MERGE_OUT, UNMERGE_IN, UNMERGE_OUT, Event
from regulars.engine.tests.random_lives import note_spent
from regulars.engine.tests.worked import Member
from regulars.engine.unmerging import union_of


class Two:
    """Two accounts under one programme; `here` is the one that the last row was about."""

    def __init__(self, fragment: str) -> None:
        self.first, self.other = Member(fragment), Member(fragment)
        self.here = self.first
        self.merged = Outcome()
        self.carried: Any = None
        self.before = 0

    def does(self, day: str, what: str) -> str:
        """What came of it, in words, as `Member.does`; of a merge and its undoing, at the first account."""
        self.here = self.other if what.startswith("the other ") else self.first
        at = self.first._instant(day)
        if what == "merges":
            self.carried = _tell(self.other, Event(MERGE_OUT, "merge", at)).carried
            self.before = len(self.first.entries)
            self.merged = _tell(self.first, Event(MERGE_IN, "merge", at, carried=self.carried))
        elif what == "unmerges":
            own = [entry for entry in self.merged.entries if entry.event == "merge"]
            later = self.first.entries[self.before + len(self.merged.entries) :]
            days = {seq: days for (_, seq), days in self.first.lots.items()}
            assert self.merged.before is not None
            union = union_of(self.carried, self.merged.before, own, later, days)
            given_up = _tell(self.first, Event(UNMERGE_OUT, "unmerge", at, union=union))
            if given_up.refusal is None:
                _tell(self.other, Event(UNMERGE_IN, "unmerge", at, carried=given_up.carried))
        else:
            return self.here.does(day, what.removeprefix("the other "))
        return ", ".join(self.first._words(self.first.kernel.terms.zone.local(at)[0])) or "nothing"

    def has(self) -> str:
        """What there is in the account that the last row was about, as `Member.has`."""
        return self.here.has()


def _tell(member: Member, event: Event) -> Outcome:
    member.outcome = member.kernel.step(member.standing, event)
    member.entries += member.outcome.entries
    note_spent(member.lots, (), None, member.outcome)
    return member.outcome
