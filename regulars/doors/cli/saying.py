"""How commands speak to people: to the terminal with Rich, in plain sentences, with an exit status."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def report(step: str, sentence: str) -> None:
    """What long preparations say while one waits."""
    err.print(f"[dim]{sentence}[/dim]")


def refuse(code: str, sentence: str) -> NoReturn:
    """End the command with a refusal: its code and what to do; exit status 1."""
    err.print(f"[bold red]{code}[/bold red]: {sentence}", soft_wrap=True)
    raise typer.Exit(1)


@contextmanager
def progress(what: str, unit: str) -> Iterator[Progress]:
    """A progress bar on the error stream, so that output can be piped."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TextColumn(f"{unit} · {{task.fields[rate]}}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err) as bar:
        bar.add_task(what, total=None, rate="")
        yield bar
