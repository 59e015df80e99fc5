"""JSON Lines in pieces: one object per line, its numbers read exactly as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from regulars.ground.activity.contract import Fault, FileRefused
from regulars.ground.activity.pieces import Bytes, Piece, truncated_after
from regulars.kit.conditions.refusal import quoted
from regulars.kit.json import breaks_off, key_told_twice, keys_in, unreadable
from regulars.kit.speaking import phrase, worded
from regulars.kit.texts import storable


class JsonSource:
    """A JSON Lines file. Every value is kept as the text that writes it; objects may leave columns out."""

    format = "jsonl"

    def __init__(self, path: Path) -> None:
        """Raises FileRefused (`file_truncated`, `bad_json`, `duplicate_key`): nothing it begins with can be read."""
        self.bytes = Bytes(path)
        self.columns: dict[str, pl.DataType] = {}
        self.truncated: Fault | None = None
        self._place = 1
        self._row = 0
        self._ready = self._read()
        # The columns of the first piece are known before it is asked for.
        first = next(self._ready, None)
        self._held = [first] if first else []
        if not self.columns and (fault := self.truncated or _first(first)):
            raise FileRefused([fault])

    @property
    def read(self) -> float:
        return self.bytes.read

    def pieces(self, wanted: list[str] | None) -> Iterator[Piece]:
        """See Source. All columns are read whatever is wanted."""
        yield from self._held
        self._held = []
        yield from self._ready

    def _read(self) -> Iterator[Piece]:
        held = b""
        for block in self.bytes.blocks():
            held += block
            end = held.rfind(b"\n") + 1
            if end:
                whole, held = held[:end], held[end:]
                yield from self._piece(whole, False)
        if held:
            yield from self._piece(held, True)
        if self.bytes.truncated and not self.truncated:
            self.truncated = truncated_after(self._row, self._place - 1, phrase("the gzip data break off"))

    def _piece(self, block: bytes, last: bool) -> Iterator[Piece]:
        """The rows of whole lines; with `last`, the final one has no line end and may be cut."""
        lines = block.split(b"\n")
        if not last:
            lines.pop()
        kept = [(self._place + number, line) for number, line in enumerate(lines) if line.strip()]
        rows: list[dict[str, Any]] = []
        places: list[int] = []
        broken: dict[int, Fault] = {}
        for place, line in kept:
            row, fault = _object(line)
            if fault and last and place == kept[-1][0] and (self.bytes.truncated or _breaks_off(line)):
                so_far = places[-1] if places else self._place - 1
                why = phrase("line {line} breaks off", line=place)
                self.truncated = truncated_after(self._row + len(rows), so_far, why)
                break
            if fault:
                broken[len(rows)] = fault
            rows.append(row)
            places.append(place)
        self._place += len(lines)
        if not rows:
            return
        for row in rows:
            if not row.keys() <= self.columns.keys():
                self.columns |= {name: pl.String() for name in row if name not in self.columns}
        frame = pl.DataFrame(
            [pl.Series(name, [row.get(name) for row in rows], pl.String, strict=False) for name in self.columns]
        )
        first = self._row + 1
        self._row += len(rows)
        yield Piece(frame, first, places, broken)


def _first(piece: Piece | None) -> Fault | None:
    """What is wrong with the first line of a piece in which none is right."""
    if piece is None or not piece.broken:
        return None
    row, fault = min(piece.broken.items(), key=lambda item: item[0])
    sentence = worded("Nothing was taken. Line {line}: {sentence}", line=piece.places[row], sentence=fault.sentence)
    return replace(fault, sentence=sentence)


def exact(number: str) -> str:
    """The digits of a JSON number without an exponent; the number as it stands when it would be very long."""
    if "e" not in number and "E" not in number:
        return number
    try:
        value = Decimal(number)
    except InvalidOperation:  # an exponent beyond all bounds
        return number
    return format(value, "f") if abs(value.adjusted()) <= 30 else number


_decode = msgspec.json.Decoder(dict[str, Any], float_hook=exact).decode


def _breaks_off(line: bytes) -> bool:
    """Whether a line ends before its object does."""
    try:
        _decode(line)
    except msgspec.DecodeError as error:
        return breaks_off(error, line)
    return False


def _object(line: bytes) -> tuple[dict[str, Any], Fault | None]:
    """The values of a line, and what is wrong with it; values that are no cells are left out."""
    try:
        row = _decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        said = worded("The line is not one JSON object ({why}): correct it in the source.", why=unreadable(error))
        return {}, Fault("bad_json", said)
    flat = b"[" not in line and line.count(b"{") == 1
    nested = [] if flat else [name for name, value in row.items() if isinstance(value, dict | list)]
    twice = key_told_twice(line, len(row) if flat else keys_in(row))
    if twice is not None:
        said = worded("{key} stands twice in one object: keep one of the two.", key=quoted(storable(twice)))
        fault = Fault("duplicate_key", said)
    elif nested:
        said = worded(
            "The value of {name} is a list or an object: write one row per line item, one value per column.",
            name=quoted(storable(nested[0])),
        )
        fault = Fault("bad_json", said, nested[0])
    else:
        return row, None
    return {name: row[name] for name in row if name not in nested}, fault
