"""`--fix`: the mechanical remedies, written into the text where they belong and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from regulars.programme.checks.linting import Linted, lint
from regulars.programme.checks.rulings import DIGNITY
from regulars.programme.checks.subject import Edit

#: A remedy may lay bare the next thing; each round mends what is left of them.
_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Mended:
    """`text` after `edits` remedies, and what is `left` to say of it."""

    text: str
    edits: int
    left: Linted


def mend(text: str, name: str = "programme.yaml", profiles: Iterable[str] = (DIGNITY,)) -> Mended:
    """`text` with everything mended that can be; comments, order and layout stay as they are.

    A round of edits after which the file no longer loads, or has more errors than before, is not taken.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    wanted = tuple(profiles)
    left, count = lint(text, name, wanted), 0
    for _ in range(_ROUNDS):
        edits = _apart(left.edits)
        tried = edited(text, edits)
        after = lint(tried, name, wanted) if edits else left
        if not edits or after.programme is None or _errors(after) > _errors(left):
            break
        text, left, count = tried, after, count + len(edits)
    return Mended(mark + text, count, left)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """`text` with `edits`, which do not overlap, made from the last to the first."""
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _apart(edits: Iterable[Edit]) -> list[Edit]:
    """Those that do not touch one another; the others wait for the next round."""
    kept: list[Edit] = []
    for edit in sorted(set(edits), key=lambda one: (one.start, one.end)):
        if not kept or edit.start > kept[-1].end:
            kept.append(edit)
    return kept


def _errors(linted: Linted) -> int:
    return sum(problem.severity == "error" for problem in linted.problems)
