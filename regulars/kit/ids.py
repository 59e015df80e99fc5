"""Identifiers made by the application: UUIDv7 (RFC 9562), so that rows of one time lie together."""

from __future__ import annotations

import os
from datetime import datetime
from uuid import UUID


def uuid7(at: datetime) -> UUID:
    """A new identifier of the instant `at` (aware): 48 bits of milliseconds, 74 random bits."""
    return uuid7s(at, 1)[0]


def uuid7s(at: datetime, count: int) -> list[UUID]:
    """`count` new identifiers of one instant, in ascending order."""
    head = (_milliseconds(at) & 0xFFFF_FFFF_FFFF) << 80
    random = os.urandom(10 * count)
    made = []
    for i in range(count):
        bits = int.from_bytes(random[10 * i : 10 * i + 10], "big")
        low = (bits & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        made.append(head | 0x7000 << 64 | (bits >> 68) << 64 | low)
    return [UUID(int=value) for value in sorted(made)]


def made_at(id: UUID, at: datetime) -> bool:
    """Whether an identifier was made at that instant, as far as it says so: to the millisecond."""
    return id.int >> 80 == _milliseconds(at) & 0xFFFF_FFFF_FFFF


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
