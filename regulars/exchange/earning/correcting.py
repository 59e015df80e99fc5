"""Correcting: how much of a movement corrections may still put right: never more than it moved."""

from __future__ import annotations

from django.db import connection

from regulars.engine.entries import ADJUSTMENT, Refusal
from regulars.kit.speaking import counted, worded

#: What was given (above zero) or taken for a movement: by corrections, also of one of these, and as what a return took
#: back of it or what came back.
_GIVEN = (
    "WITH RECURSIVE named AS ("
    " SELECT seq, kind, target, amount FROM entry WHERE account_id = %s AND reverses = %s"
    " UNION ALL SELECT e.seq, e.kind, e.target, e.amount FROM named n JOIN entry e"
    " ON e.account_id = %s AND e.reverses = n.seq AND e.kind = 'adjustment')"
    " SELECT coalesce(sum(CASE WHEN kind = 'clawback' OR kind = 'adjustment' AND target = 'issued' THEN -amount"
    " ELSE amount END), 0)::bigint FROM named WHERE kind IN ('adjustment', 'clawback', 'reversal')"
)


def not_to_correct(account: int, seq: int, currency: str, points: int) -> Refusal | None:
    """Why a correction may not give so many points, or take them (below zero), for a movement of an account; None where
    it may. The account is locked.

    `unknown_entry`, `correction_exceeds`: all corrections of a movement, with what returns took back of it or what came
    back, come to no more than it moved.
    """
    found = _entry(account, seq, currency)
    if found is None:
        sentence = worded("The member's statement has no movement of this number in this currency.")
        return Refusal("unknown_entry", sentence, {"entry": seq, "currency": currency})
    while found is not None:  # a correction of a correction is one of what that put right as well
        amount, before = found[1], given_for(account, seq)
        if abs(before + points) > amount:
            left = max(0, amount - before if points > 0 else amount + before)
            sentence = counted(
                "Movement {movement} has one point left to put right: ask for the rest without naming it.",
                "Movement {movement} has {n} points left to put right: ask for the rest without naming it.",
                left, movement=seq,
            )  # fmt: skip
            figures = {"movement": seq, "amount": amount, "corrected": abs(before), "left": left}
            return Refusal("correction_exceeds", sentence, figures)
        kind, _, reverses = found
        seq = reverses if kind == ADJUSTMENT else 0
        found = _entry(account, seq, currency) if seq else None
    return None


def given_for(account: int, seq: int) -> int:
    """What a movement was put right by: points that were given for it, less those that were taken."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN, [account, seq, account])
        (points,) = cursor.fetchone()
    return int(points)


def _entry(account: int, seq: int, currency: str) -> tuple[str, int, int] | None:
    """A movement as (kind, amount, the one it names)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, amount, coalesce(reverses, 0) FROM entry"
            " WHERE account_id = %s AND seq = %s AND currency = %s",
            [account, seq, currency],
        )
        found: tuple[str, int, int] | None = cursor.fetchone()
    return found
