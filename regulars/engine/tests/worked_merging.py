"""Worked examples of merging: a member, another one who turns out to be the same, and what the kernel makes of it.

Beside the words of `worked.py`: `the other buys 10.00` is of the other account; `merges` lets it go to the first one,
`unmerges` gives it back. What the other one had bought and spent is known by its name to whoever has it then. What there
is afterwards is told of the account that the row is about.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from regulars.engine.entries import Outcome
from regulars.engine.events import MERGE_IN, MERGE_OUT, UNMERGE_IN, UNMERGE_OUT, Event, Origin, Union
from regulars.engine.meanwhile import union_of
from regulars.engine.tests.lives_together import brought
from regulars.engine.tests.random_lives import note_spent
from regulars.engine.tests.worked import Member
from regulars.engine.theirs import Theirs

#: The account of the other one.
OTHER = 2


class Noting(Member):
    """A member of whom the last event is known by its id."""

    event = ""

    def _step(self, event: Event, of: str, name: str) -> Outcome:
        self.event = event.id
        return super()._step(event, of, name)


class Two:
    """Two accounts under one programme; `here` is the one that the last row was about."""

    def __init__(self, fragment: str) -> None:
        self.first, self.other = Noting(fragment), Noting(fragment)
        self.here = self.first
        self.merged = Outcome()
        self.carried: Any = None
        self.before = 0
        self.lent: dict[str, Origin] = {}
        self.theirs: dict[str, Theirs] = {}

    def does(self, day: str, what: str) -> str:
        """What came of it, in words, as `Member.does`; of a merge and its undoing, at the first account."""
        self.here = self.other if what.startswith("the other ") else self.first
        at = self.first._instant(day)
        if what == "merges":
            self.carried = _tell(self.other, Event(MERGE_OUT, "merge", at)).carried
            self.before = len(self.first.entries)
            self.merged = _tell(self.first, Event(MERGE_IN, "merge", at, carried=self.carried))
            self._lend()
        elif what == "unmerges":
            given_up = _tell(self.first, Event(UNMERGE_OUT, "unmerge", at, union=self._union()))
            if given_up.refusal is None:
                _tell(self.other, Event(UNMERGE_IN, "unmerge", at, carried=given_up.carried))
                self._hand_back()
        else:
            words = self.here.does(day, what.removeprefix("the other "))
            for one in self.here.outcome.theirs:
                self.theirs[self.here.event] = one
            return words
        return ", ".join(self.first._words(self.first.kernel.terms.zone.local(at)[0])) or "nothing"

    def has(self) -> str:
        """What there is in the account that the last row was about, as `Member.has`."""
        return self.here.has()

    def _union(self) -> Union:
        own = [entry for entry in self.merged.entries if entry.event == "merge"]
        later = self.first.entries[self.before + len(self.merged.entries) :]
        days = {seq: days for (_, seq), days in self.first.lots.items()}
        assert self.merged.before is not None
        return union_of(self.carried, self.merged.before, own, later, days, self.theirs)

    def _lend(self) -> None:
        self.lent, self.other.origins = self.other.origins, {}
        origins = list(self.lent.values())
        came = self._union().came
        known = brought(origins, self.first.ended, self.other.ended, came, OTHER, OTHER)
        self.first.origins |= dict(zip(self.lent, known, strict=True))

    def _hand_back(self) -> None:
        for name, origin in self.lent.items():
            now = self.first.origins.pop(name)
            spent = [
                replace(one, returned=here.returned) for one, here in zip(origin.spent, now.spent, strict=True)
            ]  # fmt: skip
            self.other.origins[name] = replace(origin, returned=now.returned, spent=spent)
        self.lent, self.theirs = {}, {}


def _tell(member: Member, event: Event) -> Outcome:
    member.outcome = member.kernel.step(member.standing, event)
    member.entries += member.outcome.entries
    note_spent(member.lots, (), None, member.outcome)
    return member.outcome
