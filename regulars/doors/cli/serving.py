"""The server as a process of its own: `python -m regulars.doors.cli.serving HOST PORT WORKERS`."""

from __future__ import annotations

import os
import sys
import tempfile

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from regulars.doors.cli.beside import end_with_parent
from regulars.doors.watch.lines import granian_config
from regulars.kit import environment


def main() -> None:
    """Serve with Granian until a signal ends it, or until the process is gone beside which it runs."""
    host, port, workers = sys.argv[1:]
    end_with_parent()
    # Threads of the server come and go: their connections are kept in a pool and not in the threads.
    os.environ.setdefault("REGULARS_DATABASE_POOL", "8")
    with tempfile.TemporaryDirectory(prefix="regulars-metrics-") as counts:
        # Its processes count together, in files here that each of them can read.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts
        _serve(host, int(port), int(workers))


def _serve(host: str, port: int, workers: int) -> None:
    Server(
        "regulars.doors.rsgi:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        websockets=False,
        respawn_failed_workers=True,  # one that was killed has its place taken; those that end at once end the server
        workers_kill_timeout=15,  # one that was asked to end while it began has not heard it
        log_level=LogLevels.warning,
        log_dictconfig=granian_config(environment.one_of("REGULARS_LOG", "text", "json")),
    ).serve()


if __name__ == "__main__":
    main()
