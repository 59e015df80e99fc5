"""Purses as plain values, for whoever keeps them, and back."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from regulars.engine.purse import NO_REWARD, Hold, Lot, Promised, Purse


def dump_purse(purse: Purse, lots: bool) -> dict[str, Any]:
    """A purse as plain JSON values, less what is empty; without `lots` the host keeps those as rows."""
    state: dict[str, Any] = {"last": purse.last_day}
    if purse.carry or purse.denominator != 1:
        state["carry"] = [purse.carry, purse.denominator]
    if purse.debt:
        state["debt"] = purse.debt
    if purse.notices:
        state["notices"] = list(purse.notices)
    if purse.told:
        state["told"] = [[seq, list(days)] for seq, days in sorted(purse.told.items())]
    if purse.awaits:
        state["awaits"] = [list(row) for row in sorted(purse.awaits.items())]
    if purse.holds:
        state["holds"] = [
            [
                hold.event, hold.day, hold.lapse_day, [dump_lot(part) for part in hold.lots],
                *([_dump_promised(hold.promised)] if hold.promised.reward else []),
            ]
            for hold in purse.holds
        ]  # fmt: skip
    if lots:
        state["waiting"] = [dump_lot(lot) for lot in purse.waiting]
        state["open"] = [dump_lot(lot) for lot in purse.open]
    elif purse.first_end or purse.first_wait:
        state["first"] = [purse.first_end, purse.first_wait]
    return state


def load_purse(state: Mapping[str, Any]) -> Purse:
    """The purse that `dump_purse` described."""
    purse = Purse()
    purse.last_day = state["last"]
    if "carry" in state:
        purse.carry, purse.denominator = state["carry"]
    if "debt" in state:
        purse.debt = state["debt"]
    if "notices" in state:
        purse.notices = list(state["notices"])
    if "first" in state:
        purse.left_end, purse.left_wait = state["first"]
    if "told" in state:
        purse.told = {seq: tuple(days) for seq, days in state["told"]}
    if "awaits" in state:
        purse.awaits = dict(state["awaits"])
    for event, day, lapse_day, parts, *promised in state.get("holds", ()):
        kept = _load_promised(promised[0]) if promised else NO_REWARD
        purse.reserve(Hold(event, day, lapse_day, [Lot(*part) for part in parts], kept))
    for row in state.get("waiting", ()):
        purse.hold(Lot(*row))
    for row in state.get("open", ()):
        purse.admit(Lot(*row))
    return purse


def _dump_promised(promised: Promised) -> list[Any]:
    return [promised.reward, promised.price, promised.pays, str(promised.share)]


def _load_promised(state: list[Any]) -> Promised:
    reward, price, pays, share = state
    return Promised(reward, price, pays, Fraction(share))


def dump_lot(lot: Lot) -> list[int]:
    """A lot as its arguments."""
    return [lot.seq, lot.left, lot.earned_day, lot.available_day, lot.expires_day]
