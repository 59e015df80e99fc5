"""The live import of the year beside plain COPY of the very same rows into the same tables with their indexes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.calibrating import calibrate
from bench.housing import House
from bench.loading import dump, load, read
from regulars.kit.postgres import Embedded


@dataclass(frozen=True, slots=True)
class ImportFigures:
    """One pair: seconds of the import, of COPY of the same rows, and what they were."""

    import_s: float
    copy_s: float
    events: int
    rows: int
    bytes: int
    calibration_s: float


def measure(folder: Path, pairs: int = 3) -> list[ImportFigures]:
    """Pairs in turn: a fresh database is filled by the import, then another by COPY over one connection."""
    found = []
    with Embedded(folder / "postgres") as access:
        for number in range(pairs):
            calibration = calibrate()
            house = House.made(access, f"bench_{number}_import", folder, "import")
            beside = House.made(access, f"bench_{number}_copy", folder, "prepare")
            rows, size = dump(house, folder / "rows", 1)
            copied = load(beside, read(folder / "rows", 1))
            told = house.told
            found.append(ImportFigures(told["seconds"], copied, int(told["events"]), rows, size, calibration))
            for one in (house, beside):
                one.drop()
    return found
