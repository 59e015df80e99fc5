"""Locks that survive nobody: the kernel frees them when their last holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regulars.kit.embedded.place import Account, open_private
from regulars.kit.embedded.waiting import Report, ticks


def attempt(path: Path, account: Account, kind: int) -> int | None:
    """Takes the lock now (`kind` is `fcntl.LOCK_SH` or `fcntl.LOCK_EX`) or not at all.

    Returns the open descriptor that holds it (close it to let go), or None when others are in the way.
    """
    descriptor = open_private(path, account)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def is_free(path: Path, account: Account, kind: int) -> bool:
    """Whether the lock could be had in this kind at this moment."""
    descriptor = attempt(path, account, kind)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


@contextmanager
def alone(path: Path, account: Account, report: Report) -> Iterator[int]:
    """Holds the lock exclusively for a block, waiting as long as it takes; gives the descriptor."""
    descriptor = _wait_for(path, account, report)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _wait_for(path: Path, account: Account, report: Report) -> int:
    sentence = "Waiting for another process that starts or stops PostgreSQL."
    for _waited in ticks(report, "queueing", lambda: sentence):
        descriptor = attempt(path, account, fcntl.LOCK_EX)
        if descriptor is not None:
            return descriptor
    raise AssertionError("ticks never end")
