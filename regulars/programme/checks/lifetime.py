"""What a member may have so often in life and never again: a newcomer has it, whoever used it up has not.

It is a welcome by another name, unless something as good comes later to whoever stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil

from regulars.kit.conditions import Condition
from regulars.programme.benefits import Benefit
from regulars.programme.checks import as_good
from regulars.programme.checks.cells import Cells, TooManyCells
from regulars.programme.checks.occasions import as_benefits, comes_later, orders, welcome
from regulars.programme.checks.worth import yardsticks
from regulars.programme.earn import Cap
from regulars.programme.offers import Offer
from regulars.programme.promise import Programme
from regulars.programme.rewards import Limit, Reward

#: Offers for whoever has been a customer for so many days are a jubilee: nobody new has them.
_A_YEAR = 365
#: Cases of one condition that are looked at; beyond, it is taken to hold for newcomers.
_MOST_CASES = 10_000


def for_new(programme: Programme) -> Programme:
    """The programme with its offers of which a member may use so many in life as offers for new customers: whoever
    stayed has used them up. Left as they are: those that nobody new may have, those won back or who ask to leave
    (LP-5), and those as good as which something comes later.
    """
    offers = tuple(_welcome(one) if _used_up(one, programme) else one for one in programme.offers)
    return replace(programme, offers=offers)


def used_up(programme: Programme) -> Iterator[tuple[str, Offer]]:
    """Caps over rules, and rewards, that a member can use up for ever, by path, with the welcome that each is.

    Of a reward, what it is worth more than the same points buy without it.
    """
    for place, cap in enumerate(programme.earn.caps):
        gives = (Benefit("points", points=cap.most, currency=cap.currency),)
        if cap.per == "ever" and _earned_by_new(cap, programme) and not _made_good(gives, None, programme):
            yield f"earn.caps[{place}]", welcome(cap.id, cap.title, gives, None)
    for place, one in enumerate(programme.rewards):
        gain = _gain(one, programme) if _for_new(one, programme) else 0
        if gain:
            gives = (Benefit("credit", money=ceil(gain)),)
            if not _made_good(gives, one.when, programme):
                yield f"rewards[{place}].limit", welcome(one.id, one.title, gives, one.when)


def untold(programme: Programme) -> Iterator[str]:
    """The paths of the limits of rewards that can be used up for ever, where nobody says what that takes away."""
    for place, one in enumerate(programme.rewards):
        if _for_new(one, programme) and _gain(one, programme) is None:
            yield f"rewards[{place}].limit"


def _ever(limit: Limit | None) -> bool:
    return limit is not None and limit.per == "ever"


def _used_up(offer: Offer, programme: Programme) -> bool:
    who, limit = offer.eligible, offer.use.limit
    if limit is None or limit.per != "ever" or who.customers == "new" or who.cancel_intent or who.away_days:
        return False
    lowest = programme.tiers.levels[0].id if programme.tiers else ""
    if (who.tiers and lowest not in who.tiers) or (who.tenure_days and who.tenure_days.least >= _A_YEAR):
        return False
    gives = offer.gives * min(limit.most, orders(programme))
    return offer.price is not None or not _made_good(gives, who.when, programme)


def _welcome(offer: Offer) -> Offer:
    return replace(offer, eligible=replace(offer.eligible, customers="new", tenure_days=None))


def _made_good(gives: Sequence[Benefit], when: Condition | None, programme: Programme) -> bool:
    """Whether a moment as good is sure to come later, again and again or after the first year."""
    for moment in programme.moments:
        later = as_benefits(moment, programme)
        if comes_later(moment, when, programme) and as_good.lasting(later, gives, programme):
            every = yardsticks(programme, (*gives, *later))
            if not any(as_good.outgrown(gives, later, programme, points=points) for points in every):
                return True
    return False


def _for_new(reward: Reward, programme: Programme) -> bool:
    return _ever(reward.limit) and _holds_for_new(reward.when, programme)


def _earned_by_new(cap: Cap, programme: Programme) -> bool:
    rules = (rule for rule in programme.earn.rules if rule.id in cap.rules)
    return any(_holds_for_new(rule.when, programme) for rule in rules)


def _holds_for_new(when: Condition | None, programme: Programme) -> bool:
    """Whether a condition can hold for somebody in no tier or the lowest, who joined last or not at all."""
    if when is None:
        return True
    try:
        cells, (plain,) = Cells.of((when,))
    except TooManyCells:
        return True
    if cells.number() > _MOST_CASES:
        return True
    lowest = {programme.tiers.levels[0].id} if programme.tiers else set()
    joined = [value for value in cells.values.get("member_since", ()) if value is not None]
    holds = plain.function()
    return any(
        holds(cell)
        for cell in cells.each()
        if cell.get("tier") in {None, *lowest} and cell.get("member_since") in (None, *joined[-1:])
    )


def _gain(reward: Reward, programme: Programme) -> Fraction | None:
    """By how many minor units it is worth more than the points that it takes are without it, over all that a member
    may have of it; None where nobody says, 0 where it is worth no more.
    """
    others = [
        other
        for other in programme.rewards
        if other.currency == reward.currency and not _ever(other.limit) and other.when in (None, reward.when)
    ]
    if any(as_good.reward(other, reward) for other in others):
        return Fraction(0)
    value = programme.currency(reward.currency).value
    off_at_value = reward.off_a_bill and value is not None
    worth = reward.price.least * value if reward.worth is None and off_at_value and value else reward.worth
    free = [other for other in others if other.limit is None]
    if worth is None or (value is None and any(other.worth is None for other in free)):
        return None
    rates = [Fraction(other.worth, other.price.most) for other in free if other.worth is not None]
    left = max((*rates, value or Fraction(0)))
    times = min(reward.limit.most, orders(programme)) if reward.limit else 1
    return max(Fraction(0), worth - reward.price.least * left) * times
