"""PostgreSQL 15, the oldest that Regulars works on, where its programs are on this machine. Nothing is downloaded.

`python -m tests.older_postgres [PYTEST ARGUMENTS]` runs tests on a throw-away server of that version, as an own server
that `DATABASE_URL` leads to. As a plugin it gives tests marked `older_postgres` such a server; where there are no
programs it leaves them out and says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

OLDEST = 15
_PLACES = (
    f"/usr/lib/postgresql/{OLDEST}/bin",
    f"/usr/pgsql-{OLDEST}/bin",
    f"/opt/homebrew/opt/postgresql@{OLDEST}/bin",
)
_SETTINGS = {
    "listen_addresses": "", "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off",
    "random_page_cost": "1.1", "effective_cache_size": "1GB", "work_mem": "16MB", "jit": "off", "timezone": "UTC",
}  # fmt: skip
_MAKE = (
    "CREATE ROLE regulars_owner LOGIN CREATEDB", "CREATE ROLE regulars_app LOGIN",
    "CREATE DATABASE regulars OWNER regulars_owner",
)  # fmt: skip


class Urls(NamedTuple):
    """The ways into a server: as the application, and as the owner of the tables."""

    app: str
    owner: str


def programs() -> Path | None:
    """The folder with the programs of PostgreSQL 15; None where there are none."""
    asked = shutil.which("pg_config")
    told = (
        subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=False).stdout.strip() if asked else ""
    )
    for place in (*_PLACES, told):
        server = Path(place) / "postgres"
        if place and server.exists():
            version = subprocess.run([server, "--version"], capture_output=True, text=True, check=True).stdout
            if version.split()[2].split(".")[0] == str(OLDEST):
                return Path(place)
    return None


@contextmanager
def serving(folder: Path) -> Iterator[Urls]:
    """While inside, a new server of the programs in `folder` runs, for this machine's user alone."""
    home = Path(tempfile.mkdtemp(prefix="regulars-pg-"))
    who: dict[str, Any] = {"cwd": "/"}
    if os.geteuid() == 0:  # which PostgreSQL refuses to run as
        os.chown(home, 65534, 65534)
        who |= {"user": 65534, "group": 65534, "extra_groups": []}
    data = home / "data"
    made = [folder / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C", "--auth=trust", "--no-sync"]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL, **who)
    settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [folder / "postgres", "-D", data, "-k", home, *settings], stdout=log, stderr=log, **who
        )
    try:
        with _connected(home, server) as connection:
            for statement in _MAKE:
                connection.execute(statement)
        yield Urls(*(f"postgresql://{role}@/regulars?host={home}" for role in ("regulars_app", "regulars_owner")))
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(home, ignore_errors=True)


def _connected(home: Path, server: subprocess.Popen[bytes]) -> psycopg.Connection:
    while server.poll() is None:
        try:
            return psycopg.connect(f"postgresql://postgres@/postgres?host={home}", autocommit=True)
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise AssertionError((home / "log").read_text())


@pytest.fixture(scope="session")
def older_postgres() -> Iterator[Urls]:
    """The ways into an empty database of PostgreSQL 15."""
    folder = programs()
    assert folder is not None
    with serving(folder) as urls:
        yield urls


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs programs that are not here."""
    theirs = [item for item in items if item.get_closest_marker("older_postgres")]
    if theirs and programs() is None:
        config.hook.pytest_deselected(items=theirs)
        items[:] = [item for item in items if item not in theirs]


def pytest_report_header() -> str:
    """Say whether they run."""
    return f"PostgreSQL {OLDEST}: {programs() or 'not on this machine; its tests are left out'}"


def main() -> int:
    """Run pytest on a server of its own; answers its exit status."""
    folder = programs()
    if folder is None:
        sys.stderr.write(f"There are no programs of PostgreSQL {OLDEST} on this machine: install its package first.\n")
        return 1
    with serving(folder) as urls:
        environment = {**os.environ, "DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner}
        return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
