"""Moments that are offers by another name: a welcome that comes once and early, and what comes to whoever stays.

Only so can they be laid beside offers: a gift on the second visit beside a thank-you for those who stayed.
"""

from __future__ import annotations

from collections.abc import Iterator

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


def early(programme: Programme) -> Iterator[tuple[int, Offer]]:
    """Each milestone of visits or of money that comes once, within an ordinary member's first year, and is made good by
    nothing that comes later: its position, and the welcome that it is.
    """
    for place, one in enumerate(programme.moments):
        if _first(one) and not _again(one) and _within_a_year(one, programme):
            later = (other for other in programme.moments if _comes_later(other, one, programme))
            if not any(as_good.gifts(other.gives, one.gives, programme) for other in later):
                yield place, _offer(one, "new", programme)


def staying(programme: Programme) -> Iterator[tuple[int, Offer]]:
    """What every year of custom brings to whoever stays, as thanks for it: anniversaries that are celebrated every
    year, and milestones that come again within one; with their positions.
    """
    for place, one in enumerate(programme.moments):
        yearly = one.kind == "anniversary" and not one.years
        if (yearly or (_again(one) and _within_a_year(one, programme))) and one.budget is None:
            yield place, _offer(one, "tenured", programme)


def _within_a_year(one: Moment, programme: Programme, years: int = 1) -> bool:
    """Whether an ordinary member reaches a milestone in one year, or in so many."""
    orders = programme.header.orders_a_year or _ORDERS_A_YEAR
    reached = {"visits": orders, "spend": orders * round_sum(programme), "years": 1}
    return one.milestone is not None and one.milestone.at <= years * reached[one.milestone.counts]


def _comes_later(other: Moment, one: Moment, programme: Programme) -> bool:
    """Whether whoever had the milestone `one` is sure to have `other` afterwards, before many years are over."""
    if other is one or other.budget is not None or other.when not in (None, one.when) or one.milestone is None:
        return False
    if other.milestone is None:
        return other.kind in ("anniversary", "birthday") and (not other.years or min(other.years) <= _LATER)
    if not _within_a_year(other, programme, _LATER):
        return False
    alike = other.milestone.counts == one.milestone.counts
    return _again(other) or (other.milestone.at > one.milestone.at if alike else not _first(other))


def _first(one: Moment) -> bool:
    """Whether it is a milestone that may be reached before a year is over, and before any of another kind."""
    return one.milestone is not None and one.milestone.counts != "years"


def _again(one: Moment) -> bool:
    return one.milestone is not None and one.milestone.repeats


def _offer(one: Moment, customers: str, programme: Programme) -> Offer:
    return Offer(
        one.id, one.title, "welcome" if customers == "new" else "loyalty", None, Eligible(customers, when=one.when),
        tuple(_benefit(gift, programme) for gift in one.gives), None, Use(), None, Stacking("stackable"), None,
        "list_price", 12, None, None,
    )  # fmt: skip


def _benefit(gift: Gift, programme: Programme) -> Benefit:
    """A gift as an offer would give it. A card and a note are no money, nor is a reward of which nobody says any."""
    if gift.kind == "points":
        return Benefit("points", points=gift.points, currency=gift.currency)
    if gift.kind != "reward":
        return Benefit("credit", money=gift.money or 0)
    reward = next(one for one in programme.rewards if one.id == gift.reward)
    ends = known(reward.currency, programme)
    return Benefit("credit", money=reward.worth or (int(reward.price.least * ends[0]) if ends else 0))
