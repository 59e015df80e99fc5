"""The embedded database is killed under a house that is open: it comes back by itself, and the house ends calmly."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from regulars.doors.intake.application import THREADS
from regulars.kit.embedded import place, postmaster
from regulars.kit.postgres import Embedded

PATIENCE_S = 90


class Open:
    """`regulars serve` with an embedded database of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.server = folder, Embedded(folder / "home" / "postgres")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE_")}
        self.words = folder / "said"
        with self.words.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "regulars", "serve", "--port", "0"], cwd=folder, stdout=said, stderr=said,
                env={**environment, "REGULARS_HOME": str(folder / "home"), "COLUMNS": "200"}, start_new_session=True,
                # Whoever starts these tests may have told them to ignore Ctrl-C, which is inherited.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            )  # fmt: skip
        self.wait_for(lambda: "/console/" in self.said())
        self.wait_for(self.answers)

    def said(self) -> str:
        return self.words.read_text()

    def wait_for(self, met: Callable[[], Any]) -> None:
        until = time.monotonic() + PATIENCE_S
        while not met():
            assert time.monotonic() < until, f"waited in vain; it said: {self.said()}"
            time.sleep(0.1)

    def answers(self) -> bool:
        """Whether the database answers, as the house itself sees it."""
        try:
            return bool(self.probed("/readyz")[1]["checks"]["database"]["ok"])
        except OSError:
            return False

    def probed(self, path: str) -> tuple[int, Any]:
        """Status and JSON of what is answered without a key."""
        with self.asked(path) as answer:
            return answer.status, json.loads(answer.read())

    def asked(self, path: str) -> Any:
        """What is answered to a request, whatever its status."""
        port = re.search(r"localhost:(\d+)/console/", self.said())
        assert port
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port[1]}{path}", timeout=PATIENCE_S)
        except urllib.error.HTTPError as error:
            return error

    def head(self) -> int:
        located = place.locate(self.server.folder)
        note = postmaster.read_note(located) if located else None
        return note.pid if note else 0

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """While inside, no process of the database does anything; none of them has ended."""
        head = self.head()
        asked = ["ps", "-A", "-o", "pid=,ppid="]
        listed = [line.split() for line in subprocess.check_output(asked, text=True).splitlines()]
        family = [head, *(int(pid) for pid, parent in listed if int(parent) == head)]
        for pid in family:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in family:
                os.kill(pid, signal.SIGCONT)


@pytest.fixture
def shop() -> Iterator[Open]:
    with tempfile.TemporaryDirectory(prefix="regulars-lost-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # as root, the server's own user must pass through
        opened = Open(folder)
        yield opened
        if opened.process.poll() is None:
            os.killpg(opened.process.pid, signal.SIGKILL)
            opened.process.wait()
            opened.wait_for(lambda: opened.server.status() != "unsettled")
            with opened.server:
                pass


def test_a_killed_database_is_started_again_and_ctrl_c_ends_all_with_one_calm_line(shop: Open) -> None:
    killed = shop.head()
    os.kill(killed, signal.SIGKILL)
    shop.wait_for(lambda: "PostgreSQL runs again" in shop.said())
    shop.wait_for(shop.answers)
    assert shop.head() not in (0, killed)
    os.kill(shop.process.pid, signal.SIGINT)
    assert shop.process.wait(PATIENCE_S) == 0
    assert shop.server.status() == "stopped"
    said = shop.said()
    assert said.count("PostgreSQL has ended unexpectedly") == 1
    assert "Traceback" not in said and "pool" not in said, said
    assert said.splitlines()[-1] == "Regulars has ended; the data stays."


def test_while_the_database_is_frozen_the_house_is_alive_and_not_ready(shop: Open) -> None:
    """More pages are asked for meanwhile than there are threads for them: they wait, and the probes do not."""

    def page() -> None:
        with suppress(OSError):
            shop.asked("/").read()

    waiting = [Thread(target=page) for _ in range(4 * THREADS)]
    with shop.frozen():
        for times in range(6):
            assert shop.probed("/healthz") == (200, {"alive": True})
            status, told = shop.probed("/readyz")
            assert (status, told["ready"], told["checks"]["database"]["ok"]) == (503, False, False)
            assert "see that it runs" in told["checks"]["database"]["remedy"]
            for one in waiting if times == 2 else ():
                one.start()
    shop.wait_for(shop.answers)
    for one in waiting:
        one.join(PATIENCE_S)
    assert "Traceback" not in shop.said()
