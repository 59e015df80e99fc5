"""Movements: what the ledger says of every month, in one reading of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from regulars.ground.publishing.versions import Versions
from regulars.insight.liability.rolling import WAYS

_SQL = Path(__file__).parent / "sql"


class LedgerUnsound(Exception):
    """The ledger holds something that no month can count; `code` says it stably."""

    code = "ledger_unsound"


@dataclass(frozen=True, slots=True)
class Movements:
    """All that moved: `moved` by currency, cohort, month and line in points; `sales` by month in minor units."""

    moved: dict[str, dict[int, dict[int, dict[str, int]]]]
    sales: dict[int, int]

    @property
    def first(self) -> int | None:
        """The first month in which points moved."""
        return min((month for one in self.moved.values() for months in one.values() for month in months), default=None)


def month_of(day: date) -> int:
    """The month of a day as a number, year * 12 + month - 1."""
    return day.year * 12 + day.month - 1


def month_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def month_name(month: int) -> str:
    """A month as it stands in files: `2026-01`."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def month_named(name: str) -> int:
    """The month that is written so. Raises ValueError for anything else."""
    return month_of(date.fromisoformat(f"{name}-01"))


def month_ends(month: int, zone: str) -> datetime:
    """The first instant after a month of a zone."""
    day = month_day(month + 1)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def movements(known: Versions, last: int) -> Movements:
    """What moved up to the end of the month `last`, months being those of each version's zone.

    The database sums up; what comes back is one row for each month of each cohort and line. Raises LedgerUnsound.
    """
    # A day more than the last month has: another version may count its days elsewhere. The rest is dropped below.
    terms = _terms(known) | {"until": month_ends(last, known.latest.kernel.terms.programme.header.zone) + timedelta(1)}
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL work_mem = '32MB'")
        cursor.execute(_text("movements"), terms)
        rows = cursor.fetchall()
        cursor.execute(_text("sales"), terms)
        sales = {month_of(month): net for month, net in cursor.fetchall() if month_of(month) <= last}
    moved: dict[str, dict[int, dict[int, dict[str, int]]]] = {}
    for currency, cohort, month, line, points in rows:
        if cohort is None or month is None or line is None:
            raise LedgerUnsound("Some entries of the ledger cannot be counted. `regulars prove` says which.")
        if month_of(month) <= last:
            months = moved.setdefault(currency, {}).setdefault(month_of(cohort), {})
            months.setdefault(month_of(month), {})[line] = points
    return Movements(moved, sales)


def _terms(known: Versions) -> dict[str, Any]:
    """What the statements must know: the ways of points, each version's zone, which of its rules give points without
    a sale, and which currencies stand for money in any version."""
    programmes = [(version.number, version.kernel.terms.programme) for version in known]
    ways = [(*ends, *(way or ("within", 0))) for ends, way in WAYS.items()]
    columns = zip(("kinds", "sources", "targets", "lines", "times"), map(list, zip(*ways, strict=True)), strict=True)
    return {
        **dict(columns),
        "versions": [number for number, _ in programmes],
        "zones": [programme.header.zone for _, programme in programmes],
        "given": [
            f"{number} {rule.id}"
            for number, programme in programmes for rule in programme.earn.rules if "purchase" not in rule.on
        ],
        "valued": sorted({
            currency.id for _, programme in programmes for currency in programme.currencies
            if currency.kind != "qualifying" and currency.value is not None
        }),
    }  # fmt: skip


@cache
def _text(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")
