"""The shop at a glance: every figure of the first page, taken in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from regulars.insight.rhythm.slipping import Slipping, slipping
from regulars.insight.shop.members import member_count, tier_counts
from regulars.insight.shop.points import Given, Purse, given, purses
from regulars.insight.shop.returning import Returning, returning


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of the whole shop. `tiers` counts members by level, the lowest first; `purses` holds points by
    currency; `given` what rules gave in 52 weeks; `slipping` everybody who slips, the best customers first."""

    members: int
    tiers: dict[str, int]
    purses: dict[str, Purse]
    given: list[Given]
    returning: Returning
    slipping: list[Slipping]


def overview(zone: str, levels: Sequence[str], now: datetime) -> Overview:
    """Read everything at `now`, in days of `zone`; `levels` are the ids of the tiers, the lowest first."""
    members = member_count()
    return Overview(
        members,
        tier_counts(levels, members),
        purses(zone, now),
        given(zone, now),
        returning(zone, now),
        slipping(zone, now),
    )
