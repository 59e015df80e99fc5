"""Persisting: a batch in a transaction of its own, again where another writer was in the way."""

from __future__ import annotations

import struct
from collections.abc import Callable
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


def first_reach(promise: Versions) -> int:
    """How far a batch reaches at first for budgets of all members."""
    return OWN if promise.latest.kernel.terms.shared else NONE


def persist(promise: Versions, run: Callable[[int], list[T]]) -> list[T]:
    """Run a batch in a transaction, again where another writer was in the way. Raises NotKept.

    It is handed how far it reaches for budgets of all members: no further than it must.
    """
    reach, attempt = first_reach(promise), 0
    while True:
        try:
            with transaction.atomic(durable=attempt == 0 and not connection.in_atomic_block):
                return run(reach)
        except TooShort:
            reach += 1
        except LedAway:
            # While we waited for the lock an account was merged into another one, or parted from it, or a member joined
            # or left a household: now the number leads elsewhere.
            attempt += 1
            if attempt == _TRIES:
                raise
        except (DatabaseError, psycopg.Error, struct.error) as error:
            # Another writer told one of these events between our look and our write, and now it is known; or two
            # writers waited for each other, and this one had to give way. COPY raises psycopg's errors as they are.
            cause = error.__cause__ or error
            if isinstance(cause, psycopg.DataError | struct.error):
                raise NotKept(str(cause).splitlines()[0]) from error
            attempt += 1
            if not isinstance(cause, UniqueViolation | DeadlockDetected) or attempt == _TRIES:
                raise
