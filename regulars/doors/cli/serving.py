"""The server, beside `regulars serve`: `python -m regulars.doors.cli.serving HOST PORT PROCESSES`."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

from regulars.doors.cli.beside import Kept, end_with_parent


def main() -> None:
    """Keep processes that serve until a signal ends them, or until the process is gone beside which this one runs."""
    host, port, processes = sys.argv[1:]
    end_with_parent()
    signal.signal(signal.SIGTERM, _ended)
    # Threads of the server come and go: their connections are kept in a pool and not in the threads.
    os.environ.setdefault("REGULARS_DATABASE_POOL", "8")
    with tempfile.TemporaryDirectory(prefix="regulars-metrics-") as counts:
        # Its processes count together, in files here that each of them can read.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts
        sys.exit(_keep(host, port, int(processes)))


def _keep(host: str, port: str, processes: int) -> int:
    """The status of a process that ended by itself as it began: the others would do the same. One that was killed, or
    ends later, has its place taken."""
    family = [Kept("regulars.doors.cli.listening", host, port) for _ in range(processes)]
    try:
        while True:
            for process in family:
                status = process.look()
                if status is not None and status >= 0 and not process.did_well:
                    return status
            time.sleep(0.1)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with ThreadPoolExecutor(processes) as pool:
            list(pool.map(Kept.end, family))


def _ended(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
