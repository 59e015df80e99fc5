"""What a file says that gifts are worth, laid beside what it says of the same thing elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from regulars.programme.benefits import Benefit
from regulars.programme.promise import Programme


@dataclass(frozen=True, slots=True)
class Misstated:
    """What stands at `path` is said to be worth `said` minor units, and comes to `worth` by what stands elsewhere."""

    path: str
    benefit: Benefit
    said: int
    worth: Fraction


def understated(programme: Programme) -> Iterator[Misstated]:
    """Gifts that newcomers may have and that are worth more: they cost the house more, or the same thing is worth more
    where others have it, or a month costs more.
    """
    for path, one, product in _gifts(programme, loyal=False):
        worths: list[Fraction | int] = _worths(one, programme)
        if one.kind == "free_months":
            worths = _months(programme, product)
        elif one.costs is not None:
            worths.append(one.costs)
        more = max(worths, default=0)
        if one.money is not None and more > one.money:
            yield Misstated(path, one, one.money, Fraction(more))


def overstated(programme: Programme) -> Iterator[Misstated]:
    """Gifts to those who stayed that are worth less where others have the same thing."""
    for path, one, _ in _gifts(programme, loyal=True):
        less = min(_worths(one, programme), default=None)
        if one.money is not None and less is not None and less < one.money:
            yield Misstated(path, one, one.money, Fraction(less))


def _gifts(programme: Programme, *, loyal: bool) -> Iterator[tuple[str, Benefit, str | None]]:
    """What only those who stayed, or all others, may be given, with its path and the product that it is for."""
    for place, offer in enumerate(programme.offers):
        if (offer.eligible.customers == "tenured") is loyal:
            for one in offer.gives:
                yield f"offers[{place}].gives", one, offer.product
    brings = programme.referrals
    for one in () if brings is None else brings.advocate if loyal else brings.friend:
        yield f"referrals.{'advocate' if loyal else 'friend'}", one, None


def _worths(gift: Benefit, programme: Programme) -> list[Fraction | int]:
    """What the file says of all that is called like a gift."""
    called = _words(gift.title)
    others: list[tuple[Mapping[str, str] | None, int | None]] = [(one.title, one.worth) for one in programme.rewards]
    others += [(one.title, one.money) for loyal in (True, False) for _, one, _ in _gifts(programme, loyal=loyal)]
    others += [(one.title, one.money) for club in programme.clubs for one in club.gives]
    return [worth for title, worth in others if worth is not None and not called.isdisjoint(_words(title))]


def _words(title: Mapping[str, str] | None) -> set[str]:
    return {text.casefold() for text in (title or {}).values()}


def _months(programme: Programme, product: str | None) -> list[Fraction | int]:
    """What a month of a product costs; where none is named, of the only thing that is paid for by the month."""
    paths = [(offer.product, offer.price.list_price) for offer in programme.offers if offer.price is not None]
    every = {Fraction(price) for one, price in paths if product in (None, one)}
    if product is None:
        every |= {Fraction(club.price, club.months) for club in programme.clubs}
    return list(every) if product is not None or len(every) == 1 else []
