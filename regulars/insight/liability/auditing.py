"""Auditing: every entry of a month as a file, with totals that prove it: opening + entries = closing, to the point.

Tier moves are written beside them: an account numbers both together, so that over all months no number is missing.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection, transaction

from regulars.engine.entries import AVAILABLE, HELD, PENDING
from regulars.ground.publishing.versions import Versions
from regulars.insight.liability.closing import closings
from regulars.insight.liability.movements import month_day, month_name, terms_of, version_of
from regulars.insight.liability.rolling import GIVEN, WAYS
from regulars.kit.json import encode

CSV, PARQUET = "csv", "parquet"
#: How many entries are held in memory at once.
PAGE = 20_000
_SCHEMA: dict[str, Any] = {
    "account": pl.Int64, "seq": pl.Int64, "at": pl.Datetime("us", "UTC"), "event": pl.String, "version": pl.Int64,
    "currency": pl.String, "kind": pl.String, "source": pl.String, "target": pl.String, "amount": pl.Int64,
    "rule": pl.String, "base": pl.Int64, "granted": pl.Int64, "lots": pl.String, "available_on": pl.Date,
    "expires_on": pl.Date, "reverses": pl.Int64, "line": pl.String, "counted": pl.Int64,
}  # fmt: skip
_MOVES: dict[str, Any] = {
    "account": pl.Int64, "seq": pl.Int64, "at": pl.Datetime("us", "UTC"), "event": pl.String, "version": pl.Int64,
    "source": pl.String, "target": pl.String, "why": pl.String, "progress": pl.Int64, "until": pl.Date,
}  # fmt: skip
#: Rows of entries or tier moves, a page at a time.
_Pages = Iterator[list[tuple[Any, ...]]]
_MEMBERS = (AVAILABLE, PENDING, HELD)
#: Currency, kind, source and target; and how many entries of how many points moved so.
_Key = tuple[str, str, str, str]
_Sums = dict[_Key, tuple[int, int]]

#: Told as it goes: entries written.
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Audited:
    """What was written: the files, the last of them the proof; `uncounted` entries, which are in no line of the books;
    and whether the totals agree and every entry is counted."""

    files: list[Path]
    entries: int
    uncounted: int
    agrees: bool


def audit_month(
    known: Versions, number: int, format: str, folder: Path, now: datetime, tell: Tell = lambda entries: None
) -> Audited:
    """Write every entry and every tier move dated in a month into `folder`, each as one CSV file or as Parquet files,
    and a proof beside them.

    The proof of each format is a file of its own, `proof-YYYY-MM-FORMAT.json`. It holds, by currency: what members held
    as the month began and ended, counted from all entries before; the entries by kind and pots, counted from the files
    as they were written; the digest of each file; the closing, if the month is closed. All is read in one snapshot, a
    page at a time. `line` is the line of the roll-forward, `counted` what it adds to that. The month is, as in the
    books, that of the zone of each entry's version.
    """
    zone = version_of(known, number).kernel.terms.programme.header.zone
    terms = {**terms_of(known), "zone": zone}
    totals: Counter[_Key] = Counter()
    counts: Counter[_Key] = Counter()
    lines: Counter[tuple[str, str]] = Counter()
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        before, after = _sums(cursor, terms, number), _sums(cursor, terms, number + 1)
        write = _csv if format == CSV else _parquet
        pages = _counted(_pages(cursor, terms, number), totals, counts, lines, tell)
        files = write(folder, f"entries-{month_name(number)}", _SCHEMA, pages)
        files += write(folder, f"moves-{month_name(number)}", _MOVES, _paged(cursor, "audited_moves", terms, number))
    uncounted = sum(entries for key, entries in counts.items() if key[1:] not in WAYS)
    agrees = not uncounted and all(
        after.get(key, (0, 0)) == (before.get(key, (0, 0))[0] + counts[key], before.get(key, (0, 0))[1] + totals[key])
        for key in {*before, *after, *totals}
    )
    entries = sum(counts.values())
    proof = {
        "month": month_name(number), "zone": zone, "made_at": now.isoformat(), "entries": entries,
        "uncounted": uncounted, "agrees": agrees,
        "currencies": _currencies(before, after, totals, counts, lines),
        "files": {file.name: _digest(file) for file in files},
        "closing": _closing(number),
    }  # fmt: skip
    files.append(folder / f"proof-{month_name(number)}-{format}.json")
    files[-1].write_bytes(encode(proof) + b"\n")
    return Audited(files, entries, uncounted, agrees)


def _around(number: int, later: int) -> dict[str, Any]:
    """What a statement is told of a month: its first day, and from when until when it may be somewhere on earth, of so
    many months."""
    first, last = (datetime.combine(month_day(month), time(), UTC) for month in (number, number + later))
    return {"month": month_day(number), "since": first - timedelta(1), "until": last + timedelta(1)}


def _sums(cursor: Any, terms: dict[str, Any], number: int) -> _Sums:
    cursor.execute(_text("audited_sums"), terms | _around(number, 0))
    return {
        (currency, kind, source, target): (n, sum_) for currency, kind, source, target, n, sum_ in cursor.fetchall()
    }


def _pages(cursor: Any, terms: dict[str, Any], number: int) -> _Pages:
    for rows in _paged(cursor, "audited_entries", terms, number):
        yield [(*row[:-1], *_line(row[6:9], row[9], row[-1])) for row in rows]


def _paged(cursor: Any, statement: str, terms: dict[str, Any], number: int) -> _Pages:
    account = seq = -(1 << 63)
    while True:
        cursor.execute(_text(statement), terms | _around(number, 1) | {"account": account, "seq": seq, "page": PAGE})
        rows = [(*row[:3], row[3] and str(row[3]), *row[4:]) for row in cursor.fetchall()]
        if rows:
            yield rows
            account, seq = rows[-1][:2]
        if len(rows) < PAGE:
            return


def _line(way: tuple[Any, ...], points: int, given: bool | None) -> tuple[str, int]:
    """The line of the books, and the points that it has more by; none where points stay with the member."""
    line, times = WAYS.get((way[0], way[1], way[2])) or ("", 0)
    return GIVEN if given else line, times * points


def _counted(
    pages: _Pages, totals: Counter[_Key], counts: Counter[_Key], lines: Counter[tuple[str, str]], tell: Tell
) -> _Pages:
    written = 0
    for rows in pages:
        for row in rows:
            totals[row[5:9]] += row[9]
            counts[row[5:9]] += 1
            if row[-2]:
                lines[row[5], row[-2]] += row[-1]
        written += len(rows)
        tell(written)
        yield rows


def _csv(folder: Path, name: str, schema: dict[str, Any], pages: _Pages) -> list[Path]:
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(schema)
        for rows in pages:
            writer.writerows((*row[:2], row[2].isoformat(), *row[3:]) for row in rows)
    return [path]


def _parquet(folder: Path, name: str, schema: dict[str, Any], pages: _Pages) -> list[Path]:
    files = []
    for place, rows in enumerate(pages):
        files.append(folder / f"{name}-{place:05d}.parquet")
        pl.DataFrame(rows, schema=schema, orient="row").write_parquet(files[-1])
    return files


def _currencies(
    before: dict[_Key, tuple[int, int]],
    after: dict[_Key, tuple[int, int]],
    totals: Counter[_Key],
    counts: Counter[_Key],
    lines: Counter[tuple[str, str]],
) -> dict[str, Any]:
    return {
        currency: {
            "opening": sum(_effect(key) * points for key, (_, points) in before.items() if key[0] == currency),
            "moved": [
                {
                    "kind": key[1], "from": key[2], "to": key[3], "entries": counts[key],
                    "points": totals[key], "effect": _effect(key) * totals[key],
                }
                for key in sorted(totals) if key[0] == currency
            ],
            "lines": {line: points for (of, line), points in sorted(lines.items()) if of == currency},
            "closing": sum(_effect(key) * points for key, (_, points) in after.items() if key[0] == currency),
        }
        for currency in sorted({key[0] for key in after})
    }  # fmt: skip


def _effect(key: _Key) -> int:
    """How a movement changes what members hold: 1, 0 or -1 for each point."""
    return (key[3] in _MEMBERS) - (key[2] in _MEMBERS)


def _closing(number: int) -> dict[str, Any] | None:
    for one in closings():
        if one.number == number:
            told = {"at": one.at.isoformat(), "by": one.by, "version": one.version, "sound": one.sound}
            return told | {"figures": one.figures, "state": one.state, "after": one.after, "digest": one.digest}
    return None


def _digest(path: Path) -> str:
    sums = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            sums.update(chunk)
    return sums.hexdigest()


@cache
def _text(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
