"""Tables that are written as SQL: one statement file per room, run by its migration, with its grants."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

from regulars.kit.database import APP_ROLE

_ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
        CREATE ROLE {APP_ROLE} NOLOGIN;
        GRANT {APP_ROLE} TO CURRENT_USER;
    END IF;
END $$
"""


class SqlFile(migrations.RunSQL):
    """Run a room's `sql/<name>.sql`. There is no way back: data is kept, so a mistake is mended by a new migration."""

    def __init__(self, migration: str, name: str) -> None:
        """`migration` is the migration's own `__file__`."""
        path = Path(migration).resolve().parent.parent / "sql" / f"{name}.sql"
        super().__init__([_ROLE, path.read_text(encoding="utf-8")], migrations.RunSQL.noop)

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        raise NotImplementedError("SQL files are written by hand")
