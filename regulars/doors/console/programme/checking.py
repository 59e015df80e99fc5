"""Checking a draft: the one place where pages ask what is wrong with a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.doors.console.wording import language
from regulars.programme.checks.linting import lint
from regulars.programme.loading import load
from regulars.programme.problems import ERROR, Problem, ProgrammeError, split_lines
from regulars.programme.promise import Programme

#: So many problems are told at once; nobody reads more, and every pause in typing sends them again.
MOST_TOLD = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A line beside the editor: its number, the gravest severity of what begins on it (empty: nothing does), and what
    is told beside it."""

    number: int
    severity: str
    note: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A text and what is wrong with it, in the order of the file. `told` are the problems that pages list: where there
    are too many, errors before the rest. `unkept` names sections that publishing refuses yet."""

    problems: Sequence[Problem]
    told: list[Problem]
    lines: list[Line]
    unkept: str = ""

    @property
    def more(self) -> int:
        """How many are not told yet."""
        return len(self.problems) - len(self.told)

    @property
    def errors(self) -> int:
        """How many problems keep it from being used."""
        return sum(problem.severity == ERROR for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many are worth a second thought."""
        return len(self.problems) - self.errors

    @property
    def sound(self) -> bool:
        """Whether it could be published: it can be read, and nothing unfair is in it but what a reason allows."""
        return not self.errors


def checked(text: str) -> Checked:
    """Everything there is to say about `text`, in the reader's language and beside its lines."""
    linted = lint(text)
    problems = linted.problems
    graver_first = sorted(range(len(problems)), key=lambda place: problems[place].severity != ERROR)
    told = [problems[place].said_in(language()) for place in sorted(graver_first[:MOST_TOLD])]
    marks, notes = _by_line(problems), _by_line(told)
    lines = [
        Line(
            number,
            marks[number].severity if number in marks else "",
            notes[number].message if number in notes else "",
        )
        for number in range(1, len(split_lines(text)) + 1)
    ]
    unkept = ", ".join(linted.programme.unkept) if linted.programme else ""
    return Checked(problems, told, lines, unkept)


def readable(text: str) -> Programme | None:
    """The programme of a text that was sound once; None where this version of Regulars does not take it any more."""
    try:
        return load(text)
    except ProgrammeError:
        return None


def _by_line(problems: Sequence[Problem]) -> dict[int, Problem]:
    """The gravest problem that begins on each line, the first of several."""
    found: dict[int, Problem] = {}
    for problem in problems:
        here = found.get(problem.line)
        if here is None or (problem.severity == ERROR and here.severity != ERROR):
            found[problem.line] = problem
    return found
