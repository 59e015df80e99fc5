"""Checking a draft: the one place where pages ask what is wrong with a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.programme.checks.linting import lint
from regulars.programme.problems import ERROR, Problem, split_lines


@dataclass(frozen=True, slots=True)
class Line:
    """A line beside the editor: its number, the problems that begin on it, and whether one is an error."""

    number: int
    problems: list[Problem]
    wrong: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A text and what is wrong with it, in the order of the file."""

    problems: Sequence[Problem]
    lines: list[Line]

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
    """Everything there is to say about `text`, beside its lines."""
    problems = lint(text).problems
    beside: dict[int, list[Problem]] = {}
    for problem in problems:
        beside.setdefault(problem.line, []).append(problem)
    lines = [
        Line(number, found := beside.get(number, []), any(problem.severity == ERROR for problem in found))
        for number in range(1, len(split_lines(text)) + 1)
    ]
    return Checked(problems, lines)
