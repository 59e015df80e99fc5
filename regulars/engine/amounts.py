"""Amounts by day: progress towards tiers, what caps have let through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain


class Amounts:
    """Amounts by the number of a day, or of another period; whoever goes through them gets pairs (day, amount).

    They are kept in one `flat` list, `[day, amount, day, amount ...]`: a year has hundreds of days, of which a purchase
    looks at the last one, and a host reads and writes numbers faster than pairs.
    """

    __slots__ = ("flat",)

    def __init__(self, flat: list[int] | None = None) -> None:
        self.flat: list[int] = [] if flat is None else flat

    @classmethod
    def of(cls, pairs: Iterable[Iterable[int]]) -> Amounts:
        """The amounts of pairs."""
        return cls([*chain.from_iterable(pairs)])

    def __iter__(self) -> Iterator[tuple[int, int]]:
        numbers = iter(self.flat)
        return zip(numbers, numbers, strict=True)

    def __len__(self) -> int:
        return len(self.flat) // 2

    def __eq__(self, other: object) -> bool:
        return self.flat == other.flat if isinstance(other, Amounts) else NotImplemented

    def __repr__(self) -> str:
        return f"Amounts.of({[*self]})"

    def since(self, head: int) -> int:
        """The sum of the amounts from row `head` on."""
        return sum(self.flat[2 * head + 1 :: 2])

    def has(self, day: int) -> bool:
        """Whether a day has an amount; it may be 0."""
        return self._place(day) > 0

    def get(self, day: int) -> int:
        """The amount of a day; 0 where there is none."""
        place = self._place(day)
        return self.flat[place] if place else 0

    def put(self, day: int, amount: int) -> None:
        """Let this be the amount of a day; one that has none yet comes last."""
        place = self._place(day)
        if place:
            self.flat[place] = amount
        else:
            self.flat += (day, amount)

    def add(self, day: int, amount: int) -> None:
        """Add to the amount of a day."""
        place = self._place(day)
        if place:
            self.flat[place] += amount
        else:
            self.flat += (day, amount)

    def add_within(self, day: int, amount: int, most: int) -> bool:
        """Add to the amount of a day where that comes to no more than `most`; else False, and nothing is added."""
        place = self._place(day)
        before = self.flat[place] if place else 0
        if before + amount > most:
            return False
        if place:
            self.flat[place] = before + amount
        else:
            self.flat += (day, amount)
        return True

    def _place(self, day: int) -> int:
        """Where the amount of a day stands; 0 for nowhere."""
        flat = self.flat
        if flat and flat[-2] == day:
            return len(flat) - 1
        days = flat[::2]
        return 2 * days.index(day) + 1 if day in days else 0


def by_period(used: Mapping[str, Amounts]) -> dict[str, dict[int, int]]:
    """What caps have let through, by cap and period."""
    return {cap: dict(periods) for cap, periods in used.items()}
