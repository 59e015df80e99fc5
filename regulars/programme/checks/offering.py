"""Offers as conditions over customers: who gets which, and what the best they may combine is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

from regulars.kit.conditions import Condition, Name, Scope, Type
from regulars.kit.conditions.standard import STANDARD
from regulars.kit.conditions.tree import Compare, Flag, Has, In, Literal, Node, Not, Op, Ref, both, either
from regulars.kit.speaking import phrase
from regulars.programme.checks.cells import Cell, Cells, TooManyCells
from regulars.programme.checks.worth import Points, Worth, paid, worth, yardsticks
from regulars.programme.offers import Offer
from regulars.programme.promise import Programme


def _name(name: str, type: Type, title: str, scope: Scope = Scope.MEMBER, **more: Any) -> Name:
    return Name(name, type, scope, title={"en": title}, **more)


NEW = _name("new_customer", Type.BOOLEAN, "a new customer")
LEAVING = _name("cancel_intent", Type.BOOLEAN, "the wish to leave")
TENURE = _name("tenure_days", Type.INTEGER, "the days since the first purchase", nullable=True, bounds=(0, 40_000))
AWAY = _name("away_days", Type.INTEGER, "the days since the last purchase", bounds=(0, 4_000))
_PAYMENT = _name("payment", Type.TEXT, "the way to pay")
_TERM = _name("term", Type.INTEGER, "the term in months")
_REGION = _name("region", Type.TEXT, "the region")
_PRODUCT = _name("product", Type.TEXT, "the product", Scope.LINE)
_REGULAR = _name("at_regular_price", Type.BOOLEAN, "the regular price", Scope.LINE)
#: What tells a customer's past, and is not held equal when past is compared.
PAST = (NEW.name, LEAVING.name, TENURE.name, AWAY.name, "tier", "member_since")

#: Ways to combine the groups of offers of which only one counts, at most.
_MOST_WAYS = 1_000


@dataclass
class Offering:
    """The offers of a programme, the customers they tell apart, and what they are worth to them.

    The last of the offers may stand for something else, at the paths `besides`.
    """

    programme: Programme
    cells: Cells
    when: list[Condition]
    points: Points = field(default_factory=dict)
    besides: tuple[str, ...] = ()
    _best: dict[tuple[frozenset[int], int, int], Fraction] = field(default_factory=dict)

    @classmethod
    def of(cls, programme: Programme, besides: Iterable[tuple[str, Offer]] = ()) -> Offering:
        """With what stands elsewhere and is an offer by another name, by path.

        Raises TooManyCells where a list of words is too long to look at in every combination.
        """
        more = tuple(besides)
        programme = replace(programme, offers=(*programme.offers, *(offer for _, offer in more)))
        cells, when = Cells.of(Condition(_eligible(offer, programme)) for offer in programme.offers)
        return cls(programme, cells, when, besides=tuple(path for path, _ in more))

    def beside(self, offer: int) -> str | None:
        """The path of what an offer stands for; None where it is an offer."""
        first = len(self.programme.offers) - len(self.besides)
        return self.besides[offer - first] if offer >= first else None

    def each_worth(self) -> list[Offering]:
        """The same for everything that points may be worth. Raises TooManyCells."""
        every = yardsticks(self.programme, (one for offer in self.programme.offers for one in offer.gives))
        return [replace(self, points=points, _best={}) for points in every]

    @cached_property
    def _holds(self) -> list[Callable[[Cell], bool]]:
        return [condition.function() for condition in self.when]

    def horizon(self, theirs: frozenset[int], others: frozenset[int]) -> int:
        """The months over which two sets of offers are compared: the longest that one names which only one set has."""
        return max((self.programme.offers[index].horizon_months for index in theirs ^ others), default=12)

    def values(self, name: str) -> list[Any]:
        """The values of a name that make a difference, without the missing one."""
        return [value for value in self.cells.values.get(name, []) if value is not None]

    def open_to(self, cell: Cell) -> frozenset[int]:
        """The offers, by position, that the customer of `cell` may have."""
        return frozenset(index for index, holds in enumerate(self._holds) if holds(cell))

    def best(self, offers: frozenset[int], basket: int, months: int) -> Fraction:
        """The most that can be had of `offers` on a purchase of `basket` and over `months`, as they may be combined."""
        key = (offers, basket, months)
        if key not in self._best:
            self._best[key] = max(
                (way.within(basket) for way in self.ways(offers, basket, months)), default=Fraction(0)
            )
        return self._best[key]

    def alone(self, offer: int, basket: int, months: int) -> Fraction:
        """What one offer is worth by itself."""
        return self._sum((offer,), basket, months).within(basket)

    def ways(self, offers: frozenset[int], basket: int, months: int) -> list[Worth]:
        """What the combinations that are allowed are worth on such a purchase, but for those that others cover."""
        found: list[Worth] = []
        for way in self.combined(offers):
            value = self._sum(way, basket, months)
            if not any(other.covers(value) for other in found):
                found = [other for other in found if not value.covers(other)] + [value]
        return found

    def combined(self, offers: frozenset[int]) -> Iterator[tuple[int, ...]]:
        """The largest combinations: one exclusive offer, or all that stack with one of each group."""
        every: list[int] = []
        groups: dict[str, list[int]] = {}
        for index in sorted(offers):
            stacking = self.programme.offers[index].stacking
            if stacking.kind == "exclusive":
                yield (index,)
            elif stacking.group is not None:
                groups.setdefault(stacking.group, []).append(index)
            else:
                every.append(index)
        ways = 1
        for members in groups.values():
            ways *= len(members)
        if ways > _MOST_WAYS:
            raise TooManyCells(phrase("stacking"))
        for chosen in product(*groups.values()):
            yield (*every, *chosen)

    def _sum(self, way: Iterable[int], basket: int, months: int) -> Worth:
        """What a combination is worth; of several introductory prices only the best counts."""
        total, saved = Worth(), Fraction(0)
        for index in way:
            offer = self.programme.offers[index]
            if basket >= (offer.use.minimum_spend or 0):
                total += worth(offer.gives, basket, self.list_prices.get(offer.product), self.points)
            saved = max(saved, self.saved(index, months))
        return total + Worth(later=saved)

    def saved(self, offer: int, months: int) -> Fraction:
        """What the introductory price of an offer, if it has one, leaves of the list price over so many months."""
        path, product = self.programme.offers[offer].price, self.programme.offers[offer].product
        return Fraction(0 if path is None else self.list_prices[product] * months - paid(path, months))

    @cached_property
    def list_prices(self) -> dict[str | None, int]:
        """What a month of each product costs those without an offer."""
        prices: dict[str | None, int] = {}
        for offer in self.programme.offers:
            if offer.price is not None:
                prices[offer.product] = max(prices.get(offer.product, 0), offer.price.list_price)
        return prices


def _eligible(offer: Offer, programme: Programme) -> Node:
    """Who may have `offer`, for which goods and when, as one condition."""
    who = offer.eligible
    parts: list[Node] = []
    if who.customers != "all":
        parts.append(Flag(NEW) if who.customers == "new" else Not(Flag(NEW)))
    if who.tenure_days is not None:
        parts.append(_at_least(TENURE, who.tenure_days.least))
        if who.tenure_days.most is not None:
            parts.append(Compare(Op.LE, Ref(TENURE), Literal(who.tenure_days.most, Type.INTEGER)))
    if who.away_days is not None:
        parts.append(_at_least(AWAY, who.away_days))
    parts += [Flag(LEAVING)] if who.cancel_intent else []
    tier = tier_of(programme)
    products = () if offer.product is None else (offer.product,)
    for name, words in (
        (STANDARD.names["channel"], who.channels),
        (_PAYMENT, who.payments),
        (_REGION, who.regions),
        (_TERM, who.terms),
        (tier, who.tiers),
        (_PRODUCT, products),
    ):
        parts += one_of(name, words)
    if who.segments:
        segments = STANDARD.names["segments"]
        parts.append(either([Has(segments, Literal(word, Type.TEXT), negated=False) for word in who.segments]))
    parts += [Flag(_REGULAR)] if offer.use.regular_price_only else []
    for op, day in ((Op.GE, offer.starts), (Op.LE, offer.ends)):
        parts += [Compare(op, Ref(STANDARD.names["date"]), Literal(day, Type.DATE))] if isinstance(day, date) else []
    parts += [condition.root for condition in (who.when, offer.lines) if condition is not None]
    return both(parts) if parts else either([Flag(NEW), Not(Flag(NEW))])


def tier_of(programme: Programme) -> Name:
    """The name `tier` with the levels of `programme`, the lowest first."""
    levels = tuple(level.id for level in programme.tiers.levels) if programme.tiers else ()
    return Name("tier", Type.TEXT, Scope.MEMBER, nullable=True, enum=levels, title={"en": "the tier"})


def _at_least(name: Name, value: int) -> Node:
    return Compare(Op.GE, Ref(name), Literal(value, Type.INTEGER))


def one_of(name: Name, words: tuple[str, ...] | tuple[int, ...]) -> list[Node]:
    """That `name` is one of `words`; nothing where there are none."""
    return [In(Ref(name), tuple(Literal(word, name.type) for word in words), negated=False)] if words else []
