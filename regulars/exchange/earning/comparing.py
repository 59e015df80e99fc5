"""Comparing two programmes over the same events: each member folded twice, side by side.

Members are folded one after the other, each from the first event to the last, and then to the last day of the file,
under the old programme and under the new one. How many processes share the members changes nothing. Of a member stays
what `pairing.Member` holds: a file may be larger than memory.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from regulars.engine.kernel import Kernel
from regulars.exchange.earning.allotting import allotments, of_members
from regulars.exchange.earning.behaving import AS_TOLD
from regulars.exchange.earning.bunching import WORTH_SHARING, Folders, noted, undisturbed, whole_members
from regulars.exchange.earning.costing import buys
from regulars.exchange.earning.pairing import Member, Pairs, Side, pair
from regulars.exchange.earning.replaying import Allotted, Counts, replay
from regulars.ground.activity.files import Reading, Sheaf
from regulars.ground.activity.rejects import Report
from regulars.kit.zones import Zone
from regulars.programme.promise import Programme

#: Told as it goes: rows dealt with, of how many.
Tell = Callable[[int, int], None]


@dataclass(slots=True)
class Compared:
    """What two programmes came to over one file. `first` and `last` are ISO dates in the old programme's zone, empty
    without events; `refusals` are by code, under each programme; `rejected` what the reader set aside."""

    members: list[Member] = field(default_factory=list)
    events: int = 0
    lines: int = 0
    first: str = ""
    last: str = ""
    refusals: tuple[dict[str, int], dict[str, int]] = field(default_factory=lambda: ({}, {}))
    rejected: Counter[str] = field(default_factory=Counter)


def compare(
    old: Programme, new: Programme, reading: Reading, out: Path, tell: Tell, processes: int = 1
) -> Compared:  # fmt: skip
    """Fold both programmes over a file that was read, the members shared among `processes` of them.

    Both count in one money. Writes comparison.parquet into the folder `out`, and rejects.csv when rows were set aside;
    who interrupts finds what was there before. Raises OSError when the folder cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    rejected: Counter[str] = Counter()
    end = Zone(old.header.zone).local(reading.last)[0] if reading.last is not None else 0
    with tempfile.TemporaryDirectory(dir=out, prefix=".compare-") as folder, undisturbed():
        beside = Path(folder)
        with Report(beside / "rejects.csv") as rejects:
            sheaves = whole_members(noted(reading.sheaves(), rejects, rejected))
            shared = processes if reading.rows > WORTH_SHARING else 1
            allotted = [allotments(one, reading, AS_TOLD, end, processes, tell) for one in (old, new)]
            result = together(old, _each(old, new, sheaves, end, tell, shared, allotted), end, rejected)
        _table(result.members, old, new).write_parquet(beside / "comparison.parquet")
        for name in ("comparison.parquet", "rejects.csv"):
            if beside.joinpath(name).exists():
                beside.joinpath(name).replace(out.joinpath(name))
            else:
                out.joinpath(name).unlink(missing_ok=True)
    return result


def together(old: Programme, pairs: Iterable[Pairs], end: int, rejected: Counter[str]) -> Compared:
    """All bunches of a file as one comparison; `end` is the local day with which the file ends."""
    result = Compared(rejected=rejected)
    sums = Counts(), Counts()
    for some in pairs:
        result.members += some.members
        for sum, counts in zip(sums, some.counts, strict=True):
            sum.add(counts)
            sum.check()
    result.members.sort(key=lambda member: member.name)
    result.events, result.lines = sums[0].events, sums[0].lines
    result.refusals = sums[0].refusals, sums[1].refusals
    if sums[0].first:
        days = Zone(old.header.zone).local(sums[0].first)[0], end
        result.first, result.last = (date.fromordinal(day).isoformat() for day in days)
    return result


def _each(
    old: Programme, new: Programme, bunches: Iterable[Sequence[Sheaf]], end: int, tell: Tell, processes: int,
    allotted: Sequence[Allotted],
) -> Iterator[Pairs]:  # fmt: skip
    """Fold each bunch of members, several at a time; answers them in their order."""
    with Folders((old, new), processes, _both) as folders:
        for sheaves in bunches:
            yield from folders.fold(end, sheaves, [of_members(each, sheaves) for each in allotted])
            tell(sheaves[-1].rows_read, sheaves[-1].rows_total)
        yield from folders.finish()


def _both(kernels: Sequence[Kernel], end: int, sheaves: Sequence[Sheaf], allotted: Sequence[Allotted]) -> Pairs:
    """Whole histories under both programmes."""
    events = [event for sheaf in sheaves for event in sheaf.events()]
    replayed = (
        (kernel, *replay(kernel, events, AS_TOLD, end, mine)) for kernel, mine in zip(kernels, allotted, strict=True)
    )
    old, new = (Side(kernel, lives, counts, table.movements()) for kernel, lives, counts, table in replayed)
    return pair(old, new)


def _currencies(old: Programme, new: Programme) -> list[str]:
    return list(dict.fromkeys(currency.id for programme in (old, new) for currency in programme.currencies))


def _table(members: Sequence[Member], old: Programme, new: Programme) -> pl.DataFrame:
    """comparison.parquet: a row for each member, by name."""
    columns = [pl.Series("member", [one.name for one in members], pl.String)]
    columns.append(pl.Series("spend", [one.spend for one in members], pl.Int64))
    for currency in _currencies(old, new):
        points = [one.points(currency) for one in members]
        for word, amounts in (
            ("old", [old for old, _ in points]),
            ("new", [new for _, new in points]),
            ("difference", [new - old for old, new in points]),
        ):
            columns.append(pl.Series(f"{currency}_{word}", amounts, pl.Int64))
        for word, programme, place in (("old", old, 0), ("new", new, 1)):
            value = buys(programme, currency)
            money = [None if value is None else round(both[place] * value) for both in points]
            columns.append(pl.Series(f"{currency}_money_{word}", money, pl.Int64))
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
