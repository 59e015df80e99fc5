"""`regulars check`: is a programme file sound, and is it fair?"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from regulars.doors.cli.asked import Language, Wrong, one_of
from regulars.doors.cli.saying import spoken
from regulars.kit.conditions.refusal import nearest
from regulars.kit.speaking import Tongue, worded
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
_EXPLAIN = typer.Option(help="Say what a check means and what it stands on.", metavar="CODE")
_FIX = typer.Option("--fix", help="Mend what can be mended by rule, in the files themselves.")
_STRICT = typer.Option("--strict", help="Warnings fail as well.")
_FORMAT = typer.Option(
    help="github: annotations beside the lines.", parser=one_of("text", "json", "github"), metavar="text|json|github"
)


def check(
    files: Annotated[list[Path] | None, _FILES] = None,
    profile: Annotated[str, _PROFILE] = DIGNITY,
    format: Annotated[str, _FORMAT] = "text",
    explain: Annotated[str | None, _EXPLAIN] = None,
    fix: Annotated[bool, _FIX] = False,
    strict: Annotated[bool, _STRICT] = False,
    language: Language = None,
) -> None:
    """Read programme files and say what is wrong or unfair, each with its place and remedy.

    Exit status 0 when there is no error (warnings may remain, unless --strict), 1 otherwise, 2 for a wrong call.
    """
    if explain is not None:
        typer.echo(_explained(explain))
        raise typer.Exit(0)
    if not files:
        raise Wrong(worded("Name a file, or a check to explain with --explain."), param_hint="FILES")
    try:
        profiles = profiles_in(profile)
    except ValueError as unknown:
        raise Wrong(unknown.args[0], param_hint="--profile") from None
    to = Tongue(spoken(language))
    results = [_result(file, profiles, to, fix=fix) for file in files]
    for line in _WRITERS[format](results, to):
        typer.echo(line)
    found = [problem for _, _, linted in results for problem in linted.problems]
    raise typer.Exit(1 if any(strict or problem.severity == ERROR for problem in found) else 0)


def _explained(code: str) -> str:
    known = {known.casefold(): check for known, check in BY_CODE.items()}.get(code.casefold())
    if known is None:
        near = nearest(code.upper(), BY_CODE)
        raise Wrong(worded("There is no check `{code}`. {near}", code=code, near=near), param_hint="--explain")
    return page(known)


def _result(file: Path, profiles: tuple[str, ...], to: Tongue, *, fix: bool) -> Result:
    """What is found in a file, mended where that was asked for, said in the reader's language."""
    data = _read(file)
    linted = lint(data, str(file), profiles)
    text = data.decode("utf-8", "replace")
    if fix and linted.edits:
        mended = mend(text, str(file), profiles)
        if mended.edits:
            _write(file, mended.text)
            said = to.words_of("mended in one place", "mended in {n} places", mended.edits)
            typer.echo(f"{file}: {said}", err=True)
            text, linted = mended.text, mended.left
    return file, text, replace(linted, problems=tuple(one.said_in(to.language) for one in linted.problems))


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


def _as_text(results: list[Result], to: Tongue) -> Iterable[str]:
    for file, text, linted in results:
        if linted.problems:
            yield render(linted.problems, text.removeprefix("\ufeff"), str(file)) + "\n"
        else:
            sound = f"{file}: {to.words('sound')}"
            if linted.allowed:
                sound += ", " + to.words_of("with one departure allowed", "with {n} departures allowed", linted.allowed)
            yield sound
        if linted.programme and linted.programme.unkept:
            sections = ", ".join(linted.programme.unkept)
            yield f"{file}: " + to.words("not to be published yet: nothing carries out {sections}", sections=sections)
    problems = [problem for _, _, linted in results for problem in linted.problems]
    if problems:
        errors = sum(problem.severity == ERROR for problem in problems)
        said = to.words_of("{n} error", "{n} errors", errors)
        more = to.words_of("{n} warning", "{n} warnings", len(problems) - errors)
        yield f"{said}, {more}."


def _as_json(results: list[Result], to: Tongue) -> Iterable[str]:
    rows = [{"file": str(file), **problem.as_dict()} for file, _, linted in results for problem in linted.problems]
    yield json.dumps(rows, ensure_ascii=False, indent=2)


def _as_github(results: list[Result], to: Tongue) -> Iterable[str]:
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


_WRITERS: dict[str, Callable[[list[Result], Tongue], Iterable[str]]] = {
    "text": _as_text,
    "json": _as_json,
    "github": _as_github,
}
