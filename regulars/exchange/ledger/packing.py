"""Packing: the long parts of a standing's `state`, so that the row which every purchase writes stays short.

A year's progress by day and the periods of caps are hundreds of pairs of whole numbers. As they are, PostgreSQL takes
each number apart and keeps it by itself, which was most of what writing a single purchase cost; packed, they are the
text of one flat JSON array, `[day, figure, day, figure ...]`, which it keeps as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import msgspec

from regulars.kit.json import decode, encode


def packed(state: Mapping[str, Any]) -> dict[str, Any]:
    """A state as `dump` tells it, in the form of its row."""
    used = {cap: _packed(periods) for cap, periods in state["used"].items()}
    return {**state, "progress": _packed(state["progress"]), "used": used}


def unpacked(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a row as `dump` told it; one that was written before there was packing is as it is.

    A part that cannot be unpacked stays as it stands: whoever compares finds it, and `load` cannot take it.
    """
    used = {cap: _unpacked(periods) for cap, periods in state["used"].items()}
    return {**state, "progress": _unpacked(state["progress"]), "used": used}


def _packed(pairs: Iterable[Iterable[int]]) -> str:
    return encode([*chain.from_iterable(pairs)]).decode()


def _unpacked(told: Any) -> Any:
    if not isinstance(told, str):
        return told
    try:
        numbers = iter(decode(told))
        return list(zip(numbers, numbers, strict=True))
    except (msgspec.DecodeError, TypeError, ValueError):
        return told
