"""`regulars backtest`: what would this programme have done with last year's sales?"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from hashlib import file_digest
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from regulars.doors.cli.asked import Language, Wrong, one_of, share
from regulars.doors.cli.saying import INTERRUPTED, err, out, progress, refuse, refuse_file, spoken
from regulars.kit.speaking import worded

#: Events in a batch: fewer and larger ones than where each batch is a transaction.
BATCH = 8_000
#: Rows held in memory at a time; a longer history is spread over a scratch folder.
RESIDENT_ROWS = 1_500_000
Spend = Annotated[
    str,
    typer.Option(
        help="How members spend: `observed` (as the files say), `eager` (at once) or `none`.",
        parser=one_of("observed", "eager", "none"),
        metavar="observed|eager|none",
    ),
]

if TYPE_CHECKING:
    from regulars.exchange.earning.backtest import Backtested
    from regulars.programme.promise import Programme


def backtest(
    programme: Annotated[Path, typer.Argument(help="The programme file.", exists=True, dir_okay=False)],
    events: Annotated[
        list[Path],
        typer.Option(help="Parquet, CSV or JSON Lines; plain or gzip. May be repeated.", exists=True, dir_okay=False),
    ],
    out_dir: Annotated[Path, typer.Option("--out", help="The folder for entries, members, summary and report.")],
    more: Annotated[
        list[Path] | None,
        typer.Argument(help="Further files of events, as a pattern names them.", exists=True, dir_okay=False),
    ] = None,
    map: Annotated[
        Path | None,
        typer.Option(help="How the files' columns become those of docs/events.md.", exists=True, dir_okay=False),
    ] = None,
    spend: Spend = "observed",
    margin: Annotated[
        Fraction | None, typer.Option(help="What is left to the house of a unit of sales: 0.25.", parser=share)
    ] = None,
    first_reward: Annotated[
        int | None, typer.Option(help="What the first reward costs, in points. Default: the cheapest one.", min=1)
    ] = None,
    language: Language = None,
    processes: Annotated[
        int | None, typer.Option(help="Processes that share the members; the result is the same. Default: 2.", min=1)
    ] = None,
) -> None:
    """Fold a programme over files of events, without a database: who would have got what, by which rule, at what cost.

    Interrupted, it goes on from there when it is called again. Exit status 0 when every event was taken, 1 when some
    were set aside (or nothing could be read), 2 for a wrong call.
    """
    started = time.perf_counter()
    from regulars.doors.cli.backtest_report.writing import report
    from regulars.exchange.earning.backtest import UNDER_WAY, write_beside, write_summary
    from regulars.ground.activity.contract import FileRefused
    from regulars.programme.loading import load
    from regulars.programme.problems import ProgrammeError

    files = [*events, *(more or ())]
    if len({file.resolve() for file in files}) < len(files):
        raise Wrong(worded("A file is named twice: name each one once."), param_hint="--events")
    try:
        loaded = load(programme.read_bytes(), str(programme))
        count = processes or min(2, os.cpu_count() or 1)
        result, seconds = _folded(loaded, files, map, out_dir, (spend, margin, first_reward), count)
        written = time.perf_counter()
        write_beside(out_dir / "report.html", report(loaded, result, _named(files), spoken(language)))
        ended = time.perf_counter()
        seconds |= {"report": round(ended - written, 2), "total": round(ended - started, 2)}
        write_summary(result, out_dir, seconds)
    except FileRefused as refused:
        refuse_file(refused.faults)
    except ProgrammeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        refuse("cannot_write", f"{error.filename or out_dir}: {error.strerror}. Name a folder that you may write to.")
    except KeyboardInterrupt:
        kept = len(list((out_dir / UNDER_WAY).glob("*.figures")))
        err.print(f"Interrupted; {kept:,} finished parts are kept. The same command goes on from there.")
        raise typer.Exit(INTERRUPTED) from None
    _say(loaded, result, out_dir, time.perf_counter() - started)
    raise typer.Exit(1 if result.rejected else 0)


def _named(files: Sequence[Path]) -> str:
    return files[0].name if len(files) == 1 else f"{len(files)} files from {files[0].name} to {files[-1].name}"


def _folded(
    programme: Programme, files: Sequence[Path], map_path: Path | None, out_dir: Path,
    tried: tuple[str, Fraction | None, int | None], processes: int,
) -> tuple[Backtested, dict[str, float]]:  # fmt: skip
    """Read and fold, with progress bars; answers the result, and the seconds of both."""
    from babel.numbers import get_currency_precision

    from regulars.exchange.earning.backtest import Trial
    from regulars.exchange.earning.backtest import backtest as fold
    from regulars.exchange.earning.behaving import ways
    from regulars.exchange.earning.needing import unread
    from regulars.ground.activity.contract import Terms
    from regulars.ground.activity.files import Reading
    from regulars.ground.activity.mapping import read_map

    header = programme.header
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    digits = get_currency_precision(header.money)
    terms = Terms(header.zone, header.money, digits, now)
    written = map_path.read_bytes() if map_path else b""
    mapped = read_map(written, str(map_path)) if map_path else None
    spend, margin, first_reward = tried
    trial = Trial(ways(programme, spend, first_reward, digits), margin, _source(files, written))
    begun = time.perf_counter()
    with progress("Reading") as told:
        reading = Reading(
            list(files), terms, mapped, batch_events=BATCH, resident_rows=RESIDENT_ROWS,
            unread=unread(programme, mapped.declared if mapped else ()),
            progress=lambda read: told(round(100 * read), 100),
        )  # fmt: skip
    with reading, progress(f"Folding {_named(files)}", "rows") as tell, as_a_library(), bounded():
        read = time.perf_counter()
        result = fold(programme, reading, out_dir, tell, trial, processes, _begins_anew)
    return result, {"read": round(read - begun, 2), "fold": round(time.perf_counter() - read, 2)}


@contextmanager
def bounded() -> Iterator[None]:
    """Refuses figures that are larger than the tables can hold."""
    from regulars.exchange.earning.replaying import BeyondBounds

    try:
        yield
    except BeyondBounds:
        refuse("beyond_bounds", "All members together come to more than a whole number of the tables can hold: look "
               "for amounts or rates that cannot be meant.")  # fmt: skip


def _begins_anew() -> None:
    err.print(
        "The parts that an interrupted run left behind are of another programme, file, option or version: "
        "this one begins anew.",
        soft_wrap=True,
    )


@contextmanager
def as_a_library() -> Iterator[None]:
    """A process that is spawned meanwhile imports what it needs to fold, and not the program that started this one: a
    whole command line takes longer to import than several bunches to fold."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _source(files: Sequence[Path], mapped: bytes) -> str:
    """Stands for what the files hold and how they are read."""
    from importlib.metadata import version

    digests = []
    for path in files:
        with path.open("rb") as file:
            digests.append(file_digest(file, "blake2b").hexdigest())
    return repr((version("regulars"), BATCH, digests, mapped))


def _say(programme: Programme, result: Backtested, out_dir: Path, seconds: float) -> None:
    """The few figures one waits for, and where the others are."""
    table = Table(box=None, show_header=False)
    for currency, rules in result.rules.items():
        for rule, told in rules.items():
            table.add_row(currency, rule, f"{told['points']:>12,}", f"{told['members']:,} members")
    out.print(table)
    out.print(f"{result.events:,} events of {result.members:,} members in {seconds:,.1f} s; see {out_dir}/report.html")
    if uncounted := programme.unkept:
        err.print(f"Not in these figures, because nothing carries it out yet: {', '.join(uncounted)}.", soft_wrap=True)
    for code, count in sorted(result.refusals.items()):
        out.print(f"The programme refused {count:,}: {code}")
    for code, count in sorted(result.rejected.items()):
        err.print(
            f"[bold red]{code}[/bold red]: {count:,} set aside, row by row in {out_dir}/rejects.csv", soft_wrap=True
        )
