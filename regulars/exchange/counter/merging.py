"""Merging at the counter: what two accounts have, and what both would have, found by doing it and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from regulars.exchange.earning.acting import By
from regulars.exchange.earning.merging import Joined
from regulars.exchange.ledger.holdings import Balance, TierView, balances, tier_view
from regulars.ground.access.auditing import audit


@dataclass(frozen=True, slots=True)
class Side:
    """What one account has: every currency, and its tier (None without tiers)."""

    balances: Sequence[Balance]
    tier: TierView | None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The survivor and the other account, as they are and as they would be; `again`: it was done before under this
    id, and doing it once more would change nothing."""

    survivor: Side
    other: Side
    survivor_after: Side
    other_after: Side
    again: bool


def rehearse(do: Callable[[By], Joined], survivor: int, other: int, by: By) -> Rehearsed:
    """What merging, or undoing a merge, would do to two accounts; nothing of it stays but a note that `by.actor` asked.

    Raises ActRefused.
    """
    with transaction.atomic():
        with transaction.atomic():
            before = _side(survivor, by.now), _side(other, by.now)
            done = do(by)
            after = _side(survivor, by.now), _side(other, by.now)
            transaction.set_rollback(True)
        for account in (survivor, other):
            audit(by.actor, "act rehearsed", account, {"act": by.id}, by.now)
    return Rehearsed(*before, *after, done.again)


def _side(account: int, now: datetime) -> Side:
    return Side(balances(account, now), tier_view(account, now))
