"""Files as batches of events: each account's together, oldest first, whatever the order of the rows.

All rows are read and marked before the first batch, so that a file with a wrong header is refused before anything is
taken. More than `RESIDENT_ROWS` rows are spread over a scratch folder by member and taken part by part;
the order of events is the same either way. Several files are read as if they were one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from regulars.ground.activity.arranging import HOLDER, Arranged, arrange
from regulars.ground.activity.building import Gathered, build, gather
from regulars.ground.activity.contract import AHEAD_US, Fault, FileRefused, Incoming, Terms
from regulars.ground.activity.deriving import PLACE, RAW, Bound, bind
from regulars.ground.activity.mapping import Map
from regulars.ground.activity.parsing import SUSPECT, cells_of, values_of
from regulars.ground.activity.pieces import Piece, Source
from regulars.ground.activity.rejects import Reject, RejectedRow
from regulars.ground.activity.settling import Doubtful, stood
from regulars.ground.activity.sources import open_source
from regulars.ground.activity.spreading import Parts
from regulars.kit.speaking import worded

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


@dataclass(frozen=True, slots=True)
class Sheaf:
    """A batch whose events are not made yet: `events()` makes them, in another process if one likes.

    `by_hand` holds the events that were judged cell by cell, by their place. `first` and `last` are whose the first and
    the last event are: a member, or those who are held together (see Reading). The other fields are those of a Batch.
    """

    number: int
    gathered: Gathered | None
    by_hand: dict[int, Incoming]
    rejects: list[Reject]
    rows_read: int
    rows_total: int
    first: str | None = None
    last: str | None = None

    def events(self) -> list[Incoming]:
        """Each holder's events together, oldest first."""
        built = build(self.gathered) if self.gathered else []
        judged = (event or self.by_hand.get(unit) for unit, event in enumerate(built))
        return [event for event in judged if event]

    @property
    def members(self) -> pl.Series:
        """Whose events they are, one for each event, those that were set aside among them."""
        return self.gathered.units["member"] if self.gathered else pl.Series(dtype=pl.String)


