"""Backtest: the same kernel over a file of history, without a database.

Accounts are folded one after the other, each from her first event to her last, and then to the last day of the file.
For the same order of events this gives what live posting gives, entry for entry; how many processes share the
members changes nothing. Everything is written beside and renamed at the end: who interrupts finds no half a file.
"""

from __future__ import annotations

import gc
import json
import signal
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl

from regulars.engine.kernel import Kernel
from regulars.engine.kernel import compile as compile_programme
from regulars.exchange.earning.replaying import History, Replayed, close, replay
from regulars.exchange.earning.tallying import deciles, issued_and_months, members_table
from regulars.ground.activity.contract import Incoming
from regulars.ground.activity.files import Reading
from regulars.ground.activity.rejects import Report
from regulars.programme.promise import Programme

#: Told as it goes: rows dealt with, of how many.
Tell = Callable[[int, int], None]
#: Below so many rows another process costs more than it brings.
WORTH_SHARING = 200_000


@dataclass(slots=True)
class Backtested:
    """What a backtest found, as docs/backtest.md describes it: `summary.json` holds the same under the same names.

    Points are whole, money is in minor units, `first` and `last` are ISO dates in the programme's zone.
    """

    events: int = 0
    lines: int = 0
    members: int = 0
    purchases: int = 0
    spend: int = 0
    first: str = ""
    last: str = ""
    issued: dict[str, dict[str, int]] = field(default_factory=dict)
    months: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    tiers: dict[str, int] = field(default_factory=dict)
    deciles: list[dict[str, Any]] = field(default_factory=list)
    clipped: dict[str, dict[str, int]] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)


def backtest(programme: Programme, reading: Reading, out: Path, tell: Tell, processes: int = 1) -> Backtested:
    """Fold the programme over a file that was read, the members shared among `processes` of them.

    Writes entries.parquet and members.parquet into the folder `out`, and rejects.csv when rows were set aside. Raises
    OSError when the folder cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    result = Backtested()
    kernel = compile_programme(programme)
    histories: dict[str, History] = {}
    with tempfile.TemporaryDirectory(dir=out, prefix=".backtest-") as folder, _undisturbed():
        beside = Path(folder)
        parts: list[Path] = []
        with Report(beside / "rejects.csv") as rejects:
            whole = _whole_histories(reading, result.rejected, rejects, tell)
            for replayed, part in _each(kernel, whole, beside, processes if reading.rows > WORTH_SHARING else 1):
                _add(result, replayed, programme.header.zone)
                histories |= replayed.histories
                parts.append(part)
        end = max((history.standing.day for history in histories.values()), default=0)
        parts.append(beside / "night.arrow")
        close(kernel, histories, end).write_ipc(parts[-1])
        result.last = date.fromordinal(end).isoformat() if end else ""
        result.seconds["fold"] = round(time.perf_counter() - started, 2)
        _write(programme, histories, parts, result, beside)
        for name in ("entries.parquet", "members.parquet", "rejects.csv"):
            if (beside / name).exists():
                (beside / name).replace(out / name)
            else:
                (out / name).unlink(missing_ok=True)
    result.seconds["write"] = round(time.perf_counter() - started - result.seconds["fold"], 2)
    return result


def write_summary(result: Backtested, out: Path) -> None:
    """`summary.json`: the result as it is documented in docs/backtest.md."""
    told = {name: getattr(result, name) for name in Backtested.__slots__}
    write_beside(out / "summary.json", json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def write_beside(path: Path, text: str) -> None:
    """Write a text file so that it is there whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _whole_histories(reading: Reading, rejected: Counter[str], rejects: Report, tell: Tell) -> Iterator[list[Incoming]]:
    """The events of the file, cut so that no member's are divided."""
    held: list[Incoming] = []
    for batch in reading.batches():
        rejected.update(code for reject in batch.rejects for code in reject.codes)
        rejects.write(batch.rejects)
        held += batch.events
        cut = len(held)
        while cut and held[cut - 1].member == held[-1].member:
            cut -= 1
        if cut:
            yield held[:cut]
            held = held[cut:]
        tell(batch.rows_read, batch.rows_total)
    if held:
        yield held


def _each(
    kernel: Kernel, whole: Iterator[list[Incoming]], beside: Path, processes: int
) -> Iterator[tuple[Replayed, Path]]:
    """Replay each bunch of members, several at a time; answers them in their order, with the files of their entries."""
    bunches = ((events, beside / f"{number:06d}.arrow") for number, events in enumerate(whole))
    if processes == 1:
        for events, part in bunches:
            yield _into(kernel, events, part), part
        return
    waiting: deque[tuple[Future[Replayed], Path]] = deque()
    # Spawned, never forked: Polars' threads would not survive.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _settle_in, (kernel.terms.programme,))
    try:
        for events, part in bunches:
            waiting.append((pool.submit(_beside, events, part), part))
            if len(waiting) > 2 * processes:
                future, first = waiting.popleft()
                yield future.result(), first
        for future, first in waiting:
            yield future.result(), first
    finally:
        pool.shutdown(cancel_futures=True)


_own: list[Kernel] = []


def _settle_in(programme: Programme) -> None:
    """What a process of the pool does first. Ctrl-C is for the process that hands out the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    _own.append(compile_programme(programme))


def _beside(events: list[Incoming], part: Path) -> Replayed:
    return _into(_own[0], events, part)


def _into(kernel: Kernel, events: list[Incoming], part: Path) -> Replayed:
    """Replay, and leave the entries in a file instead of in memory."""
    replayed = replay(kernel, events)
    replayed.entries.write_ipc(part)
    replayed.entries = replayed.entries.clear()
    return replayed


def _add(result: Backtested, more: Replayed, zone: str) -> None:
    result.events += more.events
    result.lines += more.lines
    result.members += len(more.histories)
    result.refusals.update(more.refusals)
    for cap, points in more.clipped.items():
        told = result.clipped.setdefault(cap, {"points": 0, "times": 0})
        told["points"] += points
        told["times"] += more.clips[cap]
    first = pl.select(pl.from_epoch(pl.lit(more.first), "us").dt.replace_time_zone("UTC").dt.convert_time_zone(zone))
    day = first.item().date().isoformat()
    result.first = min(result.first or day, day)


def _write(
    programme: Programme, histories: dict[str, History], parts: list[Path], result: Backtested, beside: Path
) -> None:
    """The two tables, and of the summary what is read off them."""
    entries = pl.scan_ipc(parts)
    level_ids = [level.id for level in programme.tiers.levels] if programme.tiers else [""]
    members = members_table(histories, [currency.id for currency in programme.currencies], level_ids)
    result.issued, result.months = issued_and_months(programme, entries)
    result.deciles = deciles(programme, members, entries)
    result.purchases, result.spend = int(members["purchases"].sum()), int(members["spend"].sum())
    if programme.tiers:
        found = Counter(members["tier"].to_list())
        result.tiers = {level: found[level] for level in level_ids}
    entries.sink_parquet(beside / "entries.parquet")
    members.drop("purchases", "spend").write_parquet(beside / "members.parquet")


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without looking for cycles, which the fold does not make: counting frees all that a history leaves behind."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
