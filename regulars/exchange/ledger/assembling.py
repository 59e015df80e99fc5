"""Assembling: an account's standing out of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from regulars.engine.purse import NEVER, Columns
from regulars.engine.standing import Standing
from regulars.exchange.ledger.packing import unpacked
from regulars.kit.binding import Column, ask, at_once

POTS: Final = ("available", "pending", "debt", "issued", "redeemed", "expired", "held", "forfeited", "transit")

_LOCK: Final = (
    "SELECT account_id, leads_to IS NOT NULL, kind = 'household', kin FROM account WHERE account_id = ANY(%s)"
    " ORDER BY account_id FOR NO KEY UPDATE"
)
_STANDINGS: Final = (
    "SELECT account_id, state::text, due_on - date '0001-01-01' + 1, last_event"
    " FROM standing WHERE account_id = ANY(%s)"
)
_BALANCES: Final = f"SELECT account_id, currency, {', '.join(POTS)} FROM balance WHERE account_id = ANY(%s)"
#: Lots as a purse takes them, column by column: days as proleptic ordinals.
_LOTS: Final = (
    "SELECT account_id, currency, pending, array_agg(seq), array_agg(remaining),"
    " array_agg(earned_on - date '0001-01-01' + 1), array_agg(available_on - date '0001-01-01' + 1),"
    f" array_agg(coalesce(expires_on - date '0001-01-01' + 1, {NEVER}))"
    " FROM lot WHERE account_id = ANY(%s) AND remaining > 0{which} GROUP BY account_id, currency, pending"
)
_EVERY: Final = _LOTS.format(which="")
_WAITING: Final = _LOTS.format(which=" AND pending")
_NO_LOTS: Final[Columns] = ((), (), (), (), ())


class Held:
    """What the ledger holds of one account: its standing and, per currency, the pots. `last` is its latest event, `due`
    the day of its next night, as it was worked out when it was written."""

    __slots__ = ("due", "known", "last", "pots", "standing")

    def __init__(self, standing: Standing, known: bool = False, due: int = NEVER, last: UUID | None = None) -> None:
        self.standing = standing
        self.pots: dict[str, dict[str, int]] = {}
        self.known = known
        self.due = due
        self.last = last


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
    told = ask(_LOCK, [Column("int8", sorted(set(accounts)))], binary=True)
    return lambda: [Locked(*row) for row in told.fetchall()]


class Lots:
    """The lots of accounts in which something is left: of some they are read at once, of others when the fold looks at
    one of them. Whoever lets it look later has locked the account, and writes after the fold."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str, bool], Columns] = {}
        self._read: set[int] = set()
        self._waiting: set[int] = set()

    def read(self, accounts: Sequence[int]) -> None:
        """Read those of some accounts, as far as that was not done."""
        if wanted := [account for account in accounts if account not in self._read]:
            self.read_soon(wanted)()

    def read_soon(self, accounts: Sequence[int]) -> Callable[[], None]:
        """As `read`; inside `at_once` it travels with others, and is done when it is called for."""
        told = ask(_EVERY, [Column("int8", accounts)], binary=True)

        def take() -> None:
            self._read.update(accounts)
            self._take(told.fetchall())

        return take

    def read_waiting(self, accounts: Sequence[int]) -> None:
        """Read those that wait of some accounts, none of which was read."""
        if accounts:
            self._waiting.update(accounts)
            self._take(ask(_WAITING, [Column("int8", accounts)], binary=True).fetchall())

    def of(self, account: int, currency: str, waiting: bool) -> Columns:
        """Those of one currency that wait, or those that may be spent."""
        if not (waiting and account in self._waiting):
            self.read([account])
        return self._found.get((account, currency, waiting), _NO_LOTS)

    def _take(self, rows: Iterable[Sequence[Any]]) -> None:
        for account, currency, waiting, *columns in rows:
            self._found[account, currency, waiting] = columns


def assemble(accounts: Sequence[int]) -> dict[int, Held]:
    """The standing of each account; a new one for those without. The caller has locked them if it means to write."""
    with at_once():
        lots = Lots()
        read, held = lots.read_soon(list(accounts)), assemble_soon(accounts, lots)
        read()
        return held()


def assemble_soon(accounts: Sequence[int], lots: Lots) -> Callable[[], dict[int, Held]]:
    """As `assemble`, but its answer is waited for when it is called for: inside `at_once` it travels with others. The
    accounts are locked, and their `lots` need not be read: that is done when something looks at one of them."""
    ids = list(accounts)
    asked = [Column("int8", ids)]
    standings, balances = ask(_STANDINGS, asked, binary=True), ask(_BALANCES, asked, binary=True)

    def read() -> dict[int, Held]:
        known = {
            account: Held(unpacked(state), known=True, due=due, last=last)
            for account, state, due, last in standings.fetchall()
        }
        held = {account: known.get(account) or Held(Standing()) for account in ids}
        left, unknown = [], set()
        for account, currency, *pots in balances.fetchall():
            row = held[account].pots[currency] = dict(zip(POTS, pots, strict=True))
            available, pending = row["available"], row["pending"]
            if available or pending:
                purse = held[account].standing.purse(currency)
                left.append((purse, available, pending, partial(lots.of, account, currency)))
                if not purse.knows(available, pending):
                    unknown.add(account)
        lots.read(sorted(unknown))  # written before what ends and becomes available first was kept
        for purse, available, pending, look in left:
            purse.leave(available, pending, look)
        return held

    return read
