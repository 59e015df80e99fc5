"""`regulars serve` and `regulars worker`: the doors that stay open."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from typing import Annotated

import typer

from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import err, refuse, report


def serve(
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Server processes.")] = 1,
) -> None:
    """Serve console, portal and API until Ctrl-C. The night's work needs `regulars worker` beside it."""
    with open_house(report, migrate=True):
        listen(host, free_port(host, port), workers)


def worker() -> None:
    """Do what is due, and what happened sets off, until Ctrl-C."""
    with open_house(report, migrate=True):
        from regulars.doors.worker.running import run

        run()


def free_port(host: str, wanted: int) -> int:
    """The port, or another that is free when `wanted` is 0; refuses a busy one."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError as error:
            refuse("port_busy", f"{host}:{wanted} cannot be used ({error.strerror}); try --port 0.")
        return int(probe.getsockname()[1])


def listen(host: str, port: int, workers: int) -> None:
    """Serve with Granian until a signal ends it."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "regulars.doors.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


class Beside:
    """Another `regulars` command that runs while this process does something; it ends with it."""

    def __init__(self, *command: str) -> None:
        # A session of its own: Ctrl-C reaches this process alone, which then ends the other in order.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "regulars", *command], env=os.environ.copy(), start_new_session=True
        )
        self._watch = threading.Thread(target=self._wait, daemon=True)
        self._ending = False
        self._watch.start()

    def _wait(self) -> None:
        status = self._process.wait()
        if not self._ending:
            err.print(
                f"[yellow]The worker ended by itself (status {status}); start it again with regulars worker.[/yellow]"
            )

    def end(self) -> None:
        """Ask it to end, and wait."""
        self._ending = True
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
