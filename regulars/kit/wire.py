"""The wire: statements of one connection are gathered and go to the server in one message, and so come the answers.

It is libpq's pipeline mode, without psycopg's own way into it, which goes to the socket for each statement by itself. A
statement is prepared when a connection meets it first; its values go beside it, with their types, in binary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import psycopg
from django.db import connection as django
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many, send
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Row = tuple[Any, ...]
_DONE: Final = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK, ExecStatus.PIPELINE_SYNC)


class _Prepared:
    """A statement under its name in a connection; `known` once the server has answered that it is."""

    __slots__ = ("known", "name", "text", "types")

    def __init__(self, name: bytes, text: bytes, types: Sequence[int]) -> None:
        self.name = name
        self.text = text
        self.types = types
        self.known = False

    def learn(self, _: PGresult) -> None:
        """The server knows it now."""
        self.known = True


class Told:
    """What a statement answers; to look at it sends what was gathered."""

    __slots__ = ("_result", "_wire", "binary", "statement", "values")

    def __init__(self, wire: Wire, statement: _Prepared, values: Sequence[bytes], binary: bool) -> None:
        self._wire = wire
        self._result: PGresult | None = None
        self.statement = statement
        self.values = values
        self.binary = binary

    def hear(self, result: PGresult) -> None:
        """Take in the answer."""
        self._result = result

    def fetchall(self) -> list[Row]:
        """All rows of the answer. Raises as `Wire.send`."""
        if self._result is None:
            self._wire.send()
        assert self._result is not None
        reader = self._wire.reader  # which knows its way with every type that came before
        reader.set_pgresult(self._result)
        return reader.load_rows(0, self._result.ntuples, tuple)

    def fetchone(self) -> Row | None:
        """The first row of the answer, if there is one."""
        return next(iter(self.fetchall()), None)


class Wire:
    """What is gathered for a connection. While it is `open` it waits to be sent."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.reader = Transformer(connection)
        self.open = False
        self._waiting: list[Told] = []
        self._prepared: dict[tuple[str, tuple[int, ...]], _Prepared] = {}

    def put(self, statement: str, types: tuple[int, ...], values: Sequence[bytes], binary: bool) -> Told:
        """Gather a statement, in which `%s` stands for each of the values in turn; their types are oids."""
        prepared = self._prepared.get((statement, types))
        if prepared is None:
            prepared = _Prepared(b"regulars_%d" % len(self._prepared), _numbered(statement), types)
            self._prepared[statement, types] = prepared
        told = Told(self, prepared, values, binary)
        self._waiting.append(told)
        if not self.open:
            self.send()
        return told

    def drop(self) -> None:
        """Forget what was not sent."""
        self._waiting = []

    def send(self) -> None:
        """Send what was gathered and wait for every answer. Raises the error of the first statement that fails, as
        Django's; what comes behind it is not carried out."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        with django.wrap_database_errors:
            pgconn = self.connection.pgconn
            pgconn.enter_pipeline_mode()
            try:
                hearing = self._post(waiting)
                answers = self.connection.wait(_exchange(pgconn, len(hearing)))
            except BaseException:
                pgconn.finish()  # nobody knows what is still under way
                raise
            pgconn.exit_pipeline_mode()
            for hear, answer in zip(hearing, answers, strict=True):
                if answer.status not in _DONE:
                    raise error_from_result(answer)
                hear(answer)

    def _post(self, waiting: Sequence[Told]) -> list[Callable[[PGresult], None]]:
        """Put statements into the hands of libpq; who is to hear each of the answers."""
        real, pgconn = self.connection, self.connection.pgconn
        hearing: list[Callable[[PGresult], None]] = []
        if not real.autocommit and pgconn.transaction_status == TransactionStatus.IDLE:
            pgconn.send_query_params(b"BEGIN", None)
            hearing.append(_pass)
        fresh: set[bytes] = set()
        for told in waiting:
            statement = told.statement
            if not statement.known and statement.name not in fresh:
                pgconn.send_prepare(statement.name, statement.text, statement.types)
                hearing.append(statement.learn)
                fresh.add(statement.name)
            formats = [1] * len(told.values)
            pgconn.send_query_prepared(statement.name, told.values, formats, int(told.binary))
            hearing.append(told.hear)
        pgconn.pipeline_sync()
        return [*hearing, _pass]


def wire_of(connection: psycopg.Connection[Any]) -> Wire:
    """The wire of a connection, for as long as that lives."""
    held = vars(connection)
    wire: Wire | None = held.get("regulars_wire")
    if wire is None:
        wire = held["regulars_wire"] = Wire(connection)
    return wire


def _pass(_: PGresult) -> None:
    """An answer that says nothing."""


def _exchange(pgconn: psycopg.pq.abc.PGconn, answers: int) -> PQGen[list[PGresult]]:
    """Send what libpq holds, and fetch so many answers."""
    yield from send(pgconn)
    found: list[PGresult] = []
    while len(found) < answers:
        found += yield from fetch_many(pgconn)
    return found


@lru_cache(maxsize=256)
def _numbered(statement: str) -> bytes:
    """A statement with its values numbered, as the server reads it."""
    first, *others = statement.split("%s")
    return "".join([first, *(f"${place}{text}" for place, text in enumerate(others, 1))]).encode()
