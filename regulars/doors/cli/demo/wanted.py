"""What some members of the demo want on the day it opens: rewards handed over, and rewards that wait to be."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from regulars.exchange.earning.acting import ActRefused, By
from regulars.exchange.rewards import redeeming

SOURCE = "demo-counter"


class Wanted(NamedTuple):
    """A member, a reward, whether it waits to be handed over, and the bill it takes something off (minor units)."""

    member: str
    reward: str
    later: bool = False
    payable: int = 0


WANTED = (
    Wanted("2400", "coffee"),
    Wanted("2400", "cake", later=True),
    Wanted("718", "night-bake", later=True),
    Wanted("1609", "five-off", payable=4_210),
    Wanted("1453", "warm-meal"),
    Wanted("1228", "cake", later=True),
)


def want(moment: datetime) -> int:
    """Let them have it, each once; who cannot have it today is left out. Says how many were served."""
    served = 0
    for place, wanted in enumerate(WANTED, 1):
        by = By("demo", SOURCE, f"wanted-{place}", moment)
        with suppress(ActRefused):
            if wanted.later:
                redeeming.set_aside(wanted.member, wanted.reward, by)
            else:
                redeeming.redeem(wanted.member, wanted.reward, by, payable=wanted.payable)
            served += 1
    return served
