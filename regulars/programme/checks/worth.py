"""What a benefit is worth to a member, in minor units: the yardstick by which offers are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from regulars.kit.conditions import Condition
from regulars.kit.speaking import phrase
from regulars.programme.benefits import Benefit
from regulars.programme.checks.cells import TooManyCells
from regulars.programme.moments import Gift
from regulars.programme.offers import PricePath
from regulars.programme.promise import Programme


@dataclass(frozen=True, slots=True)
class Worth:
    """What is had on a purchase: a `share` of it and an `amount` off (never more than it costs), and more `later`."""

    share: Fraction = Fraction(0)
    amount: Fraction = Fraction(0)
    later: Fraction = Fraction(0)

    def __add__(self, other: Worth) -> Worth:
        return Worth(self.share + other.share, self.amount + other.amount, self.later + other.later)

    def within(self, basket: int) -> Fraction:
        """The sum for a purchase of `basket` minor units."""
        return min(self.share * basket + self.amount, Fraction(basket)) + self.later

    def covers(self, other: Worth) -> bool:
        """Whether it is worth at least as much on every purchase."""
        return self.share >= other.share and self.amount >= other.amount and self.later >= other.later


#: What a point of each currency is worth, in minor units.
Points = Mapping[str, Fraction]

#: Currencies whose points may be worth more or less, at most: what both ends of each come to is looked at.
_MOST_OPEN = 6
#: Of a currency of which nobody knows it, a point is worth nothing, or more than anything.
_UNKNOWN = Fraction(0), Fraction(10**12)


def known(currency: str, programme: Programme, gift: int = 0) -> tuple[Fraction, Fraction] | None:
    """The least and the most that a point of `currency` is worth; None where nothing says.

    The least is what the currency declares, or else what the cheapest reward makes of it. The most is what rewards make
    of it that cost no more than a `gift` of so many points, or the cheapest one, if that is more. Those that are for
    some tiers or years alone do not count. Virtual cash is money.
    """
    found = programme.currency(currency)
    rewards = sorted(
        (one for one in programme.rewards if one.currency == currency and one.worth and not _for_the_loyal(one.when)),
        key=lambda one: one.price.least,
    )
    if found.kind == "cash" or not rewards:
        return None if found.value is None else (found.value, found.value)
    cheapest = rewards[0]
    least = found.value or Fraction(cheapest.worth or 0, cheapest.price.most)
    bought = [one for one in rewards if one is cheapest or one.price.least <= gift]
    return least, max(least, *(Fraction(one.worth or 0, one.price.least) for one in bought))


def _for_the_loyal(when: Condition | None) -> bool:
    return when is not None and any(name.name in ("tier", "member_since") for name in when.names)


def yardsticks(programme: Programme, given: Iterable[Benefit | Gift]) -> list[Points]:
    """What points may be worth: each end for every currency in which something of `given` is.

    Whoever is better off by none of these is better off by nothing between. Raises TooManyCells.
    """
    gifts: dict[str, int] = {}
    for one in given:
        if one.kind == "points" and one.currency is not None:
            gifts[one.currency] = max(gifts.get(one.currency, 0), one.points)
    ends = {id: dict.fromkeys(known(id, programme, gift) or _UNKNOWN) for id, gift in gifts.items()}
    if sum(len(some) > 1 for some in ends.values()) > _MOST_OPEN:
        raise TooManyCells(phrase("currencies"))
    return [dict(zip(ends, way, strict=True)) for way in product(*ends.values())]


def unknown(points: Points) -> bool:
    """Whether there is a currency among them of which nobody knows what a point is worth."""
    return not {0, _UNKNOWN[1]}.isdisjoint(points.values())


def worth(benefits: Iterable[Benefit], basket: int, monthly: int | None, points: Points) -> Worth:
    """What `benefits` are worth on a purchase of `basket`; `monthly` is the price of a free month, if known.

    A month whose price nobody says is worth nothing here (LP-2 asks for it).
    """
    found = Worth()
    for one in benefits:
        match one.kind:
            case "percent":
                capped = one.most is not None and one.share * basket > one.most
                found += Worth(amount=Fraction(one.most or 0)) if capped else Worth(share=one.share)
            case "amount":
                found += Worth(amount=Fraction(one.money or 0))
            case "points":
                found += Worth(later=one.points * points[one.currency or ""])
            case "free_months":
                found += Worth(later=Fraction(one.months * (one.money or monthly or 0)))
            case _:
                found += Worth(later=Fraction(one.money or 0))
    return found


def paid(path: PricePath, months: int) -> int:
    """What `months` months cost along `path`, in minor units."""
    total, left = 0, months
    for step in path.steps:
        taken = min(step.months, left)
        total, left = total + taken * step.pays, left - taken
    return total + left * path.list_price
