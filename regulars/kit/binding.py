"""Binding: statements of the hot path, planned once for a connection, their values beside the text and in binary.

A column of values travels as one array, in the wire form of `copying`; `unnest` makes rows of it again. What is asked
`at_once` goes together and comes back together: a small batch waits for the database a handful of times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from struct import Struct
from threading import local
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, connections

from regulars.kit.copying import Row, Rows, copy_blocks, copy_rows
from regulars.kit.wire import Told, Wire, wire_of

# By type: the oid of its array and its own; of those with one size, how one is packed.
_OIDS: Final = {
    "int4": (1007, 23), "int8": (1016, 20), "date": (1182, 1082), "timestamptz": (1185, 1184), "bool": (1000, 16),
    "text": (1009, 25), "uuid": (2951, 2950), "jsonb": (3807, 3802), "bytea": (1001, 17),
}  # fmt: skip
_PACKED: Final = {
    "int4": Struct(">ii"), "int8": Struct(">iq"), "date": Struct(">ii"), "timestamptz": Struct(">iq"),
    "bool": Struct(">i?"),
}  # fmt: skip
_HEAD: Final = Struct(">iiiii")
_EMPTY: Final = Struct(">iii")
_SIZE: Final = Struct(">i")
_NULL: Final = b"\xff\xff\xff\xff"
#: How the size of a short value travels.
_SHORT: Final = [_SIZE.pack(size) for size in range(1_024)]
#: The wire of the thread that is inside `at_once`: to look up the connection costs more than to ask.
_HERE: Final = local()

Kinds = tuple[tuple[str, str], ...]


@lru_cache(maxsize=4_096)
def _struct_of(one: str, count: int) -> Struct:
    """So many values in a row, `one` being how one of them is packed."""
    return Struct(">" + one[1:] * count)


class Column:
    """The values of a column as one array: `kind` is their type, `values` are as `copy_rows` takes them."""

    __slots__ = ("kind", "values")

    def __init__(self, kind: str, values: Sequence[Any]) -> None:
        self.kind = kind
        self.values = values

    @property
    def oid(self) -> int:
        """The type of the array."""
        return _OIDS[self.kind][0]

    def dump(self) -> bytes:
        """The array as it travels. Raises struct.error for a number that the type cannot hold."""
        values, packed, (_, own) = self.values, _PACKED.get(self.kind), _OIDS[self.kind]
        if not values:
            return _EMPTY.pack(0, 0, own)
        count = len(values)
        head = _HEAD.pack(1, 1, own, count, 1)
        if count > 1 and values.count(values[0]) == count:  # a source, a version, an instant: the same in every row
            return head + _travelling(values[0], packed) * count
        if packed is not None and None not in values:  # the usual case, in one go
            flat = [packed.size - 4] * (2 * count)
            flat[1::2] = values
            return head + _struct_of(packed.format, count).pack(*flat)
        return head + b"".join([_travelling(value, packed) for value in values])


def _travelling(value: Any, packed: Struct | None) -> bytes:
    """One value as it travels in an array, with its size."""
    if value is None:
        return _NULL
    if packed is not None:
        return packed.pack(packed.size - 4, value)
    data: bytes = value.encode() if isinstance(value, str) else value
    size = len(data)
    return (_SHORT[size] if size < len(_SHORT) else _SIZE.pack(size)) + data


def columns(kinds: Kinds, rows: Sequence[Sequence[Any]]) -> list[Column]:
    """Rows as columns; `kinds` are the (name, type) of each."""
    return [Column(kind, values) for (_, kind), values in zip(kinds, zip(*rows, strict=True), strict=True)]


def ask(statement: str, values: Sequence[Column] = (), binary: bool = False) -> Told:
    """Carry out a statement in the transaction of the application's connection, `%s` in it for each column in turn
    (`binary`: what it answers comes as the database has it, which is faster for arrays). Inside `at_once` it is carried
    out when the answer of any is looked at, or at the end. Errors are those of Django."""
    return _wire().put(statement, tuple(one.oid for one in values), [one.dump() for one in values], binary)


@contextmanager
def at_once() -> Iterator[None]:
    """What is asked inside travels together, as late as may be; an error of any of it comes out where something is
    waited for. All of it is carried out in the order in which it was asked, what is asked in Django's way as well."""
    wire = _wire()
    if wire.open:
        yield
        return
    wire.open = True
    _HERE.wire = wire
    try:
        with connection.execute_wrapper(_in_turn):
            yield
        wire.send()
    finally:
        _HERE.wire = None
        wire.open = False
        wire.drop()


def commit_behind() -> None:
    """Inside `at_once`, the last word of a transaction: it is committed in the message that carries what was gathered,
    which saves one wait. Inside a transaction of somebody else's it is theirs to commit, and this says nothing."""
    if len(connection.atomic_blocks) == 1:
        ask("COMMIT")


def _in_turn(execute: Callable[..., Any], *told: Any) -> Any:
    _wire().send()
    return execute(*told)


def _wire() -> Wire:
    here: Wire | None = getattr(_HERE, "wire", None)
    if here is not None:
        return here
    wrapper = connections[DEFAULT_DB_ALIAS]  # looked up once: `connection` does so for each word
    if wrapper.connection is None:
        wrapper.ensure_connection()
    return wire_of(wrapper.connection)


def write_rows(table: str, kinds: Kinds, rows: Sequence[Row]) -> None:
    """New rows, in the form of `copy_rows`: by COPY, or inside `at_once`, where that cannot be, by one statement."""
    if not rows:
        return
    if not _wire().open:
        with connection.cursor() as wrapped:
            copy_rows(wrapped.cursor, table, kinds, rows)
        return
    flat = tuple((name, "text" if kind.endswith("[]") else kind) for name, kind in kinds)
    arrays = [place for place, (_, kind) in enumerate(kinds) if kind.endswith("[]")]
    told = columns(flat, rows)
    for place in arrays:
        told[place].values = [None if one is None else f"{{{','.join(map(str, one))}}}" for one in told[place].values]
    ask(_insertion(table, kinds), told)


def write_parts(table: str, kinds: Kinds, parts: Sequence[Rows]) -> None:
    """As `write_rows`, of rows that lie in several parts: all packed, or none."""
    if parts and parts[0].packed:
        with connection.cursor() as wrapped:
            copy_blocks(wrapped.cursor, table, kinds, [part.block for part in parts])
    else:
        write_rows(table, kinds, [row for part in parts for row in part.kept])


@lru_cache(maxsize=64)
def _insertion(table: str, kinds: Kinds) -> str:
    names = ", ".join(name for name, _ in kinds)
    told = ", ".join(f"told.{name}::{kind}" if kind.endswith("[]") else f"told.{name}" for name, kind in kinds)
    given = ", ".join(["%s"] * len(kinds))
    return f"INSERT INTO {table} ({names}) SELECT {told} FROM unnest({given}) AS told ({names})"
