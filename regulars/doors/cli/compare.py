"""`regulars compare`: who gains and who loses when a promise changes, and what the change owes to members."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from regulars.doors.cli.asked import Language, Wrong, day
from regulars.doors.cli.backtest import BATCH, RESIDENT_ROWS, as_a_library, bounded
from regulars.doors.cli.saying import err, out, progress, refuse, refuse_file, spoken
from regulars.kit.speaking import worded

if TYPE_CHECKING:
    from regulars.exchange.earning.comparing import Compared
    from regulars.programme.comparing import Difference
    from regulars.programme.promise import Programme


def compare(
    old: Annotated[Path, typer.Argument(help="The programme file in force.", exists=True, dir_okay=False)],
    new: Annotated[Path, typer.Argument(help="The programme file to come.", exists=True, dir_okay=False)],
    events: Annotated[
        Path, typer.Option(help="Parquet, CSV or JSON Lines; plain or gzip.", exists=True, dir_okay=False)
    ],
    out_dir: Annotated[Path, typer.Option("--out", help="The folder for comparison, summary, report and notices.")],
    map: Annotated[
        Path | None,
        typer.Option(help="How the file's columns become those of docs/events.md.", exists=True, dir_okay=False),
    ] = None,
    notice: Annotated[
        date | None, typer.Option(help="The day on which members are told. Default: today.", parser=day, metavar="DAY")
    ] = None,
    effective: Annotated[
        date | None,
        typer.Option(help="The day on which the new promise begins. Default: the earliest.", parser=day, metavar="DAY"),
    ] = None,
    allow_devaluation: Annotated[
        bool, typer.Option("--allow-devaluation", help="Report what takes from points already earned, and draft it.")
    ] = False,
    language: Language = None,
    processes: Annotated[
        int | None, typer.Option(help="Processes that share the members; the result is the same. Default: 2.", min=1)
    ] = None,
) -> None:
    """Fold the old and the new programme over the same events: who gains, who loses, by which rule; and draft the
    notice that the change owes.

    Exit status 0 done (also when some are worse off: that is said), 1 when points already earned would lose by it,
    when the day comes too soon, or when events were set aside, 2 for a wrong call.
    """
    started = time.perf_counter()
    from regulars.exchange.earning.gains import summary
    from regulars.ground.activity.contract import FileRefused
    from regulars.programme.comparing import differences
    from regulars.programme.notice import owed_for
    from regulars.programme.problems import ProgrammeError

    try:
        before, after = _both(old, new)
        found = differences(before, after)
        due = owed_for(found, before)
        told_on = notice or datetime.now(UTC).date()
        begins = effective or due.earliest(told_on)
        if begins < due.earliest(told_on):
            refuse("notice_owed", f"Members told on {told_on} are owed {due.notice_days} days: the change may begin "
                   f"on {due.earliest(told_on)} at the soonest.")  # fmt: skip
        result = _folded(before, after, events, map, out_dir, processes or min(2, os.cpu_count() or 1))
        told = summary(before, after, result, found, told_on, begins)
        forbidden = any(one.devalues for one in found) and not allow_devaluation
        _write(before, after, told, found, events.name, out_dir, spoken(language), drafts=not forbidden)
    except FileRefused as refused:
        refuse_file(refused.faults)
    except ProgrammeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        refuse("cannot_write", f"{error.filename or out_dir}: {error.strerror}. Name a folder that you may write to.")
    _say(told, out_dir, time.perf_counter() - started)
    _warn(told, found, forbidden)
    raise typer.Exit(1 if forbidden or result.rejected else 0)


def _both(old: Path, new: Path) -> tuple[Programme, Programme]:
    from regulars.programme.loading import load

    before, after = (load(path.read_bytes(), str(path)) for path in (old, new))
    if before.header.money != after.header.money:
        said = worded(
            "It counts in {new}, the old one in {old}: no event fits both.",
            new=after.header.money, old=before.header.money,
        )  # fmt: skip
        raise Wrong(said, param_hint="NEW")
    return before, after


def _folded(
    old: Programme, new: Programme, events: Path, map_path: Path | None, out_dir: Path, processes: int
) -> Compared:  # fmt: skip
    """Read and fold, with a progress bar."""
    from babel.numbers import get_currency_precision

    from regulars.exchange.earning.comparing import compare as fold
    from regulars.ground.activity.contract import Terms
    from regulars.ground.activity.files import Reading
    from regulars.ground.activity.mapping import read_map

    header = old.header
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    terms = Terms(header.zone, header.money, get_currency_precision(header.money), now)
    mapped = read_map(map_path.read_bytes(), str(map_path)) if map_path else None
    with (
        progress(f"Folding {events.name} twice", "rows") as tell,
        Reading(events, terms, mapped, batch_events=BATCH, resident_rows=RESIDENT_ROWS) as reading,
        as_a_library(),
        bounded(),
    ):
        return fold(old, new, reading, out_dir, tell, processes)


def _write(
    old: Programme, new: Programme, told: Mapping[str, Any], found: Sequence[Difference], source: str, out_dir: Path,
    language: str, drafts: bool,
) -> None:  # fmt: skip
    """Summary, report, and the drafts in four languages; drafts of an earlier run that no longer hold are removed."""
    from regulars.doors.cli.compare_report.writing import report
    from regulars.exchange.earning.backtest import write_beside
    from regulars.programme.header import LANGUAGES
    from regulars.programme.notice import draft, wrapped

    write_beside(out_dir / "summary.json", json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    write_beside(out_dir / "report.html", report(old, new, told, found, source, language))
    sent, begins = (date.fromisoformat(told["owed"][day]) for day in ("notice", "effective"))
    for tongue in LANGUAGES:
        path = out_dir / f"notice.{tongue}.txt"
        text = wrapped(draft(found, old, new, sent, begins, tongue)) if drafts else ""
        if text:
            write_beside(path, text)
        else:
            path.unlink(missing_ok=True)


def _say(told: Mapping[str, Any], out_dir: Path, seconds: float) -> None:
    """The few figures one waits for, and where the others are."""
    table = Table("", "before", "now", "difference", "lose", "gain", "same", box=None)
    for currency, moved in told["currencies"].items():
        figures = (moved["old"], moved["new"], moved["difference"], moved["lose"]["members"], moved["gain"]["members"])
        table.add_row(currency, *(f"{one:,}" for one in (*figures, moved["same"])))
        for rule, row in moved["rules"].items():
            if row["difference"] or row["lose"] or row["gain"]:
                figures = (row["old"], row["new"], row["difference"], row["lose"], row["gain"])
                table.add_row(f"  {rule}", *(f"{one:,}" for one in figures), "")
    out.print(table)
    for currency, moved in told["currencies"].items():
        money = moved["money"]
        if money and money["point"]["old"] != money["point"]["new"]:
            said = f"{money['lose']['members']:,} lose, {money['gain']['members']:,} gain, {money['same']:,} neither"
            out.print(f"{currency} buy something else than before; by what they buy {said}.", soft_wrap=True)
    out.print(f"{told['members']:,} members, folded twice in {seconds:,.1f} s; see {out_dir}/report.html")


def _warn(told: Mapping[str, Any], found: Sequence[Difference], forbidden: bool) -> None:
    """What members may be worse off by, and what that owes them."""
    from regulars.programme.comparing import titles_stayed
    from regulars.programme.judging import Effect

    for code, count in told["rejected"].items():
        err.print(f"[bold red]{code}[/bold red]: {count:,} set aside, row by row in rejects.csv", soft_wrap=True)
    for one in found:
        if one.adverse:
            style = "bold red" if one.devalues else "bold yellow"
            word = {Effect.DEVALUING: "devalues", Effect.DIFFERS: "differs"}.get(one.effect, "adverse")
            err.print(f"[{style}]{word}[/{style}]: {one.kind} {one.id}".rstrip() + " · ", end="")
            err.print(one.sentence("en"), soft_wrap=True, markup=False)
    if stayed := titles_stayed(found):
        err.print(stayed, soft_wrap=True, markup=False)
    due = told["owed"]
    if due["notice_days"]:
        err.print(
            f"Owed: a notice ({due['notice']}), {due['notice_days']} days before the change (not before "
            f"{due['earliest']}); what was earned can be spent as today until {due['spend_until']}.",
            soft_wrap=True,
        )
    if forbidden:
        err.print(
            "[bold red]devaluation_forbidden[/bold red]: the change takes from points that members have earned. "
            "Leave those as they are, or say --allow-devaluation to have it reported and drafted all the same.",
            soft_wrap=True,
        )
