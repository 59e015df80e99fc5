"""The year of Harbour as the benches use it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from regulars.doors.cli.demo import harbour
from regulars.engine.events import PURCHASE, Event
from regulars.exchange.earning.folding import kernel_event
from regulars.ground.activity.contract import Terms
from regulars.ground.activity.files import Reading
from regulars.ground.activity.mapping import read_map

WEEKS = 420  # always the same year, whatever the date of the measurement


def prepared(folder: Path) -> Path:
    """The whole year as one file."""
    return harbour.prepare(folder, WEEKS)


def purchases(file: Path) -> dict[str, list[Event]]:
    """Every purchase as the kernel takes it, by member, oldest first."""
    terms = Terms("America/New_York", "USD", 2, int(datetime.now(UTC).timestamp() * 1_000_000))
    members: dict[str, list[Event]] = {}
    with Reading(file, terms, read_map(harbour.MAP.read_bytes(), harbour.MAP.name)) as reading:
        for batch in reading.batches():
            for event in batch.events:
                if event.type == PURCHASE:
                    members.setdefault(event.member, []).append(kernel_event(event, event.id))
    return members
