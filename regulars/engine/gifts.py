"""Gifts: what rules gave on one event, before it is rounded and bounded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from regulars.engine.entries import RuleRef


class Gift(NamedTuple):
    """What one rule gave on one event: `exact` parts of a point (the currency's denominator says how many make one).

    `base` is what it looked at (minor units, items, or 1 for the event); `weights` are the contributions of
    the lines, and `exact` is `unit` times their sum (`unit` 0: the gift is the whole event's).
    """

    rule: RuleRef
    exact: int
    base: int
    weights: Sequence[int]
    unit: int
