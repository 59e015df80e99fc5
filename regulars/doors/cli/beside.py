"""Processes that run beside a command and end with it, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

#: Names, to a process that was started beside another one, the process it ends with.
PARENT = "REGULARS_BESIDE"
_PATIENCE_S = 20
_AGAIN_S = 4
#: How long to wait before a process is started again, at first and at most; one that ran for so long did well.
_FIRST_S, _MOST_S = 1.0, 60.0


class Beside:
    """`python -m MODULE WORDS...` in a session of its own: Ctrl-C reaches the parent alone, which ends it in order."""

    def __init__(self, module: str, *words: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            env={**os.environ, PARENT: str(os.getpid())},
            start_new_session=True,
        )

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._process.poll()

    def end(self) -> None:
        """Ask it to end, and wait; whatever is left of its session is ended too.

        It is asked again every few seconds: a signal can come to nothing while a library is failing.
        """
        for _ in range(_PATIENCE_S // _AGAIN_S):
            if self._process.poll() is not None:
                break
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_AGAIN_S)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        with suppress(ProcessLookupError):  # mostly nothing is left
            os.killpg(self._process.pid, signal.SIGKILL)


class Kept:
    """As `Beside`, and started again when it ends by itself: soon, and ever later while it keeps ending at once."""

    def __init__(self, module: str, *words: str) -> None:
        self._started = (module, *words)
        self._pause, self._due = _FIRST_S, 0.0
        self._start()

    def look(self) -> int | None:
        """The exit status with which it was found ended just now, or None; starts it again when its time has come."""
        now = time.monotonic()
        if self._due:
            if now >= self._due:
                self._process.end()  # whatever it left behind
                self._start()
        elif (status := self._process.status) is not None:
            self._pause = _FIRST_S if now - self._since > _MOST_S else min(2 * self._pause, _MOST_S)
            self._due = now + self._pause
            return status
        return None

    @property
    def did_well(self) -> bool:
        """Whether it had run for a minute when it last ended by itself."""
        return self._pause == _FIRST_S

    def end(self) -> None:
        """As `Beside.end`."""
        self._process.end()

    def _start(self) -> None:
        self._process, self._since, self._due = Beside(*self._started), time.monotonic(), 0.0


def end_with_parent() -> None:
    """When this process was started beside another one: end in order as soon as that one is gone (`kill -9`)."""
    if PARENT in os.environ:
        threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE_S)
    os._exit(1)
