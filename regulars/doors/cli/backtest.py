"""`regulars backtest`: what would this programme have done with last year's sales?"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from regulars.doors.cli.saying import err, out, progress


def backtest(
    programme: Annotated[Path, typer.Argument(help="The programme file.", exists=True, dir_okay=False)],
    events: Annotated[
        Path, typer.Option(help="Parquet, CSV or JSON Lines; plain or gzip.", exists=True, dir_okay=False)
    ],
    out_dir: Annotated[Path, typer.Option("--out", help="The folder for entries, members, summary and report.")],
    map: Annotated[
        Path | None, typer.Option(help="How the file's columns become those of docs/events.md.", exists=True)
    ] = None,
    processes: Annotated[int, typer.Option(help="How many processes share the members; the result is the same.", min=1)] = 2,
) -> None:
    """Fold a programme over a file of events, without a database: who would have got what, by which rule."""
    started = time.perf_counter()
    from babel.numbers import get_currency_precision

    from regulars.exchange.earning.backtest import Backtested, write_summary
    from regulars.exchange.earning.backtest import backtest as fold
    from regulars.ground.activity.contract import FileRefused, Terms
    from regulars.ground.activity.files import Reading
    from regulars.ground.activity.mapping import read_map
    from regulars.programme.loading import load
    from regulars.programme.problems import ProgrammeError

    result: Backtested
    try:
        loaded = load(programme.read_bytes(), str(programme))
        header = loaded.header
        now = int(datetime.now(UTC).timestamp() * 1_000_000)
        terms = Terms(header.zone, header.money, get_currency_precision(header.money), now)
        mapped = read_map(map.read_bytes(), str(map)) if map else None
        with progress(f"Folding {events.name}", "rows") as bar, Reading(events, terms, mapped) as reading:
            read = time.perf_counter()

            def tell(rows: int, total: int) -> None:
                rate = f"{rows / max(time.perf_counter() - read, 0.001):,.0f}/s"
                bar.update(bar.task_ids[0], completed=rows, total=total, rate=rate)

            result = fold(loaded, reading, out_dir, tell, processes)
        result.seconds["read"] = round(read - started, 2)
    except FileRefused as refused:
        for fault in refused.faults:
            err.print(f"[bold red]{fault.code}[/bold red]: {fault.sentence}", soft_wrap=True)
        raise typer.Exit(1) from None
    except ProgrammeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    result.seconds["total"] = round(time.perf_counter() - started, 2)
    write_summary(result, out_dir)
    table = Table(box=None, show_header=False)
    for currency, rules in result.issued.items():
        for rule, points in rules.items():
            table.add_row(currency, rule, f"{points:>12,}")
    out.print(table)
    out.print(
        f"{result.events:,} events of {result.members:,} members in {result.seconds['total']:,.1f} s; see {out_dir}/summary.json"
    )
