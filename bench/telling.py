"""The sections of bench/RESULTS.md, each from its figures to its text."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from bench import backtesting, checking, importing, kernel, starting
from bench.growing import ACTIVE, BATCH, BATCHES, LIMIT, Growth
from bench.plotting import by_size
from bench.posting import DAYS, HISTORIES, Pair


def folded(alone: kernel.KernelFigures) -> str:
    """The kernel alone."""
    return f"""\
One core, CPU time, reasons included: {alone.events:,} purchases with {alone.lines:,} line items.

| figure | value |
|---|---|
| line items a second, median of {kernel.RUNS} | {alone.lines_per_s:,.0f} |
| line items a second, best run | {alone.lines_per_s_best:,.0f} |
| a batch of one, median | {alone.single_us:,.0f} µs |
| calibration loop, median | {alone.calibration_s * 1000:.0f} ms |
"""


def imported(pairs: Sequence[importing.ImportFigures]) -> str:
    """The live import beside COPY."""
    first = pairs[0]
    rows = "\n".join(
        f"| {pair.import_s:,.1f} | {pair.copy_s:,.1f} | {pair.copy_s / pair.import_s:.2f} | {pair.calibration_s * 1000:.0f} |"
        for pair in pairs
    )
    return f"""\
The import reads the file, folds the kernel, and posts events, entries, lots, balances, tiers and standing ({first.events:,} events,
{first.rows:,} rows, {first.bytes / 1e6:,.0f} MB as binary rows, {first.bytes / first.events:,.0f} bytes an event) with two writers. COPY loads the very same rows into the
same tables with the same indexes over one connection. Each pair in turn, on fresh databases of one server.

| import, s | COPY, s | ratio | calibration, ms |
|---|---|---|---|
{rows}

Median ratio: **{_median(pair.copy_s / pair.import_s for pair in pairs):.2f}** of the rate of plain COPY.
"""


def started(start: starting.StartFigures) -> str:
    """`make run`, twice."""
    return f"""\
From a fresh clone, its packages from a near mirror or cache; plain Python, whatever else is measured; wall time.

| figure | seconds |
|---|---|
| making the environment | {start.environment_s:,.0f} |
| from there to the first page, the year loaded | {start.first_s:,.0f} |
| of these, the import of the year | {start.import_s:,.0f} |
| starting again | {start.second_s:,.1f} |
"""


def posted(pairs: Sequence[Pair]) -> str:
    """Bulk posting beside COPY over two connections."""
    first = pairs[0]
    rows = "\n".join(
        f"| {pair.order} | {pair.rows:,} | {pair.post_s:,.1f} | {pair.post_cpu_s:,.1f} | {pair.copy_s:,.1f} | {pair.copy_cpu_s:,.1f} "
        f"| {pair.copy_s / pair.post_s:.2f} | {pair.copy_cpu_s / pair.post_cpu_s:.2f} | {pair.calibration_s * 1000:.0f} |"
        for pair in pairs
    )
    medians = "; ".join(
        f"{order}: **{_median(pair.copy_s / pair.post_s for pair in pairs if pair.order == order):.2f}** by the clock, "
        f"{_median(pair.copy_cpu_s / pair.post_cpu_s for pair in pairs if pair.order == order):.2f} by CPU time"
        for order in (HISTORIES, DAYS)
    )
    return f"""\
{first.events:,} events that were read before, in batches of 2,000, taken by two writers with members of their own into empty tables: through
the kernel, each batch durable before the next. COPY loads the very same rows ({first.bytes / 1e6:,.0f} MB in binary) over two connections into
the same tables with the same indexes. CPU time is that of all processes, those of the server among them. *Member by member* is how
a history is brought in; *day by day* is how tills tell it, where a batch has hundreds of members.

| order | rows | posting, s | CPU, s | COPY, s | CPU, s | ratio | ratio of CPU | calibration, ms |
|---|---|---|---|---|---|---|---|---|
{rows}

Median ratios: {medians}.
"""


def grown(found: Sequence[Growth]) -> str:
    """The cost of an entry beside few and beside many."""
    rows = "\n".join(
        f"| {pair.small[0]:,} | {pair.large[0]:,} | {pair.large[1] / 1e9:,.1f} | {pair.few.entry_us:,.0f} | {pair.many.entry_us:,.0f} "
        f"| {pair.ratio:.2f} | {pair.few.asked / pair.few.entries:,.1f} | {pair.many.asked / pair.many.entries:,.1f} "
        f"| {pair.few.missed / pair.few.entries:.2f} | {pair.many.missed / pair.many.entries:.2f} | {pair.calibration_s * 1000:.0f} |"
        for pair in found
    )
    medians = "; ".join(
        f"at {entries / 1e6:,.1f} million **{_median(pair.ratio for pair in pairs):.2f}**"
        for entries, pairs in by_size(found)
    )
    return f"""\
The same purchases are posted in turn beside about one million entries and beside more, in two databases of one server (256 MB of shared
buffers): {BATCH * BATCHES:,} a time in batches of {BATCH:,} in order of time, by {ACTIVE:,} members spread evenly over all accounts, each with a year behind;
at each size they are others, so that those of both databases have done as much.
Four fifths of Harbour's households were posted through the house, with at most two lines a purchase and no returns; further populations are copies of all
their rows under accounts, numbers and ids of their own, in the same months. At the first size both are as small, which shows what chance
does. Entries, events and members grow together, the history of
one member does not. CPU time is that of the writer and the server; pages are those of tables and indexes that were asked for, and those
that were not in the server's shared buffers.

| entries | of many | GB | µs an entry | beside many | ratio | pages an entry | beside many | missed | beside many | calibration, ms |
|---|---|---|---|---|---|---|---|---|---|---|
{rows}

Median ratios (at most {LIMIT} is wanted): {medians}.

![The cost of an entry by how many there are](growing.svg)
"""


def backtests(years: list[backtesting.Pair], long: list[backtesting.Pair]) -> str:
    """The section on backtests: some pairs over the year, and perhaps over ten years."""
    rows = "\n".join(_pair("year", pair) for pair in years) + "".join("\n" + _pair("ten years", pair) for pair in long)
    wall, cpu = (statistics.median(getattr(pair.backtest, name) for pair in years) for name in ("wall_s", "cpu_s"))
    ratio = statistics.median(pair.backtest.cpu_s / pair.scan.cpu_s for pair in years)
    text = f"""\
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
    return f"""\
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


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)
