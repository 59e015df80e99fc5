"""Backing up: every table as it was at one moment, while everybody goes on working."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, sql

from regulars.ground.installation import archive, relations
from regulars.ground.installation.archive import BackupRefused, Manifest, Table

#: Rows that no backup holds, by table (or the beginning of its name), and why.
LEFT_OUT = {
    "django_migrations": "stands in the manifest, and the tables of a restored database say it themselves",
    "django_session": "who was signed in: after a restore everybody signs in again",
    "sign_in_link": "links that open the portal for minutes; one that was used must not work again",
    "link_asked": "what visitors typed who asked for such a link: it waits for minutes alone",
    "procrastinate_": "jobs only wake somebody to look at rows; the schedule makes them again",
}
#: How the texts are written, whatever the server's own habits.
SPELLING = "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL timezone = 'UTC';"
Report = Callable[[int, int], None]


def why_left_out(table: str) -> str | None:
    """Why a backup does not hold the rows of a table; None when it does."""
    for name, why in LEFT_OUT.items():
        if table == name or (name.endswith("_") and table.startswith(name)):
            return why
    return None


def back_up(url: str, path: Path, at: datetime, report: Report = lambda done, total: None) -> Manifest:
    """Write a backup of the database at `url` (its owner's) to `path`, which must not exist.

    All of it is one snapshot: writers are not held up, and what they commit meanwhile is not in it. `report` hears
    rows done of about how many. Raises BackupRefused `file_exists`, `backup_running`, `no_tables` or `tables_busy`.
    """
    with archive.new(path) as file, psycopg.connect(url, autocommit=True) as connection:
        there = list(relations.tables(connection))
        connection.autocommit, connection.read_only = False, True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute(SPELLING)
        _hold(connection, there)
        everything = relations.tables(connection)
        if "django_migrations" not in everything:
            raise BackupRefused("no_tables", "This database has no tables of Regulars: there is nothing to back up.")
        manifest = Manifest(
            format=archive.FORMAT,
            made_at=at,
            regulars=metadata.version("regulars"),
            postgresql=str(connection.info.parameter_status("server_version")),
            migrations=connection.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall(),
            tables=dict(_tables(connection, file, everything, report)),
            # After the rows: a number that is too high by now leaves a gap, one too low would be given twice.
            sequences={name: _next(connection, name) for name in relations.sequences(connection)},
            left_out={table: why for table in everything if (why := why_left_out(table))},
        )
        file.finish(manifest)
    return manifest


def _hold(connection: Connection[Any], tables: list[str]) -> None:
    """Let nobody change the shape of a table from here on. A lock takes no snapshot; the first look after it does."""
    connection.execute("SET LOCAL lock_timeout = '60s'")
    try:
        for table in tables:
            connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(sql.Identifier("public", table)))
    except psycopg.errors.LockNotAvailable:
        sentence = "Somebody is changing tables, a migration perhaps: try again when it has ended."
        raise BackupRefused("tables_busy", sentence) from None


def _tables(
    connection: Connection[Any], file: archive.Writer, everything: dict[str, relations.Columns], report: Report
) -> Iterator[tuple[str, Table]]:
    expected, parts = relations.expected_rows(connection), relations.partitions(connection)
    total, done = sum(expected.get(table, 0) for table in everything), 0
    for table, columns in everything.items():
        if why_left_out(table):
            continue
        with connection.cursor() as cursor:
            with cursor.copy(_copied(table, columns)) as rows:
                digest = file.add(table, rows)
            done += cursor.rowcount
            report(done, max(done, total))
            yield table, Table(columns, cursor.rowcount, digest, parts.get(table, []))


def _copied(table: str, columns: relations.Columns) -> sql.Composed:
    # A query, since a partitioned table as such cannot be copied from before PostgreSQL 18.
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns)
    return sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (ENCODING 'UTF8')").format(
        names, sql.Identifier("public", table)
    )


def _next(connection: Connection[Any], name: str) -> int:
    row = connection.execute(
        sql.SQL("SELECT last_value + is_called::int FROM {}").format(sql.Identifier("public", name))
    ).fetchone()
    return int(row[0]) if row else 1
