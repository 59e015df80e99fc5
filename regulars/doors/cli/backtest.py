"""`regulars backtest`: what would this programme have done with last year's sales?"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from regulars.doors.cli.saying import err, out, progress, refuse

#: Events in a batch: fewer and larger ones than where each batch is a transaction.
BATCH = 8_000

if TYPE_CHECKING:
    from regulars.exchange.earning.backtest import Backtested
    from regulars.programme.promise import Programme


def backtest(
    programme: Annotated[Path, typer.Argument(help="The programme file.", exists=True, dir_okay=False)],
    events: Annotated[
        Path, typer.Option(help="Parquet, CSV or JSON Lines; plain or gzip.", exists=True, dir_okay=False)
    ],
    out_dir: Annotated[Path, typer.Option("--out", help="The folder for entries, members, summary and report.")],
    map: Annotated[
        Path | None,
        typer.Option(help="How the file's columns become those of docs/events.md.", exists=True, dir_okay=False),
    ] = None,
    processes: Annotated[
        int | None, typer.Option(help="Processes that share the members; the result is the same. Default: 2.", min=1)
    ] = None,
) -> None:
    """Fold a programme over a file of events, without a database: who would have got what, by which rule.

    Exit status 0 when every event was taken, 1 when some were set aside (or nothing could be read).
    """
    started = time.perf_counter()
    from regulars.doors.cli.backtest_report.writing import report
    from regulars.exchange.earning.backtest import write_beside, write_summary
    from regulars.ground.activity.contract import FileRefused
    from regulars.programme.loading import load
    from regulars.programme.problems import ProgrammeError

    try:
        loaded = load(programme.read_bytes(), str(programme))
        result = _folded(loaded, events, map, out_dir, processes or min(2, os.cpu_count() or 1))
        result.seconds["total"] = round(time.perf_counter() - started, 2)
        write_beside(out_dir / "report.html", report(loaded, result, events.name))
        write_summary(result, out_dir)
    except FileRefused as refused:
        for fault in refused.faults:
            err.print(f"[bold red]{fault.code}[/bold red]: {fault.sentence}", soft_wrap=True)
        raise typer.Exit(1) from None
    except ProgrammeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        refuse("cannot_write", f"{error.filename or out_dir}: {error.strerror}. Name a folder that you may write to.")
    _say(loaded, result, out_dir)
    raise typer.Exit(1 if result.rejected else 0)


def _folded(programme: Programme, events: Path, map_path: Path | None, out_dir: Path, processes: int) -> Backtested:
    """Read and fold, with a progress bar."""
    from babel.numbers import get_currency_precision

    from regulars.exchange.earning.backtest import backtest as fold
    from regulars.ground.activity.contract import Terms
    from regulars.ground.activity.files import Reading
    from regulars.ground.activity.mapping import read_map

    header = programme.header
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    terms = Terms(header.zone, header.money, get_currency_precision(header.money), now)
    mapped = read_map(map_path.read_bytes(), str(map_path)) if map_path else None
    started = time.perf_counter()
    with (
        progress(f"Folding {events.name}", "rows") as bar,
        Reading(events, terms, mapped, batch_events=BATCH) as reading,
    ):
        read = time.perf_counter()

        def tell(rows: int, total: int) -> None:
            rate = f"{rows / max(time.perf_counter() - read, 0.001):,.0f}/s"
            bar.update(bar.task_ids[0], completed=rows, total=total, rate=rate)

        result = fold(programme, reading, out_dir, tell, processes)
    result.seconds = {"read": round(read - started, 2), **result.seconds}
    return result


def _say(programme: Programme, result: Backtested, out_dir: Path) -> None:
    """The few figures one waits for, and where the others are."""
    table = Table(box=None, show_header=False)
    for currency, rules in result.issued.items():
        for rule, points in rules.items():
            table.add_row(currency, rule, f"{points:>12,}")
    out.print(table)
    seconds = result.seconds["total"]
    out.print(f"{result.events:,} events of {result.members:,} members in {seconds:,.1f} s; see {out_dir}/report.html")
    for code, count in sorted(result.refusals.items()):
        out.print(f"The programme refused {count:,}: {code}")
    for code, count in sorted(result.rejected.items()):
        err.print(
            f"[bold red]{code}[/bold red]: {count:,} set aside, row by row in {out_dir}/rejects.csv", soft_wrap=True
        )
