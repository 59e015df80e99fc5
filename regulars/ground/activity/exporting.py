"""Exporting: recorded events as files of the contract (docs/events.md), so that they can be read again.

Members are told by the number of their account (of one that was merged, the survivor's) and events by the id the house
gave them: no name and no card number leaves the database. What a file cannot say (which version counted, what came of
it, what the house decided) stays behind; points that were held and then spent are told as the redemption they came to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection

from regulars.engine.events import CAPTURE, REDEMPTION, TYPES
from regulars.ground.activity.contract import ATTRIBUTE_KINDS, COLUMNS, LINE, LINE_COLUMNS, Declared, Kind
from regulars.ground.activity.mapping import Map, read_map
from regulars.ground.members.leading import MERGED, followed
from regulars.kit.json import decode

#: How many accounts are read at once.
BUCKET = 200
_NEXT = "SELECT account_id FROM account WHERE account_id > %s ORDER BY account_id LIMIT %s"
#: A redemption names the purchase that it paid for, as ids of its source do not leave the house.
_EVENTS = """
SELECT e.account_id, e.id, e.type, e.occurred_at, e.store, e.channel, e.lines::text, e.attributes::text,
    coalesce(p.id, CASE WHEN e.type <> 'capture' THEN e.original_id END), e.outcome -> 'captured',
    e.outcome -> 'spent' -> 0
FROM event e
LEFT JOIN event p ON e.type IN ('redemption', 'capture') AND p.account_id = e.account_id AND p.type = 'purchase'
    AND p.source = e.source AND p.external_id = coalesce(e.attributes ->> '_original', e.external_id)
WHERE e.account_id BETWEEN %s AND %s AND e.occurred_at >= %s AND e.occurred_at < %s AND e.type = ANY (%s)
ORDER BY e.account_id, e.occurred_at, e.id
"""
_DTYPES: dict[Kind, Any] = {
    Kind.TIME: pl.Datetime("us", "UTC"), Kind.MONEY: pl.Int64, Kind.QUANTITY: pl.Int64, Kind.POINTS: pl.Int64,
    Kind.INTEGER: pl.Int64, Kind.BOOLEAN: pl.Boolean,
}  # fmt: skip
#: Under which name recording keeps what has no column of its own.
_KEPT = {"tendered_points": "_tendered", "points": "_points", "points_currency": "_of"}
_WHOLE = ("member", "event", "at", "type", "store", "channel", "original", *_KEPT)

#: Told as it goes: accounts dealt with, of how many.
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """Files of one history, read together as one with their `map`. No files: nothing happened in that time."""

    files: list[Path]
    mapped: Map


def export(
    declared: Sequence[Declared], digits: int, since: datetime, until: datetime, folder: Path, tell: Tell
) -> Exported:
    """Write what happened from `since` to before `until` as Parquet files into `folder`, some accounts in each.

    `declared` are the attributes to take along; `digits` the decimals of the money. Values that are not of the
    declared type are left out.
    """
    schema: dict[str, Any] = {
        name: _DTYPES.get(kind, pl.String) for name, kind in COLUMNS.items() if name != "currency"
    }
    schema |= {one.name: _DTYPES.get(one.kind, pl.String) for one in declared}
    files: list[Path] = []
    done, whole = 0, _accounts()
    tell(done, whole)
    for first, last, count in _buckets():
        table = _table(schema, declared, _events(first, last, since, until))
        if table.height:
            files.append(folder / f"{len(files):06d}.parquet")
            table.write_parquet(files[-1])
        done += count
        tell(done, max(done, whole))
    return Exported(files, read_map(_map(declared, digits), "export"))


def _accounts() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM account")
        return int(cursor.fetchone()[0])


def _buckets() -> Iterator[tuple[int, int, int]]:
    """The first and the last account of each bucket, and how many lie in it."""
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [last, BUCKET])
            accounts = [account for (account,) in cursor.fetchall()]
        if not accounts:
            return
        last = accounts[-1]
        yield accounts[0], last, len(accounts)


def _events(first: int, last: int, since: datetime, until: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [first, last, since, until, [*TYPES, CAPTURE]])
        return list(cursor.fetchall())


def _table(schema: dict[str, Any], declared: Sequence[Declared], events: list[tuple[Any, ...]]) -> pl.DataFrame:
    """One row for each line of each event; an event without lines has one row."""
    columns: dict[str, list[Any]] = {name: [] for name in schema}
    by_line = [*LINE_COLUMNS, *(one.name for one in declared if one.on == LINE)]
    by_event = [one.name for one in declared if one.on != LINE]
    ends = followed({account for account, *_ in events}, (MERGED,))
    for account, id, kind, at, store, channel, told_lines, told, original, captured, spent in events:
        lines, said = decode(told_lines), decode(told)
        if kind == CAPTURE:
            kind, said["_points"] = REDEMPTION, int(captured)
        elif spent:
            said["_of"], said["_points"] = decode(spent) if isinstance(spent, str | bytes) else spent
        count = len(lines.get("line", ())) or 1
        head = (str(ends[account]), str(id), at, kind, store or None, channel or None, original and str(original))
        for name, value in zip(_WHOLE, (*head, *(said.get(key) for key in _KEPT.values())), strict=True):
            columns[name] += [value] * count
        for name in by_event:
            columns[name] += [said.get(name)] * count
        for name in by_line:
            columns[name] += lines.get(name) or [None] * count
    return pl.DataFrame([pl.Series(name, columns[name], dtype=dtype, strict=False) for name, dtype in schema.items()])


def _map(declared: Sequence[Declared], digits: int) -> str:
    """The map with which the files are read: amounts stand there in minor units."""
    scale = f", scale: 0.{'1'.zfill(digits)}" if digits else ""
    written = {kind: word for word, kind in ATTRIBUTE_KINDS.items()}
    rows = ["map: 1", "columns:"]
    rows += [f"  {name}: {{from: {name}{scale}}}" for name, kind in COLUMNS.items() if kind is Kind.MONEY]
    if declared:
        rows.append("attributes:")
    for one in declared:
        scaled = scale if one.kind is Kind.MONEY else ""
        rows.append(f"  {one.name}: {{from: {one.name}, type: {written[one.kind]}, on: {one.on}{scaled}}}")
    return "\n".join(rows) + "\n"
