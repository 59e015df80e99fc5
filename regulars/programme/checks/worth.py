"""What a benefit is worth to a member, in minor units: the yardstick by which offers are compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from regulars.programme.benefits import Benefit
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


def worth(benefits: Iterable[Benefit], basket: int, monthly: int | None, programme: Programme) -> Worth:
    """What `benefits` are worth on a purchase of `basket`; `monthly` is the price of a free month, if known.

    A point is worth what its currency declares, or the smallest coin where it declares nothing; a month whose price
    nobody says is worth nothing here (LP-2 asks for it).
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
                found += Worth(later=one.points * point(one.currency, programme))
            case "free_months":
                found += Worth(later=Fraction(one.months * (one.money or monthly or 0)))
            case _:
                found += Worth(later=Fraction(one.money or 0))
    return found


def point(currency: str | None, programme: Programme) -> Fraction:
    """What a point of `currency` is worth at least, in minor units; 1 where nothing is declared."""
    return (programme.currency(currency).value if currency else None) or Fraction(1)


def paid(path: PricePath, months: int) -> int:
    """What `months` months cost along `path`, in minor units."""
    total, left = 0, months
    for step in path.steps:
        taken = min(step.months, left)
        total, left = total + taken * step.pays, left - taken
    return total + left * path.list_price
