"""Events that a quick look did not let through: read again cell by cell, then taken or set aside with reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl

from regulars.engine.events import PURCHASE
from regulars.ground.activity.arranging import DIVIDED, Arranged
from regulars.ground.activity.contract import Fault, Incoming, Terms
from regulars.ground.activity.deriving import PLACE, RAW, Bound, derived_fault
from regulars.ground.activity.judging import judge, placed
from regulars.ground.activity.parsing import FAULT, cells_of
from regulars.ground.activity.rejects import Reject, RejectedRow
from regulars.kit.conditions.refusal import quoted
from regulars.kit.speaking import worded
from regulars.kit.texts import storable


def stood(numbers: Sequence[int], raw: pl.DataFrame) -> tuple[RejectedRow, ...]:
    """Data rows of a file, by their numbers, as they stood there: `raw` as `Parts.raw` looks them up."""
    places = raw[PLACE].to_list() if PLACE in raw.columns else [0] * len(numbers)
    cells = raw.drop(PLACE, strict=False).rename(lambda name: name.removeprefix(RAW)).to_dicts()
    return tuple(RejectedRow(*row) for row in zip(numbers, places, cells, strict=True))


class Doubtful:
    """The doubtful events of one part of a file."""

    def __init__(
        self,
        frame: pl.DataFrame,
        arranged: Arranged,
        raw: Callable[[Sequence[int]], pl.DataFrame],
        bound: Bound,
        terms: Terms,
        broken: Mapping[int, Fault],
        ends: Mapping[int, Fault],
    ) -> None:
        """`raw` looks up what stood in rows of the file, by number, ascending. `broken` are faults of rows as rows,
        by number; `ends` are the last rows of files that break off, and what to say of them."""
        self.frame = frame
        self.arranged = arranged
        self.raw = raw
        self.bound = bound
        self.terms = terms
        self.broken = broken
        self.ends = ends

    def settle(self, unit: int) -> Incoming | Reject:
        """The event of a unit, or why it is set aside."""
        told = self.arranged.units.row(unit, named=True)
        table = self.frame[self.arranged.index.slice(told["start"], told["count"]).sort()]
        numbers = table["_row"].to_list()
        raw = self.raw(numbers)
        faults = self._known_faults(numbers, told)
        whole = [row for row, number in enumerate(numbers) if number not in self.broken]
        cells = self._cells(raw[whole])
        rows = self._rows(cells)
        verdict = self._judged(rows, cells, whole)
        if isinstance(verdict, Incoming) and not faults:
            verdict.rows = numbers
            return verdict
        if not isinstance(verdict, Incoming):
            faults += verdict
        at, store = placed(rows, self.terms)
        return Reject(
            member=told["member"] or "",
            event=told["event"] or "",
            type=told["type"] or PURCHASE,
            faults=tuple(faults),
            rows=stood(numbers, raw),
            at=at,
            store=store,
        )

    def _known_faults(self, numbers: list[int], told: Mapping[str, Any]) -> list[Fault]:
        """What is wrong with the event however its cells read."""
        faults = []
        if told[DIVIDED]:
            sentence = worded(
                "The file has rows of the event {event} for more than one member, and an event belongs to one: correct "
                "the member, or give the events ids of their own.",
                event=quoted(storable(told["event"])),
            )
            faults.append(Fault("inconsistent_event", sentence, "member"))
        for row, number in enumerate(numbers):
            if number in self.ends:
                faults.append(replace(self.ends[number], row=row))
        broken = ((row, self.broken.get(number)) for row, number in enumerate(numbers))
        return faults + [replace(fault, row=row) for row, fault in broken if fault]

    def _cells(self, raw: pl.DataFrame) -> pl.DataFrame:
        absent = [RAW + name for name in self.bound.used if RAW + name not in raw.columns]
        return cells_of(raw.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent), self.bound)

    def _judged(
        self, rows: Sequence[Mapping[str, Any]], cells: pl.DataFrame, whole: Sequence[int]
    ) -> Incoming | list[Fault]:
        """What the cells of `whole` rows say; a cell that a derivation could not make says it once."""
        if not whole:
            return []
        said = {row: derived_fault(text) for row, text in zip(whole, cells[FAULT], strict=True) if text is not None}
        faults = [replace(fault, row=row) for row, fault in said.items()]
        verdict = judge(rows, self.terms, self.bound.declared)
        if isinstance(verdict, Incoming):
            return faults or verdict
        found = [replace(fault, row=None if fault.row is None else whole[fault.row]) for fault in verdict]
        spoken = {(row, fault.column) for row, fault in said.items()}
        return faults + [
            fault for fault in found if fault.code != "missing_value" or (fault.row, fault.column) not in spoken
        ]

    def _rows(self, cells: pl.DataFrame) -> list[dict[str, Any]]:
        rows = cells.drop(FAULT).to_dicts()
        for name, cell in self.bound.cells.items():
            if cell.minor:
                for row in rows:
                    row[name] = None if row[name] is None else Decimal(row[name]).scaleb(-self.terms.digits)
        return rows
