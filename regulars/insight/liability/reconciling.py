"""Reconciling: what was recorded beside what the tills counted themselves, by day and store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from regulars.ground.access.auditing import audit
from regulars.insight.liability.till import TillTotal


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a store: receipts (purchases and returns) and net (purchases less returns, minor units) as `recorded`
    and as `told` by the till (None: it told nothing). `late` of them, of `late_net`, were recorded after the till
    told its total; `aside` purchases and returns of that day wait in quarantine."""

    day: date
    store: str
    recorded: int
    recorded_net: int
    told: int | None
    told_net: int | None
    told_at: datetime | None
    late: int
    late_net: int
    aside: int

    @property
    def missing(self) -> int:
        """Receipts that the till counted and nobody recorded; below zero: recorded more than it counted."""
        return 0 if self.told is None else self.told - self.recorded

    @property
    def missing_net(self) -> int:
        """The same in money."""
        return 0 if self.told_net is None else self.told_net - self.recorded_net

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        return self.told is not None and not self.missing and not self.missing_net


@dataclass(frozen=True, slots=True)
class Compared:
    """Over all days and stores (`days`): how many a till told of (`told`), of them `differing`, and what the tills
    counted more than was recorded (`missing_net`, minor units); and those of them that were asked for."""

    days: int
    told: int
    differing: int
    missing_net: int
    shown: list[Day]


@dataclass(frozen=True, slots=True)
class Happening:
    """One purchase or return: `net` in minor units, below zero for a return."""

    id: UUID
    account: int
    type: str
    source: str
    external_id: str
    occurred_at: datetime
    recorded_at: datetime
    net: int


def tell_totals(totals: Sequence[TillTotal], by: str, now: datetime) -> None:
    """Keep what the tills told; of a day and store that was told before, the latest counts from now on."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO till_total (day, store, told_at, told_by, receipts, net) VALUES (%s, %s, %s, %s, %s, %s)",
            [(one.day, one.store, now, by, one.receipts, one.net) for one in totals],
        )
        days = sorted(one.day for one in totals)
        detail = {"rows": len(totals), "first": days[0].isoformat(), "last": days[-1].isoformat()} if days else {}
        audit(by, "till_totals_told", None, detail, now)


def compared(zone: str, first: date, last: date, most: int, every: bool = False) -> Compared:
    """The days and stores from `first` to `last` on which till and ledger differ or something is set aside, or with
    `every` all that anything is known of: the latest first, `most` of them."""
    terms = {"zone": zone, "first": first, "last": last, "most": most, "every": every, **_span(zone, first, last)}
    with connection.cursor() as cursor:
        cursor.execute(_text("recorded_days"), terms)
        rows = cursor.fetchall()
    all_days, told, differing, missing_net = rows[0][1:5] if rows else (0, 0, 0, 0)
    return Compared(all_days, told, differing, missing_net, [Day(*row[5:]) for row in rows if row[0]])


def happenings(zone: str, day: date, store: str, most: int) -> list[Happening]:
    """The purchases and returns of a day and store, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_text("recorded_events"), {"store": store, "most": most, **_span(zone, day, day)})
        return [Happening(*row) for row in cursor.fetchall()]


def _span(zone: str, first: date, last: date) -> dict[str, Any]:
    def begins(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))

    return {"since": begins(first), "until": begins(last + timedelta(days=1))}


@cache
def _text(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
