"""`regulars clock`: the movable clock of a demo."""

from __future__ import annotations

from typing import Annotated

import typer

from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, report


def clock(
    ahead: Annotated[int, typer.Option(help="Move the clock on by this many days; it never moves back.", min=0)] = 0,
) -> None:
    """Show this installation's clock, or move it on (never back), for demos and trials."""
    with open_house(report, migrate=ahead > 0):
        from regulars.doors.worker.waking import NIGHT, NOTICES, wake
        from regulars.ground.installation.facts import move_clock

        out.print(f"{move_clock(ahead):%Y-%m-%d %H:%M} UTC")
        if ahead:
            for job in (NIGHT, NOTICES):
                wake(job)
            report("", "What fell due by then is done by the worker: at once, or when regulars serve runs.")
