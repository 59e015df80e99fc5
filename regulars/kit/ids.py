"""Identifiers made by the application: UUIDv7 (RFC 9562), so that rows of one time lie together."""

from __future__ import annotations

import os
from datetime import datetime
from uuid import UUID, SafeUUID

from regulars.kit.zones import microseconds


def uuid7(at: datetime) -> UUID:
    """A new identifier of the instant `at` (aware): 48 bits of milliseconds, 10 of the microseconds beyond them (RFC
    9562, 6.2, method 3), 64 random bits."""
    return uuid7s(at, 1)[0]


def uuid7s(at: datetime, count: int) -> list[UUID]:
    """`count` new identifiers of one instant, in ascending order."""
    milliseconds, beyond = divmod(microseconds(at), 1000)
    head = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7000 << 64 | beyond << 66 | 1 << 63
    random = os.urandom(8 * count)
    made = []
    for i in range(count):
        bits = int.from_bytes(random[8 * i : 8 * i + 8], "big")
        made.append(head | (bits >> 62) << 64 | bits & 0x3FFF_FFFF_FFFF_FFFF)
    return [uuid_of(value) for value in sorted(made)]


def uuid_of(value: int) -> UUID:
    """The identifier of 128 bits; `UUID(int=value)` looks at six ways in which it could have been given, first."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", value)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made


def later(id: UUID, last: UUID | None) -> UUID:
    """An identifier higher than the last one, also where clocks differ or time stands still."""
    return id if last is None or id.int > last.int else uuid_of(last.int + 1)


def bytes_of(id: UUID) -> bytes:
    """Its 16 bytes: `id.bytes`, but compiled."""
    return id.int.to_bytes(16, "big")


def text_of(id: UUID) -> str:
    """`str(id)`, but compiled."""
    digits = bytes_of(id).hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def made_at(id: UUID, at: datetime) -> bool:
    """Whether an identifier was made at that instant, to the microsecond."""
    return made_about(id, at) and (id.int >> 66) & 0x3FF == microseconds(at) % 1000


def made_about(id: UUID, at: datetime) -> bool:
    """As `made_at`, to the millisecond: of one that was made before identifiers said more."""
    return id.int >> 80 == microseconds(at) // 1000 & 0xFFFF_FFFF_FFFF
