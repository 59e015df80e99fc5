"""How commands speak to people: to the terminal with Rich, in plain sentences, with an exit status."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column

if TYPE_CHECKING:
    from regulars.ground.activity.contract import Fault

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
INTERRUPTED = 130
GOES_ON = "what was taken stays. The same command goes on from there."


def report(step: str, sentence: str) -> None:
    """What long preparations say while one waits."""
    err.print(f"[dim]{sentence}[/dim]")


def refuse(code: str, sentence: str, figures: Mapping[str, object] = MappingProxyType({})) -> NoReturn:
    """End the command with a refusal: its code and what to do, in the environment's language where it can be said in
    that, and the figures; exit status 1. A wrong call ends in 2 (`asked`)."""
    from regulars.kit.speaking import said_in

    told = "".join(
        f" {name}: {', '.join(map(str, value)) if isinstance(value, list | tuple) else value}."
        for name, value in figures.items()
    )
    err.print(f"[bold red]{code}[/bold red]: {said_in(spoken(None), sentence)}{told}", soft_wrap=True)
    raise typer.Exit(1)


def refuse_file(faults: Iterable[Fault]) -> NoReturn:
    """End the command with what is wrong with a file as a whole, as `refuse` says it."""
    from regulars.kit.speaking import said_in

    for fault in faults:
        sentence = escape(said_in(spoken(None), fault.sentence))
        err.print(f"[bold red]{fault.code}[/bold red]: {sentence}", soft_wrap=True)
    raise typer.Exit(1)


def spoken(given: str | None) -> str:
    """The language of what a command writes for people: the one that was `given`, else that of the environment where
    it is one of ours, else English."""
    from regulars.programme.header import LANGUAGES

    said = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    short = re.split("[_.@-]", said)[0].lower()
    return given or (short if short in LANGUAGES else "en")


def next_step(*arguments: str) -> str:
    """A `regulars` command to type next, written as this one was called: what is printed runs where it is printed."""
    called = Path(sys.argv[0])
    if called.name != "regulars":
        command = shlex.join([sys.executable, "-m", "regulars"])
    else:
        command = "regulars" if shutil.which("regulars") == sys.argv[0] else shlex.quote(sys.argv[0])
    return f"{command} {shlex.join(arguments)}"


def say_if_root() -> None:
    """Root's processes may do everything on a machine: worth a line, no refusal (a container often has nobody else)."""
    if os.geteuid() == 0:
        err.print("[dim]You are root: server and worker run as root as well. An ordinary user is enough.[/dim]")


@contextmanager
def interruptible(left: str) -> Iterator[None]:
    """While inside, Ctrl-C ends the command with what it `left`; exit status 130."""
    try:
        yield
    except KeyboardInterrupt:
        err.print(f"Interrupted: {left}", soft_wrap=True)
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def progress(what: str, unit: str = "") -> Iterator[Callable[[int, int], None]]:
    """A progress bar on the error stream, so that output can be piped; it fits a terminal of 80 columns.

    Tell it what is done, of how many `unit` (empty: how fast does not matter). It begins when it is first told: what
    is refused before draws none, and no empty line in its place.
    """
    started = time.monotonic()
    columns = (
        TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis", max_width=32)),
        BarColumn(bar_width=16),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}", table_column=Column(no_wrap=True)),
        TimeRemainingColumn(compact=True),
    )
    bar = Progress(*columns, console=err)
    task = bar.add_task(what, total=None, rate="")

    def tell(done: int, total: int) -> None:
        rate = f"{done / max(time.monotonic() - started, 0.001):,.0f} {unit}/s" if unit else ""
        bar.update(task, completed=done, total=total, rate=rate)
        bar.start()

    try:
        yield tell
    finally:
        if bar.live.is_started:
            bar.stop()
