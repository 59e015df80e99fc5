"""Rehearsing: what an act on points would do, found by doing it and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from regulars.exchange.earning.acting import By, Done
from regulars.exchange.ledger.holdings import Balance, LotView, TierView, balances, lots, tier_view
from regulars.exchange.ledger.statement import StatementLine, statement
from regulars.ground.access.auditing import audit
from regulars.ground.members.leading import holder_of
from regulars.kit.json import decode

#: More movements than any one act makes.
_LINES = 500


@dataclass(frozen=True, slots=True)
class Change:
    """A lot of which an act would take `points` or, below zero, to which it would give some back; so many are `left` of
    it afterwards."""

    lot: LotView
    points: int
    left: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What an act would do: its movements, the newest first; every currency before and after; the lots it changes, in
    the order in which they would be spent; where the member stands before and after (None without tiers). `forgiven`
    points a return should take and cannot. `again`: it was done before under this id, and doing it once more would
    change nothing."""

    lines: Sequence[StatementLine]
    before: Sequence[Balance]
    after: Sequence[Balance]
    changes: Sequence[Change]
    tiers: tuple[TierView | None, TierView | None]
    forgiven: int
    again: bool

    def tier_said(self, language: str) -> tuple[str, str] | None:
        """The tier before and after as people read it; None where it stays as it is."""
        before, after = (one.said(language) if one else "" for one in self.tiers)
        return (before, after) if before != after else None


def rehearse(account: int, do: Callable[[By], Done], by: By) -> Rehearsal:
    """What `do` would do to an account; nothing of it stays but a note that `by.actor` asked. Raises ActRefused.

    Where the act takes all that is there to another account, that one is seen afterwards.
    """
    with transaction.atomic():
        with transaction.atomic():
            before, lots_before = balances(account, by.now), lots(account, by.now)
            tier = tier_view(holder_of(account), by.now)  # of a household, for whoever leaves it
            done = do(by)
            latest = [] if done.again else statement(account, limit=_LINES, gathered=True)
            found = [one for one in latest if one.event == done.event]
            forgiven = 0 if done.again else _forgiven(account, done)
            then = holder_of(account)
            after, tiers = balances(then, by.now), (tier, tier_view(then, by.now))
            changes = _changes(lots_before, lots(account, by.now)) if then == account else []
            transaction.set_rollback(True)
        audit(by.actor, "act rehearsed", account, {"act": by.id}, by.now)
    return Rehearsal(found, before, after, changes, tiers, forgiven, done.again)


def _changes(before: Sequence[LotView], after: Sequence[LotView]) -> list[Change]:
    there = {lot.seq: lot for lot in (*after, *before)}
    left = {lot.seq: lot.left for lot in after}
    had = {lot.seq: lot.left for lot in before}
    moved = ((lot, had.get(seq, 0) - left.get(seq, 0)) for seq, lot in there.items())
    order = {lot.seq: place for place, lot in enumerate((*after, *before))}
    changed = sorted(((lot, points) for lot, points in moved if points), key=lambda one: order[one[0].seq])
    return [Change(lot, points, left.get(lot.seq, 0)) for lot, points in changed]


def _forgiven(account: int, done: Done) -> int:
    """Points that a return could not take back, of all currencies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outcome ->> 'forgiven' FROM event WHERE account_id = %s AND id = %s", [account, done.event]
        )
        row = cursor.fetchone()
    return sum(points for _rule, points in decode(row[0])) if row and row[0] else 0
