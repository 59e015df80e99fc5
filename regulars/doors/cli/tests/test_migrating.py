"""Bringing tables up to date beside people who work: one process at a time, and nobody waits behind a migration."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import psycopg
from psycopg.errors import LockNotAvailable

#: Brings the tables to a state without what try-outs compare with, or to the newest one.
MIGRATES = """
import sys
from regulars.doors.cli import house
house.LOCK_WAIT, house.PAUSE_S, house.ATTEMPTS = "100ms", 0.0, 3
with house.open_house(lambda step, sentence: print(step, flush=True)):
    earlier = {(app, name) for app, name in house.known_migrations() if app != "publishing" or name < "0006"}
    house.bring_up_to_date(lambda step, sentence: print(step, flush=True), earlier if sys.argv[1] == "earlier" else None)
"""


def migrating(house: Any, state: str) -> subprocess.Popen[str]:
    """A process that brings the tables to a state."""
    return subprocess.Popen(
        [sys.executable, "-c", MIGRATES, state], env=house.environment, cwd=house.folder, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def done(house: Any) -> bool:
    """Whether the migration for that was carried out."""
    with psycopg.connect(house.environment["DATABASE_OWNER_URL"]) as connection:
        asked = "SELECT count(*) FROM django_migrations WHERE (app, name) = ('publishing', '0006_compared')"
        return connection.execute(asked).fetchone() == (1,)


def test_two_processes_make_the_tables_one_after_the_other(house: Any) -> None:
    both = [migrating(house, "earlier") for _ in range(2)]
    told = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert not done(house)


def test_a_migration_that_finds_a_table_in_use_gives_way_and_comes_again(house: Any) -> None:
    with psycopg.connect(house.environment["DATABASE_OWNER_URL"]) as somebody:
        somebody.execute("SELECT FROM programme_tryout")
        waiting = migrating(house, "newest")
        told, said = waiting.communicate(timeout=60)
        assert waiting.returncode == 1 and "tables_busy" not in told
        assert told.split().count("waiting") == 3 and "pg_stat_activity" in said
        # Nothing stands in the way of others once it has given up.
        with psycopg.connect(house.environment["DATABASE_URL"]) as other:
            other.execute("SET lock_timeout = '1ms'")
            try:
                other.execute("SELECT FROM programme_tryout")
            except LockNotAvailable:
                raise AssertionError("a reader waits") from None
        assert not done(house)
    after = migrating(house, "newest")
    assert after.communicate(timeout=60) and after.returncode == 0
    assert done(house)
