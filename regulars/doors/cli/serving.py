"""The server as a process of its own: `python -m regulars.doors.cli.serving HOST PORT WORKERS`."""

from __future__ import annotations

import os
import sys

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from regulars.doors.cli.beside import end_with_parent


def main() -> None:
    """Serve with Granian until a signal ends it, or until the process is gone beside which it runs."""
    host, port, workers = sys.argv[1:]
    end_with_parent()
    # Threads of the server come and go: their connections are kept in a pool and not in the threads.
    os.environ.setdefault("REGULARS_DATABASE_POOL", "8")
    Server(
        "regulars.doors.wsgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(workers),
        blocking_threads=4,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main()
