"""Opening a file of events: what kind it is, by what stands in it rather than by its name."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import polars as pl

from regulars.ground.activity.cells import shown
from regulars.ground.activity.contract import Fault, FileRefused
from regulars.ground.activity.csv_lines import CsvSource
from regulars.ground.activity.json_lines import JsonSource
from regulars.ground.activity.pieces import GZIP_MAGIC, Piece, Source, truncated_after
from regulars.kit.speaking import phrase, worded

PIECE_ROWS = 250_000
_PARQUET = b"PAR1"


def open_source(path: Path, separator: str, scratch: Path) -> Source:
    """The source for the file at `path`: Parquet, JSON Lines or CSV, each plain or gzip.

    `separator` stands between the columns of a CSV file; `scratch` is a folder in which a compressed Parquet file
    is unpacked. Raises FileRefused (`empty_file`, `file_truncated`, `bad_header`, `file_damaged`, `json_list`), OSError
    when the file cannot be opened.
    """
    start, zipped = _start(path)
    if start.startswith(_PARQUET):
        return ParquetSource(_unpacked(path, scratch) if zipped else path)
    begins = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if begins.startswith(b"{"):
        return JsonSource(path)
    if begins.startswith(b"["):
        raise FileRefused([_one_list()])
    return CsvSource(path, separator)


def check_columns(names: Sequence[str], known: Collection[str]) -> None:
    """Look at the columns of a file that tells of members, a row for each: `member` must be there, and none but `known`
    ones. Raises FileRefused (`missing_column`, `unknown_column`)."""
    if "member" not in names:
        raise FileRefused([Fault("missing_column", worded("The file has no column `member`: name it so."))])
    unknown = [name for name in names if name not in known]
    if unknown:
        sentence = worded(
            "There is no column {names}: rename it or leave it out. The columns are {columns}.",
            names=", ".join(map(shown, unknown)), columns=", ".join(known),
        )  # fmt: skip
        raise FileRefused([Fault("unknown_column", sentence)])


def _start(path: Path) -> tuple[bytes, bool]:
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.startswith(GZIP_MAGIC):
        return start, False
    with gzip.open(path) as unzipped:
        try:
            return unzipped.read1(4096), True
        except (EOFError, OSError):
            return b"", True


def _unpacked(path: Path, scratch: Path) -> Path:
    target = scratch / "unpacked.parquet"
    try:
        with gzip.open(path) as packed, target.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
    except EOFError as error:
        raise FileRefused([_broken_parquet()]) from error
    return target


class ParquetSource:
    """A Parquet file, read by ranges of rows."""

    format = "parquet"

    def __init__(self, path: Path) -> None:
        """Raises FileRefused (`file_truncated`): without its end a Parquet file cannot be read at all."""
        self._scan = pl.scan_parquet(path)
        self.truncated: Fault | None = None
        self.read = 0.0
        try:
            self.columns: dict[str, pl.DataType] = dict(self._scan.collect_schema())
            self.rows = int(self._scan.select(pl.len()).collect().item())
        except pl.exceptions.ComputeError as error:
            raise FileRefused([_broken_parquet()]) from error

    def pieces(self, wanted: list[str] | None) -> Iterator[Piece]:
        """See Source. Only the wanted columns are read."""
        scan = self._scan if wanted is None else self._scan.select(wanted)
        for start in range(0, self.rows, PIECE_ROWS):
            try:
                frame = scan.slice(start, PIECE_ROWS).collect()
            except (pl.exceptions.ComputeError, OSError) as error:
                why = phrase("the rows from {row} on cannot be read ({error})", row=start + 1, error=str(error))
                self.truncated = truncated_after(start, start, why)
                return
            self.read = min(1.0, (start + frame.height) / self.rows)
            yield Piece(frame, start + 1, [], {})


def _one_list() -> Fault:
    said = worded(
        "The file is one JSON list: write JSON Lines instead, each object on a line of its own, without [ before them, "
        "commas between them and ] after them."
    )
    return Fault("json_list", said)


def _broken_parquet() -> Fault:
    return Fault(
        "file_truncated",
        worded(
            "The Parquet file ends in the middle, and without its end none of it can be read: nothing was taken. Copy "
            "or export it again."
        ),
    )
