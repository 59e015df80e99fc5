"""Sharing out: entries of a fold as the columns of entries.parquet, one row per share. Pure.

Entries become columns at once, never a row at a time: a year has millions of shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress

import polars as pl

from regulars.engine.entries import ACCRUAL, AVAILABLE, CLAWBACK, DEBT, PENDING, Entry
from regulars.engine.kernel import Kernel

#: Of entries.parquet, in its order.
COLUMNS = (
    "member", "event", "line", "currency", "kind", "amount", "at", "available_at", "expires_on", "rule", "reason",
)  # fmt: skip
_EPOCH_DAY = 719_163
#: The pots that hold what members have.
_OURS = frozenset((AVAILABLE, PENDING))


class Table:
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
            if len(entry.weights) == len(lines) == 1 and entry.kind == ACCRUAL:  # all of it, without a division
                self.lines += lines
                self.amounts.append(entry.amount)
                self.counts.append(1)
            elif entry.kind in (ACCRUAL, CLAWBACK) and lines and len(entry.weights) == len(lines):
                shares = entry.shares()
                before = len(self.amounts)
                self.lines += compress(lines, shares)
                self.amounts += filter(None, shares)
                self.counts.append(len(self.amounts) - before)
            else:
                self.lines.append(None)
                self.amounts.append(entry.amount)
                self.counts.append(1)

    def movements(self) -> pl.DataFrame:
        """One row per entry, before it is shared out: `member`, `currency`, `kind`, `rule` (null: none), `amount`,
        `day` (in the programme's zone); by how many points it changed what is `outstanding` and what is `owed`."""
        entries = self.entries
        return pl.DataFrame(
            {
                "member": pl.Series(self.members, dtype=pl.String),
                "currency": pl.Series([entry.currency for entry in entries], dtype=pl.String),
                "kind": pl.Series([entry.kind for entry in entries], dtype=pl.String),
                "rule": pl.Series([entry.rule.id if entry.rule else None for entry in entries], dtype=pl.String),
                "amount": pl.Series([entry.amount for entry in entries], dtype=pl.Int64),
                "day": self._days([entry.day for entry in entries]),
                "outstanding": pl.Series(
                    [((entry.target in _OURS) - (entry.source in _OURS)) * entry.amount for entry in entries],
                    dtype=pl.Int64,
                ),
                "owed": pl.Series(
                    [((entry.source == DEBT) - (entry.target == DEBT)) * entry.amount for entry in entries],
                    dtype=pl.Int64,
                ),
            }
        )

    def frame(self, movements: pl.DataFrame) -> pl.DataFrame:
        """The columns of entries.parquet, one row per share; `movements` are those of this table."""
        entries = self.entries
        midnight = self.zone.midnight
        told = movements.select("member", "currency", "kind", "rule").with_columns(
            pl.Series("event", [entry.event or None for entry in entries], dtype=pl.String),
            self._instants([entry.at for entry in entries]).alias("at"),
            self._instants([midnight(entry.available_day) if entry.available_day else None for entry in entries]).alias(
                "available_at"
            ),
            self._days([entry.expires_day or None for entry in entries]).alias("expires_on"),
            pl.Series("reason", [_reason(entry) for entry in entries], dtype=pl.String),
        )
        counts = pl.Series(self.counts, dtype=pl.UInt32)
        owners = told.select(pl.int_range(pl.len(), dtype=pl.UInt32).repeat_by(counts).explode()).to_series()
        shares = told[owners.drop_nulls()].with_columns(
            pl.Series("line", self.lines, dtype=pl.String), pl.Series("amount", self.amounts, dtype=pl.Int64)
        )
        return shares.select(COLUMNS)

    def _days(self, ordinals: list[int | None] | list[int]) -> pl.Series:
        return (pl.Series(ordinals, dtype=pl.Int32) - _EPOCH_DAY).cast(pl.Date)

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
