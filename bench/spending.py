"""What a server spends: the CPU seconds of all its processes, those that have ended among them."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def server_pid(folder: Path) -> int:
    """The process that a server in this folder runs under."""
    (note,) = folder.rglob("postmaster.pid")
    return int(note.read_text().split("\n", 1)[0])


def cpu_of(server: int) -> float:
    """CPU seconds of a server and of all its children so far."""
    spent = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text()
        except OSError:  # it has just ended, and its parent has its time
            continue
        parts = told.rsplit(")", 1)[1].split()
        own, parent = int(stat.parent.name), int(parts[1])
        if own == server:
            spent += sum(map(int, parts[11:15]))
        elif parent == server:
            spent += sum(map(int, parts[11:13]))
    return spent / _TICKS


def cpu_below(first: int) -> float:
    """CPU seconds so far of a process and of all that live below it, with those that these have outlived."""
    spent: dict[int, int] = {}
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text()
        except OSError:
            continue
        parts = told.rsplit(")", 1)[1].split()
        own = int(stat.parent.name)
        spent[own] = sum(map(int, parts[11:15]))
        children.setdefault(int(parts[1]), []).append(own)
    found, waiting = 0, [first]
    for one in waiting:  # which grows
        found += spent.get(one, 0)
        waiting += children.get(one, [])
    return found / _TICKS


def own_cpu() -> float:
    """CPU seconds of this process so far."""
    used = os.times()
    return used.user + used.system
