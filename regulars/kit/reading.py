"""Reading: what a statement answers, at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from regulars.kit.json import decode


def read_rows(query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows that a query answers with these values."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def plain(value: Any) -> Any:
    """A document, which a driver gives as it is or as text."""
    return decode(value) if isinstance(value, str | bytes) else value
