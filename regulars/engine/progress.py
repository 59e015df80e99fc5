"""Progress towards tiers, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain


class Progress:
    """Amounts by day, the earliest day first; whoever goes through it gets pairs (day, amount).

    It is kept in one `flat` list, `[day, amount, day, amount ...]`: a year has hundreds of days, of which a purchase
    looks at the last one, and a host reads and writes numbers faster than pairs.
    """

    __slots__ = ("flat",)

    def __init__(self, pairs: Iterable[Iterable[int]] = ()) -> None:
        self.flat: list[int] = [*chain.from_iterable(pairs)]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        numbers = iter(self.flat)
        return zip(numbers, numbers, strict=True)

    def __len__(self) -> int:
        return len(self.flat) // 2

    def __eq__(self, other: object) -> bool:
        return self.flat == other.flat if isinstance(other, Progress) else NotImplemented

    def __repr__(self) -> str:
        return f"Progress({[*self]})"

    def since(self, head: int) -> int:
        """The sum of the amounts from row `head` on."""
        return sum(self.flat[2 * head + 1 :: 2])
