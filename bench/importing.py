"""The live import of the year beside plain COPY of the very same rows into the same tables with their indexes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench.calibrating import calibrate
from regulars.kit.postgres import Embedded

TABLES = (
    "account",
    "member_number",
    "member",
    "event_key",
    "event",
    "entry",
    "lot",
    "tier_move",
    "balance",
    "standing",
)


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
    """Pairs in turn: a fresh database is filled by the import, then another by COPY."""
    found = []
    with Embedded(folder / "postgres") as access:
        for number in range(pairs):
            found.append(_pair(folder, access.owner_dsn, access.app_dsn, number))
    return found


def _pair(folder: Path, owner: str, app: str, number: int) -> ImportFigures:
    names = [f"bench_{number}_{kind}" for kind in ("import", "copy")]
    with psycopg.connect(owner, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    calibration = calibrate()
    told = child(folder, at(owner, names[0]), at(app, names[0]), "import")
    child(folder, at(owner, names[1]), at(app, names[1]), "prepare")
    rows, size = _dump(at(owner, names[0]), folder / "rows")
    copied = _load(at(owner, names[1]), folder / "rows")
    with psycopg.connect(owner, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    return ImportFigures(told["seconds"], copied, told["events"], rows, size, calibration)


def at(dsn: str, database: str) -> str:
    """The same server, another database."""
    return dsn.replace("/regulars?", f"/{database}?")


def child(folder: Path, owner: str, app: str, what: str) -> dict[str, Any]:
    """Run one step in a process of its own, which has Django to itself; answers what it printed."""
    environment = {
        **os.environ,
        "DATABASE_URL": app,
        "DATABASE_OWNER_URL": owner,
        "REGULARS_HOME": str(folder / "home"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.filling", what, str(folder)], env=environment, stdout=subprocess.PIPE, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _dump(dsn: str, folder: Path) -> tuple[int, int]:
    folder.mkdir(exist_ok=True)
    rows = 0
    with psycopg.connect(dsn) as connection:
        for table in TABLES:
            # Partitions are written through their parent, in the order in which they were posted.
            query = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT BINARY)").format(sql.Identifier(table))
            with (folder / table).open("wb") as file, connection.cursor() as cursor:
                with cursor.copy(query) as copy:
                    for block in copy:
                        file.write(block)
                rows += cursor.rowcount
    return rows, sum((folder / table).stat().st_size for table in TABLES)


def _load(dsn: str, folder: Path) -> float:
    blocks = {table: (folder / table).read_bytes() for table in TABLES}
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT ledger_partitions('2024-01-01', '2027-12-31')")
        connection.commit()
        began = time.perf_counter()
        for table in TABLES:
            query = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table))
            with connection.cursor() as cursor, cursor.copy(query) as copy:
                block = blocks[table]
                for at in range(0, len(block), 1 << 20):
                    copy.write(block[at : at + (1 << 20)])
        connection.commit()
        return time.perf_counter() - began
