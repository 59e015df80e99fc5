"""Restoring: the rows of a backup into tables of the same shape, all of them or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection, sql

from regulars.ground.installation import relations
from regulars.ground.installation.archive import BackupRefused, Manifest, Partition, Reader
from regulars.ground.installation.backing_up import SPELLING, Report

#: Tables that migrations fill; rows in them do not mean that anybody lives here.
_FURNISHED = {"django_migrations", "django_content_type", "auth_permission"}


def applied(url: str) -> set[tuple[str, str]]:
    """The migrations (app, name) that the tables of a database have seen; none in an empty one."""
    with psycopg.connect(url) as connection:
        if "django_migrations" not in relations.tables(connection):
            return set()
        return set(connection.execute("SELECT app, name FROM django_migrations").fetchall())


def refuse_unless_free(url: str, replace: bool) -> None:
    """See that nobody works on the database and that, unless it may `replace` them, no rows are there.

    Raises BackupRefused `database_in_use` or `not_empty`.
    """
    with psycopg.connect(url) as connection:
        _refuse_company(connection)
        for table in relations.tables(connection):
            if replace or table in _FURNISHED or table.startswith("procrastinate_"):
                continue
            if connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(_named(table))).fetchone() is not None:
                raise BackupRefused(
                    "not_empty",
                    f"This database is lived in: {table} has rows. Restore into an empty one, or say --replace to lose"
                    " everything that is here.",
                )


def load(url: str, backup: Reader, report: Report = lambda done, total: None) -> None:
    """Empty every table and fill it from a backup, in one transaction: until its end, everything is as it was.

    The tables must have seen the backup's migrations and no others. `report` hears rows done of how many. Raises
    BackupRefused `schema_differs`, `backup_damaged` or `database_in_use`.
    """
    manifest, done = backup.manifest, 0
    with psycopg.connect(url) as connection:
        connection.execute(SPELLING)
        here = relations.tables(connection)
        _refuse_other_shape(here, manifest)
        with _soon(connection):
            emptied = sql.SQL(", ").join(_named(table) for table in here if table != "django_migrations")
            connection.execute(sql.SQL("TRUNCATE {}").format(emptied))
        known = {part.name for parts in relations.partitions(connection).values() for part in parts}
        for table, columns in here.items():
            if table in manifest.tables:
                missing = [part for part in manifest.tables[table].partitions if part.name not in known]
                done += _fill(connection, table, columns, missing, backup)
                report(done, manifest.rows)
        for name, number in manifest.sequences.items():
            # Unlike setval, this is undone with the transaction.
            connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART WITH {}").format(_named(name), sql.Literal(number)))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _fill(
    connection: Connection[Any], table: str, columns: relations.Columns, missing: list[Partition], backup: Reader
) -> int:
    for part in missing:
        connection.execute(
            sql.SQL("CREATE TABLE {} PARTITION OF {} FOR VALUES FROM ({}) TO ({})").format(
                _named(part.name), _named(table), sql.Literal(part.first), sql.Literal(part.after)
            )
        )
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in backup.manifest.tables[table].columns)
    with connection.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN (ENCODING 'UTF8')").format(_named(table), names)) as rows:
            for piece in backup.pieces(table):
                rows.write(piece)
        if cursor.rowcount != backup.manifest.tables[table].rows:
            raise BackupRefused("backup_damaged", f"{table} has not the number of rows that the backup promises.")
        return cursor.rowcount


def _refuse_other_shape(here: dict[str, relations.Columns], manifest: Manifest) -> None:
    for name, table in manifest.tables.items():
        if sorted(table.columns) != sorted(here.get(name, [])):
            raise BackupRefused(
                "schema_differs",
                f"The table {name} has other columns here than in the backup: restore into an empty database.",
            )


def _refuse_company(connection: Connection[Any]) -> None:
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usesysid IS NOT NULL"
        " AND pid <> pg_backend_pid()"
    ).fetchone()
    if row and row[0]:
        raise _in_use()


@contextmanager
def _soon(connection: Connection[Any]) -> Iterator[None]:
    """Whoever came meanwhile is not waited for."""
    connection.execute("SET LOCAL lock_timeout = '10s'")
    try:
        yield
    except psycopg.errors.LockNotAvailable:
        raise _in_use() from None
    connection.execute("SET LOCAL lock_timeout = 0")


def _in_use() -> BackupRefused:
    return BackupRefused("database_in_use", "Others work on this database: end `regulars serve` and the worker first.")


def _named(name: str) -> sql.Identifier:
    return sql.Identifier("public", name)
