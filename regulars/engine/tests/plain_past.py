"""What the plain ledger remembers: what was bought, spent, sent, and left with the member."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from regulars.engine.tests.plain_earning import Gain, Worth
from regulars.engine.tests.plain_purse import Parts, PlainLot


class Sent(NamedTuple):
    """What left one account for another: from the pot `available`, `pending` or `debt`."""

    currency: str
    pot: str
    points: int
    available: date
    last: date
    awaits: bool


@dataclass
class Spending:
    """What was spent, lot by lot, and how much of it came back; `elsewhere`: by a member who was merged with this one."""

    currency: str
    parts: Parts
    returned: int = 0
    elsewhere: bool = False

    @property
    def amount(self) -> int:
        """How many points were spent."""
        return sum(points for _, points in self.parts)


@dataclass
class Bought:
    """A purchase: what it cost by line, what came back of that, what it earned, what points paid for it and what it was
    worth exactly."""

    day: date
    nets: list[int]
    returned: list[int]
    gains: list[tuple[Gain, PlainLot]]
    paid: list[Spending] = field(default_factory=list)
    worths: list[Worth] = field(default_factory=list)


class Left(NamedTuple):
    """Points of a gift that a return left with the member, as another purchase stands for the period that gave it."""

    gain: Gain
    lot: PlainLot
    points: int
    bought: date
