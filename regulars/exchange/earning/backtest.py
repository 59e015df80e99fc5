"""Backtest: the same kernel over a file of history, without a database.

Accounts are folded one after the other, each from her first event to her last, and then to the end of the last
day of the file. For the same order of events this gives what live posting gives, entry for entry.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl

from regulars.engine.entries import ACCRUAL, CLAWBACK, Entry, Outcome
from regulars.engine.events import PURCHASE, RETURN
from regulars.engine.kernel import Kernel
from regulars.engine.kernel import compile as compile_programme
from regulars.engine.standing import Standing
from regulars.exchange.earning.folding import Original, as_original, kernel_event
from regulars.ground.activity.contract import Incoming
from regulars.ground.activity.files import Reading
from regulars.programme.promise import Programme

#: Told as it goes: rows dealt with, of how many.
Tell = Callable[[int, int], None]

ENTRIES = {
    "member": pl.String, "event": pl.String, "line": pl.List(pl.String), "currency": pl.String, "kind": pl.String,
    "amount": pl.List(pl.Int64), "at": pl.Int64, "available_at": pl.Int64, "expires_on": pl.Int32, "rule": pl.String,
    "reason": pl.String,
}  # fmt: skip
_EPOCH_DAY = 719_163


@dataclass(slots=True)
class Backtested:
    """What a backtest found; `summary.json` holds the same. Points are whole, seconds are wall time per phase."""

    events: int = 0
    lines: int = 0
    members: int = 0
    issued: dict[str, Counter[str]] = field(default_factory=dict)
    moved: dict[str, Counter[str]] = field(default_factory=dict)
    tiers: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    clipped: Counter[str] = field(default_factory=Counter)
    months: dict[str, Counter[str]] = field(default_factory=dict)
    first: str = ""
    last: str = ""
    seconds: dict[str, float] = field(default_factory=dict)


def backtest(programme: Programme, reading: Reading, out: Path, tell: Tell) -> Backtested:
    """Fold the programme over a file that was read; writes entries, members and summary into the folder `out`.

    Raises OSError when the folder cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    fold = _Fold(compile_programme(programme))
    started = time.perf_counter()
    parts: list[pl.DataFrame] = []
    for batch in reading.batches():
        fold.result.rejected.update(code for reject in batch.rejects for code in reject.codes)
        fold.take(batch.events)
        if len(fold.rows) > 200_000:
            parts.append(fold.frame())
        tell(batch.rows_read, batch.rows_total)
    fold.close()
    parts.append(fold.frame())
    fold.result.seconds["fold"] = round(time.perf_counter() - started, 2)
    started = time.perf_counter()
    entries = _finished(pl.concat(parts), programme.header.zone)
    entries.write_parquet(out / "entries.parquet")
    fold.members(programme).write_parquet(out / "members.parquet")
    fold.result.months = _months(entries)
    fold.result.seconds["write"] = round(time.perf_counter() - started, 2)
    return fold.result


