"""Comparing two programmes over the same events: each member folded twice, side by side.

Members are folded one after the other, each from the first event to the last, and then to the last day of the file,
under the old programme and under the new one. How many processes share the members changes nothing. What is counted is
what a member was given by each rule, less what returns took back of it.
"""

from __future__ import annotations

import gc
import signal
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl

from regulars.engine.entries import ACCRUAL, CLAWBACK, Outcome
from regulars.engine.events import PURCHASE, RETURN
from regulars.engine.kernel import Kernel
from regulars.engine.kernel import compile as compile_programme
from regulars.engine.standing import Standing
from regulars.exchange.earning.folding import Original, as_original, kernel_event
from regulars.ground.activity.contract import Incoming
from regulars.ground.activity.files import Reading
from regulars.ground.activity.rejects import Report
from regulars.programme.promise import Programme

#: Told as it goes: rows dealt with, of how many.
Tell = Callable[[int, int], None]
#: Below so many rows another process costs more than it brings.
WORTH_SHARING = 200_000
_NOBODY = UUID(int=0)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Life:
    """A member under one programme: the standing, spend (minor units, less returns), points by currency and rule (less
    returns), points held back by cap, and refusals by code."""

    standing: Standing
    spend: int = 0
    given: Counter[tuple[str, str]] = field(default_factory=Counter)
    held_back: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Member:
    """A member under the old programme and under the new one.

    `given` holds (old, new) points by currency and rule, `held_back` the same by cap. `tiers` are ids, empty without
    tiers; `missing` is the progress that is missing under the new programme to the tier of the old one (0: none).
    `holds` are the points under the old programme on the last day, by currency, pending among them.
    """

    name: str
    spend: int
    given: dict[tuple[str, str], tuple[int, int]]
    held_back: dict[str, tuple[int, int]]
    tiers: tuple[str, str]
    missing: int
    holds: dict[str, int]

    def points(self, currency: str) -> tuple[int, int]:
        """All of a currency under the old programme and the new one."""
        mine = [both for (of, _), both in self.given.items() if of == currency]
        return sum(old for old, _ in mine), sum(new for _, new in mine)

    def bitten(self, cap: str) -> bool:
        """Whether a cap held back more or less under the new programme."""
        old, new = self.held_back.get(cap, (0, 0))
        return old != new


@dataclass(slots=True)
class Compared:
    """What two programmes came to over one file. `first` and `last` are ISO dates in the old programme's zone, empty
    without events; `refusals` are by code, under each programme; `rejected` what the reader set aside."""

    members: list[Member] = field(default_factory=list)
    events: int = 0
    lines: int = 0
    first: str = ""
    last: str = ""
    refusals: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))
    rejected: Counter[str] = field(default_factory=Counter)


def compare(
    old: Programme, new: Programme, reading: Reading, out: Path, tell: Tell, processes: int = 1
) -> Compared:  # fmt: skip
    """Fold both programmes over a file that was read, the members shared among `processes` of them.

    Both count in one money. Writes comparison.parquet into the folder `out`, and rejects.csv when rows were set aside;
    who interrupts finds what was there before. Raises OSError when the folder cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    result = Compared()
    lives: dict[str, tuple[Life, Life]] = {}
    first = 0
    with tempfile.TemporaryDirectory(dir=out, prefix=".compare-") as folder, _undisturbed():
        beside = Path(folder)
        with Report(beside / "rejects.csv") as rejects:
            whole = _whole_histories(reading, result, rejects, tell)
            for folded, earliest in _each(old, new, whole, processes if reading.rows > WORTH_SHARING else 1):
                lives |= folded
                first = min(first, earliest) if first else earliest
        _settle(old, new, lives, result, first)
        _table(result.members, _currencies(old, new)).write_parquet(beside / "comparison.parquet")
        for name in ("comparison.parquet", "rejects.csv"):
            if beside.joinpath(name).exists():
                beside.joinpath(name).replace(out.joinpath(name))
            else:
                out.joinpath(name).unlink(missing_ok=True)
    return result


def fold(kernel: Kernel, events: Sequence[Incoming]) -> Life:
    """One member's events, oldest first, under one programme."""
    life = Life(kernel.open())
    bought: dict[str, tuple[Incoming, Outcome]] = {}
    originals: dict[str, Original] = {}
    for event in events:
        told = kernel_event(event, event.id)
        original = None
        if event.type == RETURN and event.original in bought:
            if event.original not in originals:
                originals[event.original] = as_original(0, _NOBODY, *bought[event.original])
            original = originals[event.original]
            nets = original.brought_back(event)
            if nets is None:
                life.refusals["unknown_line"] += 1
                continue
            told.nets, told.origin = nets, original.origin
        outcome = kernel.step(life.standing, told)
        if outcome.refusal:
            life.refusals[outcome.refusal.code] += 1
        elif original:
            original.note(told.nets)
            life.spend -= sum(told.nets)
        elif event.type == PURCHASE:
            life.spend += sum(event.nets)
            bought[event.id] = event, outcome
        _count(life, outcome)
    return life


def _count(life: Life, outcome: Outcome) -> None:
    for entry in outcome.entries:
        if entry.rule and entry.kind == ACCRUAL:
            life.given[entry.currency, entry.rule.id] += entry.amount
        elif entry.rule and entry.kind == CLAWBACK:
            life.given[entry.currency, entry.rule.id] -= entry.amount
    for clip in outcome.clips:
        life.held_back[clip.cap] += clip.points


