"""Backtest: the same kernel over files of history, without a database.

Accounts are folded one after the other, each from its first event to its last, and then to the last day of the
files. For the same order of events this gives what live posting gives, entry for entry; how many processes share the
members changes nothing. Everything is written beside and renamed at the end: who interrupts finds no half a file, and
the bunches of members that were finished are taken up again by the next run of the same trial.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from regulars.engine.kernel import compile as compile_programme
from regulars.exchange.earning import comparing, costing, distributing
from regulars.exchange.earning.allotting import ALLOTTED, allotments, keep_allotted, of_members
from regulars.exchange.earning.auditing import FEWEST, Told, audits
from regulars.exchange.earning.behaving import AS_TOLD, Ways
from regulars.exchange.earning.bunching import (
    WORTH_SHARING,
    Bunch,
    Folders,
    Kept,
    fold_bunch,
    noted,
    undisturbed,
    whole_members,
)
from regulars.exchange.earning.replaying import Counts
from regulars.exchange.earning.sharing import Table
from regulars.exchange.earning.sloping import slope
from regulars.exchange.earning.tallying import (
    YEAR,
    given_by_rule,
    have,
    members_table,
    month_of,
    moved,
    owe,
    together,
)
from regulars.ground.activity.files import Reading
from regulars.ground.activity.rejects import Report
from regulars.kit.zones import Zone
from regulars.programme.promise import Programme

#: Told as it goes: rows dealt with, of how many.
Tell = Callable[[int, int], None]
#: Of what `summary.json` holds: raised when a key changes its meaning or goes. 2: money counts what rewards cost.
FORMAT = 2
#: Where finished bunches wait, inside the folder of the results.
UNDER_WAY = ".backtest"


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: how members spend, and the `margin` of the house as a share of what members spend (None: not
    stated). `source` stands for the files and how they are read: another one begins anew. `against` is the programme
    in force, when the one that is tried is to be compared with it as well."""

    ways: Ways
    margin: Fraction | None = None
    source: str = ""
    against: Programme | None = None

    def stamp(self, programme: Programme, end: int) -> str:
        """Stands for all that decides what a bunch holds."""
        against = self.against and self.against.digest
        return repr((FORMAT, programme.digest, against, self.ways, self.source, end))


@dataclass(slots=True)
class Backtested:
    """What a backtest found, as docs/backtest.md describes it: `summary.json` holds the same under the same names.

    Points are whole, money is in minor units, `first` and `last` are ISO dates in the programme's zone.
    """

    format: int = FORMAT
    programme: dict[str, str] = field(default_factory=dict)
    trial: dict[str, Any] = field(default_factory=dict)
    events: int = 0
    lines: int = 0
    members: int = 0
    purchases: int = 0
    spend: int = 0
    first: str = ""
    last: str = ""
    points: dict[str, dict[str, Any]] = field(default_factory=dict)
    money: dict[str, Any] = field(default_factory=dict)
    liability: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    months: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    rules: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    caps: dict[str, dict[str, int]] = field(default_factory=dict)
    rewards: dict[str, int] = field(default_factory=dict)
    deciles: list[dict[str, Any]] = field(default_factory=list)
    tiers: dict[str, dict[str, Any]] = field(default_factory=dict)
    tenure: list[dict[str, Any]] = field(default_factory=list)
    gini: dict[str, Any] = field(default_factory=dict)
    first_reward: dict[str, Any] = field(default_factory=dict)
    year: dict[str, Any] = field(default_factory=dict)
    audits: list[dict[str, Any]] = field(default_factory=list)
    left_out: int = 0
    refusals: dict[str, int] = field(default_factory=dict)
    rejected: Counter[str] = field(default_factory=Counter)
    #: No part of `summary.json`: what it comes to beside the programme that it was compared with.
    compared: comparing.Compared | None = None


