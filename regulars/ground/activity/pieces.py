"""What every kind of file is read into: pieces of a bounded number of rows, and the bytes they come from."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import polars as pl

from regulars.ground.activity.contract import Fault, FileRefused
from regulars.kit.speaking import phrase, worded

BLOCK_BYTES = 8_000_000
GZIP_MAGIC = b"\x1f\x8b"


@dataclass(slots=True)
class Piece:
    """Some rows of a file, in its order. `frame` holds the file's own columns; `first` is its first data row, from 1.

    `places` are the physical lines of the rows, from 1 (empty for Parquet); `broken` says per row (counted in the
    piece, from 0) what is wrong with it as a row.
    """

    frame: pl.DataFrame
    first: int
    places: list[int]
    broken: dict[int, Fault]


class Source(Protocol):
    """A file that is read once, from its beginning. `columns` may grow while JSON Lines are read.

    `truncated` is set when the file turned out to end in the middle; `read` is the share of it that was read, 0 to 1.
    """

    format: str
    columns: dict[str, pl.DataType]
    truncated: Fault | None

    @property
    def read(self) -> float: ...

    def pieces(self, wanted: list[str] | None) -> Iterator[Piece]:
        """The rows, `wanted` columns only where leaving out the others is cheaper. Raises FileRefused."""


class Bytes:
    """The bytes of a plain or gzip file in blocks, up to the place where it breaks off.

    `truncated` tells after the last block that a gzip file ended early. A gzip file whose checksum does not hold
    raises FileRefused (`file_damaged`): nobody knows which of its bytes are wrong.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.truncated = False
        self.size = max(1, path.stat().st_size)
        self.read = 0.0

    def blocks(self) -> Iterator[bytes]:
        """Blocks of any size above zero, in order."""
        with self.path.open("rb") as file:
            zipped = file.read(2) == GZIP_MAGIC
            file.seek(0)
            yield from self._unzipped(file) if zipped else self._plain(file)

    def _plain(self, file: BinaryIO) -> Iterator[bytes]:
        while block := file.read(BLOCK_BYTES):
            self.read = file.tell() / self.size
            yield block

    def _unzipped(self, file: BinaryIO) -> Iterator[bytes]:
        stream = gzip.GzipFile(fileobj=file)
        gathered: list[bytes] = []
        length = 0
        while True:
            try:
                # read1 hands out what was whole before it notices that the rest is missing.
                block = stream.read1(BLOCK_BYTES)
            except EOFError:
                self.truncated = True
                block = b""
            except (zlib.error, gzip.BadGzipFile) as error:
                said = worded(
                    "The gzip file is damaged ({error}): nothing was taken. Copy or export it again.", error=str(error)
                )
                raise FileRefused([Fault("file_damaged", said)]) from error
            self.read = min(1.0, file.tell() / self.size)
            gathered.append(block)
            length += len(block)
            if gathered and (not block or length >= BLOCK_BYTES):
                yield b"".join(gathered)
                gathered, length = [], 0
            if not block:
                return


def truncated_after(row: int, place: int, why: str) -> Fault:
    """What to say when a file ends in the middle; `row` is its last whole data row (0: none is), `place` its line."""
    if not row:
        said = worded(
            "The file ends in the middle: {why}. No row before that is whole, so nothing of it was taken. Export or "
            "copy the whole file and import it again.",
            why=why,
        )  # fmt: skip
        return Fault("file_truncated", said)
    return Fault(
        "file_truncated",
        worded(
            "The file ends in the middle: {why}. It was read through {kept}; the event of that row was set aside too, "
            "as more of its lines may be missing. Export or copy the whole file and import it again: what was taken "
            "stays.",
            why=why, kept=phrase("row {row} (line {line})", row=row, line=place),
        ),
    )  # fmt: skip
