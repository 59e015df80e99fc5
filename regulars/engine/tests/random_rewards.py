"""Rewards for random programmes, what random lives want of them, and the same as a programme file writes it."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from regulars.kit.conditions import Condition
from regulars.programme.rewards import Limit, Price, Reward

_LIMITS = (None, *(Limit(most, per) for per in ("day", "week", "month", "year", "ever") for most in (1, 2)))
#: What is wanted: for what share of the points as such, the reward, its price, and the bill it pays a part of.
WISHES = tuple(
    (share, reward, points, payable)
    for share in (500, 1_000)
    for reward, points, payable in (("tea", 0, 0), ("tea", 0, 0), ("off", 4, 900), ("off", 2, 900), ("off", 3, 50))
)


def rewards(random: Random, of_staff: Condition) -> tuple[Reward, ...]:
    """One that is handed over, perhaps to those alone who meet `of_staff`, and one that takes something off a bill."""
    when = random.choice((None, None, of_staff))
    share, most = random.choice((Fraction(1), Fraction(1, 3))), random.choice((2, 4))
    tea, off = {"en": "tea"}, {"en": "off"}
    return (
        Reward(
            "tea",
            tea,
            "product",
            "points",
            Price(2, 2),
            None,
            None,
            Fraction(1),
            30,
            None,
            random.choice(_LIMITS),
            when,
        ),
        Reward(
            "off", off, "discount", "points", Price(2, most), 20, None, share, 72, None, random.choice(_LIMITS), None
        ),
    )


def told(reward: Reward) -> dict[str, Any]:
    """A reward as a file writes it; the only condition is that of being `staff`."""
    found: dict[str, Any] = {
        "id": reward.id, "title": reward.title, "kind": reward.kind, "currency": reward.currency, "share": reward.share,
        "points": {"least": reward.price.least, "most": reward.price.most}, "fulfil_hours": reward.fulfil_hours,
    }  # fmt: skip
    if reward.worth:
        found["worth"] = Fraction(reward.worth, 100)
    if reward.limit:
        found["limit"] = {"most": reward.limit.most, "per": reward.limit.per}
    if reward.when:
        found["when"] = "staff"
    return found
