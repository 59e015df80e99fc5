"""Correcting: how much of a movement corrections may still put right: never more than it moved."""

from __future__ import annotations

from regulars.engine.entries import ADJUSTMENT, Refusal
from regulars.engine.events import RETURN
from regulars.engine.meanwhile import grant_of
from regulars.exchange.earning.inheriting import came_back
from regulars.exchange.earning.tracing import Place, trace
from regulars.ground.members.leading import kin_of
from regulars.kit.reading import plain, read_rows
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

#: What returns took back of purchases of other accounts, by rule, with all that these had given.
_TAKEN = (
    "SELECT e.account_id, e.outcome #> '{origin,grants}', n.currency, n.rule, sum(n.amount)::bigint"
    " FROM event e JOIN entry n ON n.account_id = e.account_id AND n.event_id = e.id"
    " WHERE e.account_id = ANY(%s) AND e.type = %s AND e.outcome #> '{origin,grants}' IS NOT NULL"
    " AND n.kind = 'clawback' GROUP BY e.account_id, e.id, e.outcome, n.currency, n.rule"
)


def not_to_correct(account: int, seq: int, currency: str, points: int) -> Refusal | None:
    """Why a correction may not give so many points, or take them (below zero), for a movement of an account; None where
    it may. The account is locked, and all its kin.

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
    """What a movement was put right by, in whichever account of its kin: points that were given for it, less those that
    were taken."""
    ((points,),) = read_rows(_GIVEN, [account, seq, account])
    kin = kin_of([account]) - {account}
    return int(points) + (_given_elsewhere((account, seq), sorted(kin)) if kin else 0)


def _given_elsewhere(movement: Place, kin: list[int]) -> int:
    """What came back of a payment in other accounts, or (below zero) what returns took back there of an accrual."""
    trail, taken = trace([movement[0], *kin]), 0
    for account, grants, currency, rule, points in read_rows(_TAKEN, [kin, RETURN]):
        for _, seq, *of, amount, _ in (grant[:6] for grant in plain(grants)):
            place = trail.root((account, seq) if seq > 0 else grant_of(seq))
            taken += min(points, amount) if place == movement and of == [currency, rule] else 0
    return came_back(kin).get(movement, 0) - taken


def _entry(account: int, seq: int, currency: str) -> tuple[str, int, int] | None:
    """A movement as (kind, amount, the one it names)."""
    rows = read_rows(
        "SELECT kind, amount, coalesce(reverses, 0) FROM entry WHERE account_id = %s AND seq = %s AND currency = %s",
        [account, seq, currency],
    )
    return rows[0] if rows else None
