"""Facts of this installation by name, and its clock."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection


def fact(name: str) -> Any:
    """The stored value of a name, or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM installation WHERE name = %s", [name])
        row = cursor.fetchone()
    return None if row is None else json.loads(row[0]) if isinstance(row[0], str) else row[0]


def remember(name: str, value: Any) -> None:
    """Store a JSON value under a name, in place of an earlier one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO installation (name, value) VALUES (%s, %s::jsonb)"
            " ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value",
            [name, json.dumps(value)],
        )


def now() -> datetime:
    """The present instant of this installation: the real one, moved on by what `move_clock` added."""
    return datetime.now(UTC) + timedelta(seconds=fact("clock_ahead_s") or 0)


def move_clock(days: int) -> datetime:
    """Move this installation's clock on by whole days (never back); answers the new present. Raises ValueError."""
    if days < 0:
        raise ValueError("The clock only moves forward: give a number of days of 0 or more.")
    remember("clock_ahead_s", (fact("clock_ahead_s") or 0) + days * 86_400)
    return now()
