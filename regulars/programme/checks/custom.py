"""Two members who differ in one thing alone, and the custom that both may bring: which lines, and how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from regulars.programme.checks.capping import Caps
from regulars.programme.checks.facts import Span, Total, inside
from regulars.programme.checks.giving import Giving, Held, best_at, counted

#: A kind of line of which a basket has none.
NONE = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of line: which rules hold on it for the lower and for the higher member, what one line may be, and which
    facts speak of it.
    """

    lower: Held
    higher: Held
    money: Span
    items: Span
    marks: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Custom:
    """`times` the same basket within a `period` (empty: one basket): of each kind the lines, minor units and items."""

    lines: tuple[tuple[int, int, int], ...]
    times: int = 1
    period: str = ""

    @property
    def amounts(self) -> list[int]:
        """What forms are multiplied by, for one basket."""
        return [1, *(amount for _, money, items in self.lines for amount in (money, items))]

    def meets(self, total: Total) -> bool:
        """Whether there is as much on some of its lines as there is to be."""
        at = ("lines", "money").index(total.what)
        return inside(sum(self.lines[place][at] for place in total.places), total.span)

    @property
    def spent(self) -> int:
        """Minor units of one basket."""
        return sum(money for _, money, _ in self.lines)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two members with all else equal, an `event`, the kinds of its lines, and how many and how dear they are, all
    together (`money`, `number`) and some of them (`totals`).
    """

    giving: Giving
    event: str
    kinds: tuple[Kind, ...]
    money: Span
    number: Span
    totals: tuple[Total, ...]

    def sides(self) -> tuple[list[Held], list[Held]]:
        """The rules that hold for the lower and for the higher, kind by kind."""
        return [kind.lower for kind in self.kinds], [kind.higher for kind in self.kinds]

    def given(self, custom: Custom, *, capped: bool = True) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
        """The points that each rule gives the lower and the higher, after caps or before them."""
        caps, amounts = Caps(self.giving), custom.amounts
        choose = best_at(amounts)
        found = []
        for held in self.sides():
            forms = self.giving.forms(held, self.event, choose)
            parts = self.giving.parts
            given = {id: Fraction(counted(form, amounts) * custom.times, parts) for id, form in forms.items()}
            found.append(caps.let_through(given, custom.times, custom.period) if capped else given)
        return found[0], found[1]

    def leads(self, custom: Custom) -> bool:
        """Whether there is such custom, and the lower is given more for it."""
        lines = sum(count for count, _, _ in custom.lines)
        within = inside(custom.spent, self.money) and inside(lines, self.number)
        if (
            not within
            or not all(custom.meets(total) for total in self.totals)
            or not all(_possible(*both) for both in zip(custom.lines, self.kinds, strict=True))
        ):
            return False
        if not self.giving.caps:
            return self._counted(custom, self.sides()[0]) > self._counted(custom, self.sides()[1])
        lower, higher = (sum(given.values()) for given in self.given(custom))
        return lower > higher

    def _counted(self, custom: Custom, held: list[Held]) -> int:
        forms = self.giving.forms(held, self.event, best_at(custom.amounts))
        return sum(counted(form, custom.amounts) for form in forms.values())


def ordinary(pair: Pair, kinds: int) -> Iterator[Custom]:
    """Baskets with so many kinds of lines, one of each at an ordinary price as far as conditions leave it open.

    The first ones are the plainest.
    """
    if pair.event != "purchase":
        yield Custom((NONE,) * len(pair.kinds))
        return
    for some in combinations(range(len(pair.kinds)), kinds):
        count = -(-max(kinds, pair.number[0] or 1) // kinds)
        price = near(pair.giving.basket * kinds, 1, pair.money) // kinds
        yield Custom(
            tuple(
                (count, near(price, count, kind.money), near(count, count, kind.items)) if place in some else NONE
                for place, kind in enumerate(pair.kinds)
            )
        )


def ends(span: Span) -> tuple[int, int | None]:
    """The least and the most of it in one line: at least one of it, unless there is to be none."""
    least, most = span
    return (least if least is not None else 1 if most is None else min(most, 1)), most


def near(amount: int, lines: int, span: Span) -> int:
    """What so many lines may come to that is nearest to `amount`."""
    least, most = ends(span)
    return max(amount, least * lines) if most is None else max(min(amount, most * lines), least * lines)


def _possible(line: tuple[int, int, int], kind: Kind) -> bool:
    """Whether so many lines may come to so much; 0 lines are nothing."""
    number, money, items = line
    return line == NONE or (
        number > 0 and money == near(money, number, kind.money) and items == near(items, number, kind.items)
    )
