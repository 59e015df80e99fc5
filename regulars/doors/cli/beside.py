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