def _whole_histories(reading: Reading, result: Compared, rejects: Report, tell: Tell) -> Iterator[list[Incoming]]:
    """The events of the file, cut so that no member's are divided."""
    held: list[Incoming] = []
    for batch in reading.batches():
        result.rejected.update(code for reject in batch.rejects for code in reject.codes)
        rejects.write(batch.rejects)
        result.events += len(batch.events)
        result.lines += sum(len(event.lines) for event in batch.events)
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


Folded = tuple[dict[str, tuple[Life, Life]], int]


def _both(kernels: tuple[Kernel, Kernel], events: list[Incoming]) -> Folded:
    """Whole histories under both programmes, by member; and the instant of the earliest event."""
    lives = {}
    for member, group in groupby(events, lambda event: event.member):
        history = list(group)
        lives[member] = (fold(kernels[0], history), fold(kernels[1], history))
    return lives, min(event.at for event in events)


def _each(old: Programme, new: Programme, whole: Iterator[list[Incoming]], processes: int) -> Iterator[Folded]:
    """Fold each bunch of members, several at a time; answers them in their order."""
    if processes == 1:
        kernels = compile_programme(old), compile_programme(new)
        for events in whole:
            yield _both(kernels, events)
        return
    waiting: deque[Future[Folded]] = deque()
    # Spawned, never forked: Polars' threads would not survive.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _settle_in, (old, new))
    try:
        for events in whole:
            waiting.append(pool.submit(_elsewhere, events))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


_own: list[tuple[Kernel, Kernel]] = []


def _settle_in(old: Programme, new: Programme) -> None:
    """What a process of the pool does first. Ctrl-C is for the process that hands out the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    _own.append((compile_programme(old), compile_programme(new)))


def _elsewhere(events: list[Incoming]) -> Folded:
    return _both(_own[0], events)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without looking for cycles, which the fold does not make: that takes a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _settle(
    old: Programme, new: Programme, lives: dict[str, tuple[Life, Life]], result: Compared, first: int
) -> None:  # fmt: skip
    """Everybody to the last day of the file, and what that makes of them."""
    kernels = compile_programme(old), compile_programme(new)
    end = max((max(one.standing.day for one in both) for both in lives.values()), default=0)
    for member in sorted(lives):
        before, after = lives.pop(member)
        for kernel, life, refusals in zip(kernels, (before, after), result.refusals, strict=True):
            kernel.settle(life.standing, end)
            refusals.update(life.refusals)
        result.members.append(_member(member, before, after, old, new))
    if end:
        result.last = date.fromordinal(end).isoformat()
        zone = ZoneInfo(old.header.zone)
        result.first = (_EPOCH + timedelta(microseconds=first)).astimezone(zone).date().isoformat()


def _member(name: str, before: Life, after: Life, old: Programme, new: Programme) -> Member:
    tiers = _tier(old, before.standing), _tier(new, after.standing)
    return Member(
        name,
        before.spend,
        {key: (before.given[key], after.given[key]) for key in sorted(before.given.keys() | after.given.keys())},
        {
            cap: (before.held_back[cap], after.held_back[cap])
            for cap in sorted(before.held_back.keys() | after.held_back.keys())
        },
        tiers,
        _missing(tiers[0], new, after.standing),
        {currency: purse.available + purse.pending for currency, purse in sorted(before.standing.purses.items())},
    )


def _tier(programme: Programme, standing: Standing) -> str:
    return programme.tiers.levels[standing.tier].id if programme.tiers else ""


def _missing(tier: str, new: Programme, standing: Standing) -> int:
    """What is missing to reach `tier` under the new programme; 0 for who has it, or where it is no more."""
    levels = new.tiers.levels if new.tiers else ()
    for place, level in enumerate(levels):
        if level.id == tier and place > standing.tier:
            return max(0, level.at - standing.total)
    return 0


def _currencies(old: Programme, new: Programme) -> list[str]:
    return list(dict.fromkeys(currency.id for programme in (old, new) for currency in programme.currencies))


def _table(members: Sequence[Member], currencies: Sequence[str]) -> pl.DataFrame:
    """comparison.parquet: a row for each member, by name."""
    columns = [pl.Series("member", [one.name for one in members], pl.String)]
    columns.append(pl.Series("spend", [one.spend for one in members], pl.Int64))
    for currency in currencies:
        points = [one.points(currency) for one in members]
        for word, amounts in (
            ("old", [old for old, _ in points]),
            ("new", [new for _, new in points]),
            ("difference", [new - old for old, new in points]),
        ):
            columns.append(pl.Series(f"{currency}_{word}", amounts, pl.Int64))
    columns.append(pl.Series("tier_old", [one.tiers[0] for one in members], pl.String))
    columns.append(pl.Series("tier_new", [one.tiers[1] for one in members], pl.String))
    rule = pl.Struct({"currency": pl.String, "rule": pl.String, "old": pl.Int64, "new": pl.Int64})
    rules = [
        [
            {"currency": currency, "rule": id, "old": before, "new": now}
            for (currency, id), (before, now) in one.given.items()
        ]
        for one in members
    ]
    columns.append(pl.Series("rules", rules, pl.List(rule)))
    return pl.DataFrame(columns)
