"""Refusals that several rules have in common: each says in figures what is wrong, and by them what may be asked."""

from __future__ import annotations

from datetime import date

from regulars.engine.entries import Refusal
from regulars.engine.purse import Purse
from regulars.engine.terms import Terms
from regulars.kit.speaking import counted, listed, worded


def insufficient(required: int, purse: Purse) -> Refusal:
    """`insufficient_points`: `required` are asked for, and fewer are available. What is owed is missing as well, as
    whatever comes pays that first."""
    available = purse.available
    missing = required - available + purse.debt
    sentence = counted(
        "There are not enough points for this: {available} are there, one is missing.",
        "There are not enough points for this: {available} are there, {n} are missing.",
        missing, available=available,
    )  # fmt: skip
    return Refusal("insufficient_points", sentence, {"required": required, "available": available, "missing": missing})


def told_day(day: int) -> str:
    """A local day among the figures of a refusal, as 2026-05-31."""
    return date.fromordinal(day).isoformat()


def unknown_currency(terms: Terms, currency: str) -> Refusal:
    """`unknown_currency`: the programme has no such one."""
    sentence = worded(
        "The programme has no such currency: say {currencies}.", currencies=listed(list(terms.currencies), "or")
    )
    return Refusal("unknown_currency", sentence, {"currency": currency})


def unknown_tier(terms: Terms, tier: str) -> Refusal:
    """`unknown_tier`: the programme has no such one, or none at all."""
    sentence = (
        worded("The programme has no such tier: say {tiers}.", tiers=listed(terms.level_ids, "or"))
        if terms.tiers
        else worded("The programme has no tiers: leave the tier out.")
    )
    return Refusal("unknown_tier", sentence, {"tier": tier})
