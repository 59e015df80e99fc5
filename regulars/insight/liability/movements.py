"""Movements: what the ledger says of every month, in one reading of it.

Calendar months that are over are read once, and kept (`keeping`); one that entries came to since is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from regulars.ground.publishing.versions import InForce, Versions
from regulars.insight.liability.keeping import CalendarMonth, changed, digest_of, keep, kept
from regulars.insight.liability.rolling import WAYS
from regulars.kit.zones import microseconds
from regulars.programme.promise import Programme

_SQL = Path(__file__).parent / "sql"
#: What is read: the statements of which each is made.
_READINGS = {"moved": ("parts", "moved"), "sales": ("sales",)}


class LedgerUnsound(Exception):
    """The ledger holds something that no month can count; `code` says it stably."""

    code = "ledger_unsound"


@dataclass(frozen=True, slots=True)
class Movements:
    """All that moved: `moved` by currency, cohort, month and line in points; `sales` by month, and what of them was
    paid with points (`tendered`), in minor units."""

    moved: dict[str, dict[int, dict[int, dict[str, int]]]]
    sales: dict[int, int]
    tendered: dict[int, int]

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


def version_of(known: Versions, month: int) -> InForce:
    """The version in force as a month ends, in the zone of the one in force as it ends in UTC: none that begins later
    has a say in where a month ends."""
    zone = known.at(_last_us(month, "UTC")).kernel.terms.programme.header.zone
    return known.at(_last_us(month, zone))


def _last_us(month: int, zone: str) -> int:
    return microseconds(month_ends(month, zone) - timedelta(microseconds=1))


def programme_of(known: Versions, month: int) -> Programme:
    """The programme in force as a month ends."""
    return version_of(known, month).kernel.terms.programme


def value_of(known: Versions, currency: str, month: int) -> Fraction | None:
    """The declared value of a point as a month ends; of a currency that is promised no more, the last one it had."""
    last = version_of(known, month).effective_us
    for version in reversed([version for version in known if version.effective_us <= last]):
        for one in version.kernel.terms.programme.currencies:
            if one.id == currency:
                return None if one.kind == "qualifying" else one.value
    return None


def movements(known: Versions, last: int, afresh: bool = False) -> Movements:
    """What moved up to the end of the month `last`, months being those of each version's zone.

    The database sums up; what comes back is one row for each month of each cohort and line. Only calendar months that
    are not over, and those that entries came to since they were kept, are read; or all `afresh`. Raises LedgerUnsound.
    """
    begin = datetime.combine(month_day(last), time(), UTC)
    terms = terms_of(known)
    key = digest_of(terms | {what: statement(*parts) for what, parts in _READINGS.items()})
    # A day more than the last month has: versions may count its days elsewhere. The rest is dropped below.
    until = month_ends(last, "UTC") + timedelta(1)
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL work_mem = '32MB'")
        months = {} if afresh else kept(cursor, key, begin)
        again = changed(cursor, months, begin)
        since = datetime.combine(min([*again, begin.date()]), time(), UTC)
        terms |= {"since": since, "begin": begin, "until": until, "months": list(again)}
        read: dict[date, CalendarMonth] = {day: CalendarMonth(entries) for day, entries in again.items()}
        for what, parts in _READINGS.items():
            cursor.execute(statement(*parts), terms)
            for dated, *row in cursor.fetchall():
                getattr(read.setdefault(dated, CalendarMonth(0)), what).append(row)
    if any(None in row for one in read.values() for row in one.moved):
        raise LedgerUnsound("Some entries of the ledger cannot be counted. `regulars prove` says which.")
    keep(key, {day: read[day] for day in again})
    return _summed([*(months | read).values()], last)


def _summed(months: Sequence[CalendarMonth], last: int) -> Movements:
    """The sums over calendar months, up to the month `last` of each version's zone."""
    moved: dict[str, dict[int, dict[int, dict[str, int]]]] = {}
    sales: dict[int, int] = {}
    tendered: dict[int, int] = {}
    for one in months:
        for currency, cohort, day, line, points in one.moved:
            month = month_of(day)
            if month <= last:
                lines = moved.setdefault(currency, {}).setdefault(month_of(cohort), {}).setdefault(month, {})
                lines[line] = lines.get(line, 0) + points
        for day, net, with_points in one.sales:
            if (month := month_of(day)) <= last:
                sales[month] = sales.get(month, 0) + net
                tendered[month] = tendered.get(month, 0) + with_points
    return Movements(moved, sales, tendered)


def terms_of(known: Versions) -> dict[str, Any]:
    """What the statements must know: the ways of points, each version's zone, which of its rules give points without
    a sale, or with one or without, and from which month until which one a currency stands for money."""
    programmes = [(version.number, version.kernel.terms.programme) for version in known]
    rules = [(number, rule) for number, programme in programmes for rule in programme.earn.rules]
    ways = [(*ends, *(way or ("within", 0))) for ends, way in WAYS.items()]
    columns = zip(("kinds", "sources", "targets", "lines", "times"), map(list, zip(*ways, strict=True)), strict=True)
    return {
        **dict(columns),
        "versions": [number for number, _ in programmes],
        "zones": [programme.header.zone for _, programme in programmes],
        "given": [f"{number} {rule.id}" for number, rule in rules if "purchase" not in rule.on],
        "either": [f"{number} {rule.id}" for number, rule in rules if "purchase" in rule.on and len(rule.on) > 1],
        **_valued(known),
    }


def _valued(known: Versions) -> dict[str, Any]:
    """As columns: currencies, and the months from which until which (that one not) a point of them has a value."""
    zones = {one.kernel.terms.programme.header.zone for one in known}
    begins = {
        month_of(datetime.fromtimestamp(one.effective_us // 10**6, ZoneInfo(zone)).date())
        for one in known
        for zone in zones
    }
    turns = [0, *sorted(begins)[1:], month_of(date.max)]  # what happened before the first version falls under it
    currencies = sorted({one.id for version in known for one in version.kernel.terms.programme.currencies})
    found = [
        (currency, month_day(max(12, since)), month_day(until))
        for currency in currencies
        for since, until in pairwise(turns)
        if value_of(known, currency, max(since, min(begins))) is not None
    ]
    names = ("valued", "valued_since", "valued_until")
    return dict(zip(names, map(list, zip(*found, strict=True)) if found else ([], [], []), strict=True))


@cache
def statement(*parts: str) -> str:
    """A statement out of the room's `sql/`, of one file or of several that follow each other."""
    return "".join((_SQL / f"{name}.sql").read_text(encoding="utf-8") for name in parts)