def backtest(
    programme: Programme, reading: Reading, out: Path, tell: Tell, trial: Trial, processes: int = 1,
    anew: Callable[[], None] = lambda: None,
) -> Backtested:  # fmt: skip
    """Fold the programme over what was read, the members shared among `processes`.

    Writes entries.parquet and members.parquet into the folder `out`, and rejects.csv when rows were set aside. `anew`
    is told when an interrupted run had left behind what is no use to this one. Raises OSError when the folder cannot
    be written, BeyondBounds when all members together come to more than its tables hold.
    """
    out.mkdir(parents=True, exist_ok=True)
    with _alone(out):
        return _backtest(programme, reading, out, tell, trial, processes, anew)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While nobody else writes a backtest into the folder: two would take each other's bunches for their own."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise OSError(errno.EBUSY, "Another run is writing there", str(folder)) from None
    try:
        yield
    finally:
        os.close(held)


def _backtest(
    programme: Programme, reading: Reading, out: Path, tell: Tell, trial: Trial, processes: int,
    anew: Callable[[], None],
) -> Backtested:  # fmt: skip
    zone = Zone(programme.header.zone)
    end = zone.local(reading.last)[0] if reading.last is not None else 0
    result = Backtested(
        programme={"id": programme.header.id, "digest": programme.digest, "money": programme.header.money},
        trial={
            "spend": trial.ways.spend,
            "margin": None if trial.margin is None else str(trial.margin),
            "standing": "empty",
        },
        last=date.fromordinal(end).isoformat() if end else "",
    )
    kept = Kept(out.joinpath(UNDER_WAY), trial.stamp(programme, end))
    if kept.anew:
        anew()
    with undisturbed():
        count = _fold(programme, reading, trial, kept, end, result.rejected, tell, processes)
        _read_off(programme, trial, kept, count, end, result)
        for name in ("entries.parquet", "members.parquet", "rejects.csv", ALLOTTED):
            if kept.folder.joinpath(name).exists():
                kept.folder.joinpath(name).replace(out.joinpath(name))
            else:
                out.joinpath(name).unlink(missing_ok=True)
    shutil.rmtree(kept.folder)
    return result


