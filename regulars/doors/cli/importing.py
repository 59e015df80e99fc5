"""`regulars import`: a file of events into the ledger."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table

from regulars.doors.cli.asked import source as named
from regulars.doors.cli.asked import writable
from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import GOES_ON, interruptible, out, progress, refuse, refuse_file, report, spoken


def import_events(
    file: Annotated[
        Path, typer.Argument(help="Parquet, CSV or JSON Lines; plain or gzip.", exists=True, dir_okay=False)
    ],
    source: Annotated[
        str,
        typer.Option(
            help="The name of the system that tells these events; with an event's own id it names it for ever.",
            parser=named,
        ),
    ],
    map: Annotated[
        Path | None,
        typer.Option(help="How the file's columns become those of docs/events.md.", exists=True, dir_okay=False),
    ] = None,
    members: Annotated[
        Literal["create", "known"], typer.Option(help="Enrol members not known yet, or set their events aside.")
    ] = "known",
    rejects: Annotated[
        Path | None,
        typer.Option(help="Where what was set aside is told (.csv or .jsonl); else beside the file.", parser=writable),
    ] = None,
) -> None:
    """Take a file of events. Interrupt it when you like: the same command goes on; done twice, it changes nothing.

    Exit status 0 when every event was taken, 1 when some were set aside (or nothing could be read), 2 for a
    wrong call.
    """
    with open_house(report, migrate=True):
        from regulars.ground.installation.facts import now

        done = run_import(file, source, map, members == "create", rejects or rejects_of(file), now())
    raise typer.Exit(1 if done else 0)


def rejects_of(file: Path) -> Path:
    """Where the rows of a file that were set aside are told: beside it, or in the working folder if that cannot be."""
    beside = file.with_name(f"{file.name}.rejects.csv")
    return beside if os.access(beside.parent, os.W_OK) else Path(beside.name)


def run_import(file: Path, source: str, map_path: Path | None, create: bool, rejects: Path, moment: object) -> int:
    """Import with a progress bar and a summary; answers how many events were set aside. Needs an open house."""
    from datetime import datetime

    from regulars.exchange.earning.importing import import_file
    from regulars.ground.activity.contract import FileRefused
    from regulars.ground.publishing.versions import PublishRefused
    from regulars.programme.problems import ProgrammeError

    assert isinstance(moment, datetime)
    started = time.monotonic()

    try:
        with interruptible(GOES_ON), progress(f"Importing {file.name}", "rows") as told:
            done = import_file(
                file,
                source,
                map_path,
                create,
                moment,
                rejects,
                lambda rows, total, _so_far: told(rows, total),
                writers=min(2, os.cpu_count() or 1),
                language=spoken(None),
            )
    except FileRefused as refused:
        refuse_file(refused.faults)
    except ProgrammeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except PublishRefused as refused:
        refuse(refused.code, str(refused))
    _summary(done, time.monotonic() - started)
    return done.events["quarantined"]


def _summary(done: object, seconds: float) -> None:
    from regulars.exchange.earning.importing import Imported

    assert isinstance(done, Imported)
    if done.resumed_at:
        out.print(f"Went on after {done.resumed_at} batches of an earlier run.")
    table = Table(box=None, show_header=False)
    for status in ("recorded", "duplicate", "quarantined"):
        if done.events[status]:
            table.add_row(status, f"{done.events[status]:>10,}")
    for code, count in sorted(done.codes.items()):
        table.add_row(f"  {code}", f"{count:>10,}")
    out.print(table)
    out.print(f"{done.rows:,} rows in {seconds:,.1f} s")
    if done.report:
        out.print(f"What was set aside, row by row with the reason: {done.report}")
