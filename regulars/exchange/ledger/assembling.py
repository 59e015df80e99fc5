"""Assembling: an account's standing out of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from regulars.engine.purse import NEVER
from regulars.engine.standing import Standing, load
from regulars.exchange.ledger.packing import unpacked
from regulars.kit.binding import Column, ask, at_once
from regulars.kit.json import decode

POTS = ("available", "pending", "debt", "issued", "redeemed", "expired", "held", "forfeited", "transit")

_LOCK = (
    "SELECT account_id, leads_to IS NOT NULL, kind = 'household', kin FROM account WHERE account_id = ANY(%s)"
    " ORDER BY account_id FOR NO KEY UPDATE"
)
_STANDINGS = "SELECT account_id, state::text, last_event FROM standing WHERE account_id = ANY(%s)"
_BALANCES = f"SELECT account_id, currency, {', '.join(POTS)} FROM balance WHERE account_id = ANY(%s)"
#: Lots as a purse takes them, column by column: days as proleptic ordinals.
_LOTS = (
    "SELECT account_id, currency, pending, array_agg(seq), array_agg(remaining),"
    " array_agg(earned_on - date '0001-01-01' + 1), array_agg(available_on - date '0001-01-01' + 1),"
    f" array_agg(coalesce(expires_on - date '0001-01-01' + 1, {NEVER}))"
    " FROM lot WHERE account_id = ANY(%s) AND remaining > 0 GROUP BY account_id, currency, pending"
)


@dataclass(slots=True)
class Held:
    """What the ledger holds of one account: its standing and, per currency, the pots. `last` is its latest event."""

    standing: Standing
    pots: dict[str, dict[str, int]] = field(default_factory=dict)
    known: bool = False
    last: UUID | None = None


class Locked(NamedTuple):
    """An account as it is under its lock: whether it leads to another one, whether it is a household's, and all that it
    was ever one with."""

    account: int
    leads: bool
    household: bool
    kin: Sequence[int]


def lock(accounts: Iterable[int]) -> list[Locked]:
    """Let no other writer touch these accounts until the transaction ends; waits for those who do.

    Locks are taken in sorted order, all at once, so that writers never wait for each other in a circle. Answers how
    the accounts are after the wait: one may have been merged meanwhile.
    """
    return lock_soon(accounts)()


def lock_soon(accounts: Iterable[int]) -> Callable[[], list[Locked]]:
    """As `lock`, but its answer is waited for when it is called for: inside `at_once` it travels with others."""
    told = ask(_LOCK, [Column("int8", sorted(set(accounts)))])
    return lambda: [Locked(*row) for row in told.fetchall()]


def assemble(accounts: Sequence[int]) -> dict[int, Held]:
    """The standing of each account; a new one for those without. The caller has locked them if it means to write."""
    with at_once():
        return assemble_soon(accounts)()


def assemble_soon(accounts: Sequence[int]) -> Callable[[], dict[int, Held]]:
    """As `assemble`, but its answer is waited for when it is called for: inside `at_once` it travels with others."""
    ids = list(accounts)
    asked = [Column("int8", ids)]
    standings, lots, balances = ask(_STANDINGS, asked), ask(_LOTS, asked, binary=True), ask(_BALANCES, asked)

    def read() -> dict[int, Held]:
        held = {account: Held(Standing()) for account in ids}
        for account, state, last in standings.fetchall():
            held[account] = Held(load(unpacked(decode(state))), known=True, last=last)
        for account, currency, pending, *columns in lots.fetchall():
            purse = held[account].standing.purse(currency)
            if pending:
                purse.hold_all(columns)
            else:
                purse.admit_all(columns)
        for account, currency, *pots in balances.fetchall():
            held[account].pots[currency] = dict(zip(POTS, pots, strict=True))
        return held

    return read
