"""`regulars publish`: put a programme file in force."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, refuse, report
from regulars.programme.problems import ProgrammeError


def publish(
    file: Annotated[Path, typer.Argument(help="The programme file.", exists=True, dir_okay=False)],
    effective: Annotated[
        datetime | None,
        typer.Option(
            help="When it begins, as YYYY-MM-DD in UTC; it may lie in the past for a first version. Default: now."
        ),
    ] = None,
    base: Annotated[int | None, typer.Option(help="The number of the version it was written from.")] = None,
) -> None:
    """Publish the next version of the programme. It never changes again; purchases from its date on follow it."""
    with open_house(report, migrate=True):
        from regulars.ground.installation.facts import now
        from regulars.ground.publishing.versions import PublishRefused
        from regulars.ground.publishing.versions import publish as publish_text

        moment = now()
        begins = effective.replace(tzinfo=UTC) if effective else moment
        try:
            number = publish_text(file.read_text(encoding="utf-8"), begins, "command line", moment, base)
        except ProgrammeError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
        except PublishRefused as refused:
            refuse(refused.code, str(refused))
        out.print(f"Version {number} of {file} holds from {begins:%Y-%m-%d %H:%M} UTC.")
