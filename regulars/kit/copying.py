"""Binary COPY: rows to a table at the speed of the wire.

Dates and instants go as the whole numbers PostgreSQL keeps them as, so nothing is converted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from struct import Struct
from typing import Any, Final, cast

from psycopg import Cursor, sql
from psycopg.types.string import BytesBinaryDumper

#: Subtract from a proleptic ordinal to get PostgreSQL's date, and from microseconds since 1970 for its timestamptz.
DATE_ZERO: Final = 730_120
INSTANT_ZERO_US: Final = 946_684_800_000_000

# How each type of a column is sent: a wire type psycopg knows, whose bytes are the same.
_WIRE: Final = {
    "timestamptz": "int8", "date": "int4", "uuid": "bytea", "jsonb": "bytea", "int4[]": "bytea", "int8[]": "bytea",
}  # fmt: skip
_ARRAYS: Final[dict[tuple[str, int], Struct]] = {}

#: The values of one row.
Row = list[Any] | tuple[Any, ...]


def copy_rows(
    cursor: Cursor[Any], table: str, columns: Sequence[tuple[str, str]], rows: Iterable[Row]
) -> None:
    """COPY `rows` into `table`; `columns` are (name, type). None is NULL.

    Give `timestamptz` as `instant(us)`, `date` as `day(ordinal)`, `uuid` as 16 bytes, `jsonb` as `document(bytes)`,
    arrays as sequences of whole numbers; a row that has any is a list, and theirs to change. Where there are no rows,
    nothing is asked.
    """
    all_rows = iter(rows)
    first = next(all_rows, None)
    if first is None:
        return
    # The last one registered for bytea is psycopg's own in Python, for the sake of `Binary`; this one is in C.
    cursor.adapters.register_dumper(bytes, BytesBinaryDumper)
    arrays = [(place, kind) for place, (_, kind) in enumerate(columns) if kind.endswith("[]")]
    with cursor.copy(_statement(table, tuple(columns))) as copy:
        copy.set_types([_WIRE.get(kind, kind) for _, kind in columns])
        written = copy.formatter.write_row  # `copy.write_row` with one call less
        for row in chain((first,), all_rows):
            for place, kind in arrays:
                if row[place] is not None:
                    cast("list[Any]", row)[place] = numbers(row[place], kind)
            if block := written(row):
                copy.write(block)


@lru_cache(maxsize=64)
def _statement(table: str, columns: tuple[tuple[str, str], ...]) -> bytes:
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


def numbers(values: Sequence[int], kind: str) -> bytes:
    """Whole numbers as an `int4[]` or `int8[]`."""
    size, oid = (4, 23) if kind == "int4[]" else (8, 20)
    count = len(values)
    packer = _ARRAYS.get((kind, count))
    if packer is None:
        packer = _ARRAYS[kind, count] = Struct(">iiiii" + ("ii" if size == 4 else "iq") * count)
    if not count:
        return Struct(">iii").pack(0, 0, oid)
    flat = [size] * (2 * count)
    flat[1::2] = values
    return packer.pack(1, 0, oid, count, 1, *flat)
