"""CSV in pieces: Polars where a block is plainly regular, Python's own reader where rows are odd."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from regulars.ground.activity.contract import Fault, FileRefused
from regulars.ground.activity.pieces import Bytes, Piece, truncated_after
from regulars.kit.speaking import phrase, worded

#: A record that is longer than this is a quote that was never closed.
MAX_RECORD_BYTES = 32_000_000
_BOM = b"\xef\xbb\xbf"


class CsvSource:
    """A CSV file, UTF-8, with a header. Every cell is a text; a cell that is empty is nothing."""

    format = "csv"

    def __init__(self, path: Path, separator: str) -> None:
        """Raises FileRefused: `empty_file`, `bad_header`."""
        self.separator = separator
        self.bytes = Bytes(path)
        self.truncated: Fault | None = None
        self._records = self._cut()
        self._place = 1
        self._row = 0
        self.columns: dict[str, pl.DataType] = {name: pl.String() for name in self._header()}

    @property
    def read(self) -> float:
        return self.bytes.read

    def pieces(self, wanted: list[str] | None) -> Iterator[Piece]:
        """See Source. All columns are read whatever is wanted."""
        for block, last in self._records:
            place = self._place
            piece = self._fast(block) or self._slow(block, last)
            self._place = place + block.count(b"\n")
            self._row += piece.frame.height
            if piece.frame.height:
                yield piece
            if self.truncated:
                return
        if self.bytes.truncated:
            self.truncated = truncated_after(self._row, self._place - 1, phrase("the gzip data break off"))

    def _header(self) -> list[str]:
        block, last = next(self._records, (b"", True))
        block = block.removeprefix(_BOM)
        try:
            reader = csv.reader(io.StringIO(block.decode("utf-8"), newline=""), delimiter=self.separator)
            names = next((row for row in reader if row), [])
            consumed = reader.line_num
        except UnicodeDecodeError:
            # Only the header matters here: a bad byte further on belongs to its row.
            first = block.split(b"\n", 1)[0]
            try:
                names, consumed = next(csv.reader([first.decode("utf-8")], delimiter=self.separator)), 1
            except UnicodeDecodeError as error:
                raise FileRefused(
                    [Fault("bad_header", worded("The header is not UTF-8: save the file in that encoding."))]
                ) from error
        if b"\r" in block and b"\n" not in block:
            said = worded(
                "The lines end with CR alone, as on very old machines: save the file with LF or CRLF line ends."
            )
            raise FileRefused([Fault("bad_header", said)])
        if not names:
            said = worded("The file is empty: its first line must name the columns.")
            raise FileRefused([Fault("empty_file", said)])
        names = [name.strip() for name in names]
        twice = [name for name, count in Counter(names).items() if count > 1 or not name]
        if twice:
            shown = ", ".join(f'"{name}"' for name in twice)
            said = worded(
                "The header names {columns} twice or not at all: give each column a name of its own.", columns=shown
            )
            raise FileRefused([Fault("bad_header", said)])
        if len(names) == 1 and any(sign in names[0] for sign in ";\t|,"):
            said = worded(
                "The header reads as the one column {column}: separate columns by commas, or, where the command takes "
                "a map, state the sign between them there, such as {example}.",
                column=f'"{names[0][:60]}"', example='`separator: ";"`',
            )  # fmt: skip
            raise FileRefused([Fault("bad_header", said)])
        head = b"".join(line + b"\n" for line in block.split(b"\n")[:consumed])
        self._place = 1 + consumed
        rest = block[len(head) :]
        self._records = self._again(rest, last, self._records)
        return names

    @staticmethod
    def _again(rest: bytes, last: bool, more: Iterator[tuple[bytes, bool]]) -> Iterator[tuple[bytes, bool]]:
        if rest:
            yield rest, last
        yield from more

    def _cut(self) -> Iterator[tuple[bytes, bool]]:
        """Blocks that end where a record ends, and whether the file ends there too."""
        held = b""
        for block in self.bytes.blocks():
            held += block
            end = _record_end(held)
            if end:
                whole, held = held[:end], held[end:]
                yield whole, False
        # Of a compressed file that breaks off, a line without its end is not whole, however it looks.
        if held and not self.bytes.truncated:
            yield held, True

    def _fast(self, block: bytes) -> Piece | None:
        """The piece, if each physical line is one whole row; else None."""
        rows = block.count(b"\n") + (not block.endswith(b"\n"))
        sign = self.separator.encode()
        if block.count(sign) != rows * (len(self.columns) - 1) or len(self.columns) == 1:
            return None
        quoted = b'"' in block
        try:
            frame = pl.read_csv(
                io.BytesIO(block), has_header=False, schema=dict(self.columns), separator=self.separator,
                quote_char='"' if quoted else None, infer_schema=False,
            )  # fmt: skip
        except (pl.exceptions.ComputeError, pl.exceptions.SchemaError, pl.exceptions.NoDataError):
            return None
        if frame.height != rows:
            return None
        if quoted:
            odd = pl.any_horizontal(pl.all().str.contains_any([self.separator, '"', "\n"]).any())
            if frame.select(odd).item():
                return None
        return Piece(frame, self._row + 1, list(range(self._place, self._place + rows)), {})

    def _slow(self, block: bytes, last: bool) -> Piece:
        """The piece, row by row, with a fault on each row that is not one."""
        text = block.decode("utf-8", errors="replace")
        spoilt = "\ufffd" in text
        names = list(self.columns)
        rows: list[list[str]] = []
        places: list[int] = []
        broken: dict[int, Fault] = {}
        for place, row, why in self._rows(text, last):
            if why:
                before = places[-1] if places else self._place - 1
                self.truncated = truncated_after(self._row + len(rows), before, why)
                break
            if len(row) != len(names):
                broken[len(rows)] = Fault(
                    "bad_row",
                    worded(
                        "The row has {cells} cells, the header {names}: put quotes around a text that contains "
                        "`{separator}`, and leave no cell out.",
                        cells=len(row), names=len(names), separator=self.separator,
                    ),
                )  # fmt: skip
                row = (row + [""] * len(names))[: len(names)]
            elif spoilt and any("\ufffd" in cell for cell in row):
                broken[len(rows)] = Fault("bad_text", worded("The row is not UTF-8: save the file in that encoding."))
            rows.append(row)
            places.append(place)
        columns = zip(*rows, strict=True) if rows else ([] for _ in names)
        frame = pl.DataFrame(
            [pl.Series(name, cells, dtype=pl.String) for name, cells in zip(names, columns, strict=True)]
        )
        return Piece(frame, self._row + 1, places, broken)

    def _rows(self, text: str, last: bool) -> Iterator[tuple[int, list[str], str]]:
        """Each row with the physical line it begins on, and why the file breaks off there (mostly empty).

        Lines with nothing on them are passed over.
        """
        lines = list(io.StringIO(text, newline="\n"))
        reader = csv.reader(lines, delimiter=self.separator)
        while True:
            begin = reader.line_num
            place = self._place + begin
            try:
                row = next(reader, None)
            except csv.Error:
                yield place, [], _never_closed(place)
                return
            if row is None:
                return
            if not row:
                continue
            at_end = last and reader.line_num == len(lines)
            if at_end and self._is_open("".join(lines[begin:])):
                yield place, [], _never_closed(place)
            elif at_end and len(row) < len(self.columns) and not text.endswith("\n"):
                yield place, [], phrase("line {line} breaks off", line=place)
            else:
                yield place, row, ""

    def _is_open(self, record: str) -> bool:
        """Whether the file ends inside quotes."""
        try:
            for _ in csv.reader(io.StringIO(record, newline=""), delimiter=self.separator, strict=True):
                pass
        except csv.Error as error:
            return "unexpected end" in str(error)
        return False


def _record_end(held: bytes) -> int:
    """Where the last whole record in `held` ends: after a line end outside quotes. 0: not yet."""
    end = held.rfind(b"\n") + 1
    quotes = held.count(b'"', 0, end)
    while end and quotes % 2:
        before = held.rfind(b"\n", 0, end - 1) + 1
        quotes -= held.count(b'"', before, end)
        end = before
    if not end and len(held) > MAX_RECORD_BYTES:
        return held.rfind(b"\n") + 1
    return end


def _never_closed(place: int) -> str:
    return phrase("a quote opened on line {line} is never closed (a quote inside a text is written twice)", line=place)
