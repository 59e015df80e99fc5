"""Keeping: what each calendar month that is over came to, so that only what is new is read.

Entries are only ever added, so a month stands as long as it has as many as when it was read. Whether any came to a
kept month is asked of the accounts: each numbers its entries and tier moves without a gap. Only where there are more is
it looked up which months they are in. What is kept is a copy: taken away, it is read again, and a month is closed on
a reading of everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from regulars.kit.json import decode, encode

_KEPT = "SELECT month, entries, moved::text, sales::text FROM month_moved WHERE month < %s AND terms = %s"
_KEEP = (
    "INSERT INTO month_moved (month, terms, entries, moved, sales) VALUES (%s, %s, %s, %s::jsonb, %s::jsonb)"
    " ON CONFLICT (month) DO UPDATE SET terms = EXCLUDED.terms, entries = EXCLUDED.entries, moved = EXCLUDED.moved,"
    " sales = EXCLUDED.sales"
)


@dataclass(slots=True)
class CalendarMonth:
    """The entries dated in a calendar month in UTC: how many there are; points that moved as (currency, first day of
    the cohort, first day of the month in the zone, line, points); sales as (first day of the month, minor units)."""

    entries: int
    moved: list[Any] = field(default_factory=list)
    sales: list[Any] = field(default_factory=list)


def digest_of(terms: Mapping[str, Any]) -> str:
    """What stands for the terms that months are read under, and how: those read under others are read again."""
    return sha256(encode(sorted(terms.items()))).hexdigest()


def kept(cursor: Any, key: str, begin: datetime) -> dict[date, CalendarMonth]:
    """The months before `begin` that are kept of the terms `key`, by their first day."""
    cursor.execute(_KEPT, [begin.date(), key])
    return {
        month: CalendarMonth(
            entries,
            [
                [currency, *map(date.fromisoformat, days), line, points]
                for currency, *days, line, points in decode(moved)
            ],
            [[date.fromisoformat(day), net] for day, net in decode(sales)],
        )
        for month, entries, moved, sales in cursor.fetchall()
    }


def changed(cursor: Any, months: Mapping[date, CalendarMonth], begin: datetime) -> dict[date, int]:
    """The months before `begin` that must be read, by their first day, with how many entries they have now."""
    cursor.execute(_text("counted"), {"begin": begin})
    total, newer = cursor.fetchone()
    if total == newer + sum(one.entries for one in months.values()):
        return {}
    cursor.execute(_text("counted_months"), {"begin": begin})
    return {
        month: entries
        for month, entries in sorted(cursor.fetchall())
        if month not in months or months[month].entries != entries
    }


def keep(key: str, months: Mapping[date, CalendarMonth]) -> None:
    """Keep what was read, in place of what was kept of these months."""
    rows = [
        (month, key, one.entries, encode(one.moved).decode(), encode(one.sales).decode())
        for month, one in sorted(months.items())
    ]
    if rows:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_KEEP, rows)


@cache
def _text(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
