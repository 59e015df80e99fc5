"""What the tests of the embedded PostgreSQL share: rooms with servers, other processes, small questions."""

import atexit
import functools
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from regulars.kit.embedded.place import Account
from regulars.kit.postgres import Embedded

as_root = pytest.mark.as_root

USER = """
import importlib.metadata, os, sys
from pathlib import Path
import psycopg
from regulars.kit.postgres import Embedded
# Changed only now: an ordinary user might not reach the Python that root runs.
uid, gid = map(int, sys.argv[2:])
if uid != os.geteuid():
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
with Embedded(Path(sys.argv[1]), durable=False) as access:
    try:
        print("in", flush=True)
        sys.stdin.readline()
    except KeyboardInterrupt:
        print(psycopg.connect(access.app_dsn).execute("SELECT 'still there'").fetchone()[0], flush=True)
print("out", flush=True)
"""


class Room:
    """A folder that any user may pass through (unlike pytest's own), and the servers used in it."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="regulars-test-")).resolve()
        self.path.chmod(0o755)
        self._used: list[Embedded] = []

    def new(self, name: str = "pg") -> Embedded:
        """A server that never ran."""
        self._used.append(Embedded(self.path / name, durable=False))
        return self._used[-1]

    def copied(self, name: str) -> Embedded:
        """A server that ran before, under another path: quicker than making a new one."""
        (self.path / name).parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", original().path / "pg", self.path / name], check=True)
        return self.new(name)

    def close(self) -> None:
        """Ends every use of a server and removes the folder."""
        for one in self._used:
            one.stop()
        shutil.rmtree(self.path)


@contextmanager
def a_room() -> Iterator[Room]:
    """A room for one test."""
    room = Room()
    try:
        yield room
    finally:
        room.close()


@contextmanager
def the_server() -> Iterator[Embedded]:
    """The server that most tests use, one after the other; it ran before, and is stopped before and after."""
    embedded = Embedded(original().path / "pg", durable=False)
    try:
        yield embedded
    finally:
        embedded.stop()


@functools.cache
def original() -> Room:
    """The room of the one server; it goes when the tests end."""
    room = Room()
    atexit.register(room.close)
    with room.new():
        pass
    return room


def another_process(folder: Path, account: Account | None = None) -> subprocess.Popen[str]:
    """A process that uses the server until it is told to go on, in a session of its own."""
    who = account or Account(os.geteuid(), os.getegid())
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(folder), str(who.uid), str(who.gid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def says(process: subprocess.Popen[str]) -> str:
    """The next line of that process."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def home(embedded: Embedded) -> Path:
    """Where the server lives."""
    assert embedded.home is not None
    return embedded.home


def head(embedded: Embedded) -> int:
    """The pid of the running server."""
    return int((home(embedded) / "data" / "postmaster.pid").read_text().split()[0])


def ask(dsn: str, statement: str) -> object:
    """The first value that the statement gives, or None."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        answer = connection.execute(statement)
        row = answer.fetchone() if answer.description else None
        return row[0] if row else None


def mode(path: Path) -> int:
    """Its permissions, such as 0o700."""
    return stat.S_IMODE(path.lstat().st_mode)


def eventually(true: Callable[[], bool]) -> None:
    """Waits until it is true, or fails after 20 seconds."""
    limit = time.monotonic() + 20
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.002)
