"""`regulars backtest` from cold start to report, in turn with a plain Polars scan and group-by of the same files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import polars as pl

from bench.calibrating import calibrate
from bench.year import prepared
from regulars.doors.cli.demo import harbour

PROGRAMME = Path(__file__).parents[1] / "programmes" / "harbour.yaml"
#: The least that a report of the same files could do: read what it needs, and add it up by member and month.
_SCAN = """
import sys
import polars as pl
rows = pl.scan_parquet(sys.argv[1:]).group_by("household_id", pl.col("transaction_timestamp").dt.strftime("%Y-%m"))
print(rows.agg(pl.col("sales_value").sum(), pl.col("basket_id").n_unique()).collect().height)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took from its start to its end: seconds of wall time and of all its processes' CPU time, and the
    most memory that these processes held at a time, in bytes (shared pages counted for each)."""

    wall_s: float
    cpu_s: float
    peak: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A backtest and the plain scan of the same files, one after the other."""

    backtest: Cost
    scan: Cost
    calibration_s: float


def measure(folder: Path, pairs: int = 5, years: int = 1) -> list[Pair]:
    """Pairs in turn over the Harbour year, or over as many copies of it in a row as there are `years`."""
    files = [prepared(folder)] if years == 1 else several_years(folder, years)
    found = []
    for _ in range(pairs):
        calibration = calibrate()
        scan = run([sys.executable, "-c", _SCAN, *map(str, files)])
        found.append(Pair(run(_command(files, folder / "trial")), scan, calibration))
    return found


def several_years(folder: Path, years: int) -> list[Path]:
    """A file for each of some years, the last one the Harbour year: the same members, the same baskets under ids of
    their own, each year 52 weeks after the one before."""
    found = []
    for year in range(years):
        path = folder / f"harbour-{year:02}.parquet"
        mark = pl.lit(f"{year:02}-")
        earlier = timedelta(weeks=52 * (years - 1 - year))
        pl.scan_parquet(prepared(folder)).with_columns(
            pl.col("transaction_timestamp") - earlier, pl.concat_str(mark, "basket_id").alias("basket_id"),
            pl.concat_str(mark, "original").alias("original"),
        ).sink_parquet(path)  # fmt: skip
        found.append(path)
    return found


def run(command: Sequence[str], may_end_in: Sequence[int] = (0,)) -> Cost:
    """Run a command to its end. Raises CalledProcessError when its status is none of those in which it may end."""
    ended, peaks = Event(), [0]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        watcher = Thread(target=_watch, args=(child.pid, ended, peaks))
        watcher.start()
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        watcher.join()
    if child.returncode not in may_end_in:
        raise subprocess.CalledProcessError(child.returncode, command)
    return Cost(wall, used.ru_utime + used.ru_stime, peaks[0])


def _command(files: Sequence[Path], out: Path) -> list[str]:
    regulars = str(Path(sys.executable).with_name("regulars"))
    options = ["--map", str(harbour.MAP), "--margin", "0.25", "--out", str(out)]
    return [regulars, "backtest", str(PROGRAMME), *map(str, files[1:]), "--events", str(files[0]), *options]


def _watch(root: int, ended: Event, peaks: list[int]) -> None:
    """Note the most memory that a process and all below it hold, ten times a second."""
    while not ended.wait(0.1):
        peaks[0] = max(peaks[0], sum(_resident(pid) for pid in _family(root)))


def _family(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            found += [int(child) for task in tasks for child in (task / "children").read_text().split()]
        except OSError:  # it has just ended
            continue
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
