"""A file as batches of events: each member's together, oldest first, whatever the order of the file.

All rows are read and marked before the first batch, so that a file with a wrong header is refused before anything is
taken. A file with more than `RESIDENT_ROWS` rows is spread over a scratch folder by member and taken part by part;
the order of events is the same either way.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from regulars.ground.activity.arranging import Arranged, arrange
from regulars.ground.activity.building import build
from regulars.ground.activity.contract import Fault, Incoming, Terms
from regulars.ground.activity.deriving import RAW, Bound, bind
from regulars.ground.activity.mapping import Map
from regulars.ground.activity.parsing import SUSPECT, cells_of, values_of
from regulars.ground.activity.pieces import Piece
from regulars.ground.activity.rejects import Reject
from regulars.ground.activity.settling import Doubtful
from regulars.ground.activity.sources import open_source
from regulars.ground.activity.spreading import Parts

RESIDENT_ROWS = 2_000_000
BATCH_EVENTS = 2_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Some events of a file, and what was set aside among them. The same file gives the same batches.

    `number` counts from 0; `rows_read` are the data rows dealt with through this batch, of `rows_total`.
    """

    number: int
    events: list[Incoming]
    rejects: list[Reject]
    rows_read: int
    rows_total: int


class Reading:
    """A file of events that was read and may be taken in batches. Use it in a `with`: it cleans up its scratch folder.

    `rows` are its data rows; `truncated` says where it breaks off, if it does; `format` is `csv`, `jsonl` or `parquet`.
    """

    def __init__(
        self,
        path: Path,
        terms: Terms,
        mapped: Map | None = None,
        *,
        batch_events: int = BATCH_EVENTS,
        resident_rows: int = RESIDENT_ROWS,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """Read the file at `path`. `progress` is told the share that is read, 0 to 1.

        Raises FileRefused with every reason why nothing of it can be taken; OSError when it cannot be opened.
        """
        self._scratch = tempfile.TemporaryDirectory(prefix="regulars-")
        self._map = mapped or Map()
        self._batch_events = batch_events
        try:
            self._read(path, terms, resident_rows, progress)
        except BaseException:
            self._scratch.cleanup()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scratch.cleanup()

    def _read(self, path: Path, terms: Terms, resident_rows: int, progress: Callable[[float], None] | None) -> None:
        folder = Path(self._scratch.name)
        source = open_source(path, self._map.separator, folder)
        self.format = source.format
        decimal = self._map.decimal if source.format == "csv" else "."
        known = -1
        self._broken: dict[int, Fault] = {}
        self._parts = Parts(folder, resident_rows)
        bound = self._bind(source.columns, terms, decimal, source.format == "jsonl")
        for piece in source.pieces(None if source.format == "jsonl" else list(bound.used)):
            if source.format == "jsonl" and len(source.columns) != known:
                known = len(source.columns)
                bound = self._bind(source.columns, terms, decimal, True)
            self._terms = replace(terms, zone=bound.zone)
            self._broken |= {piece.first + row: fault for row, fault in piece.broken.items()}
            raw = _raw(piece, bound)
            self._parts.add(_marked(piece, raw, bound, self._terms), raw, source.read)
            if progress:
                progress(source.read)
        # What JSON Lines never mentioned is only known at their end.
        self._bound = bind(source.columns, self._map, terms, decimal)
        self._terms = replace(terms, zone=self._bound.zone)
        self.rows = self._parts.rows
        self.truncated = source.truncated

    def _bind(self, columns: dict[str, pl.DataType], terms: Terms, decimal: str, growing: bool) -> Bound:
        if growing:
            named = {source for one in self._map.derivations.values() for source in one.sources}
            columns = columns | {name: pl.String() for name in named - columns.keys()}
        return bind(columns, self._map, terms, decimal)

    def batches(self, start: int = 0) -> Iterator[Batch]:
        """The batches from number `start` on; those before are passed over without being made. Once only."""
        number = done = 0
        for frame, divided in self._parts.each():
            arranged = arrange(frame, divided, self._bound.declared)
            if self.truncated:
                arranged = _cut_short(arranged, frame, self.rows)
            doubtful = Doubtful(frame, arranged, self._parts.raw, self._bound, self._terms, self._broken, self._last())
            for first, end in _spans(arranged.units["member"].to_list(), self._batch_events):
                done += int(arranged.units["count"].slice(first, end - first).sum())
                if number >= start:
                    yield self._batch(number, frame, arranged, first, end, doubtful, done)
                number += 1
        if self.truncated and number >= start:
            whole_file = Reject("", "", "", (replace(self.truncated, row=None),), ())
            yield Batch(number, [], [whole_file], self.rows, self.rows)

    def _last(self) -> tuple[int, Fault] | None:
        return (self.rows, self.truncated) if self.truncated else None

    def _batch(
        self,
        number: int,
        frame: pl.DataFrame,
        arranged: Arranged,
        first: int,
        end: int,
        doubtful: Doubtful,
        done: int,
    ) -> Batch:
        events: list[Incoming] = []
        rejects: list[Reject] = []
        built = build(frame, arranged, first, end, self._bound.declared, self._terms.money)
        for unit, event in enumerate(built, first):
            settled = event or doubtful.settle(unit)
            if isinstance(settled, Incoming):
                events.append(settled)
            else:
                rejects.append(settled)
        return Batch(number, events, rejects, done, self.rows)


def _raw(piece: Piece, bound: Bound) -> pl.DataFrame:
    """What stands in the file, its columns as `raw.`; columns that JSON Lines have not mentioned yet are empty."""
    raw = piece.frame.select(pl.col(name).alias(RAW + name) for name in piece.frame.columns)
    absent = [name for name in bound.used if name not in piece.frame.columns]
    return raw.with_columns(pl.lit(None, dtype=pl.String).alias(RAW + name) for name in absent)


def _marked(piece: Piece, raw: pl.DataFrame, bound: Bound, terms: Terms) -> pl.DataFrame:
    """The values of a piece, its rows numbered and doubtful ones marked."""
    values = values_of(cells_of(raw, bound), bound, terms)
    numbers = pl.int_range(piece.first, piece.first + piece.frame.height, dtype=pl.UInt32, eager=True)
    marked = values.with_columns(numbers.alias("_row"))
    if piece.places:
        marked = marked.with_columns(pl.Series("_place", piece.places, dtype=pl.Int64))
    if piece.broken:
        broken = (numbers - piece.first).is_in(list(piece.broken))
        marked = marked.with_columns(pl.col(SUSPECT) | broken)
    return marked


def _cut_short(arranged: Arranged, frame: pl.DataFrame, last: int) -> Arranged:
    """With the event of the file's last row marked: more of its lines may have been lost."""
    positions = (frame["_row"].gather(arranged.index) == last).arg_true()
    if not positions.len():
        return arranged
    unit = arranged.units["start"].search_sorted(positions[0], side="right") - 1
    mark = pl.int_range(pl.len()) == unit
    return Arranged(arranged.index, arranged.units.with_columns((pl.col(SUSPECT) | mark).alias(SUSPECT)))


def _spans(members: list[str | None], size: int) -> Iterator[tuple[int, int]]:
    """Where batches begin and end: after `size` events at the next change of member, after twice as many anyway."""
    first = 0
    while first < len(members):
        end = min(first + size, len(members))
        while end < len(members) and end < first + 2 * size and members[end] == members[end - 1]:
            end += 1
        yield first, end
        first = end
