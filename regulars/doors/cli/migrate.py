"""`regulars migrate`: the tables of the database as this version of the program needs them."""

from __future__ import annotations

from typing import Annotated

import typer

from regulars.doors.cli.house import alone, open_house
from regulars.doors.cli.saying import out, report

COMPLETE = "complete what servers of an older version wrote meanwhile: say it when the last of them has ended"


def migrate(complete: Annotated[bool, typer.Option("--complete", help=COMPLETE)] = False) -> None:
    """Bring the tables of the database up to date with this version of the program, while others work on.

    What opens the house does so by itself; this does nothing else. Members come from another system by `opening`.
    """
    with open_house(report, migrate=True):
        out.print("The tables are up to date.")
        if complete:
            with alone(report):
                _complete()


def _complete() -> None:
    """Write what an older program left out. Exit status 1 where `regulars prove` would still find a difference."""
    from regulars.exchange.budgets.recounting import recount
    from regulars.ground.members.keying import key_names

    out.print(f"Members who are found by name from now on: {key_names()}.")
    wrong = recount()
    for one in wrong:
        typer.echo(one)
    if wrong:
        raise typer.Exit(1)
    out.print("What was drawn on budgets is counted.")
