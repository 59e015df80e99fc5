"""Opening the house: a reachable, migrated database and a configured Django, for every command that needs them."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

from regulars.kit.database import reachable
from regulars.kit.postgres import EmbeddedError, Report

if TYPE_CHECKING:
    from django.db.migrations.executor import MigrationExecutor

Migration = tuple[str, str]
#: The seconds after which whoever waits for another process looks again.
GLANCE_S = 0.2
#: How long a migration may wait for a table, as PostgreSQL writes it; the seconds until it is tried again; how often.
#: More than a second, after which PostgreSQL sends its own housekeeping away from a table that somebody wants.
LOCK_WAIT, PAUSE_S, ATTEMPTS = "2s", 3.0, 30


@contextmanager
def open_house(report: Report, migrate: bool = False, stay: bool = False) -> Iterator[None]:
    """While inside, Django is set up on a running database; `migrate` brings its tables up to date first.

    A door that means to `stay` open sees to it that an embedded database which dies is started again. Raises
    EmbeddedError `no_tables` where one that only reads finds none of its tables, or older ones.
    """
    with reachable(report, stay):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings")
        import django
        from django.db import ProgrammingError, connections
        from psycopg.errors import UndefinedColumn, UndefinedTable

        django.setup()
        if migrate:
            bring_up_to_date(report)
        try:
            yield
        except ProgrammingError as error:
            if migrate or not isinstance(error.__cause__, UndefinedTable | UndefinedColumn):
                raise
            raise EmbeddedError(
                "no_tables",
                "This database has no tables of Regulars, or older ones.",
                "`regulars init` sets up a new installation; `regulars migrate` brings the tables of one up to date.",
            ) from None
        finally:
            connections.close_all()


def bring_up_to_date(report: Report, state: Collection[Migration] | None = None) -> None:
    """Give the tables the shape that this version of the program needs, or an earlier `state` out of its migrations.

    One process does it at a time. A migration that must wait for a table lets everybody else go first after
    `LOCK_WAIT`, and is tried again: while it waits, so does whoever comes after it. So is one that had to give way to
    somebody who waited for it in turn. Raises EmbeddedError `tables_busy`.
    """
    from django.db import OperationalError, connections
    from psycopg.errors import DeadlockDetected, LockNotAvailable

    if not _behind(state)[1]:
        return
    report("migrating", "Bringing the tables up to date.")
    with alone(report):
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_WAIT}'")
        for attempt in range(ATTEMPTS):
            try:
                _migrate(state)
                return
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                    raise
                report("waiting", f"A table is in use; trying again ({attempt + 1} of {ATTEMPTS}).")
                time.sleep(PAUSE_S)
    raise EmbeddedError(
        "tables_busy",
        "The tables could not be brought up to date: somebody holds one of them all the time.",
        "End long transactions (pg_stat_activity shows them) and start again; what was done so far stays.",
    )


@contextmanager
def alone(report: Report) -> Iterator[None]:
    """While inside, no other process brings the tables up to date. Until then, it is asked for now and then: whoever
    waits inside a statement is waited for in turn, where an index is built beside everybody's statements."""
    from django.db import connections

    connection = connections["owner"]
    try:
        for asked in count():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(hashtext('regulars migrations'))")
                if cursor.fetchone() == (True,):
                    break
            if not asked:
                report("waiting", "Another process brings the tables up to date; waiting for it.")
            time.sleep(GLANCE_S)
        yield
    finally:
        connection.close()


def known_migrations() -> set[Migration]:
    """All migrations of this version of the program."""
    from django.db.migrations.loader import MigrationLoader

    return set(MigrationLoader(None).graph.nodes)


def _behind(state: Collection[Migration] | None) -> tuple[MigrationExecutor, list[Migration]]:
    """The last migrations of each app that make up a state, or the newest one, as far as the database lacks any."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    nodes = executor.loader.graph.node_map
    wanted = nodes.keys() if state is None else set(state)
    last = [key for key in nodes if key in wanted
            and not any(child.key in wanted and child.key[0] == key[0] for child in nodes[key].children)]  # fmt: skip
    return executor, last if executor.migration_plan(last) else []


def _migrate(state: Collection[Migration] | None) -> None:
    from django.core.management import call_command

    if state is None:
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    else:
        executor, last = _behind(state)
        executor.migrate(last)
    grant_borrowed()


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
