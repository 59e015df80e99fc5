"""Binary COPY: rows to a table at the speed of the wire.

Dates and instants go as the whole numbers PostgreSQL keeps them as, so nothing is converted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from struct import Struct
from typing import Any, Final, cast

import psycopg
from psycopg import Cursor, sql
from psycopg._copy_base import format_row_binary
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.pq import Format
from psycopg.types.string import BytesBinaryDumper

#: Subtract from a proleptic ordinal to get PostgreSQL's date, and from microseconds since 1970 for its timestamptz.
DATE_ZERO: Final = 730_120
INSTANT_ZERO_US: Final = 946_684_800_000_000

# How each type of a column is sent: a wire type psycopg knows, whose bytes are the same.
_WIRE: Final = {
    "timestamptz": "int8", "date": "int4", "uuid": "bytea", "jsonb": "bytea", "int8[]": "bytea",
}  # fmt: skip
# An array: its dimensions, whether any is NULL, the type of its numbers, how many, the first one's place.
_INT8: Final = 20
_ARRAY: Final = Struct(">iiiii")
_NUMBER: Final = Struct(">iq")
_NO_NUMBERS: Final = Struct(">iii").pack(0, 0, _INT8)
#: How small numbers travel, which most are.
_SMALL: Final = [_NUMBER.pack(8, one) for one in range(1_024)]

#: Before and after the rows of a COPY.
_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"

#: The values of one row; the (name, type) of each of its columns.
Row = list[Any] | tuple[Any, ...]
Columns = tuple[tuple[str, str], ...]


class Rows:
    """New rows of a table, in the form of `copy_rows`. Where many are coming they are `packed` as COPY takes them, as
    soon as they are added: what is at hand is packed faster than what lies among thousands, and leaves bytes alone."""

    __slots__ = ("_packer", "block", "kept", "packed")

    def __init__(self, columns: Columns, packed: bool = False) -> None:
        self.packed = packed
        self.block = bytearray()
        self.kept: list[Row] = []
        self._packer = _packer(columns) if packed else None

    def add(self, row: Row) -> None:
        """One row more. Raises psycopg.DataError for a value that the type cannot hold, where it is packed."""
        if self._packer is not None:
            self._packer.pack(row, self.block)
        else:
            self.kept.append(row)


class _Packer:
    """What turns rows of such columns into bytes."""

    __slots__ = ("arrays", "turning")

    def __init__(self, columns: Columns) -> None:
        adapters = AdaptersMap(psycopg.adapters)
        # The last one registered for bytea is psycopg's own in Python, for the sake of `Binary`; this one is in C.
        adapters.register_dumper(bytes, BytesBinaryDumper)
        self.arrays = [place for place, (_, kind) in enumerate(columns) if kind == "int8[]"]
        self.turning = Transformer(adapters)
        types = [adapters.types.get_oid(_WIRE.get(kind, kind)) for _, kind in columns]
        self.turning.set_dumper_types(types, Format.BINARY)

    def pack(self, row: Row, block: bytearray) -> None:
        for place in self.arrays:
            if row[place] is not None:
                cast("list[Any]", row)[place] = numbers(row[place])
        # What psycopg's own `copy.write_row` does with a row; but that needs a COPY that has begun.
        try:
            format_row_binary(row, self.turning, block)
        except OverflowError as error:  # as the host would have said of it
            raise psycopg.DataError(str(error)) from error


_packer = lru_cache(maxsize=64)(_Packer)


def copy_rows(cursor: Cursor[Any], table: str, columns: Columns, rows: Iterable[Row]) -> None:
    """COPY `rows` into `table`; `columns` are (name, type). None is NULL.

    Give `timestamptz` as `instant(us)`, `date` as `day(ordinal)`, `uuid` as 16 bytes, `jsonb` as `document(bytes)`,
    `int8[]` as a sequence of whole numbers; a row that has any is a list, and theirs to change. Raises
    psycopg.DataError for a value that the type cannot hold.
    """
    block, packer = bytearray(), _packer(columns)
    for row in rows:
        packer.pack(row, block)
    copy_blocks(cursor, table, columns, [block])


def copy_blocks(cursor: Cursor[Any], table: str, columns: Columns, blocks: Sequence[bytearray]) -> None:
    """COPY what was packed in `Rows`; where nothing was, nothing is asked."""
    if not any(blocks):
        return
    with cursor.copy(_statement(table, columns)) as copy:
        copy.write(b"".join((_HEAD, *blocks, _END)))


@lru_cache(maxsize=64)
def _statement(table: str, columns: Columns) -> bytes:
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns)
    return sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table), names).as_bytes()


def instant(at_us: int) -> int:
    """Microseconds since 1970-01-01T00:00Z as a timestamptz."""
    return at_us - INSTANT_ZERO_US


def day(ordinal: int) -> int:
    """A proleptic ordinal as a date."""
    return ordinal - DATE_ZERO


def document(json: bytes) -> bytes:
    """JSON text as a jsonb."""
    return b"\x01" + json


def numbers(values: Sequence[int]) -> bytes:
    """Whole numbers as an `int8[]`. Raises struct.error for one that has no room."""
    count = len(values)
    if not count:
        return _NO_NUMBERS
    head = _ARRAY.pack(1, 0, _INT8, count, 1)
    return head + b"".join([_SMALL[one] if 0 <= one < 1_024 else _NUMBER.pack(8, one) for one in values])
