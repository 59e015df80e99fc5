"""Houses of the benches: databases of one server with a programme in force, and writers in processes of their own."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

from regulars.ground.activity.contract import Incoming
from regulars.kit.embedded.logins import Access

#: All that posting writes, in an order in which it may be loaded.
TABLES = (
    "account",
    "member_number",
    "member",
    "event_key",
    "event",
    "entry",
    "lot",
    "tier_move",
    "balance",
    "standing",
)
_PAGES = (
    "SELECT pg_stat_force_next_flush(), blks_hit + blks_read, blks_read FROM pg_stat_database"
    " WHERE datname = current_database()"
)


@dataclass(frozen=True, slots=True)
class House:
    """A database by its two ways in; `folder` is where its processes keep what is theirs, `told` what the step said that
    made it."""

    name: str
    owner: str
    app: str
    folder: Path
    told: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def made(cls, access: Access, name: str, folder: Path, step: str = "empty") -> House:
        """A new database, after a step of `bench.filling`."""
        with psycopg.connect(access.owner_dsn, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        house = cls(name, _at(access.owner_dsn, name), _at(access.app_dsn, name), folder)
        house.fill(step)
        return house

    def fill(self, step: str) -> None:
        """Take a step of `bench.filling`, and note what it says."""
        said, _ = self.child("bench.filling", step, str(self.folder)).communicate()
        self.told.update(json.loads(said.splitlines()[-1]))

    def copied(self, name: str) -> House:
        """Another database with the same rows; nobody is in this one."""
        with psycopg.connect(_at(self.owner, "regulars", self.name), autocommit=True) as connection:
            names = sql.Identifier(name), sql.Identifier(self.name)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return House(name, _at(self.owner, name, self.name), _at(self.app, name, self.name), self.folder)

    def drop(self) -> None:
        """Take the database away when nobody is in it any more; a vacuum of the server's own ends by being asked."""
        with psycopg.connect(_at(self.owner, "regulars", self.name), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(self.name)))

    def child(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        """A process that works in this house."""
        environment = {
            **os.environ,
            "DATABASE_URL": self.app,
            "DATABASE_OWNER_URL": self.owner,
            "REGULARS_HOME": str(self.folder / "home"),
        }
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def size(self) -> tuple[int, int]:
        """How many entries it has, and its bytes."""
        asked = "SELECT (SELECT count(*) FROM entry), pg_database_size(current_database())"
        entries, size = self._row(asked)
        return entries, size

    def pages(self) -> tuple[int, int]:
        """Pages of tables and indexes asked for so far, and those that were not in the server's own memory."""
        _, asked, missed = self._row(_PAGES)
        return asked, missed

    def members(self, count: int, which: str) -> list[str]:
        """The numbers of so many members, spread evenly over all accounts for which a condition holds."""
        with psycopg.connect(self.owner) as connection:
            rows = connection.execute(f"SELECT number FROM member_number WHERE {which} ORDER BY account_id").fetchall()
        return [rows[place * len(rows) // count][0] for place in range(count)]

    def _row(self, asked: str) -> Any:
        with psycopg.connect(self.owner) as connection:
            return connection.execute(asked).fetchone()


class Writer:
    """A process that takes events in a house, after they were loaded."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._process = house.child("bench.writing")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let it go."""
        self._process.communicate()

    def load(self, file: Path, batches: Sequence[Sequence[Incoming]]) -> None:
        """Hand over batches by way of a file, and wait until they are there."""
        file.write_bytes(pickle.dumps(batches))
        self._say(str(file))
        if self._hear() != "ready":
            raise RuntimeError("The writer is not ready.")

    def start(self) -> None:
        """Let it take what was loaded."""
        self._say("go")

    def told(self) -> dict[str, Any]:
        """What `start` came to, when it is done."""
        found: dict[str, Any] = json.loads(self._hear())
        return found

    def go(self) -> dict[str, Any]:
        """Take what was loaded, to the end."""
        self.start()
        return self.told()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            raise RuntimeError("The writer has ended.")
        return line


def _at(dsn: str, database: str, before: str = "regulars") -> str:
    return dsn.replace(f"/{before}?", f"/{database}?")
