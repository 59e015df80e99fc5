"""An index is built beside those who write, and goes on where it was interrupted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Thread
from typing import Any

import psycopg
import pytest
from psycopg.errors import LockNotAvailable

from regulars.kit import tables
from regulars.kit.tables import build_index

Connection = psycopg.Connection[Any]


@pytest.fixture
def ada(scratch_dsn: str) -> Iterator[Connection]:
    """Ada builds indexes, on a table of visits and on one of sales by month; each statement commits."""
    with psycopg.connect(scratch_dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE visit (day int); INSERT INTO visit SELECT generate_series(1, 100)")
        connection.execute("CREATE TABLE sale (at int, net int) PARTITION BY RANGE (at)")
        for month in (1, 2):
            connection.execute(
                f"CREATE TABLE sale_{month} PARTITION OF sale FOR VALUES FROM ({month}) TO ({month + 1})"
            )
        yield connection
        connection.execute("DROP TABLE visit, sale")


@pytest.fixture
def bruno(scratch_dsn: str, ada: Connection) -> Iterator[Connection]:
    """Bruno writes, and is in no haste to commit."""
    with psycopg.connect(scratch_dsn) as connection:
        connection.execute("INSERT INTO visit VALUES (7)")
        yield connection


def indexes(ada: Connection, table: str) -> dict[str, bool]:
    """The indexes of a table, and whether each is whole."""
    asked = "SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indrelid = %s::regclass"
    return dict(ada.execute(asked, [table]).fetchall())


def waits(scratch_dsn: str, pid: int) -> None:
    """Return when a connection waits for somebody."""
    asked = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = %s AND NOT granted)"
    with psycopg.connect(scratch_dsn, autocommit=True) as connection:
        while connection.execute(asked, [pid]).fetchone() != (True,):
            time.sleep(0.005)


def test_nobody_waits_for_an_index_that_waits_for_somebody(
    scratch_dsn: str, ada: Connection, bruno: Connection
) -> None:
    building = Thread(target=lambda: build_index(ada.cursor(), "visit_day", "visit", "(day)"))
    building.start()
    waits(scratch_dsn, ada.info.backend_pid)
    with psycopg.connect(scratch_dsn) as carmen:
        carmen.execute("SET lock_timeout = '1ms'")
        carmen.execute("INSERT INTO visit VALUES (8)")
    bruno.commit()
    building.join()
    assert indexes(ada, "visit") == {"visit_day": True}


def test_an_index_that_was_given_up_is_built_anew(
    ada: Connection, bruno: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.execute("SET lock_timeout = '5s'")
    monkeypatch.setattr(tables, "PATIENCE", "50ms")
    with pytest.raises(LockNotAvailable):
        build_index(ada.cursor(), "visit_day", "visit", "(day)")
    assert indexes(ada, "visit") == {"visit_day": False}
    assert ada.execute("SHOW lock_timeout").fetchone() == ("5s",)
    bruno.commit()
    for _ in range(2):
        build_index(ada.cursor(), "visit_day", "visit", "(day)")
        assert indexes(ada, "visit") == {"visit_day": True}


def test_every_partition_is_indexed_and_those_that_come_later(ada: Connection) -> None:
    # Somebody was interrupted after the first.
    ada.execute(
        "CREATE INDEX sale_net ON ONLY sale (net) WHERE net > 0; CREATE INDEX sale_1_sale_net ON sale_1 (net) WHERE net > 0"
    )
    ada.execute("ALTER INDEX sale_net ATTACH PARTITION sale_1_sale_net")
    assert indexes(ada, "sale") == {"sale_net": False}
    for _ in range(2):
        build_index(ada.cursor(), "sale_net", "sale", "(net) WHERE net > 0")
        assert indexes(ada, "sale") == {"sale_net": True}
        assert [indexes(ada, f"sale_{month}") for month in (1, 2)] == [
            {"sale_1_sale_net": True},
            {"sale_2_sale_net": True},
        ]
    ada.execute("CREATE TABLE sale_3 (LIKE sale INCLUDING ALL)")
    ada.execute("ALTER TABLE sale ATTACH PARTITION sale_3 FOR VALUES FROM (3) TO (4)")
    attached = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'sale_net'::regclass"
    assert ada.execute(attached).fetchone() == (3,)
