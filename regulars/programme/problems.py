"""What is wrong with a programme file, where, and what to do about it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from regulars.kit.speaking import said_in

ERROR = "error"
WARNING = "warning"

#: Characters that nobody sees, or that make a line look other than it reads: refused wherever they stand. What joins
#: signs, or chooses how one looks, is refused where there is no sign before it that it could belong to.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f\u2800\u3164\ufe00-\ufe0d"
    "\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|(?<![#*0-9\xa9\xae\u203c-\u3299\U0001f000-\U0001faff])[\ufe0e\ufe0f]"
    "|(?<![\u0600-\u0dff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)

_WIDEST = 110  # columns of a source line shown at once


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right. `code` is stable; `path` says where in the promise (`earn.rules[2].times`).

    `line` and `column` count from 1, `column` and `length` in characters. `severity` is `error` (the file
    cannot be used) or `warning` (it can). `notes` say more, each a line: a worked example, a source.
    """

    code: str
    path: str
    line: int
    column: int
    length: int
    message: str
    remedy: str
    severity: str = ERROR
    notes: tuple[str, ...] = ()

    def said_in(self, language: str) -> Problem:
        """The same in another language, as far as its texts know how (see kit/speaking.py)."""
        message, remedy, *notes = (said_in(language, text) for text in (self.message, self.remedy, *self.notes))
        return replace(self, message=message, remedy=remedy, notes=tuple(notes))

    def as_dict(self) -> dict[str, str | int | list[str]]:
        """Its fields by name, ready for JSON; `notes` only where there are some."""
        fields = asdict(self)
        notes = fields.pop("notes")
        return {**fields, "notes": list(notes)} if notes else fields


class ProgrammeError(ValueError):
    """A programme file that cannot be used: `problems`, in the order of the file, warnings among them.

    As text it shows every problem with the line of the file, a caret and the remedy.
    """

    def __init__(self, problems: Sequence[Problem], text: str = "", name: str = "programme.yaml") -> None:
        super().__init__(problems, text, name)
        self.problems = tuple(problems)
        self.text = text
        self.name = name

    def __str__(self) -> str:
        return render(self.problems, self.text, self.name)


def render(problems: Iterable[Problem], text: str, name: str) -> str:
    """All of `problems` as text to read: each with its line out of `text`, a caret, and what to do.

    error[unknown_key]: A rule has no key `tims`.
      --> programme.yaml:36:7  earn.rules[1]
       |
    36 |       tims: 2
       |       ^^^^
       = Did you mean `times`?
    """
    lines = split_lines(text)
    return "\n\n".join(_rendered(problem, lines, name) for problem in problems)


def split_lines(text: str) -> list[str]:
    """The lines of a file without their ends: what an editor numbers from 1."""
    return re.split("\r\n|\r|\n", text)


def shown(text: str, most: int = 60) -> str:
    """`text` as a message quotes it: no longer than `most`, with ? for what cannot be seen."""
    cut = text if len(text) <= most else f"{text[: most - 3]}..."
    return f"`{cut if cut.isprintable() else ''.join(one if one.isprintable() else '?' for one in cut)}`"


def _rendered(problem: Problem, lines: Sequence[str], name: str) -> str:
    number = str(problem.line)
    margin = " " * len(number)
    source = lines[problem.line - 1] if problem.line <= len(lines) else ""
    line, caret = _window(source, problem.column - 1, problem.length)
    parts = [
        f"{problem.severity}[{problem.code}]: {problem.message}",
        f"{margin}--> {name}:{problem.line}:{problem.column}" + (f"  {problem.path}" if problem.path else ""),
        f"{margin} |",
        f"{number} | {line}".rstrip(),
        f"{margin} | {caret}",
        *(f"{margin} = {text}" for text in (problem.remedy, *problem.notes)),
    ]
    return "\n".join(parts)


def _window(source: str, column: int, length: int) -> tuple[str, str]:
    """The part of a line around `column`, and the carets that stand under it."""
    start = 0
    if len(source) > _WIDEST:
        start = max(0, min(column - _WIDEST // 3, len(source) - _WIDEST))
    cut = source[start : start + _WIDEST]
    before, under = cut[: column - start], cut[column - start : column - start + length]
    left, right = "…" if start else "", "…" if start + _WIDEST < len(source) else ""
    if cut.isascii() and cut.isprintable():
        return f"{left}{cut}{right}", " " * (len(left) + len(before)) + "^" * max(1, len(under))
    line = "".join(_visible(one) for one in cut)
    carets = "^" * max(1, sum(map(_columns, under)))
    return f"{left}{line}{right}", " " * (len(left) + sum(map(_columns, before))) + carets


def _visible(character: str) -> str:
    if character == "\t":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if HIDDEN.match(character) else character


def _columns(character: str) -> int:
    """How many columns of a terminal a character takes: none for a combining mark, two for a wide one."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