class Reading:
    """A file of events that was read and may be taken in batches. Use it in a `with`: it cleans up its scratch folder.

    `rows` are its data rows; `format` is `csv`, `jsonl` or `parquet`; `last` is the latest time that stands in it
    and is not in the future (microseconds; None: there is none). The rows of several files are numbered through, in
    the order in which the files are named.
    """

    def __init__(
        self,
        path: Path | Sequence[Path],
        terms: Terms,
        mapped: Map | None = None,
        *,
        batch_events: int = BATCH_EVENTS,
        resident_rows: int = RESIDENT_ROWS,
        unread: Collection[str] = (),
        progress: Callable[[float], None] | None = None,
        together: Mapping[str, str] | None = None,
    ) -> None:
        """Read the file at `path`, or several alike. `progress` is told the share that is read, 0 to 1.

        Columns of a line in `unread` are judged like all others, and then left out of the events. Members are held
        `together` who have one account, each under a name of it.

        Raises FileRefused with every reason why nothing of it can be taken; OSError when it cannot be opened.
        """
        self._scratch = tempfile.TemporaryDirectory(prefix="regulars-")
        self._map = mapped or Map()
        self._batch_events = batch_events
        self._unread = tuple(unread)
        self._together = together or {}
        try:
            self._read([path] if isinstance(path, Path) else path, terms, resident_rows, progress)
        except BaseException:
            self._scratch.cleanup()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scratch.cleanup()

    def _read(
        self, paths: Sequence[Path], terms: Terms, resident_rows: int, progress: Callable[[float], None] | None
    ) -> None:
        folder = Path(self._scratch.name)
        self._broken: dict[int, Fault] = {}
        #: The last rows of files that break off, and what to say of them.
        self._ends: dict[int, Fault] = {}
        self._parts = Parts(folder, resident_rows, self._together)
        self.last: int | None = None
        self._terms = terms
        columns: dict[str, pl.DataType] = {}
        sizes = [path.stat().st_size for path in paths]
        whole, before = max(1, sum(sizes)), 0
        for number, path in enumerate(paths):
            own = folder / f"file-{number}"
            own.mkdir()
            source = open_source(path, self._map.separator, own)
            if number and (source.format != self.format or (source.format != "jsonl" and source.columns != columns)):
                raise FileRefused([_other(path, paths[0], source.columns, columns)])
            for piece, bound in self._pieces(source, terms):
                read = (before + source.read * sizes[number]) / whole
                raw = _raw(piece, bound)
                marked = _marked(piece, raw, bound, self._terms)
                self._note_last(marked["at"], terms.now + AHEAD_US)
                self._parts.add(marked.drop(self._unread, strict=False), raw, read)
                if progress:
                    progress(read)
            before += sizes[number]
            columns |= source.columns
            if source.truncated:
                named = f"{path.name}: " if len(paths) > 1 else ""
                fault = replace(source.truncated, sentence=named + source.truncated.sentence)
                self._ends[self._parts.rows] = fault
        # What JSON Lines never mentioned is only known at their end.
        self._bound = bind(columns, self._map, terms, self._decimal())
        self._terms = replace(terms, zone=self._bound.zone)
        self.rows = self._parts.rows

    def _pieces(self, source: Source, terms: Terms) -> Iterator[tuple[Piece, Bound]]:
        """The pieces of one file, numbered on from those before it."""
        growing = source.format == "jsonl"
        self.format = source.format
        before, known = self._parts.rows, -1
        bound = self._bind(source.columns, terms, self._decimal(), growing)
        for piece in source.pieces(None if growing else list(bound.used)):
            if growing and len(source.columns) != known:
                known = len(source.columns)
                bound = self._bind(source.columns, terms, self._decimal(), True)
            self._terms = replace(terms, zone=bound.zone)
            piece.first += before
            self._broken |= {piece.first + row: fault for row, fault in piece.broken.items()}
            yield piece, bound

    def _note_last(self, times: pl.Series, until: int) -> None:
        latest = times.filter(times <= until).max()
        if isinstance(latest, int):
            self.last = max(self.last or latest, latest)

    def _decimal(self) -> str:
        return self._map.decimal if self.format == "csv" else "."

    def _bind(self, columns: dict[str, pl.DataType], terms: Terms, decimal: str, growing: bool) -> Bound:
        if growing:
            named = {source for one in self._map.derivations.values() for source in one.sources}
            columns = columns | {name: pl.String() for name in named - columns.keys()}
        return bind(columns, self._map, terms, decimal)

    @property
    def truncated(self) -> Fault | None:
        """Where the files break off, if one does: the first of them."""
        return next(iter(self._ends.values()), None)

    def batches(self, start: int = 0) -> Iterator[Batch]:
        """The batches from number `start` on; those before are passed over without being made. Once only."""
        for sheaf in self.sheaves(start):
            yield Batch(sheaf.number, sheaf.events(), sheaf.rejects, sheaf.rows_read, sheaf.rows_total)

    def sheaves(self, start: int = 0, *, again: bool = False) -> Iterator[Sheaf]:
        """The same batches with their events not made yet. Once only, unless they are to be had `again`."""
        number = done = 0
        for frame, divided in self._parts.each(again):
            arranged = arrange(frame, divided, self._bound.declared, self._together)
            for last in self._ends:
                arranged = _cut_short(arranged, frame, last)
            doubtful = Doubtful(frame, arranged, self._parts.raw, self._bound, self._terms, self._broken, self._ends)
            for first, end in _spans(arranged.units[HOLDER].to_list(), self._batch_events):
                done += int(arranged.units["count"].slice(first, end - first).sum())
                if number >= start:
                    yield self._sheaf(number, frame, arranged, first, end, doubtful, done)
                number += 1
        if self._ends and number >= start:
            faults = tuple(replace(fault, row=None) for fault in self._ends.values())
            yield Sheaf(number, None, {}, [Reject("", "", "", faults, ())], self.rows, self.rows)

    def stood(self, numbers: Collection[int]) -> dict[int, RejectedRow]:
        """What stood in some data rows, by their numbers from 1."""
        rows = sorted(set(numbers))
        return {row.number: row for row in stood(rows, self._parts.raw(rows))} if rows else {}

    def _sheaf(
        self,
        number: int,
        frame: pl.DataFrame,
        arranged: Arranged,
        first: int,
        end: int,
        doubtful: Doubtful,
        done: int,
    ) -> Sheaf:
        gathered = gather(frame, arranged, first, end, self._bound.declared, self._terms.money)
        by_hand: dict[int, Incoming] = {}
        rejects: list[Reject] = []
        for unit in gathered.units[SUSPECT].arg_true():
            settled = doubtful.settle(first + unit)
            if isinstance(settled, Incoming):
                by_hand[unit] = settled
            else:
                rejects.append(settled)
        holders = arranged.units[HOLDER]
        return Sheaf(number, gathered, by_hand, rejects, done, self.rows, holders[first], holders[end - 1])


