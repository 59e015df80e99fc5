"""How many members there are, and in which tier."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection


def member_count() -> int:
    """How many people are members."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM member")
        return int(cursor.fetchone()[0])


def tier_counts(levels: Sequence[str], members: int) -> dict[str, int]:
    """How many members each level holds, in the order given (the lowest first).

    Whoever has done nothing yet has no standing and is in the lowest; so is whoever holds a level that the
    programme no longer has.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tier, count(*) FROM standing WHERE tier = ANY(%s) GROUP BY tier", [list(levels[1:])])
        found = dict(cursor.fetchall())
    counts = {level: int(found.get(level, 0)) for level in levels}
    if levels:
        counts[levels[0]] = members - sum(counts.values())
    return counts
