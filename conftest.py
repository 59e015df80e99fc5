"""The house under test: one throw-away PostgreSQL for a whole run, started when the first test asks for it.

Tests speak to it as the application does, under the role `regulars_app`. `db` wraps a test in a transaction that is
rolled back. `committed` is for tests with several connections: all tables are emptied after each of them.
`DATABASE_URL` and `DATABASE_OWNER_URL`, when set, lead to an empty database to use instead.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

# Settings make a secret in this folder as they load, so it must be named before.
_HOME = Path(tempfile.mkdtemp(prefix="regulars-tests-"))
os.environ["REGULARS_HOME"] = str(_HOME)
# Commands that write for people follow the environment: tests read English, wherever they run.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings")
# A run in the background of a script, or under nohup, ignores these signals, and so would every process it starts. What
# is handled here, if only by doing nothing, is at its default there.
for _ignored in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(_ignored) is signal.SIG_IGN:
        signal.signal(_ignored, lambda *_: None)

import django  # noqa: E402
import hypothesis  # noqa: E402
import psycopg  # noqa: E402
import pytest  # noqa: E402
from django.utils import translation  # noqa: E402
from psycopg import sql  # noqa: E402
from pytest_django import DjangoDbBlocker  # noqa: E402

from regulars.kit.postgres import Embedded  # noqa: E402

pytest_plugins = ["tests.never_skipped", "tests.executed", "tests.older_postgres"]
django.setup()

hypothesis.settings.register_profile("house", max_examples=100, deadline=None, derandomize=True)
hypothesis.settings.register_profile("deep", max_examples=5_000, deadline=None)
hypothesis.settings.load_profile("deep" if os.environ.get("REGULARS_DEEP") else "house")


class Urls(NamedTuple):
    """The ways into the database of this run."""

    app: str
    owner: str


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """So many processes at once, each with a database of its own; one, where a database was named."""
    return 1 if os.environ.get("DATABASE_URL") else min(4, os.cpu_count() or 1)


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def _no_language_left_over() -> Iterator[None]:
    """A request leaves its language active in its thread; the next test begins without one."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def urls() -> Iterator[Urls]:
    """The addresses of a running, still empty server, for tests that start processes of their own."""
    if os.environ.get("DATABASE_URL"):
        yield Urls(os.environ["DATABASE_URL"], os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"])
        return
    server = Embedded(_HOME / "postgres", durable=False)
    with server as access:
        home = server.home
        yield Urls(access.app_dsn, access.owner_dsn)
    # Run by root, the data may lie outside the folder of this run.
    if home is not None:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(urls: Urls, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's test database: our own server, migrated by the owner."""
    from django.core.management import call_command
    from django.db import connections

    from regulars.doors.cli.house import grant_borrowed
    from regulars.kit import database

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", urls.app)
        environment.setenv("DATABASE_OWNER_URL", urls.owner)
        for alias, parts in database.connections().items():
            connections.settings[alias].update(parts)
    with django_db_blocker.unblock():
        _must_be_empty(urls.owner)
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        grant_borrowed()
        connections["owner"].close()
    yield
    with django_db_blocker.unblock():
        connections.close_all()


def _must_be_empty(url: str) -> None:
    """Tests empty every table: never those of a house that somebody lives in."""
    with psycopg.connect(url) as connection:
        there = connection.execute("SELECT to_regclass('public.account')").fetchone()
        if there != (None,) and connection.execute("SELECT 1 FROM account LIMIT 1").fetchone():
            pytest.exit("DATABASE_URL leads to a database with members in it; tests need an empty one.", returncode=4)


@pytest.fixture
def transactional_db() -> None:
    """pytest-django would empty all tables afterwards, which the application's role may not do."""
    pytest.fail("Use the fixture `committed`: it empties them as the owner.")


@pytest.fixture
def owner(urls: Urls, django_db_setup: None) -> Iterator[psycopg.Connection]:
    """A connection that may do everything; each statement commits."""
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        yield connection


@pytest.fixture
def committed(owner: psycopg.Connection, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What the test writes is committed; afterwards the owner empties every table, which the application may not."""
    from django.db import connections

    with django_db_blocker.unblock():
        yield
        connections.close_all()
    empty(owner)


def empty(owner: psycopg.Connection) -> None:
    """Take everything out of every table."""

    def names(asked: sql.Composable) -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier(name) for (name,) in owner.execute(asked).fetchall())

    # Every month of entries that some test reached would slow down the plans of all that follow.
    months = names(sql.SQL("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'"))
    if months.as_string():
        owner.execute(sql.SQL("DROP TABLE {}").format(months))
    tables = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')"
    ).fetchall()
    asked = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(table), sql.Identifier(table))
        for (table,) in tables
    ]
    filled = names(sql.SQL(" UNION ALL ").join(asked))
    if filled.as_string():
        owner.execute(sql.SQL("TRUNCATE {} CASCADE").format(filled))


@pytest.fixture
def harbour(request: pytest.FixtureRequest) -> int:
    """The demo shop's programme is in force since 2016; answers its version number."""
    return _published("programmes/harbour.yaml", request)


@pytest.fixture
def corner(request: pytest.FixtureRequest) -> int:
    """A small programme that has what the demo shop's has not is in force since 2016; answers its version number."""
    return _published("tests/programmes/corner.yaml", request)


@pytest.fixture
def bakery(request: pytest.FixtureRequest) -> int:
    """A small shop with every kind of reward is in force since 2016; answers its version number."""
    return _published("tests/programmes/bakery.yaml", request)


@pytest.fixture
def parcels(request: pytest.FixtureRequest) -> int:
    """A small shop by mail, whose points wait for the parcel, is in force since 2016; answers its version number."""
    return _published("tests/programmes/parcels.yaml", request)


def _published(file: str, request: pytest.FixtureRequest) -> int:
    if "committed" not in request.fixturenames:
        request.getfixturevalue("db")
    return published(file)


def published(file: str) -> int:
    """Publish a programme, in force since 2016; answers its version number."""
    from regulars.ground.publishing.versions import publish

    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    begins = datetime(2016, 1, 1, tzinfo=UTC)
    return publish(text, begins, "keeper", begins)