def _other(path: Path, first: Path, columns: dict[str, pl.DataType], known: dict[str, pl.DataType]) -> Fault:
    """What to say of a file that does not go with the first one."""
    differ = sorted(name for name in columns.keys() | known.keys() if columns.get(name) != known.get(name))
    sentence = worded(
        "`{file}` does not go with `{first}`: they differ in {columns}. Give files that have the same columns of the "
        "same types.",
        file=path.name, first=first.name, columns=", ".join([*differ[:5], *(["..."] if len(differ) > 5 else [])]),
    )  # fmt: skip
    return Fault("files_differ", sentence)


def _raw(piece: Piece, bound: Bound) -> pl.DataFrame:
    """What stands in the file, its columns as `raw.`, and on which lines. Columns that JSON Lines have not
    mentioned yet are empty."""
    raw = piece.frame.select(pl.col(name).alias(RAW + name) for name in piece.frame.columns)
    if piece.places:
        raw = raw.with_columns(pl.Series(PLACE, piece.places, dtype=pl.Int64))
    absent = [name for name in bound.used if name not in piece.frame.columns]
    return raw.with_columns(pl.lit(None, dtype=pl.String).alias(RAW + name) for name in absent)


def _marked(piece: Piece, raw: pl.DataFrame, bound: Bound, terms: Terms) -> pl.DataFrame:
    """The values of a piece, its rows numbered and doubtful ones marked."""
    values = values_of(cells_of(raw, bound), bound, terms)
    numbers = pl.int_range(piece.first, piece.first + piece.frame.height, dtype=pl.UInt32, eager=True)
    marked = _composed(values).with_columns(numbers.alias("_row"))
    if piece.broken:
        broken = (numbers - piece.first).is_in(list(piece.broken))
        marked = marked.with_columns(pl.col(SUSPECT) | broken)
    return marked


def _composed(values: pl.DataFrame) -> pl.DataFrame:
    """With every member's number as `texts.composed` leaves it; most files have none that needs it."""
    members = values["member"]
    if members.dtype != pl.String or members.str.len_bytes().sum() == members.str.len_chars().sum():
        return values
    return values.with_columns(members.str.normalize("NFC"))


def _cut_short(arranged: Arranged, frame: pl.DataFrame, last: int) -> Arranged:
    """With the event of the file's last row marked: more of its lines may have been lost."""
    positions = (frame["_row"].gather(arranged.index) == last).arg_true()
    if not positions.len():
        return arranged
    unit = arranged.units["start"].search_sorted(positions[0], side="right") - 1
    mark = pl.int_range(pl.len()) == unit
    return Arranged(arranged.index, arranged.units.with_columns((pl.col(SUSPECT) | mark).alias(SUSPECT)))


def _spans(holders: list[str | None], size: int) -> Iterator[tuple[int, int]]:
    """Where batches begin and end: after `size` events at the next change of holder, after twice as many anyway."""
    first = 0
    while first < len(holders):
        end = min(first + size, len(holders))
        while end < len(holders) and end < first + 2 * size and holders[end] == holders[end - 1]:
            end += 1
        yield first, end
        first = end
