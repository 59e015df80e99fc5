"""Packing: a standing as the `state` of its row, which every purchase reads and writes: short, and cheap to take apart.

What is empty is left out. A year's progress by day and the periods of caps are hundreds of whole numbers. As they are,
PostgreSQL takes each number apart and keeps it by itself, which was most of what writing a single purchase cost;
packed, they are the text of one flat JSON array, `[day, figure, day, figure ...]`, which it keeps as it stands.

Rows from before say what is empty as well, and older ones tell the long parts pair by pair; they are read as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any, Final

import msgspec

from regulars.engine.standing import Standing, dump_brief, load_brief, told_in_full
from regulars.kit.json import decode, encode

_numbers: Final = msgspec.json.Decoder(list[int]).decode


def packed(standing: Standing) -> bytes:
    """The state of a standing's row; its lots are rows of their own."""
    state = dump_brief(standing)
    if "progress" in state:
        state["progress"] = encode(state["progress"]).decode()
    if "used" in state:
        state["used"] = {cap: encode(flat).decode() for cap, flat in state["used"].items()}
    return encode(state)


def unpacked(state: str) -> Standing:
    """The standing of a row, without its lots. Raises ValueError for one that cannot be read."""
    told = decode(state)
    if "progress" in told:
        told["progress"] = _flat(told["progress"])
    if "used" in told:
        told["used"] = {cap: _flat(kept) for cap, kept in told["used"].items()}
    return load_brief(told)


def told(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a row as `dump` tells it.

    A part that cannot be unpacked stays as it stands: whoever compares finds it.
    """
    full = told_in_full(state)
    used = {cap: _pairs(kept) for cap, kept in full["used"].items()}
    return {**full, "progress": _pairs(full["progress"]), "used": used}


def _flat(kept: str | list[list[int]]) -> list[int]:
    flat = _numbers(kept) if isinstance(kept, str) else [*chain.from_iterable(kept)]
    if len(flat) % 2:
        raise ValueError("a day, or a period, has no figure")
    return flat


def _pairs(kept: Any) -> Any:
    try:
        flat = iter(_flat(kept))
        return [*zip(flat, flat, strict=True)]
    except (TypeError, ValueError):
        return kept
