"""`regulars publish`: put a programme file in force, take one back before it begins, or replace a bad one at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer

from regulars.doors.cli.asked import Wrong, day
from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, refuse, report
from regulars.kit.speaking import listed, worded
from regulars.programme.checks.linting import lint
from regulars.programme.loading import load
from regulars.programme.problems import ERROR, ProgrammeError, render

BY = "command line"
T = TypeVar("T")


def publish(
    file: Annotated[Path | None, typer.Argument(help="The programme file.", exists=True, dir_okay=False)] = None,
    effective: Annotated[
        date | None,
        typer.Option(
            help="The day on which it begins, as YYYY-MM-DD, with its first moment in the programme's zone; it may lie"
            " in the past while nothing was recorded since. Default: now.",
            parser=day,
            metavar="DAY",
        ),
    ] = None,
    base: Annotated[int | None, typer.Option(help="The number of the version it was written from.", min=1)] = None,
    replace: Annotated[bool, typer.Option("--replace", help="At once, in place of a bad version in force.")] = False,
    withdraw: Annotated[
        int | None, typer.Option(help="Instead: take back this version before it begins.", min=1)
    ] = None,
    allow_devaluation: Annotated[
        bool, typer.Option("--allow-devaluation", help="Also when it takes from what members have earned already.")
    ] = False,
    worse_now: Annotated[
        bool, typer.Option("--worse-now", help="For --replace: I have read what gets worse, and members get no notice.")
    ] = False,
    because: Annotated[str, typer.Option(help="Why, for --replace and --withdraw. It stays on record.")] = "",
) -> None:
    """Publish the next version of the programme. It never changes again; purchases from its date on follow it.

    `--replace --base N --because WHY` puts the file in force at once instead of version N; where that is worse for
    members, who would be owed notice, only with `--worse-now`. `--withdraw N --because
    WHY` needs no file: version N, which has not begun, never will.

    Exit status 1 when it is refused, 2 for a wrong call.
    """
    if (replace or withdraw is not None) and not because.strip():
        raise Wrong(worded("Say why: it stays on record."), param_hint="--because")
    if withdraw is not None:
        if file or effective or base or replace:
            raise Wrong(worded("It goes with {option} alone.", option="--because"), param_hint="--withdraw")
        _withdraw(withdraw, because)
    elif file is None:
        raise Wrong(worded("Name the programme file."), param_hint="FILE")
    elif not replace:
        if worse_now:
            raise Wrong(worded("It goes with {option}.", option="--replace"), param_hint="--worse-now")
        if because:
            raise Wrong(
                worded("It goes with {option}.", option=listed(["--replace", "--withdraw"], "or")),
                param_hint="--because",
            )
        _publish(file, effective, base, allow_devaluation)
    elif base is None or effective:
        raise Wrong(worded("It needs --base, and begins at once."), param_hint="--replace")
    else:
        _replace(file, base, because, worse_now, allow_devaluation)


def _publish(file: Path, effective: date | None, base: int | None, allow_devaluation: bool) -> None:
    with open_house(report, migrate=True):
        from regulars.ground.installation.facts import now
        from regulars.ground.publishing.noticing import beginning
        from regulars.ground.publishing.versions import publish as publish_text

        moment, text = now(), _fair(file)
        programme = load(text, str(file))
        begins = beginning(programme, effective, moment) if effective else moment
        number = _or_refused(lambda: publish_text(text, begins, BY, moment, base, allow_devaluation=allow_devaluation))
        local = begins.astimezone(ZoneInfo(programme.header.zone))
        out.print(f"Version {number} of {file} holds from {local:%Y-%m-%d %H:%M} in {programme.header.zone}.")


def _fair(file: Path) -> str:
    """The text of a file in which nothing is wrong, nor unfair but what a reason in it allows."""
    data = file.read_bytes()
    found = [problem for problem in lint(data, str(file)).problems if problem.severity == ERROR]
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    if found:
        typer.echo(render(found, text, str(file)), err=True)
        raise typer.Exit(1)
    return text


def _replace(file: Path, base: int, because: str, worse_now: bool, allow_devaluation: bool) -> None:
    with open_house(report, migrate=True):
        from regulars.ground.installation.facts import now
        from regulars.ground.publishing.closing import replace

        text = _fair(file)
        number = _or_refused(
            lambda: replace(text, because, BY, now(), base, worse_now=worse_now, allow_devaluation=allow_devaluation)
        )
        out.print(f"Version {number} of {file} holds in place of version {base}.")


def _withdraw(number: int, because: str) -> None:
    with open_house(report, migrate=True):
        from regulars.ground.installation.facts import now
        from regulars.ground.publishing.closing import withdraw

        _or_refused(lambda: withdraw(number, because, BY, now()))
        out.print(f"Version {number} is withdrawn.")


def _or_refused(act: Callable[[], T]) -> T:
    """The act's answer; what refuses it ends the command with its reason."""
    from regulars.ground.publishing.versions import PublishRefused

    try:
        return act()
    except ProgrammeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except PublishRefused as refused:
        refuse(refused.code, str(refused))
