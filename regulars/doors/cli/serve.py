"""`regulars serve` and `regulars worker`: the doors that stay open."""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

import typer

from regulars.doors.cli.asked import Port
from regulars.doors.cli.beside import Beside, Kept, end_with_parent
from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import err, out, refuse, report, say_if_root

#: Server processes, unless told otherwise (docs/decisions/0012-the-intake.md).
PROCESSES = min(2, os.cpu_count() or 1)
ENDED = "Regulars has ended; the data stays."


def serve(
    port: Port = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Server processes.", min=1)] = PROCESSES,
    with_worker: Annotated[
        bool,
        typer.Option("--worker/--no-worker", help="Do the night's work beside it, or leave it to regulars worker."),
    ] = True,
) -> None:
    """Serve console, portal and API until Ctrl-C, and do what is due."""
    say_if_root()
    heed_settings()
    with open_house(report, migrate=True, stay=True):
        port = free_port(host, port)
        stay_open(host, port, workers, lambda: _print_ways_in(host, port), with_worker)
    out.print(ENDED)


def _print_ways_in(host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else "localhost" if host == "127.0.0.1" else host
    out.print(f"\n  Console  http://{shown}:{port}/console/\n  Portal   http://{shown}:{port}/")
    out.print(f"  API      http://{shown}:{port}/v1/docs\n\n  Ctrl-C ends it.\n")


def worker() -> None:
    """Do what is due, and what happened sets off, until Ctrl-C."""
    end_with_parent()
    heed_settings()
    with open_house(report, migrate=True, stay=True):
        from regulars.doors.worker.running import run

        run()


def heed_settings() -> None:
    """Look at the settings that nobody reads before a mail is due. Raises BadSetting."""
    from regulars.ground.messaging.mailing import mail_server, members_address

    mail_server()
    members_address()


def free_port(host: str, wanted: int) -> int:
    """The port, or another that is free when `wanted` is 0; refuses a busy one."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError as error:
            advice = {
                errno.EACCES: "Ports below 1024 are for root: take a higher one.",
                errno.EADDRNOTAVAIL: "No network of this machine has that address: name one it has, or none.",
            }.get(error.errno or 0, "Take a free one: --port 0, make run PORT=0.")
            refuse("port_busy", f"{host}:{wanted} cannot be used ({error.strerror}). {advice}")
        return int(probe.getsockname()[1])


def stay_open(host: str, port: int, workers: int, opened: Callable[[], None], with_worker: bool = True) -> None:
    """Serve, with the worker beside, until Ctrl-C or a signal; refuses to stay when the server has ended.

    `opened` is called once, as soon as somebody listens at the port.
    """
    listens = False
    night = Kept("regulars", "worker") if with_worker else None
    server = Beside("regulars.doors.cli.serving", host, str(port), str(workers))
    try:
        while server.status is None:
            if not listens and (listens := _listens(host, port)):
                opened()
            if night is not None and (status := night.look()) is not None:
                err.print(f"[yellow]The worker ended by itself (status {status}); it is started again.[/yellow]")
            time.sleep(0.2)
        refuse("server_ended", f"The server ended by itself (status {server.status}); its last words stand above.")
    except KeyboardInterrupt:
        return
    finally:
        server.end()
        if night is not None:
            night.end()


def _listens(host: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False
