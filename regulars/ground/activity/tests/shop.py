"""A small shop for the tests: its people, its files in every format, and a way to read them."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from regulars.ground.activity.contract import Incoming, Terms
from regulars.ground.activity.files import Reading
from regulars.ground.activity.mapping import Map, read_map
from regulars.ground.activity.rejects import Reject

ADA, BRUNO, CARMEN, DAGNY = "ada", "bruno", "carmen", "dagny"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TERMS = Terms(zone="Europe/Berlin", money="EUR", digits=2, now=int(NOW.timestamp()) * 1_000_000)

Row = dict[str, Any]


def line(member: str = ADA, event: str = "r1", **cells: Any) -> Row:
    """One row of a plain purchase, with `cells` on top."""
    return {"member": member, "event": event, "at": "2026-05-01 10:00:00", "line": "1", "net": "2.50"} | cells


def columns_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row)) or ["member", "event", "at", "net"]


def csv_file(path: Path, rows: Sequence[Mapping[str, Any]], separator: str = ",") -> Path:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns_of(rows), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return saved(path, text.getvalue())


def json_file(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    return saved(path, "".join(json.dumps(row) + "\n" for row in rows))


def saved(path: Path, text: str | bytes) -> Path:
    """`text` in a file, compressed when its name ends in .gz."""
    data = text.encode() if isinstance(text, str) else text
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def parquet_file(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    names = columns_of(rows)
    pl.DataFrame({name: [row.get(name) for row in rows] for name in names}, strict=False).write_parquet(path)
    return path


def read(path: Path, mapped: Map | str | None = None, **options: Any) -> tuple[list[Incoming], list[Reject]]:
    """All events and rejects of a file."""
    events: list[Incoming] = []
    rejects: list[Reject] = []
    terms = options.pop("terms", TERMS)
    with Reading(
        path, terms, read_map(mapped, "shop.map.yaml") if isinstance(mapped, str) else mapped, **options
    ) as reading:
        for batch in reading.batches():
            events += batch.events
            rejects += batch.rejects
    return events, rejects


def codes(rejects: Sequence[Reject]) -> dict[str, list[str]]:
    """The codes by event."""
    return {reject.event: reject.codes for reject in rejects}


def lines_of(event: Incoming) -> dict[str, int]:
    return dict(zip(event.lines, event.nets, strict=True))
