"""Behaving: how the members of a backtest spend their points. Pure.

What a file of sales cannot know is what members would have done with points they never had. So a behaviour is
stated, and the report says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.engine.entries import Outcome
from regulars.engine.events import PURCHASE, REDEMPTION, VISIT, Event
from regulars.engine.kernel import Kernel
from regulars.engine.standing import Standing
from regulars.programme.promise import Programme

#: Nobody spends; everybody spends as soon as there is something to spend; what the file says was spent is spent.
NONE, EAGER, OBSERVED = "none", "eager", "observed"
BEHAVIOURS = (NONE, EAGER, OBSERVED)
#: What a first reward is worth where nothing is stated: so many units of money (5 dollars, 5 euros).
FIRST_REWARD_WORTH = 5


@dataclass(frozen=True, slots=True)
class Ways:
    """How members spend (`spend`, one of BEHAVIOURS) and what the first reward costs in points, by currency.

    A currency without a price has no first reward.
    """

    spend: str
    first_reward: Mapping[str, int]

    @property
    def observed(self) -> bool:
        """Whether redemptions of the file count."""
        return self.spend == OBSERVED


#: What the events say; nothing is asked about rewards.
AS_TOLD = Ways(OBSERVED, {})


def ways(programme: Programme, spend: str, stated: int | None, digits: int) -> Ways:
    """How members of a programme spend; `stated` is what the first reward costs in points (None: see first_reward),
    `digits` are the decimals of the programme's money."""
    return Ways(spend, first_reward(programme, stated, digits))


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to spend points: the `reward` (empty where the programme has none), its lowest `price`, and who may have
    it, as a function of what is known of a member (None: everybody)."""

    reward: str
    price: int
    open_to: Callable[[Mapping[str, Any]], bool] | None


def choices(programme: Programme) -> dict[str, list[Choice]]:
    """What members can spend each currency on, the cheapest first; to the last point where there are no rewards."""
    if not programme.rewards:
        return {one.id: [Choice("", 1, None)] for one in programme.currencies if one.kind == "spendable"}
    found: dict[str, list[Choice]] = {}
    for reward in sorted(programme.rewards, key=lambda reward: reward.price.least):
        open_to = reward.when.function() if reward.when else None
        found.setdefault(reward.currency, []).append(Choice(reward.id, reward.price.least, open_to))
    return found


def cheapest(choices: Sequence[Choice], known: Mapping[str, Any]) -> Choice | None:
    """The cheapest that a member of whom this is `known` may have; None: none."""
    return next((one for one in choices if one.open_to is None or one.open_to(known)), None)


def prices(programme: Programme) -> dict[str, int]:
    """What the first reward costs at its lowest price, by currency: the cheapest that somebody in the lowest tier may
    have; where they may have none, the cheapest of all. How often one may have it is not asked."""
    newcomer = lowest(programme)
    return {
        currency: (cheapest(several, newcomer) or several[0]).price for currency, several in choices(programme).items()
    }


def lowest(programme: Programme) -> dict[str, Any]:
    """What is known of somebody in the lowest tier."""
    return {"tier": programme.tiers.levels[0].id if programme.tiers else None, "segments": ()}


def first_reward(programme: Programme, stated: int | None, digits: int) -> dict[str, int]:
    """What a first reward costs, in points by currency: as `stated`; else as `prices` says; else, where the programme
    has no rewards, what FIRST_REWARD_WORTH units of money cost at the declared value, rounded up."""
    spendable = [currency for currency in programme.currencies if currency.kind == "spendable"]
    if stated is not None:
        return {currency.id: stated for currency in spendable}
    if programme.rewards:
        return prices(programme)
    worth = FIRST_REWARD_WORTH * 10**digits
    return {
        currency.id: -(-worth * currency.value.denominator // currency.value.numerator)
        for currency in spendable
        if currency.value
    }


def spend_eagerly(
    kernel: Kernel, choices: Mapping[str, Sequence[Choice]], standing: Standing, event: Event
) -> Iterator[tuple[Outcome, str, int]]:
    """What a member who comes in at `event` (a purchase or a visit) spends before it, each with the reward and how
    often it was taken: the cheapest that they may have, as often as it can be paid. Where the programme has no rewards
    (an empty id), all that is available. Of a member are known the tier, the day of joining and what the event tells:
    a reward that asks for more is not taken."""
    if event.type not in (PURCHASE, VISIT):
        return
    yield kernel.settle(standing, kernel.terms.zone.local(event.at)[0]), "", 0
    known = _known(kernel, standing, event)
    for currency, several in choices.items():
        purse = standing.purses.get(currency)
        chosen = cheapest(several, known) if purse and purse.available >= several[0].price else None
        if purse and chosen and purse.available >= chosen.price:
            times = purse.available // chosen.price
            told = Event(REDEMPTION, event.id, event.at, points=times * chosen.price, of=currency)
            yield kernel.step(standing, told), chosen.reward, times


def _known(kernel: Kernel, standing: Standing, event: Event) -> dict[str, Any]:
    """What a reward's condition may ask of a member."""
    return {
        **event.attributes,
        "segments": event.attributes.get("segments") or (),
        "tier": kernel.terms.level_ids[standing.tier] if kernel.terms.programme.tiers else None,
        "member_since": date.fromordinal(standing.joined_day) if standing.joined_day else None,
    }
