"""Redeeming: a reward is handed over at once, or set aside until it is.

What was set aside is handed over by `acting.capture` and given up by `acting.release`; what was handed over is given
back by `acting.cancel`. Each of them is done whole or refused, and is known for ever by its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.exchange.earning import acting
from regulars.exchange.earning.acting import By, Done
from regulars.exchange.rewards.knowing import known

_NOTHING: Mapping[str, Any] = {}


def redeem(
    member: str, reward: str, by: By, price: int = 0, payable: int = 0, original: str = "",
    told: Mapping[str, Any] = _NOTHING,
) -> Done:  # fmt: skip
    """Hand a reward over at once: its `price` in points is spent (0: the only one it has).

    What takes something off a bill is told the bill, `payable` in minor units; `original` is the purchase that it pays
    for, by its source's id. `told` are facts of the member that the reward may ask for. Raises ActRefused: what
    `engine.rewarding` and spending refuse, `unknown_attribute`, `bad_attribute`; PublishRefused.
    """
    facts = known(member, reward, told, by.now)
    return acting.redeem_reward(member, reward, by, facts, price, original, payable)


def set_aside(member: str, reward: str, by: By, price: int = 0, told: Mapping[str, Any] = _NOTHING) -> Done:
    """Set a reward's price aside until it is handed over, for the time that the reward states; else as `redeem`."""
    return acting.hold_reward(member, reward, by, known(member, reward, told, by.now), price)
