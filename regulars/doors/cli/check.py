"""`regulars check`: is a programme file sound?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from regulars.doors.cli.saying import out
from regulars.programme.loading import check as check_text
from regulars.programme.problems import render


def check(
    files: Annotated[list[Path], typer.Argument(help="Programme files.", exists=True, dir_okay=False)],
    format: Annotated[str, typer.Option(help="text or json.")] = "text",
) -> None:
    """Read programme files and say everything that is wrong with them, each with its place and remedy.

    Exit status 0 when there is no error (warnings may remain), 1 otherwise.
    """
    if format not in ("text", "json"):
        raise typer.BadParameter("Use text or json.", param_hint="--format")
    found = 0
    rows: list[dict[str, object]] = []
    for file in files:
        text = file.read_bytes()
        problems = check_text(text, str(file))
        found += sum(problem.severity == "error" for problem in problems)
        if format == "json":
            rows += [{"file": str(file), **problem.as_dict()} for problem in problems]
        elif problems:
            typer.echo(render(problems, text.decode("utf-8", "replace"), str(file)))
        else:
            out.print(f"{file}: sound")
    if format == "json":
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    raise typer.Exit(1 if found else 0)
