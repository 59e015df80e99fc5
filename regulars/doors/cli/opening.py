"""`regulars opening`: what members bring along from another system, taken whole or not at all, and undone so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from regulars.doors.cli.asked import Wrong, writable
from regulars.doors.cli.house import open_house
from regulars.doors.cli.importing import rejects_of
from regulars.doors.cli.points import ACTOR
from regulars.doors.cli.saying import err, interruptible, out, progress, refuse, refuse_file, report, spoken
from regulars.kit.speaking import worded

if TYPE_CHECKING:
    from regulars.exchange.earning.withdrawing import Undone


def opening(
    file: Annotated[
        Path | None, typer.Argument(help="CSV, Parquet or JSON Lines; plain or gzip.", exists=True, dir_okay=False)
    ] = None,
    control: Annotated[
        Path | None,
        typer.Option(help="The control totals (CSV); without them it is only checked.", exists=True, dir_okay=False),
    ] = None,
    run: Annotated[str, typer.Option("--as", help="The id of this run: again under it changes nothing.")] = "",
    undo: Annotated[str, typer.Option(help="Undo as a whole what was taken under this id.")] = "",
    dry_run: Annotated[bool, typer.Option(help="With --undo: say what it would come to, and change nothing.")] = False,
    despite_later: Annotated[
        bool, typer.Option(help="With --undo: also where something has happened to members since.")
    ] = False,
    rejects: Annotated[
        Path | None,
        typer.Option(help="Where what is wrong is told (.csv or .jsonl); else beside the file.", parser=writable),
    ] = None,
) -> None:
    """Open accounts with the points, tiers and days that members bring along from another system.

    Without --control all of the file is read and judged, and nothing is taken. Exit status 0 when nothing is wrong.
    Undoing where members have bought since takes two steps: --dry-run says in figures what becomes of whom, and
    --despite-later does it.
    """
    if bool(undo) == (file is not None) or (file and bool(control) != bool(run)):
        raise Wrong(worded("Name a file to check; with --control and --as to take it; or --undo and an id."))
    if not undo and (dry_run or despite_later):
        raise Wrong(
            worded("It goes with {option}.", option="--undo"), param_hint="--dry-run" if dry_run else "--despite-later"
        )
    with open_house(report, migrate=True), _refusals():
        if file is None:
            _undo(undo, dry_run, despite_later)
        else:
            _take(file, control, run, rejects or rejects_of(file))


def _take(path: Path, control: Path | None, run: str, rejects: Path) -> None:
    from regulars.exchange.earning.opening import check_file, take_openings
    from regulars.ground.activity.openings import read_totals
    from regulars.ground.installation.facts import now

    told = read_totals(control) if control else None
    moment = now()
    checked = check_file(path, run, moment, rejects, spoken(None))
    table = Table(box=None, show_header=False)
    for (total, of), value in sorted(checked.totals.items()):
        table.add_row(f"{total} {of}".strip(), f"{value:>14,}")
    for code, count in sorted(checked.faults.items()):
        table.add_row(f"  [red]{code}[/red]", f"{count:>14,}")
    out.print(table)
    if checked.report:
        out.print(f"What is wrong, row by row with the reason: {checked.report}", soft_wrap=True)
    if told is None:
        out.print("Only checked: nothing was taken.")
        raise typer.Exit(1 if checked.faults else 0)
    with interruptible("nothing was taken."), progress(f"Opening accounts of {path.name}", "members") as step:
        done = take_openings(checked, told, run, ACTOR, moment, step)
    if done.again:
        out.print(f"{run} was taken before: nothing was changed.")
    else:
        out.print(f"{done.members:,} accounts opened as {run}.")


def _undo(run: str, dry_run: bool, despite: bool) -> None:
    from regulars.exchange.earning.withdrawing import preview_undoing, undo_openings
    from regulars.ground.installation.facts import now

    with progress(f"Looking at {run}" if dry_run else f"Undoing {run}", "members") as step:
        if dry_run:
            done = preview_undoing(run, now(), step)
        else:
            done = undo_openings(run, ACTOR, now(), step, despite=despite)
    if done.again:
        out.print(f"{run} was undone before: nothing was changed.")
        return
    out.print(_figures(done))
    for one in done.left:
        other = f" ({one.other})" if one.other else ""
        out.print(f"  [yellow]{one.code}[/yellow] {one.member}{other}: {one.sentence}", soft_wrap=True)
    if dry_run:
        more = " --despite-later" if done.later or done.left else ""
        out.print(f"Only looked at: nothing was undone. To do it: regulars opening --undo {run}{more}", soft_wrap=True)
    elif done.later:
        out.print(f"{done.members:,} openings withdrawn. A right file may take their place, under an id of its own.")
    else:
        out.print(f"{done.members:,} openings withdrawn: these accounts are as new.")


def _figures(done: Undone) -> Table:
    """What undoing comes to: members, points by currency with the members concerned, and tiers."""
    table = Table(box=None, show_header=False)
    table.add_row("members", f"{done.members:>14,}")
    table.add_row("  to whom something happened since", f"{done.later:>14,}")
    for currency, points in sorted(done.points.items()):
        for name, said in _SAID.items():
            members = points.members[name]
            if members:
                whose = f"{members:,} member{'s' if members > 1 else ''}"
                table.add_row(f"{currency} {said}", f"{getattr(points, name):>14,}", whose)
    for (source, target), members in sorted(done.tiers.items()):
        table.add_row(f"from {source} to {target}", "", f"{members:,} member{'s' if members > 1 else ''}")
    if done.left:
        table.add_row("left as they are", f"{len(done.left):>14,}")
    return table


_SAID = {
    "left": "taken back",
    "expired": "that had expired, taken back",
    "made_up": "spent: other points make up for them",
    "owed": "spent: owed from now on",
    "short": "spent: left to the next opening",
    "forgotten": "owed, and forgotten",
    "given_back": "paid of it, and given back",
}


@contextmanager
def _refusals() -> Iterator[None]:
    """What is refused is said with its code and its figures; exit status 1."""
    from regulars.exchange.earning.acting import ActRefused
    from regulars.ground.activity.contract import FileRefused
    from regulars.ground.activity.naming import BadSource
    from regulars.ground.publishing.versions import PublishRefused

    try:
        yield
    except FileRefused as refused:
        refuse_file(refused.faults)
    except BadSource as refused:
        refuse(refused.code, refused.sentence)
    except PublishRefused as refused:
        refuse(refused.code, str(refused))
    except ActRefused as refused:
        _tell(refused)


def _tell(refused: Exception) -> None:
    from regulars.exchange.earning.acting import ActRefused

    assert isinstance(refused, ActRefused)
    figures = dict(refused.refusal.figures)
    figures.pop("faults", None)  # they were told code by code
    rows = figures.pop("differences", [])
    if rows:
        table = Table("total", "of", "control", "file", box=None)
        for row in rows:
            table.add_row(row["total"], row["of"], f"{row['control']:,}", f"{row['file']:,}")
        err.print(table)
    refuse(refused.refusal.code, refused.refusal.sentence, figures)
