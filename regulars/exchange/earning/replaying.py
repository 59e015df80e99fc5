"""Replaying: whole histories of members folded in memory, and what they left as columns. Pure.

Entries become columns at once, never a row at a time: a year has millions of shares.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from uuid import UUID

import polars as pl

from regulars.engine.entries import ACCRUAL, CLAWBACK, Entry, Outcome
from regulars.engine.events import PURCHASE, RETURN
from regulars.engine.kernel import Kernel
from regulars.engine.standing import Standing
from regulars.exchange.earning.folding import Original, as_original, kernel_event
from regulars.ground.activity.contract import Incoming

#: Of entries.parquet, in its order.
COLUMNS = (
    "member", "event", "line", "currency", "kind", "amount", "at", "available_at", "expires_on", "rule", "reason",
)  # fmt: skip
_EPOCH_DAY = 719_163
_NOBODY = UUID(int=0)


@dataclass(slots=True)
class History:
    """One member's past: where she stands, her purchases, and what she spent (minor units, less what she returned)."""

    standing: Standing
    purchases: int = 0
    spend: int = 0


@dataclass(slots=True)
class Replayed:
    """What the histories of some members came to.

    `entries` has the columns of entries.parquet; `histories` are by member, in the order they came. `first` is the
    instant of the earliest event (microseconds; 0: none), `clipped` holds points by cap, `clips` how often it bit.
    """

    entries: pl.DataFrame
    histories: dict[str, History]
    events: int = 0
    lines: int = 0
    first: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    clipped: Counter[str] = field(default_factory=Counter)
    clips: Counter[str] = field(default_factory=Counter)


def replay(kernel: Kernel, events: Sequence[Incoming]) -> Replayed:
    """Fold over whole histories: each member's events stand together, oldest first, from her first to her last."""
    table = _Table(kernel)
    done = Replayed(pl.DataFrame(), {}, len(events), first=min((event.at for event in events), default=0))
    member = ""
    bought: dict[str, tuple[Incoming, Outcome]] = {}
    originals: dict[str, Original] = {}
    for event in events:
        if event.member != member or not done.histories:
            member = event.member
            history = done.histories[member] = History(kernel.open())
            bought, originals = {}, {}
        done.lines += len(event.lines)
        original = _original(event, bought, originals) if event.type == RETURN else None
        outcome = _step(kernel, history, event, original, done)
        if outcome is None:
            continue
        if event.type == PURCHASE and outcome.refusal is None:
            bought[event.id] = event, outcome
        if outcome.entries:
            table.add(member, original.lines if original else event.lines, outcome.entries)
    done.entries = table.frame()
    return done


def close(kernel: Kernel, histories: Mapping[str, History], end: int) -> pl.DataFrame:
    """The entries of all that falls due by time alone up to the local day `end`; the standings move on."""
    table = _Table(kernel)
    for member, history in histories.items():
        table.add(member, (), kernel.settle(history.standing, end).entries)
    return table.frame()


def _original(
    event: Incoming, bought: Mapping[str, tuple[Incoming, Outcome]], originals: dict[str, Original]
) -> Original | None:
    """The purchase a return refers to, with what came back of it before."""
    if event.original not in originals and event.original in bought:
        originals[event.original] = as_original(0, _NOBODY, *bought[event.original])
    return originals.get(event.original)


def _step(
    kernel: Kernel, history: History, event: Incoming, original: Original | None, done: Replayed
) -> Outcome | None:
    """One event as the kernel answers it; None when it never got there."""
    told = kernel_event(event, event.id)
    if original:
        nets = original.brought_back(event)
        if nets is None:
            done.refusals["unknown_line"] += 1
            return None
        told.nets, told.origin = nets, original.origin
    outcome = kernel.step(history.standing, told)
    if outcome.refusal:
        done.refusals[outcome.refusal.code] += 1
    elif original:
        original.note(told.nets)
        history.spend -= sum(told.nets)
    elif event.type == PURCHASE:
        history.purchases += 1
        history.spend += sum(event.nets)
    for clip in outcome.clips:
        done.clipped[clip.cap] += clip.points
        done.clips[clip.cap] += 1
    return outcome


class _Table:
    """Entries on their way into columns: their shares lie flat, `counts` says how many belong to each entry."""

    def __init__(self, kernel: Kernel) -> None:
        self.zone = kernel.terms.zone
        self.members: list[str] = []
        self.entries: list[Entry] = []
        self.counts: list[int] = []
        self.lines: list[str | None] = []
        self.amounts: list[int] = []

    def add(self, member: str, lines: Sequence[str], entries: Iterable[Entry]) -> None:
        """The entries of one event; `lines` are the ids by which accruals and clawbacks are shared out."""
        for entry in entries:
            self.members.append(member)
            self.entries.append(entry)
            if entry.kind in (ACCRUAL, CLAWBACK) and lines and len(entry.weights) == len(lines):
                shares = entry.shares()
                before = len(self.amounts)
                self.lines += compress(lines, shares)
                self.amounts += filter(None, shares)
                self.counts.append(len(self.amounts) - before)
            else:
                self.lines.append(None)
                self.amounts.append(entry.amount)
                self.counts.append(1)

    def frame(self) -> pl.DataFrame:
        """The columns of entries.parquet, one row per share."""
        entries = self.entries
        midnight = self.zone.midnight
        told = pl.DataFrame(
            {
                "member": pl.Series(self.members, dtype=pl.String),
                "event": pl.Series([entry.event or None for entry in entries], dtype=pl.String),
                "currency": pl.Series([entry.currency for entry in entries], dtype=pl.String),
                "kind": pl.Series([entry.kind for entry in entries], dtype=pl.String),
                "at": self._instants([entry.at for entry in entries]),
                "available_at": self._instants(
                    [midnight(entry.available_day) if entry.available_day else None for entry in entries]
                ),
                "expires_on": pl.Series(
                    [entry.expires_day - _EPOCH_DAY if entry.expires_day else None for entry in entries], dtype=pl.Int32
                ).cast(pl.Date),
                "rule": pl.Series([entry.rule.id if entry.rule else None for entry in entries], dtype=pl.String),
                "reason": pl.Series([_reason(entry) for entry in entries], dtype=pl.String),
            }
        )
        owners = told.select(
            pl.int_range(pl.len(), dtype=pl.UInt32).repeat_by(pl.Series(self.counts, dtype=pl.UInt32)).explode()
        ).to_series()
        shares = told[owners.drop_nulls()].with_columns(
            pl.Series("line", self.lines, dtype=pl.String), pl.Series("amount", self.amounts, dtype=pl.Int64)
        )
        return shares.select(COLUMNS)

    def _instants(self, microseconds: list[int | None] | list[int]) -> pl.Series:
        utc = pl.Series(microseconds, dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))
        return utc.dt.convert_time_zone(self.zone.name)


def _reason(entry: Entry) -> str | None:
    """Why, as JSON: what the rule looked at, its rate or factor, and what caps held back."""
    rule = entry.rule
    if rule is None:
        return None
    clip = f',"clip":{entry.granted - entry.amount}' if entry.granted != entry.amount else ""
    if rule.times:
        return f'{{"base":{entry.base},"times":"{rule.times}"{clip}}}'
    return f'{{"base":{entry.base},"points":"{rule.points}","per":{rule.per},"unit":"{rule.unit}"{clip}}}'
