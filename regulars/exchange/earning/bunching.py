"""Bunching: the members of a backtest in bunches, each folded on its own and kept until all are there.

A bunch is the smallest piece of work: whole histories of some members. It is kept in two files, its entries and
what they came to, each written beside and renamed, so that a run that was interrupted goes on after the last whole
bunch. The bunches are the same however many processes share them.
"""

from __future__ import annotations

import gc
import shutil
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import msgspec
import polars as pl

from regulars.engine.kernel import Kernel
from regulars.engine.kernel import compile as compile_programme
from regulars.exchange.earning.behaving import Ways
from regulars.exchange.earning.replaying import Counts, replay
from regulars.exchange.earning.tallying import given_by_rule, members_table, moved
from regulars.ground.activity.files import Sheaf
from regulars.programme.promise import Programme


@dataclass(slots=True)
class Bunch:
    """What the histories of some members came to: plain sums, the rows of `tallying.members_table`, points moved by
    month, kind and rule (`tallying.moved`), and points given by member and rule (`tallying.given_by_rule`)."""

    counts: Counts
    members: pl.DataFrame
    moved: pl.DataFrame
    given: pl.DataFrame


class Kept:
    """The folder in which the bunches of one backtest are kept; `stamp` stands for all that decides what is in them.

    A folder that was left behind with another stamp is emptied first.
    """

    def __init__(self, folder: Path, stamp: str) -> None:
        self.folder = folder
        mark = folder / "stamp"
        if not mark.exists() or mark.read_text(encoding="utf-8") != stamp:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            mark.write_text(stamp, encoding="utf-8")

    def entries(self, number: int) -> Path:
        """Where the entries of a bunch stand."""
        return self.folder / f"{number:06d}.arrow"

    def has(self, number: int) -> bool:
        """Whether a bunch was finished."""
        return self._figures(number).exists()

    def read(self, number: int) -> Bunch:
        """A bunch that was finished."""
        counts, *tables = msgspec.msgpack.decode(
            self._figures(number).read_bytes(), type=tuple[Counts, bytes, bytes, bytes]
        )
        return Bunch(counts, *(pl.read_ipc(BytesIO(table)) for table in tables))

    def keep(self, number: int, bunch: Bunch, entries: pl.DataFrame) -> None:
        """Keep a bunch; its figures last, as they say that it is whole."""
        beside = self.folder / f"{number:06d}.coming"
        entries.write_ipc(beside, compression="lz4")
        beside.replace(self.entries(number))
        tables = []
        for table in (bunch.members, bunch.moved, bunch.given):
            table.write_ipc(block := BytesIO())
            tables.append(block.getvalue())
        beside.write_bytes(msgspec.msgpack.encode((bunch.counts, *tables)))
        beside.replace(self._figures(number))

    def _figures(self, number: int) -> Path:
        return self.folder / f"{number:06d}.figures"


def fold_bunch(kernel: Kernel, ways: Ways, end: int, sheaves: Sequence[Sheaf], kept: Kept, number: int) -> None:
    """Fold the members of some sheaves, to the local day `end`, and keep the bunch."""
    events = [event for sheaf in sheaves for event in sheaf.events()]
    lives, counts, table = replay(kernel, events, ways, end)
    del events
    movements = table.movements()
    bunch = Bunch(
        counts,
        members_table(kernel.terms.programme, lives, movements, end),
        moved(movements),
        given_by_rule(movements),
    )
    kept.keep(number, bunch, table.frame(movements))


def whole_members(sheaves: Iterator[Sheaf]) -> Iterator[list[Sheaf]]:
    """The sheaves put together so that no member's are divided."""
    held: list[Sheaf] = []
    last: str | None = None
    for sheaf in sheaves:
        members = sheaf.members
        if not members.len():
            continue
        if held and members[0] != last:
            yield held
            held = []
        held.append(sheaf)
        last = members[-1]
    if held:
        yield held


class Folders:
    """Those who fold: this process, or several beside it. Use it in a `with`."""

    def __init__(self, programme: Programme, processes: int) -> None:
        self._processes = processes
        self._waiting: deque[Future[None]] = deque()
        if processes == 1:
            self._kernel = compile_programme(programme)
        else:
            # Spawned, never forked: Polars' threads would not survive.
            self._pool = ProcessPoolExecutor(processes, get_context("spawn"), _settle_in, (programme,))

    def __enter__(self) -> Folders:
        return self

    def __exit__(self, *told: object) -> None:
        if self._processes > 1:
            self._pool.shutdown(cancel_futures=True)

    def fold(self, ways: Ways, end: int, sheaves: Sequence[Sheaf], kept: Kept, number: int) -> None:
        """See fold_bunch. Returns when it is done, or when enough others are under way."""
        if self._processes == 1:
            fold_bunch(self._kernel, ways, end, sheaves, kept, number)
            return
        self._waiting.append(self._pool.submit(_beside, ways, end, sheaves, kept, number))
        if len(self._waiting) > 2 * self._processes:
            self._waiting.popleft().result()

    def finish(self) -> None:
        """Wait for all that is under way."""
        while self._waiting:
            self._waiting.popleft().result()


_own: list[Kernel] = []


def _settle_in(programme: Programme) -> None:
    """What a process of the pool does first. Ctrl-C is for the process that hands out the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    _own.append(compile_programme(programme))


def _beside(ways: Ways, end: int, sheaves: Sequence[Sheaf], kept: Kept, number: int) -> None:
    fold_bunch(_own[0], ways, end, sheaves, kept, number)