def write_summary(result: Backtested, out: Path) -> None:
    """`summary.json`: the result as it is documented in docs/backtest.md."""
    told = {name: getattr(result, name) for name in Backtested.__slots__}
    (out / "summary.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


class _Fold:
    """The fold over members that come one after the other, each with all of her events in order."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.result = Backtested()
        self.rows: list[tuple[Any, ...]] = []
        self.standings: dict[str, Standing] = {}
        self.originals: dict[str, Original] = {}
        self.bought: dict[str, tuple[Incoming, Outcome]] = {}

    def take(self, events: Sequence[Incoming]) -> None:
        """Fold over events, each member's together and in order."""
        for event in events:
            standing = self.standings.get(event.member)
            if standing is None:
                standing = self.standings[event.member] = self.kernel.open()
                # Returns refer to purchases of the same member: those of the one before are not asked for again.
                self.originals, self.bought = {}, {}
            self._one(event, standing)
        self.result.events += len(events)

    def _original(self, id: str) -> Original | None:
        if id not in self.originals and id in self.bought:
            self.originals[id] = as_original(0, UUID(int=0), *self.bought[id])
        return self.originals.get(id)

    def _one(self, event: Incoming, standing: Standing) -> None:
        self.result.lines += len(event.lines)
        told = kernel_event(event, event.id)
        original = self._original(event.original) if event.type == RETURN else None
        nets = original.brought_back(event) if original else None
        if original and nets is None:
            self.result.refusals["unknown_line"] += 1
            return
        if original and nets is not None:
            told.nets, told.origin = nets, original.origin
        outcome = self.kernel.step(standing, told)
        if outcome.refusal:
            self.result.refusals[outcome.refusal.code] += 1
        elif original and nets is not None:
            original.note(nets)
        elif event.type == PURCHASE:
            self.bought[event.id] = event, outcome
        self._write(event.member, event, outcome)

    def close(self) -> None:
        """Let everything fall due up to the end of the last day of the file."""
        end = max((standing.day for standing in self.standings.values()), default=0)
        for member, standing in self.standings.items():
            self._write(member, None, self.kernel.settle(standing, end))
            if self.kernel.terms.tiers:
                self.result.tiers[self.kernel.terms.level_ids[standing.tier]] += 1
        self.result.members = len(self.standings)

    def _write(self, member: str, event: Incoming | None, outcome: Outcome) -> None:
        for clip in outcome.clips:
            self.result.clipped[clip.cap] += clip.points
        for entry in outcome.entries:
            moved = self.result.moved.setdefault(entry.currency, Counter())
            moved[entry.kind] += entry.amount
            if entry.kind == ACCRUAL and entry.rule:
                self.result.issued.setdefault(entry.currency, Counter())[entry.rule.id] += entry.amount
            lines, amounts = self._shares(event, entry)
            zone = self.kernel.terms.zone
            self.rows.append(
                (
                    member, entry.event or None, lines, entry.currency, entry.kind, amounts, entry.at,
                    zone.midnight(entry.available_day) if entry.available_day else None,
                    entry.expires_day - _EPOCH_DAY if entry.expires_day else None,
                    entry.rule.id if entry.rule else None, reason(entry),
                )
            )  # fmt: skip

    def _shares(self, event: Incoming | None, entry: Entry) -> tuple[list[str | None], list[int]]:
        if event is None or entry.kind not in (ACCRUAL, CLAWBACK) or len(entry.weights) != len(event.lines):
            return [None], [entry.amount]
        pairs = [(line, share) for line, share in zip(event.lines, entry.shares(), strict=True) if share]
        return [line for line, _ in pairs], [share for _, share in pairs]

    def frame(self) -> pl.DataFrame:
        """The rows so far, which are forgotten here."""
        frame = pl.DataFrame(self.rows, schema=ENTRIES, orient="row")
        self.rows = []
        return frame.explode("line", "amount")

    def members(self, programme: Programme) -> pl.DataFrame:
        """One row per member: what she has of each currency (pending included, debt taken off), and her tier."""
        columns: dict[str, list[Any]] = {"member": list(self.standings)}
        for currency in programme.currencies:
            purses = [standing.purses.get(currency.id) for standing in self.standings.values()]
            columns[currency.id] = [p.available + p.pending - p.debt if p else 0 for p in purses]
        columns["tier"] = [self.kernel.terms.level_ids[standing.tier] for standing in self.standings.values()]
        return pl.DataFrame(columns).sort("member")


def reason(entry: Entry) -> str | None:
    """Why, as JSON: what the rule looked at, its rate or factor, and what caps held back."""
    if entry.rule is None:
        return None
    rule = entry.rule
    clip = f',"clip":{entry.granted - entry.amount}' if entry.granted != entry.amount else ""
    if rule.times:
        return f'{{"base":{entry.base},"times":"{rule.times}"{clip}}}'
    return f'{{"base":{entry.base},"points":"{rule.points}","per":{rule.per},"unit":"{rule.unit}"{clip}}}'


def _finished(entries: pl.DataFrame, zone: str) -> pl.DataFrame:
    instants = [
        pl.from_epoch(name, "us").dt.replace_time_zone("UTC").dt.convert_time_zone(zone) for name in ("at", "available_at")
    ]
    return entries.with_columns(*instants, pl.col("expires_on").cast(pl.Date)).select(list(ENTRIES))


def _months(entries: pl.DataFrame) -> dict[str, Counter[str]]:
    """Points moved per month and kind, over all currencies the same way."""
    grouped = (
        entries.group_by(pl.col("at").dt.strftime("%Y-%m").alias("month"), "currency", "kind")
        .agg(pl.col("amount").sum())
        .sort("month", "currency", "kind")
    )
    months: dict[str, Counter[str]] = {}
    for month, currency, kind, amount in grouped.iter_rows():
        months.setdefault(month, Counter())[f"{currency}.{kind}"] = amount
    return months


