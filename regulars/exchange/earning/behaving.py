"""Behaving: how the members of a backtest spend their points. Pure.

What a file of sales cannot know is what members would have done with points they never had. So a behaviour is
stated, and the report says which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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

    A currency without a price has no first reward. `at_once` is what is spent at a time, by currency: the price of the
    cheapest reward, or 1 where the programme has no rewards and points are spent to the last one.
    """

    spend: str
    first_reward: Mapping[str, int]
    at_once: Mapping[str, int]

    @property
    def observed(self) -> bool:
        """Whether redemptions of the file count."""
        return self.spend == OBSERVED


#: What the events say; nothing is asked about rewards.
AS_TOLD = Ways(OBSERVED, {}, {})


def ways(programme: Programme, spend: str, stated: int | None, digits: int) -> Ways:
    """How members of a programme spend; `stated` is what the first reward costs in points (None: see first_reward),
    `digits` are the decimals of the programme's money."""
    spendable = [currency.id for currency in programme.currencies if currency.kind == "spendable"]
    at_once = prices(programme) if programme.rewards else dict.fromkeys(spendable, 1)
    return Ways(spend, first_reward(programme, stated, digits), at_once)


def prices(programme: Programme) -> dict[str, int]:
    """What the cheapest reward costs at its lowest price, by currency. Who may have it and how often is not asked."""
    found: dict[str, int] = {}
    for reward in programme.rewards:
        found[reward.currency] = min(reward.price.least, found.get(reward.currency, reward.price.least))
    return found


def first_reward(programme: Programme, stated: int | None, digits: int) -> dict[str, int]:
    """What a first reward costs, in points by currency: as `stated`; else the cheapest reward of the programme; else,
    where it has none, what FIRST_REWARD_WORTH units of money cost at the declared value, rounded up."""
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


def spend_eagerly(kernel: Kernel, ways: Ways, standing: Standing, event: Event) -> Iterator[Outcome]:
    """What a member who comes in at `event` (a purchase or a visit) spends before it: the cheapest reward as often as
    it can be paid, or, where the programme has no rewards, all that is available."""
    if event.type not in (PURCHASE, VISIT):
        return
    yield kernel.settle(standing, kernel.terms.zone.local(event.at)[0])
    for currency, price in ways.at_once.items():
        purse = standing.purses.get(currency)
        if purse and purse.available >= price:
            points = purse.available // price * price
            yield kernel.step(standing, Event(REDEMPTION, event.id, event.at, points=points, of=currency))
