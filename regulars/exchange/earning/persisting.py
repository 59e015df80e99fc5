"""Persisting: a batch in a transaction of its own, again where another writer was in the way."""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

import psycopg
from django.db import DatabaseError, connection, transaction
from psycopg.errors import DeadlockDetected, UniqueViolation

from regulars.exchange.budgets.leasing import NONE, OWN, TooShort
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


def hold_kin(
    events: Sequence[tuple[int, str, int]],
    related: Mapping[int, Collection[int]],
    locked: Collection[int],
    together: bool,
) -> dict[int, int]:
    """Make sure that neither others nor other events of the batch write to accounts in which that may lie which an
    event refers to. Answers these accounts, each with the latest moment up to which it is looked at.

    `events` are the account of each, what it refers to (if anything) and its moment; `related` is the kin of accounts.
    Events that come `together`, as acts of one call, know of each other. Raises NotTogether, and Unlocked where other
    accounts than those that are `locked` have to be.
    """
    own, wanted = {account for account, *_ in events}, dict[int, int]()
    for account, original, at in events:
        for one in related.get(account, ()) if original else ():
            wanted[one] = max(at, wanted.get(one, at))
    if not (together or own.isdisjoint(wanted)):
        raise NotTogether
    if not wanted.keys() <= {*locked}:
        raise Unlocked(wanted)
    return {account: at for account, at in wanted.items() if account not in own}
