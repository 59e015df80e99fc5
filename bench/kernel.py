"""The kernel alone: line items a second on one core, and the cost of a batch of one."""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from bench.calibrating import calibrate
from bench.year import prepared, purchases
from regulars.doors.cli.demo import harbour
from regulars.engine.kernel import compile as compile_programme
from regulars.programme.loading import load

RUNS = 7


@dataclass(frozen=True, slots=True)
class KernelFigures:
    """CPU figures of one core: medians over the runs, and the best run."""

    events: int
    lines: int
    lines_per_s: float
    lines_per_s_best: float
    single_us: float
    calibration_s: float


def measure(folder: Path) -> KernelFigures:
    """Fold the whole year, reasons included, several times over."""
    members = purchases(prepared(folder))
    kernel = compile_programme(load(harbour.programme_text()))
    events = sum(len(own) for own in members.values())
    lines = sum(len(event.nets) for own in members.values() for event in own)
    gc.collect()
    gc.freeze()
    rates, loops = [], []
    for _ in range(RUNS):
        loops.append(calibrate())
        began = time.process_time()
        for own in members.values():
            standing = kernel.open()
            for event in own:
                kernel.step(standing, event)
        rates.append(lines / (time.process_time() - began))
    singles = []
    for own in list(members.values())[:50]:
        standing = kernel.open()
        for event in own:
            began_ns = time.perf_counter_ns()
            kernel.step(standing, event)
            singles.append((time.perf_counter_ns() - began_ns) / 1000)
    gc.unfreeze()
    return KernelFigures(
        events, lines, statistics.median(rates), max(rates), statistics.median(singles), statistics.median(loops)
    )
