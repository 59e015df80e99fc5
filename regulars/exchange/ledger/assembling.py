"""Assembling: an account's standing out of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from regulars.engine.purse import NEVER, Lot
from regulars.engine.standing import Standing, load
from regulars.kit.json import decode

POTS = ("available", "pending", "debt", "issued", "redeemed", "expired", "held", "forfeited", "transit")


@dataclass(slots=True)
class Held:
    """What the ledger holds of one account: its standing and, per currency, the pots. `last` is its latest event."""

    standing: Standing
    pots: dict[str, dict[str, int]] = field(default_factory=dict)
    known: bool = False
    last: UUID | None = None


class Locked(NamedTuple):
    """An account as it is under its lock: whether it leads to another one, and all it was ever merged with."""

    account: int
    leads: bool
    kin: Sequence[int]


def lock(accounts: Iterable[int]) -> list[Locked]:
    """Let no other writer touch these accounts until the transaction ends; waits for those who do.

    Locks are taken in sorted order, all at once, so that writers never wait for each other in a circle. Answers how
    the accounts are after the wait: one may have been merged meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, leads_to IS NOT NULL, kin FROM account WHERE account_id = ANY(%s)"
            " ORDER BY account_id FOR NO KEY UPDATE",
            [sorted(set(accounts))],
        )
        return [Locked(*row) for row in cursor.fetchall()]


def assemble(accounts: Sequence[int]) -> dict[int, Held]:
    """The standing of each account; a new one for those without. The caller has locked them if it means to write."""
    ids = list(accounts)
    held = {account: Held(Standing()) for account in ids}
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, state::text, last_event FROM standing WHERE account_id = ANY(%s)", [ids])
        for account, state, last in cursor.fetchall():
            held[account] = Held(load(decode(state)), known=True, last=last)
        known = [account for account in ids if held[account].known]
        if not known:
            return held
        cursor.execute(
            "SELECT account_id, currency, seq, remaining, pending, earned_on, available_on, expires_on FROM lot"
            " WHERE account_id = ANY(%s) AND remaining > 0",
            [known],
        )
        for account, currency, seq, remaining, pending, earned, available, expires in cursor.fetchall():
            end = expires.toordinal() if expires else NEVER
            lot = Lot(seq, remaining, earned.toordinal(), available.toordinal(), end)
            purse = held[account].standing.purse(currency)
            if pending:
                purse.hold(lot)
            else:
                purse.admit(lot)
        cursor.execute(
            f"SELECT account_id, currency, {', '.join(POTS)} FROM balance WHERE account_id = ANY(%s)",
            [known],
        )
        for account, currency, *pots in cursor.fetchall():
            held[account].pots[currency] = dict(zip(POTS, pots, strict=True))
    return held
