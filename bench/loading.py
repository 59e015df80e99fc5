"""Plain COPY as a reference: the rows of one house in binary, loaded into the same tables with their indexes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
from psycopg import sql

from bench.housing import TABLES, House

_BLOCK = 1 << 20


def dump(house: House, folder: Path, connections: int) -> tuple[int, int]:
    """Write all rows to files, the accounts dealt out to so many connections; answers how many rows and bytes."""
    folder.mkdir(exist_ok=True)
    rows = 0
    with psycopg.connect(house.owner) as connection:
        for table in TABLES:
            for part in range(connections):
                query = sql.SQL("COPY (SELECT * FROM {} WHERE account_id % {} = {}) TO STDOUT (FORMAT BINARY)").format(
                    sql.Identifier(table), sql.Literal(connections), sql.Literal(part)
                )
                with (folder / f"{table}-{part}").open("wb") as file, connection.cursor() as cursor:
                    with cursor.copy(query) as copy:
                        for block in copy:
                            file.write(block)
                    rows += cursor.rowcount
    return rows, sum((folder / f"{table}-{part}").stat().st_size for table in TABLES for part in range(connections))


def read(folder: Path, connections: int) -> list[dict[str, bytes]]:
    """What `dump` wrote: of each connection, the rows of each table."""
    return [{table: (folder / f"{table}-{part}").read_bytes() for table in TABLES} for part in range(connections)]


def load(house: House, blocks: Sequence[dict[str, bytes]]) -> float:
    """Load what was read, each connection its accounts in one transaction; answers the seconds it took."""
    with psycopg.connect(house.owner) as connection:
        connection.execute("SELECT ledger_partitions('2024-01-01', '2027-12-31')")
    with ThreadPoolExecutor(len(blocks)) as pool:
        began = time.perf_counter()
        list(pool.map(lambda own: _load(house.owner, own), blocks))
        return time.perf_counter() - began


def _load(dsn: str, blocks: dict[str, bytes]) -> None:
    with psycopg.connect(dsn) as connection:
        for table, block in blocks.items():
            query = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table))
            with connection.cursor() as cursor, cursor.copy(query) as copy:
                for at in range(0, len(block), _BLOCK):
                    copy.write(block[at : at + _BLOCK])
