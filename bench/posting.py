"""Bulk posting beside plain COPY of the very same rows, each over two connections.

Events that were read before, in batches of some thousand, go through the house by two writers, each with members of its
own, every batch durable before the next: once a member's history after the other's, once a day's sales after the other's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from bench.calibrating import calibrate
from bench.housing import House, Writer
from bench.loading import dump, load, read
from bench.spending import cpu_of, own_cpu, server_pid
from bench.year import incoming, prepared
from regulars.ground.activity.contract import Incoming
from regulars.kit.embedded.logins import Access
from regulars.kit.postgres import Embedded

WRITERS, BATCH = 2, 2_000
#: One member of so many takes part, so that ten pairs stay within three minutes.
PART = 3
#: The orders in which events come.
HISTORIES, DAYS = "member by member", "day by day"


@dataclass(frozen=True, slots=True)
class Pair:
    """Posting and COPY of the same rows, one after the other: seconds, and CPU seconds of all processes."""

    order: str
    post_s: float
    post_cpu_s: float
    copy_s: float
    copy_cpu_s: float
    events: int
    rows: int
    bytes: int
    calibration_s: float


def measure(folder: Path, pairs: int = 5) -> list[Pair]:
    """Pairs in turn of both orders: a fresh database is filled by posting, then another by COPY."""
    events = [event for event in incoming(prepared(folder)) if crc32(event.member.encode()) % PART == 0]
    found = []
    with Embedded(folder / "posting") as access:
        for number in range(pairs):
            for order in (HISTORIES, DAYS):
                found.append(_pair(folder, access, events, order, f"{number}_{order[:3].strip()}"))
    return found


def _pair(folder: Path, access: Access, events: Sequence[Incoming], order: str, name: str) -> Pair:
    server = server_pid(folder / "posting")
    calibration = calibrate()
    house = House.made(access, f"post_{name}", folder)
    if order == DAYS:
        events = sorted(events, key=lambda event: event.at)
    writers = [Writer(house) for _ in range(WRITERS)]
    for place, writer in enumerate(writers):
        own = [event for event in events if crc32(event.member.encode()) % WRITERS == place]
        writer.load(folder / "events", [own[at : at + BATCH] for at in range(0, len(own), BATCH)])
    spent = cpu_of(server)
    for writer in writers:
        writer.start()
    told = [writer.told() for writer in writers]
    posted = cpu_of(server) - spent + sum(one["cpu_s"] for one in told)
    for writer in writers:
        writer.close()
    beside = House.made(access, f"copy_{name}", folder, "prepare")
    rows, size = dump(house, folder / "rows", WRITERS)
    blocks = read(folder / "rows", WRITERS)
    spent, own_spent = cpu_of(server), own_cpu()
    copy_s = load(beside, blocks)
    copied = cpu_of(server) - spent + own_cpu() - own_spent
    for one in (house, beside):
        one.drop()
    return Pair(order, max(one["wall_s"] for one in told), posted, copy_s, copied, len(events), rows, size, calibration)
