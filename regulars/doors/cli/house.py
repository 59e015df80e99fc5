"""Opening the house: a reachable, migrated database and a configured Django, for every command that needs them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from regulars.kit.database import reachable
from regulars.kit.postgres import Report


@contextmanager
def open_house(report: Report, migrate: bool = False, stay: bool = False) -> Iterator[None]:
    """While inside, Django is set up on a running database; `migrate` brings its tables up to date first.

    A door that means to `stay` open sees to it that an embedded database which dies is started again.
    """
    with reachable(report, stay):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings")
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        if migrate and _behind():
            report("migrating", "Bringing the tables up to date.")
            call_command("migrate", database="owner", verbosity=0, interactive=False)
            grant_borrowed()
        try:
            yield
        finally:
            connections.close_all()


def _behind() -> bool:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def grant_borrowed() -> None:
    """Let the application use the tables that Django and other libraries made (ours state their own rights)."""
    from django.apps import apps
    from django.db import connections

    from regulars.kit.database import APP_ROLE

    connection = connections["owner"]
    tables = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed or model.__module__.startswith("procrastinate.")
    }
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in sorted(tables & existing):
            cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {APP_ROLE}')
            for sequence in connection.introspection.get_sequences(cursor, table):
                cursor.execute(f'GRANT USAGE ON SEQUENCE "{sequence["name"]}" TO {APP_ROLE}')
        cursor.execute(f"GRANT SELECT ON django_migrations TO {APP_ROLE}")
