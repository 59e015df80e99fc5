"""`regulars member ...`: who members are, one by one or in a file; whoever is new is enrolled."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from regulars.doors.cli.asked import Wrong, writable
from regulars.doors.cli.house import open_house
from regulars.doors.cli.importing import rejects_of
from regulars.doors.cli.points import ACTOR, DryRun
from regulars.doors.cli.saying import GOES_ON, interruptible, out, progress, refuse, refuse_file, report, spoken

app = typer.Typer(name="member", help="Enrol members, and put right what is known of them.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The member's number.")]
Told = Annotated[str | None, typer.Option(help='"" forgets it.')]


@app.command()
def put(
    number: Number, given_name: Told = None, family_name: Told = None,
    preferred_name: Annotated[str | None, typer.Option(help="How they like to be called.")] = None,
    email: Annotated[str | None, typer.Option(help="Nobody else may have it.")] = None, phone: Told = None,
    language: Annotated[str | None, typer.Option(help="en, de, es or da.")] = None,
    birth_month: Annotated[str | None, typer.Option(help="From 1 to 12, with --birth-day.")] = None,
    birth_day: Told = None, birth_year: Annotated[str | None, typer.Option(help="May stay unknown.")] = None,
    joined_on: Annotated[str | None, typer.Option(help="The day: 2026-12-24. Of whoever is new, today.")] = None,
    dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Tell who a member is; whoever is new is enrolled. Only what is told changes, and "" forgets it."""
    from regulars.ground.members.personal import read

    said = {
        "given_name": given_name, "family_name": family_name, "preferred_name": preferred_name, "email": email,
        "phone": phone, "language": language, "birth_month": birth_month, "birth_day": birth_day,
        "birth_year": birth_year, "joined_on": joined_on,
    }  # fmt: skip
    told = {name: value for name, value in said.items() if value is not None}
    for fault in read(told, date.max)[1]:
        raise Wrong(fault.sentence, param_hint=f"--{fault.column.replace('_', '-')}")
    with open_house(report):
        from regulars.ground.installation.facts import now
        from regulars.ground.members.describing import Telling, describe

        (done,) = describe([Telling(number, told)], ACTOR, now(), dry_run)
        for fault in done.faults:
            refuse(fault.code, fault.sentence)
        would = "would be " if dry_run else ""
        if done.made:
            out.print(f"{number} {would or 'is '}enrolled.", soft_wrap=True)
        elif done.changed:
            out.print(f"{done.number} {would or 'is '}put right: {', '.join(done.changed)}.", soft_wrap=True)
        else:
            out.print(f"All of this is known of {done.number}: nothing was changed.", soft_wrap=True)


@app.command(name="import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="CSV, Parquet or JSON Lines; plain or gzip.", exists=True, dir_okay=False)
    ],
    forget_empty: Annotated[
        bool, typer.Option(help="An empty cell forgets what is known; without, it tells nothing.")
    ] = False,
    rejects: Annotated[
        Path | None,
        typer.Option(help="Where what was not taken is told (.csv or .jsonl); else beside the file.", parser=writable),
    ] = None,
    dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Put a file of people in place, a row for each. Interrupt it when you like: the same command goes on.

    Exit status 0 when every row was taken, 1 when some were not (or nothing could be read).
    """
    with open_house(report, migrate=True):
        from regulars.ground.activity.contract import FileRefused
        from regulars.ground.installation.facts import now
        from regulars.ground.members.registering import register

        try:
            with interruptible(GOES_ON), progress(f"Reading {file.name}", "rows") as step:
                done = register(
                    file, ACTOR, now(), rejects or rejects_of(file), spoken(None), forget_empty, dry_run, step
                )
        except FileRefused as refused:
            refuse_file(refused.faults)
    table = Table(box=None, show_header=False)
    for what, count in (("enrolled", done.enrolled), ("put right", done.changed), ("known so already", done.so)):
        table.add_row(what, f"{count:>10,}")
    for code, count in sorted(done.faults.items()):
        table.add_row(f"  [red]{code}[/red]", f"{count:>10,}")
    out.print(table)
    if done.report:
        out.print(f"What could not be taken, row by row with the reason: {done.report}", soft_wrap=True)
    if dry_run:
        out.print("Only looked at: nothing was changed.")
    raise typer.Exit(1 if done.faults else 0)


@app.command()
def erase(
    number: Number,
    leave_points: Annotated[bool, typer.Option(help="They were asked, and leave their points behind.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Erase who a member is, for good: names, addresses, birthday and number. The ledger stays, as nobody's."""
    with open_house(report):
        from regulars.exchange.counter import erasing
        from regulars.exchange.earning.acting import ActRefused
        from regulars.ground.installation.facts import now

        try:
            done = erasing.erase(number, ACTOR, now(), leave_points, dry_run)
        except ActRefused as refused:
            refuse(refused.refusal.code, refused.refusal.sentence, refused.refusal.figures)
    others = f", with {', '.join(done.numbers[1:])}, which they had as well" if done.numbers[1:] else ""
    out.print(f"{number} {'would be' if dry_run else 'is'} erased{others}.", soft_wrap=True)
    for what, points in (("Stays in the ledger, as nobody's", done.points), ("Owed by nobody from then on", done.owed)):
        if points:
            out.print(f"{what}: {', '.join(f'{some:,} {id}' for id, some in points.items())}.", soft_wrap=True)
    table = Table(box=None, show_header=False)
    table.add_row("messages withdrawn", f"{done.messages:>10,}")
    table.add_row("missing purchases forgotten", f"{done.missed:>10,}")
    table.add_row("quarantined events forgotten", f"{done.set_aside:>10,}")
    out.print(table)
    if dry_run:
        out.print("Only looked at: nothing was changed.")
