"""Persisting: a batch in a transaction of its own, again where another writer was in the way."""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

import psycopg
from django.db import DatabaseError, connection, transaction
from psycopg.errors import DeadlockDetected, UniqueViolation

from regulars.exchange.budgets.leasing import NONE, OWN, TooShort
from regulars.exchange.ledger.assembling import lock
from regulars.ground.members.enrolling import accounts_of
from regulars.ground.members.leading import kin_of
from regulars.ground.publishing.versions import Versions

T = TypeVar("T")
_TRIES = 5


class NotKept(Exception):
    """The database cannot keep a figure."""


class LedAway(Exception):
    """An account leads to another one since its number was looked up."""


class NotTogether(Exception):
    """One event of a batch looks at what another one does in an account of its kin, which is not written yet."""


class Unlocked(Exception):
    """What events refer to may lie in further `accounts`, which others may write to meanwhile."""

    def __init__(self, accounts: Collection[int]) -> None:
        super().__init__(accounts)
        self.accounts = accounts


def first_reach(promise: Versions) -> int:
    """How far a batch reaches at first for budgets of all members."""
    return OWN if promise.latest.kernel.terms.shared else NONE


def persist(promise: Versions, run: Callable[[int, Collection[int]], list[T]]) -> list[T]:
    """Run a batch in a transaction, again where another writer was in the way. Raises NotKept, NotTogether.

    It is handed how far it reaches for budgets of all members, and which accounts it locks beside those of its events:
    no more than it must.
    """
    reach, attempt, beside = first_reach(promise), 0, set[int]()
    while True:
        try:
            with transaction.atomic(durable=attempt == 0 and not connection.in_atomic_block):
                return run(reach, beside)
        except TooShort:
            reach += 1
        except Unlocked as found:
            beside |= {*found.accounts}
        except LedAway:
            # While we waited for the lock an account was merged into another one, or parted from it, or a member joined
            # or left a household: now the number leads elsewhere. However often that happens, others came forward.
            attempt = max(attempt, 1)
        except (DatabaseError, psycopg.Error, struct.error) as error:
            # Another writer told one of these events between our look and our write, and now it is known; or two
            # writers waited for each other, and this one had to give way. COPY raises psycopg's errors as they are.
            cause = error.__cause__ or error
            if isinstance(cause, psycopg.DataError | struct.error):
                raise NotKept(str(cause).splitlines()[0]) from error
            attempt += 1
            if not isinstance(cause, UniqueViolation | DeadlockDetected) or attempt == _TRIES:
                raise


def hold_all(members: Collection[str]) -> None:
    """Lock the accounts of these members and all their kin, where the caller's transaction goes on: the parts of a
    batch would lock them one after the other, and two batches wait for each other in a circle."""
    if connection.in_atomic_block:
        lock(kin_of(accounts_of(list(members)).values()))


def hold_kin(
    events: Sequence[tuple[int, str, bool]],
    related: Mapping[int, Collection[int]],
    locked: Collection[int],
    together: bool,
) -> set[int]:
    """Make sure that neither others nor other events of the batch write to accounts in which that may lie which an
    event refers to. Answers those of them whose nights come before it.

    `events` are the account of each, what it refers to (if anything), and whether that is to be as of now; `related` is
    the kin of accounts. Events that come `together`, as acts of one call, know of each other. Raises NotTogether, and
    Unlocked where other accounts than those that are `locked` have to be.
    """
    own = {account for account, *_ in events}
    referring = [(related.get(account, ()), now) for account, original, now in events if original]
    wanted = {one for kin, _ in referring for one in kin}
    if not (together or own.isdisjoint(wanted)):
        raise NotTogether
    if not wanted <= {*locked}:
        raise Unlocked(wanted)
    return {one for kin, now in referring if now for one in kin} - own
