"""The tables of this installation as the catalogue has them: what a backup takes and what a restore must find."""

from __future__ import annotations

import re
from collections import defaultdict
from graphlib import TopologicalSorter
from typing import Any

from psycopg import Connection

from regulars.ground.installation.archive import Partition

Columns = list[tuple[str, str]]
_BOUNDS = re.compile(r"FOR VALUES FROM \('([^']+)'\) TO \('([^']+)'\)")


def tables(connection: Connection[Any]) -> dict[str, Columns]:
    """By table, every table after those it refers to: (name, type) of the columns that are stored by themselves."""
    rows = connection.execute(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " ORDER BY c.relname, a.attnum"
    ).fetchall()
    columns: dict[str, Columns] = defaultdict(list)
    for table, name, kind in rows:
        columns[table].append((name, kind))
    before: dict[str, set[str]] = {table: set() for table in columns}
    for table, other in connection.execute(
        "SELECT h.relname, t.relname FROM pg_constraint f JOIN pg_class h ON h.oid = f.conrelid"
        " JOIN pg_class t ON t.oid = f.confrelid WHERE f.contype = 'f' AND f.conparentid = 0 AND h.oid <> t.oid"
        " AND h.relnamespace = 'public'::regnamespace"
    ).fetchall():
        before[table].add(other)
    return {table: columns[table] for table in TopologicalSorter(before).static_order()}


def partitions(connection: Connection[Any]) -> dict[str, list[Partition]]:
    """By table that is partitioned by range: its parts in order. Raises ValueError for parts of another kind."""
    found: dict[str, list[Partition]] = defaultdict(list)
    for table, name, bounds in connection.execute(
        "SELECT p.relname, c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i"
        " JOIN pg_class p ON p.oid = i.inhparent AND p.relkind = 'p' JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE p.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1, 2"
    ).fetchall():
        if not (told := _BOUNDS.fullmatch(bounds)):
            raise ValueError(f"{name} is no part of a range: {bounds}")
        found[table].append(Partition(name, told[1], told[2]))
    return dict(found)


def sequences(connection: Connection[Any]) -> list[str]:
    """The names of all sequences."""
    rows = connection.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [name for (name,) in rows]


def expected_rows(connection: Connection[Any]) -> dict[str, int]:
    """By table, about how many rows it has, as the planner believes; for progress bars."""
    rows = connection.execute(
        "SELECT coalesce(p.relname, c.relname), sum(greatest(c.reltuples, 0))::bigint FROM pg_class c"
        " LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY 1"
    ).fetchall()
    return dict(rows)
