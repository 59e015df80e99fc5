"""`regulars check`: is a programme file sound, and is it fair?"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from regulars.kit.conditions.refusal import nearest
from regulars.programme.checks.catalogue import BY_CODE
from regulars.programme.checks.linting import Linted, lint
from regulars.programme.checks.mending import mend
from regulars.programme.checks.pages import page
from regulars.programme.checks.rulings import DIGNITY, PROFILES, profiles_in
from regulars.programme.document import MAX_BYTES
from regulars.programme.problems import ERROR, Problem, render

Result = tuple[Path, str, Linted]

_FILES = typer.Argument(help="Programme files.", exists=True, dir_okay=False)
_PROFILE = typer.Option(help=f"Whose rules count, separated by commas: {', '.join(PROFILES)}.")
_FORMAT = typer.Option(help="text, json, or github (annotations).")
_EXPLAIN = typer.Option(help="Say what a check means and what it stands on.", metavar="CODE")
_FIX = typer.Option("--fix", help="Mend what can be mended by rule, in the files themselves.")
_STRICT = typer.Option("--strict", help="Warnings fail as well.")


def check(
    files: Annotated[list[Path] | None, _FILES] = None,
    profile: Annotated[str, _PROFILE] = DIGNITY,
    format: Annotated[str, _FORMAT] = "text",
    explain: Annotated[str | None, _EXPLAIN] = None,
    fix: Annotated[bool, _FIX] = False,
    strict: Annotated[bool, _STRICT] = False,
) -> None:
    """Read programme files and say what is wrong or unfair, each with its place and remedy.

    Exit status 0 when there is no error (warnings may remain, unless --strict), 1 otherwise, 2 for a wrong call.
    """
    if explain is not None:
        typer.echo(_explained(explain))
        raise typer.Exit(0)
    if not files:
        raise typer.BadParameter("Name a file, or a check to explain with --explain.", param_hint="FILES")
    if format not in _WRITERS:
        raise typer.BadParameter(f"Use one of {', '.join(_WRITERS)}.", param_hint="--format")
    try:
        profiles = profiles_in(profile)
    except ValueError as unknown:
        raise typer.BadParameter(str(unknown), param_hint="--profile") from None
    results = [_result(file, profiles, fix=fix) for file in files]
    for line in _WRITERS[format](results):
        typer.echo(line)
    found = [problem for _, _, linted in results for problem in linted.problems]
    raise typer.Exit(1 if any(strict or problem.severity == ERROR for problem in found) else 0)


def _explained(code: str) -> str:
    known = {known.casefold(): check for known, check in BY_CODE.items()}.get(code.casefold())
    if known is None:
        message = f"There is no check {code!r}. {nearest(code.upper(), BY_CODE)}"
        raise typer.BadParameter(message, param_hint="--explain")
    return page(known)


def _result(file: Path, profiles: tuple[str, ...], *, fix: bool) -> Result:
    data = _read(file)
    linted = lint(data, str(file), profiles)
    text = data.decode("utf-8", "replace")
    if fix and linted.edits:
        mended = mend(text, str(file), profiles)
        if mended.edits:
            _write(file, mended.text)
            typer.echo(f"{file}: mended in {mended.edits} place{'s' if mended.edits > 1 else ''}", err=True)
            return file, mended.text, mended.left
    return file, text, linted


def _read(file: Path) -> bytes:
    """The file, or as much of it as shows that it is too large."""
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _write(file: Path, text: str) -> None:
    """All or nothing: whoever reads the file meanwhile sees the old text or the new one."""
    real = file.resolve()
    handle, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)
    shutil.copymode(real, name)
    Path(name).replace(real)


# The three ways to say it


def _as_text(results: list[Result]) -> Iterable[str]:
    for file, text, linted in results:
        if linted.problems:
            yield render(linted.problems, text.removeprefix("\ufeff"), str(file)) + "\n"
        else:
            yield f"{file}: sound" + (f", with {linted.allowed} allowed" if linted.allowed else "")
    problems = [problem for _, _, linted in results for problem in linted.problems]
    if problems:
        errors = sum(problem.severity == ERROR for problem in problems)
        yield f"{_many(errors, 'error')}, {_many(len(problems) - errors, 'warning')}."


def _as_json(results: list[Result]) -> Iterable[str]:
    rows = [{"file": str(file), **problem.as_dict()} for file, _, linted in results for problem in linted.problems]
    yield json.dumps(rows, ensure_ascii=False, indent=2)


def _as_github(results: list[Result]) -> Iterable[str]:
    for file, _, linted in results:
        for problem in linted.problems:
            yield _annotation(str(file), problem)


def _annotation(file: str, problem: Problem) -> str:
    """A workflow command: GitHub shows it beside the line."""
    where = {
        "file": file, "line": problem.line, "endLine": problem.line, "col": problem.column,
        "endColumn": problem.column + problem.length, "title": problem.code,
    }  # fmt: skip
    properties = ",".join(f"{key}={_escaped(str(value), more=True)}" for key, value in where.items())
    said = "\n".join((problem.message, problem.remedy, *problem.notes))
    return f"::{problem.severity} {properties}::{_escaped(said)}"


def _escaped(text: str, *, more: bool = False) -> str:
    for character in "%\r\n" + (":," if more else ""):
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


_WRITERS: dict[str, Callable[[list[Result]], Iterable[str]]] = {
    "text": _as_text,
    "json": _as_json,
    "github": _as_github,
}