def write_summary(result: Backtested, out: Path, seconds: Mapping[str, Any] = MappingProxyType({})) -> None:
    """`summary.json`: the result as it is documented in docs/backtest.md, and how long each phase of the run took."""
    told = {name: getattr(result, name) for name in Backtested.__slots__ if name != "compared"}
    for name in ("refusals", "rejected"):
        told[name] = dict(sorted(told[name].items()))
    told["seconds"] = dict(seconds)
    write_beside(out / "summary.json", json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def write_beside(path: Path, text: str) -> None:
    """Write a text file so that it is there whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _fold(
    programme: Programme, reading: Reading, trial: Trial, kept: Kept, end: int, rejected: Counter[str], tell: Tell,
    processes: int,
) -> int:  # fmt: skip
    """Fold all bunches that are not there yet; answers how many there are."""
    number = 0
    shared = processes if reading.rows > WORTH_SHARING else 1
    programmes = [programme, trial.against] if trial.against else [programme]
    allotted = [
        allotments(one, reading, ways, end, processes, tell)
        for one, ways in zip(programmes, (trial.ways, AS_TOLD), strict=False)
    ]
    if programme.earn.budgets:
        keep_allotted(allotted[0], kept.folder)
    with Report(kept.folder / "rejects.csv") as rejects, Folders(programmes, shared, fold_bunch) as folders:
        for number, sheaves in enumerate(whole_members(noted(reading.sheaves(), rejects, rejected)), 1):
            if not kept.has(number):
                folders.fold(trial.ways, end, sheaves, kept, number, [of_members(each, sheaves) for each in allotted])
            tell(sheaves[-1].rows_read, sheaves[-1].rows_total)
        folders.finish()
    return number


def _read_off(programme: Programme, trial: Trial, kept: Kept, count: int, end: int, result: Backtested) -> None:
    """The two tables, and of the summary what is read off the bunches."""
    bunches = [kept.read(number) for number in range(1, count + 1)] or [_nothing(programme, kept)]
    counts = Counts()
    for bunch in bunches:
        counts.add(bunch.counts)
    counts.check()
    members = pl.concat([bunch.members for bunch in bunches]).sort("member")
    movements = together([bunch.moved for bunch in bunches])
    given = pl.concat([bunch.given for bunch in bunches])
    if trial.against:
        pairs = (bunch.pairs for bunch in bunches if bunch.pairs)
        result.compared = comparing.together(trial.against, pairs, end, result.rejected)
    del bunches
    end_month = month_of(end) if end else 0
    _sums(programme, trial, counts, members, movements, end_month, result)
    _shares(programme, trial, counts, members, given, result)
    pace = distributing.pace(programme, members, trial.ways.first_reward, end_month)
    tendered = sum(money for month, money in counts.tendered.items() if month > end_month - YEAR)
    told = Told(
        trial.ways.spend, result.points, result.money, pace, trial.ways.first_reward, result.tenure, movements,
        tendered, end_month, result.rewards, slope(members.select("sxx", "sxy").iter_rows(), FEWEST),
    )  # fmt: skip
    result.audits = audits(programme, told) if members.height else []
    parts = [kept.entries(number) for number in range(1, count + 1)] or [kept.entries(0)]
    pl.scan_ipc(parts).sink_parquet(kept.folder / "entries.parquet")
    _published(programme, members).write_parquet(kept.folder / "members.parquet")


def _sums(
    programme: Programme, trial: Trial, counts: Counts, members: pl.DataFrame, movements: pl.DataFrame,
    end_month: int, result: Backtested,
) -> None:  # fmt: skip
    result.events, result.lines, result.left_out = counts.events, counts.lines, counts.left_out
    result.refusals = counts.refusals
    result.members = members.height
    result.purchases, result.spend = int(members["purchases"].sum()), int(members["spend"].sum())
    if counts.first:
        result.first = date.fromordinal(Zone(programme.header.zone).local(counts.first)[0]).isoformat()
    rated = costing.rates(programme, trial.ways.spend, counts.taken)
    result.points = costing.points_told(programme, movements, members)
    result.money = costing.money_told(programme, result.points, result.spend, trial.margin, rated)
    result.liability = costing.liability(programme, movements, end_month)
    result.months = costing.months_moved(programme, movements)


def _shares(
    programme: Programme, trial: Trial, counts: Counts, members: pl.DataFrame, given: pl.DataFrame, result: Backtested
) -> None:
    result.rules = distributing.rules(programme, members, given)
    result.caps = distributing.caps(programme, counts)
    result.rewards = {reward.id: counts.taken.get(reward.id, 0) for reward in programme.rewards}
    result.deciles = distributing.deciles(programme, members)
    result.tiers = distributing.tiers(programme, members)
    result.tenure = distributing.tenure(programme, counts)
    result.gini = distributing.inequality(programme, members)
    result.first_reward = distributing.first_reward(members, trial.ways.first_reward)
    rated = costing.rates(programme, trial.ways.spend, counts.taken)
    result.year = costing.year_of_custom(programme, members, trial.ways.first_reward, trial.margin, rated)


def _published(programme: Programme, members: pl.DataFrame) -> pl.DataFrame:
    """The columns of members.parquet."""
    return members.select(
        "member",
        *((pl.col(have(one.id)) - pl.col(owe(one.id))).alias(one.id) for one in programme.currencies),
        "tier",
        "joined",
        "purchases",
        "spend",
        pl.col("reached").alias("first_reward"),
    )


def _nothing(programme: Programme, kept: Kept) -> Bunch:
    """What files without events come to."""
    table = Table(compile_programme(programme))
    movements = table.movements()
    members = members_table(programme, {}, movements, 0)
    bunch = Bunch(Counts(), members, moved(movements), given_by_rule(movements))
    kept.keep(0, bunch, table.frame(movements))
    return bunch
