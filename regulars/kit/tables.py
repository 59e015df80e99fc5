"""Tables that are written as SQL: one statement file per room, run by its migration, with its grants.

A migration runs while others work, so it stops nobody for long (`tests/test_house_migrations.py`): what looks at
every row of a table does so beside those who write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation

from regulars.kit.database import APP_ROLE

#: How long the building of an index waits for whoever began before it. Nobody waits for it meanwhile.
PATIENCE = "10min"
_ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
        CREATE ROLE {APP_ROLE} NOLOGIN;
        GRANT {APP_ROLE} TO CURRENT_USER;
    END IF;
END $$
"""
_INDEX = re.compile(r"^CREATE (?P<unique>UNIQUE )?INDEX (?P<name>\w+) ON (?P<table>\w+) (?P<on>[^;]+);", re.M)


class SqlFile(migrations.RunSQL):
    """Run a room's `sql/<name>.sql` in one transaction. There is no way back: data is kept, so a mistake is mended by
    a new migration."""

    def __init__(self, migration: str, name: str) -> None:
        """`migration` is the migration's own `__file__`."""
        self.text = _text(migration, name)
        super().__init__([_ROLE, self.text], migrations.RunSQL.noop)

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        raise NotImplementedError("SQL files are written by hand")


class Indexes(Operation):
    """Build the indexes of a room's `sql/<name>.sql` beside those who write: `CREATE INDEX name ON table (...)`, each,
    or `CREATE UNIQUE INDEX`.

    For a migration with `atomic = False`, as every index is transactions of its own. Begun again, it goes on where it
    was: an index that somebody interrupted is built anew. Of a partitioned table, one partition after the other is
    indexed; those that are made meanwhile have theirs from the beginning.
    """

    reduces_to_sql = False
    reversible = True

    def __init__(self, migration: str, name: str) -> None:
        """`migration` is the migration's own `__file__`."""
        self.text = _text(migration, name)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Django knows nothing of these indexes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Build what is not there."""
        with schema_editor.connection.cursor() as cursor:
            for index in _INDEX.finditer(self.text):
                build_index(cursor, index["name"], index["table"], index["on"], index["unique"] or "")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """An index does no harm: it stays."""


def build_index(cursor: Any, name: str, table: str, on: str, unique: str = "") -> None:
    """An index on a table, partitioned or not, beside those who write there, unless it is there; no transaction may be
    open. `on` is its columns and condition, `unique` is empty or `UNIQUE `. Raises what PostgreSQL does where somebody
    is in the way for too long."""
    cursor.execute("SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(%s)", [table])
    if cursor.fetchone() != (True,):
        _build(cursor, name, table, on, unique)
        return
    cursor.execute(f"CREATE {unique}INDEX IF NOT EXISTS {name} ON ONLY {table} {on}")
    cursor.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(%s) AND inhrelid NOT IN ("
        " SELECT i.indrelid FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indexrelid"
        " WHERE h.inhparent = to_regclass(%s)) ORDER BY 1",
        [table, name],
    )
    for (part,) in cursor.fetchall():
        _build(cursor, f"{part}_{name}", part, on, unique)
        cursor.execute(f"ALTER INDEX {name} ATTACH PARTITION {part}_{name}")


def _build(cursor: Any, name: str, table: str, on: str, unique: str) -> None:
    cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [name])
    found = cursor.fetchone()
    if found == (True,):
        return
    with _patient(cursor):
        if found is not None:
            cursor.execute(f"DROP INDEX CONCURRENTLY {name}")
        cursor.execute(f"CREATE {unique}INDEX CONCURRENTLY {name} ON {table} {on}")


@contextmanager
def _patient(cursor: Any) -> Iterator[None]:
    """While inside, waiting is no haste: nobody queues behind it."""
    cursor.execute("SELECT current_setting('lock_timeout')")
    (before,) = cursor.fetchone()
    cursor.execute("SELECT set_config('lock_timeout', %s, false)", [PATIENCE])
    try:
        yield
    finally:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])


def _text(migration: str, name: str) -> str:
    return (Path(migration).resolve().parent.parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
