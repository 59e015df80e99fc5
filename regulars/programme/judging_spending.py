"""Judging what points buy: whether what a change takes is taken from points that are earned already.

One rule: whatever points of a currency buy under the old promise, something as good must be left under the new one,
for whoever may have it and as often. Where it is, a reward that goes or is narrowed is a choice less; where it is not,
points already earned have lost by it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from regulars.kit.conditions import Condition
from regulars.programme.judging import Effect, Judge, Pair, longer, wider
from regulars.programme.judging_earning import limit
from regulars.programme.partners import Partner
from regulars.programme.promise import Programme
from regulars.programme.rewards import OFF_A_BILL, Limit, Price, Reward

#: What is so much money, or so many points of a partner: two of half the size are as good as one.
_DIVIDED = (*OFF_A_BILL, "partner", "exchange")


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that points buy: `what` it is (its kind, and its title where only that says what it is worth), for
    which `price`. `worth` is in minor units, or in points of a partner; None: not stated. The others are those of a
    Reward."""

    what: tuple[Hashable, ...]
    price: Price
    worth: Fraction | int | None
    share: Fraction = Fraction(1)
    valid_days: int | None = None
    limit: Limit | None = None
    when: Condition | None = None


def uses(currency: str, programme: Programme) -> Iterator[Use]:
    """Everything that points of a currency buy: rewards, and what partners give for them."""
    for reward in programme.rewards:
        if reward.currency == currency:
            yield _reward(reward, programme)
    for partner in programme.partners:
        if partner.currency == currency:
            yield from _at_partner(partner)


def _reward(reward: Reward, programme: Programme) -> Use:
    worth: Fraction | int | None = reward.worth
    if worth is None and reward.off_a_bill:
        value = programme.currency(reward.currency).value
        worth = value * reward.price.least if value is not None else None
    told: tuple[Hashable, ...] = () if worth is not None else (frozenset(reward.title.items()),)
    return Use(
        (reward.kind, *told), reward.price, worth, reward.share, reward.valid_days, reward.limit, reward.when
    )  # fmt: skip


def _at_partner(partner: Partner) -> Iterator[Use]:
    if burns := partner.burns:
        yield Use(("partner",), Price(burns.points, burns.points), burns.worth)
    if swap := partner.exchange:
        yield Use(("exchange", frozenset(swap.into.items())), Price(swap.points, swap.points), swap.gives)


def _left(use: Use, currency: str, pair: Pair) -> bool:
    """Whether the new promise has something as good for those points."""
    return any(_as_good(use, other, pair) for other in uses(currency, pair.new))


def _as_good(old: Use, new: Use, pair: Pair) -> bool:
    """No more points for the same kind of thing, at least as much worth, and open to all and as often as before."""
    if new.what != old.what or new.share < old.share:
        return False
    several = new.what[0] in _DIVIDED and new.limit is None
    times = max(1, min(old.price.least // new.price.least, old.price.most // new.price.most)) if several else 1
    if new.price.least * times > old.price.least or new.price.most * times > old.price.most:
        return False
    if old.worth is not None and (new.worth is None or new.worth * times < old.worth):
        return False
    bounds: tuple[tuple[Judge, Any, Any], ...] = (
        (longer, old.valid_days, new.valid_days),
        (limit, old.limit, new.limit),
        (wider, old.when, new.when),
    )
    return all(was == now or (judge(was, now, pair) or Effect.NEUTRAL) <= Effect.GOOD for judge, was, now in bounds)


# Judges of rewards


def earned(judge: Judge) -> Judge:
    """What is worse about a reward, or may be, is worse for points already earned, unless the reward is `replaced`."""

    def judged(old: Any, new: Any, pair: Pair) -> Effect | None:
        effect = judge(old, new, pair)
        return Effect.DEVALUING if effect is not None and effect > Effect.GOOD else effect

    return judged


def price(old: list[Any], new: list[Any], pair: Pair) -> Effect:
    """Points for what a reward is worth. More points for the same worth, or less worth for the same points, takes from
    points already earned; a price that rises no faster than the worth is only adverse (Quebec's exception)."""
    before, worth = old
    after, worth_now = new
    if _no_dearer(before, after, Fraction(1)) and (worth is None or (worth_now is not None and worth_now >= worth)):
        return Effect.GOOD
    if worth and worth_now and _no_dearer(before, after, Fraction(worth_now, worth)):
        return Effect.ADVERSE
    return Effect.DEVALUING


def _no_dearer(before: Price, after: Price, rise: Fraction) -> bool:
    return after.least <= before.least * rise and after.most <= before.most * rise


def reward_replaced(reward: Reward, pair: Pair) -> bool:
    """Whether something as good as the old reward is left for its points."""
    return _left(_reward(reward, pair.old), reward.currency, pair)


def reward_removed(reward: Reward, pair: Pair) -> Effect:
    """One choice less is adverse; where nothing as good is left, points already earned have lost by it."""
    return Effect.ADVERSE if reward_replaced(reward, pair) else Effect.DEVALUING


# Judges of partners


def partner_replaced(partner: Partner, pair: Pair) -> bool:
    """Whether for all that points bought at the old partner something as good is left."""
    return all(_left(use, partner.currency, pair) for use in _at_partner(partner))


def partner_removed(partner: Partner, pair: Pair) -> Effect:
    """A place less is adverse; where nothing as good is left, points already earned have lost by it."""
    return Effect.ADVERSE if partner_replaced(partner, pair) else Effect.DEVALUING
