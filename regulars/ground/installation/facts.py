"""Facts of this installation by name, and its clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from regulars.kit.binding import ask


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
    return ask_now()()


def ask_now() -> Callable[[], datetime]:
    """Ask for the present instant; call what is answered to be told."""
    told = ask("SELECT value::text FROM installation WHERE name = 'clock_ahead_s'")

    def tell() -> datetime:
        row = told.fetchone()
        return datetime.now(UTC) + timedelta(seconds=json.loads(row[0]) if row else 0)

    return tell


def move_clock(days: int) -> datetime:
    """Move this installation's clock on by whole days (never back); answers the new present. Raises ValueError."""
    if days < 0:
        raise ValueError("The clock only moves forward: give a number of days of 0 or more.")
    remember("clock_ahead_s", (fact("clock_ahead_s") or 0) + days * 86_400)
    return now()
