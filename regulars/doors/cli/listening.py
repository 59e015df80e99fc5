"""One process of the server: `python -m regulars.doors.cli.listening HOST PORT`."""

from __future__ import annotations

import os
import socket
import sys

from uvicorn import Config, Server

from regulars.doors.cli.beside import end_with_parent

#: Seconds in which what was begun is answered at the end.
END_S = 15


def main() -> None:
    """Serve with uvicorn until a signal ends it, or until the process is gone beside which it runs."""
    host, port = sys.argv[1:]
    end_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings")
    from regulars.doors.asgi import application
    from regulars.doors.intake.speaking import Wire

    config = Config(
        application, http=Wire, ws="none", loop="asyncio", lifespan="on", log_config=None, access_log=False,
        proxy_headers=False, server_header=False, timeout_graceful_shutdown=END_S,
    )  # fmt: skip
    Server(config).run([shared(host, int(port))])


def shared(host: str, port: int) -> socket.socket:
    """A socket at a port at which the other processes have theirs: the kernel deals the connections out evenly."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((host, port))
    return made


if __name__ == "__main__":
    main()
