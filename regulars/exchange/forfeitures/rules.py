"""When a member may object to losing points, and when they may be taken. Pure; days are local dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

ANNOUNCED, OBJECTED, UPHELD = "announced", "objected", "upheld"
DROPPED, TAKEN, GIVEN_BACK = "dropped", "taken", "given back"
#: Not at its end.
OPEN = (ANNOUNCED, OBJECTED, UPHELD)
#: Why a member may object; what more there is to say is said to a person.
OBJECTIONS = ("not-me", "mistake", "agreed", "unfair")


@dataclass(frozen=True, slots=True)
class Forfeiture:
    """So many points of a currency that are to be taken for a `reason` of the programme.

    `evidence` is where it is found. `notice_days`, `appeal_days` and `by_machine` are as they were promised on the day
    it was announced. `told_on` is the day on which the announcement reached the member (None: not yet), `taken` how
    many points were taken in the end.
    """

    account: int
    id: UUID
    currency: str
    points: int
    reason: str
    evidence: str
    notice_days: int
    appeal_days: int
    by_machine: bool
    announced_by: str
    announced_at: datetime
    state: str
    told_on: date | None
    told_of: str
    objection: str
    objected_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    taken: int
    ended_at: datetime | None

    @property
    def appeal_until(self) -> date | None:
        """The last day on which the member can object; None while they were not told, and can."""
        return self.told_on and self.told_on + timedelta(days=self.appeal_days)

    @property
    def takes_from(self) -> date | None:
        """The first day on which the points may be taken: the notice and the time to object are over."""
        return self.told_on and self.told_on + timedelta(days=max(self.notice_days, self.appeal_days) + 1)

    def objectable(self, today: date) -> bool:
        """Whether the member can object on a day."""
        until = self.appeal_until
        return self.state == ANNOUNCED and (until is None or today <= until)

    def due(self, today: date) -> bool:
        """Whether the points are to be taken on a day: time is over, and a person upheld it; or nobody had to, as the
        programme leaves it to a machine and the member did not object."""
        decided = self.state == UPHELD or (self.state == ANNOUNCED and self.by_machine)
        return decided and self.takes_from is not None and self.takes_from <= today

    def ripe(self, today: date) -> bool:
        """Whether it can be upheld on a day: the member was heard, or had the time to be."""
        until = self.appeal_until
        return self.state == OBJECTED or (self.state == ANNOUNCED and until is not None and until < today)
