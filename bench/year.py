"""The year of Harbour as the benches use it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from regulars.doors.cli.demo import harbour
from regulars.engine.events import PURCHASE, Event
from regulars.exchange.earning.folding import kernel_event
from regulars.ground.activity.contract import Incoming, Terms
from regulars.ground.activity.files import Reading
from regulars.ground.activity.mapping import read_map
from regulars.kit.zones import from_microseconds

#: Members that a household is shared out among.
PARTS = 8
WEEKS = 420  # always the same year, whatever the date of the measurement


def prepared(folder: Path) -> Path:
    """The whole year as one file."""
    return harbour.prepare(folder, WEEKS)


def spread(folder: Path, weeks: int) -> Path:
    """The purchases of the year ending so many weeks later than they did, each household's shared out among `PARTS`
    members: many members who come now and then."""
    path = folder / f"spread-{weeks}.parquet"
    if not path.exists():
        part = pl.col("basket_id").hash(7) % PARTS
        rows = pl.scan_parquet(harbour.prepare(folder, weeks)).filter(pl.col("kind") == "purchase")
        rows.with_columns(pl.format("{}-{}", "household_id", part).alias("household_id")).sink_parquet(path)
    return path


def part(folder: Path, events: int) -> Path:
    """The purchases that `told` tells, as one file."""
    path = folder / f"part-{events}.parquet"
    if not path.exists():
        ids = [one["event"] for one in told(folder, events)]
        rows = pl.scan_parquet(prepared(folder)).filter(pl.col("kind") == "purchase")
        rows.filter(pl.col("basket_id").cast(pl.String).is_in(ids)).sink_parquet(path)
    return path


def told(folder: Path, events: int) -> list[dict[str, Any]]:
    """The first purchases of the year, as a shop posts them."""
    found: list[dict[str, Any]] = []
    with _reading(prepared(folder)) as reading:
        for batch in reading.batches():
            for event in batch.events:
                if event.type == PURCHASE:
                    found.append(_as_json(event))
                    if len(found) == events:
                        return found
    return found


def _as_json(event: Incoming) -> dict[str, Any]:
    lines = []
    for place, (line, net) in enumerate(zip(event.lines, event.nets, strict=True)):
        own = {name: values[place] for name, values in event.columns.items() if values[place] is not None}
        department = own.pop("department", None)
        money = {name: f"{value / 100:.2f}" for name, value in own.items() if name == "gross"}
        one: dict[str, Any] = {"line": line, "net": f"{net / 100:.2f}", **own, **money}
        if department:
            one["attributes"] = {"department": department}
        lines.append(one)
    at = from_microseconds(event.at).isoformat()
    return {"member": event.member, "event": event.id, "at": at, "store": event.store, "lines": lines}


def incoming(file: Path) -> list[Incoming]:
    """Every event as a reader hands it over, each member's together, oldest first."""
    with _reading(file) as reading:
        return [event for batch in reading.batches() for event in batch.events]


def _reading(file: Path) -> Reading:
    terms = Terms("America/New_York", "USD", 2, int(datetime.now(UTC).timestamp() * 1_000_000))
    return Reading(file, terms, read_map(harbour.MAP.read_bytes(), harbour.MAP.name))


def purchases(file: Path) -> dict[str, list[Event]]:
    """Every purchase as the kernel takes it, by member, oldest first."""
    members: dict[str, list[Event]] = {}
    for event in incoming(file):
        if event.type == PURCHASE:
            members.setdefault(event.member, []).append(kernel_event(event, event.id))
    return members
