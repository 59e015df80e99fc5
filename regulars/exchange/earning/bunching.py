"""Bunching: the members of a file in bunches, each folded on its own, here or in processes beside.

A bunch is the smallest piece of work: whole histories of some members. A backtest keeps it in two files, its entries
and what they came to, each written beside and renamed, so that a run that was interrupted goes on after the last whole
bunch. The bunches are the same however many processes share them.
"""

from __future__ import annotations

import gc
import shutil
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import msgspec.inspect
import polars as pl

from regulars.engine.kernel import Kernel
from regulars.engine.kernel import compile as compile_programme
from regulars.exchange.earning.behaving import AS_TOLD, Ways
from regulars.exchange.earning.pairing import Pairs, Side, pair
from regulars.exchange.earning.replaying import Allotted, Counts, replay
from regulars.exchange.earning.tallying import given_by_rule, members_table, moved
from regulars.ground.activity.files import Sheaf
from regulars.ground.activity.rejects import Report
from regulars.kit.companions import end_with_parent
from regulars.programme.promise import Programme

#: Below so many rows another process costs more than it brings.
WORTH_SHARING = 200_000
T = TypeVar("T")


@dataclass(slots=True)
class Bunch:
    """What the histories of some members came to: plain sums, the rows of `tallying.members_table`, points moved by
    month, kind and rule (`tallying.moved`), points given by member and rule (`tallying.given_by_rule`), and the same
    members beside themselves under the programme they are compared with (None: with none)."""

    counts: Counts
    members: pl.DataFrame
    moved: pl.DataFrame
    given: pl.DataFrame
    pairs: Pairs | None = None


#: What a bunch is kept as, beside its entries.
_Figures = tuple[Counts, Pairs | None, bytes, bytes, bytes]
#: Stands for how that is written: what was kept by another version of this program is no use to this one.
_SHAPE = repr(msgspec.inspect.type_info(_Figures))


class Kept:
    """The folder in which the bunches of one backtest are kept; `stamp` stands for all that decides what is in them.

    A folder that was left behind with another stamp, or by another version that kept bunches otherwise, is emptied
    first: `anew` says so.
    """

    def __init__(self, folder: Path, stamp: str) -> None:
        self.folder = folder
        mark = folder / "stamp"
        stamp = blake2b((stamp + _SHAPE).encode(), digest_size=20).hexdigest()
        self.anew = folder.exists() and not (mark.exists() and mark.read_text(encoding="utf-8") == stamp)
        if self.anew:
            shutil.rmtree(folder)
        if not folder.exists():
            folder.mkdir()
            mark.write_text(stamp, encoding="utf-8")

    def entries(self, number: int) -> Path:
        """Where the entries of a bunch stand."""
        return self.folder / f"{number:06d}.arrow"

    def has(self, number: int) -> bool:
        """Whether a bunch was finished, and can be read: what the machine lost when it fell is folded anew."""
        try:
            pl.read_ipc_schema(self.entries(number))
            self.read(number)
        except (OSError, msgspec.DecodeError, pl.exceptions.PolarsError):
            return False
        return True

    def read(self, number: int) -> Bunch:
        """A bunch that was finished."""
        counts, pairs, *blocks = msgspec.msgpack.decode(self._figures(number).read_bytes(), type=_Figures)
        members, moved, given = (pl.read_ipc(BytesIO(block)) for block in blocks)
        return Bunch(counts, members, moved, given, pairs)

    def keep(self, number: int, bunch: Bunch, entries: pl.DataFrame) -> None:
        """Keep a bunch; its figures last, as they say that it is whole."""
        beside = self.folder / f"{number:06d}.coming"
        entries.write_ipc(beside, compression="lz4")
        beside.replace(self.entries(number))
        tables = []
        for table in (bunch.members, bunch.moved, bunch.given):
            table.write_ipc(block := BytesIO())
            tables.append(block.getvalue())
        beside.write_bytes(msgspec.msgpack.encode((bunch.counts, bunch.pairs, *tables)))
        beside.replace(self._figures(number))

    def _figures(self, number: int) -> Path:
        return self.folder / f"{number:06d}.figures"


def fold_bunch(
    kernels: Sequence[Kernel], ways: Ways, end: int, sheaves: Sequence[Sheaf], kept: Kept, number: int,
    allotted: Sequence[Allotted],
) -> None:  # fmt: skip
    """Fold the members of some sheaves, to the local day `end`, and keep the bunch.

    A second kernel is that of the programme the first one is compared with. `allotted` is for each what its budgets
    give.
    """
    events = [event for sheaf in sheaves for event in sheaf.events()]
    lives, counts, table = replay(kernels[0], events, ways, end, allotted[0])
    movements = table.movements()
    pairs = None
    if len(kernels) > 1:
        other, told, moves = replay(kernels[1], events, AS_TOLD, end, allotted[1])
        pairs = pair(Side(kernels[1], other, told, moves.movements()), Side(kernels[0], lives, counts, movements))
    del events
    bunch = Bunch(
        counts,
        members_table(kernels[0].terms.programme, lives, movements, end),
        moved(movements),
        given_by_rule(movements),
        pairs,
    )
    kept.keep(number, bunch, table.frame(movements))


def noted(sheaves: Iterable[Sheaf], rejects: Report, rejected: Counter[str]) -> Iterator[Sheaf]:
    """The same sheaves; what was set aside is told to `rejects` and counted by code in `rejected`."""
    for sheaf in sheaves:
        rejected.update(code for reject in sheaf.rejects for code in reject.codes)
        rejects.write(sheaf.rejects)
        yield sheaf


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


class Folders(Generic[T]):
    """Those who fold: this process, or several beside it, each with the kernels of some programmes. `work` takes these
    kernels and what is handed to `fold`; it must be known by its name in its module. Use it in a `with`."""

    def __init__(self, programmes: Sequence[Programme], processes: int, work: Callable[..., T]) -> None:
        self._processes = processes
        self._work = work
        self._waiting: deque[Future[T]] = deque()
        if processes == 1:
            self._kernels = [compile_programme(programme) for programme in programmes]
        else:
            # Spawned, never forked: Polars' threads would not survive.
            self._pool = ProcessPoolExecutor(processes, get_context("spawn"), _settle_in, (programmes,))

    def __enter__(self) -> Folders[T]:
        return self

    def __exit__(self, *told: object) -> None:
        if self._processes > 1:
            self._pool.shutdown(cancel_futures=True)

    def fold(self, *handed: Any) -> list[T]:
        """Do the work, or have it done; answers what came of it or, when enough is under way, of earlier work."""
        if self._processes == 1:
            return [self._work(self._kernels, *handed)]
        self._waiting.append(self._pool.submit(_beside, self._work, handed))
        return [self._waiting.popleft().result()] if len(self._waiting) > 2 * self._processes else []

    def finish(self) -> list[T]:
        """Wait for all that is under way; answers what came of it, in the order in which it was handed over."""
        rest = [one.result() for one in self._waiting]
        self._waiting.clear()
        return rest


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without looking for cycles, which the fold does not make: counting frees all that a history leaves behind."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


_own: list[Kernel] = []


def _settle_in(programmes: Sequence[Programme]) -> None:
    """What a process of the pool does first. Ctrl-C is for the process that hands out the work."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    _own.extend(compile_programme(programme) for programme in programmes)


def _beside(work: Callable[..., T], handed: Sequence[Any]) -> T:
    return work(_own, *handed)
