"""A house that is open ends whole: on Ctrl-C, when its terminal closes, and when it is killed."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

PATIENCE_S = 90


class Open:
    """`regulars serve` in a terminal of its own, as somebody has it who types the command there."""

    def __init__(self, house: Any) -> None:
        house("init", "--email", "dagny@shop.example")
        terminal, inner = pty.openpty()
        self.terminal = terminal
        self.process = subprocess.Popen(
            [sys.executable, "-c", _AS_LEADER, "serve", "--port", "0"], env=house.environment, cwd=house.folder,
            stdin=inner, stdout=inner, stderr=inner, start_new_session=True,
        )  # fmt: skip
        os.close(inner)
        self.said = ""
        found = self._wait_for(lambda: re.search(r"http://localhost:(\d+)/console/", self._read()))
        self.port = int(found[1])
        #: Whether somebody listened at the address from the moment it was told.
        self.listened_at_once = _listens(self.port)
        self._wait_for(self.served)
        self.family = _family(self.process.pid)

    def _read(self) -> str:
        # Once nobody holds its other end, reading a terminal is an error (on Linux).
        with suppress(OSError):
            while select.select([self.terminal], [], [], 0)[0]:
                self.said += os.read(self.terminal, 4_096).decode("utf-8", "replace")
        return self.said

    def _wait_for(self, met: Callable[[], Any]) -> Any:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if found := met():
                return found
            time.sleep(0.1)
        raise AssertionError(f"waited in vain; it said: {self.said}")

    def served(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def ended_whole(self) -> bool:
        """Whether nothing of it is left."""
        self._wait_for(lambda: self.process.poll() is not None or None)
        self._wait_for(lambda: not [pid for pid in self.family if _alive(pid)])
        return not self.served()


#: A child that is the leader of the terminal's session: Ctrl-C then goes to the group in front, as in a shell.
_AS_LEADER = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
sys.argv[0] = "regulars"
from regulars.doors.cli.main import main
main()
"""


def _family(pid: int) -> list[int]:
    """A process and all that came of it."""
    parents = {int(one.name): _state(int(one.name)) for one in Path("/proc").iterdir() if one.name.isdigit()}
    found = [pid]
    for one in found:
        found += [child for child, state in parents.items() if state and int(state[1]) == one]
    return found


def _state(pid: int) -> list[str]:
    """State, parent and more of a process; nothing when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return []


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S):
        return True
    return False


def _alive(pid: int) -> bool:
    return _state(pid)[:1] not in ([], ["Z"])


@pytest.fixture
def shop(house: Any) -> Any:
    opened = Open(house)
    yield opened
    for pid in opened.family:
        if _alive(pid):
            os.kill(pid, signal.SIGKILL)
    opened.process.wait()
    os.close(opened.terminal)


def test_its_addresses_are_told_when_somebody_listens_there_and_not_before(shop: Open) -> None:
    assert shop.listened_at_once and shop.said.count("/console/") == 1


def test_ctrl_c_in_a_terminal_ends_all_of_it(shop: Open) -> None:
    assert len(shop.family) >= 4  # the command, the server, its process, the worker
    os.write(shop.terminal, b"\x03")
    assert shop.ended_whole()
    assert "Traceback" not in shop._read()


def test_a_terminal_that_is_closed_ends_all_of_it(shop: Open) -> None:
    os.close(shop.terminal)
    assert shop.ended_whole()
    shop.terminal = os.open(os.devnull, os.O_RDONLY)


def test_killed_it_leaves_nothing_that_holds_the_port(shop: Open) -> None:
    os.kill(shop.process.pid, signal.SIGKILL)
    assert shop.ended_whole()


def test_a_process_that_cannot_begin_ends_the_server(house: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "regulars.doors.cli.serving", "127.0.0.1", port, "2"]
        ended = subprocess.run(
            command, env=house.environment, cwd=house.folder, capture_output=True, timeout=PATIENCE_S
        )
    assert ended.returncode == 1 and b"Address already in use" in ended.stderr
