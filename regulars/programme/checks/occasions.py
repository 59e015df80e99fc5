"""Moments that are offers by another name: a welcome that comes once and early, and what comes to whoever stays.

Only so can they be laid beside offers: a gift on the second visit beside a thank-you for those who stayed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from regulars.kit.conditions import Condition
from regulars.programme.benefits import Benefit
from regulars.programme.checks import as_good
from regulars.programme.checks.texts import round_sum
from regulars.programme.checks.worth import known
from regulars.programme.moments import Gift, Moment
from regulars.programme.offers import Eligible, Offer, Stacking, Use
from regulars.programme.promise import Programme

#: Orders that an ordinary member makes in a year, where the header does not say.
_ORDERS_A_YEAR = 12

#: Years of an ordinary member within which what comes later makes a welcome good: a hundredth anniversary does not.
_LATER = 5


def early(programme: Programme) -> Iterator[tuple[str, Offer]]:
    """Each moment that may be over within an ordinary member's first year, and is made good by nothing that comes
    later: its path, and the welcome that it is. Such are milestones of visits or of money that come once, and surprises
    of which a member may have so many in life.
    """
    for place, one in enumerate(programme.moments):
        first = _first(one) and not _again(one) and _within_a_year(one, programme)
        ever = one.limit is not None and one.limit.per == "ever"
        if first or ever:
            later = (other for other in programme.moments if _after(other, one, programme))
            if not any(as_good.gifts(other.gives, one.gives, programme) for other in later):
                yield f"moments[{place}].{'limit' if ever else 'milestone'}", _offer(one, "new", programme)


def staying(programme: Programme) -> Iterator[tuple[str, Offer]]:
    """What every year of custom brings to whoever stays, as thanks for it: anniversaries that are celebrated every
    year, and milestones that come again within one; with their paths.
    """
    for place, one in enumerate(programme.moments):
        yearly = one.kind == "anniversary" and not one.years
        if (yearly or (_again(one) and _within_a_year(one, programme))) and one.budget is None:
            yield f"moments[{place}].milestone", _offer(one, "tenured", programme)


def orders(programme: Programme) -> int:
    """How often an ordinary member orders in a year."""
    return programme.header.orders_a_year or _ORDERS_A_YEAR


def _within_a_year(one: Moment, programme: Programme, years: int = 1) -> bool:
    """Whether an ordinary member reaches a milestone in one year, or in so many."""
    reached = {"visits": orders(programme), "spend": orders(programme) * round_sum(programme), "years": 1}
    return one.milestone is not None and one.milestone.at <= years * reached[one.milestone.counts]


def comes_later(other: Moment, when: Condition | None, programme: Programme) -> bool:
    """Whether whoever stays is sure to have `other`, before many years are over, whatever they had before: again and
    again, or after the first year. `when` says to whom something comes that it is to be as good as.
    """
    if not _sure(other, when):
        return False
    if other.milestone is None:
        return other.kind in ("anniversary", "birthday") and (not other.years or min(other.years) <= _LATER)
    later = _again(other) or not _first(other) or not _within_a_year(other, programme)
    return later and _within_a_year(other, programme, _LATER)


def _after(other: Moment, one: Moment, programme: Programme) -> bool:
    """Whether whoever had `one` is sure to have `other` afterwards, before many years are over."""
    if other is one or not _sure(other, one.when):
        return False
    if one.milestone is None or other.milestone is None or _again(other):
        return comes_later(other, one.when, programme)
    alike = other.milestone.counts == one.milestone.counts
    later = other.milestone.at > one.milestone.at if alike else not _first(other)
    return later and _within_a_year(other, programme, _LATER)


def _sure(one: Moment, when: Condition | None) -> bool:
    return one.budget is None and one.when in (None, when)


def _first(one: Moment) -> bool:
    """Whether it is a milestone that may be reached before a year is over, and before any of another kind."""
    return one.milestone is not None and one.milestone.counts != "years"


def _again(one: Moment) -> bool:
    return one.milestone is not None and one.milestone.repeats


def welcome(
    id: str, title: Mapping[str, str], gives: tuple[Benefit, ...], when: Condition | None, customers: str = "new"
) -> Offer:
    """What `gives` would be as an offer: a welcome, or a thank-you for other `customers`."""
    return Offer(
        id, title, "welcome" if customers == "new" else "loyalty", None, Eligible(customers, when=when), gives, None,
        Use(), None, Stacking("stackable"), None, "list_price", 12, None, None,
    )  # fmt: skip


def as_benefits(one: Moment, programme: Programme) -> tuple[Benefit, ...]:
    """The gifts of a moment as an offer would give them."""
    return tuple(_benefit(gift, programme) for gift in one.gives)


def _offer(one: Moment, customers: str, programme: Programme) -> Offer:
    return welcome(one.id, one.title, as_benefits(one, programme), one.when, customers)


def _benefit(gift: Gift, programme: Programme) -> Benefit:
    """A gift as an offer would give it. A card and a note are no money, nor is a reward of which nobody says any."""
    if gift.kind == "points":
        return Benefit("points", points=gift.points, currency=gift.currency)
    if gift.kind != "reward":
        return Benefit("credit", money=gift.money or 0)
    reward = next(one for one in programme.rewards if one.id == gift.reward)
    ends = known(reward.currency, programme)
    return Benefit("credit", money=reward.worth or (int(reward.price.least * ends[0]) if ends else 0))
