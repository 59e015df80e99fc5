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

_KEPT = "SELECT month, terms, entries, moved::text, sales::text FROM month_moved WHERE month < %s"
_KEEP = (
    "INSERT INTO month_moved (month, terms, entries, moved, sales) VALUES (%s, %s, %s, %s::jsonb, %s::jsonb)"
    " ON CONFLICT (month) DO UPDATE SET terms = EXCLUDED.terms, entries = EXCLUDED.entries, moved = EXCLUDED.moved,"
    " sales = EXCLUDED.sales"
)


@dataclass(slots=True)
class CalendarMonth:
    """The entries dated in a calendar month in UTC: how many there are; points that moved as (currency, first day of
    the cohort, first day of the month in the zone, line, points); sales as (first day of the month, price, what of
    it points paid), in minor units."""

    entries: int
    moved: list[Any] = field(default_factory=list)
    sales: list[Any] = field(default_factory=list)


def digest_of(terms: Mapping[str, Any]) -> str:
    """What stands for the terms that months are read under, and how: those read under others are read again."""
    return sha256(encode(sorted(terms.items()))).hexdigest()


def kept(cursor: Any, key: str, begin: datetime) -> dict[date, CalendarMonth]:
    """The months before `begin` that are kept of the terms `key`, as they were kept, by their first day."""
    cursor.execute(_KEPT, [begin.date()])
    read = [(month, terms, entries, decode(moved), decode(sales)) for month, terms, entries, moved, sales in cursor]
    return {
        month: CalendarMonth(
            entries,
            [[currency, *map(date.fromisoformat, days), line, points] for currency, *days, line, points in moved],
            [[date.fromisoformat(day), *paid] for day, *paid in sales],
        )
        for month, terms, entries, moved, sales in read
        if terms == _seal(key, month, entries, moved, sales)
    }


def _seal(key: str, month: date, entries: int, moved: Any, sales: Any) -> str:
    """What stands for the terms and for all that is kept of a month: what was changed since has another."""
    return sha256(encode([key, month, entries, moved, sales])).hexdigest()


def recorded(cursor: Any, begin: datetime) -> int:
    """How many entries dated before `begin` were ever recorded, by the numbers of the accounts: what is taken away or
    changed by hand changes nothing of that."""
    cursor.execute(_text("counted"), {"begin": begin})
    total, newer = cursor.fetchone()
    return int(total - newer)


def changed(cursor: Any, months: Mapping[date, CalendarMonth], begin: datetime) -> dict[date, int]:
    """The months before `begin` that must be read, by their first day, with how many entries they have now."""
    if recorded(cursor, begin) == sum(one.entries for one in months.values()):
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
        (
            month, _seal(key, month, one.entries, one.moved, one.sales), one.entries, encode(one.moved).decode(),
            encode(one.sales).decode(),
        )
        for month, one in sorted(months.items())
    ]  # fmt: skip
    if rows:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_KEEP, rows)


def is_any_kept() -> bool:
    """Whether the sums of any month are kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM month_moved)")
        return bool(cursor.fetchone()[0])


def forget() -> None:
    """Let every month be read again: the ledger holds, or held, what cannot be counted."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE month_moved SET terms = ''")


@cache
def _text(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
