"""Differing: what two programmes do not share, as sentences and as text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from regulars.doors.console.programme.told import Said, Told
from regulars.programme.problems import split_lines

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
#: Unchanged lines shown around a change of the text.
AROUND = 3

#: A sentence in pieces, each with whether the other version has it not.
Marked = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: `kind` is `added`, `removed` or `changed`; the side that has it not is empty."""

    kind: str
    title: str
    old: Marked
    new: Marked


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs under one heading."""

    title: str
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the text: `kind` is `same`, `added`, `removed` or `gap` (lines left out); numbers count from 1."""

    kind: str
    old: int | None
    new: int | None
    text: str


def sentences(old: Told, new: Told) -> list[Changes]:
    """What the new programme says otherwise than the old one, heading by heading in its own order."""
    before = {chapter.title: chapter.said for chapter in old.chapters()}
    after = {chapter.title: chapter.said for chapter in new.chapters()}
    found = [Changes(title, list(_changes(before.get(title, []), said))) for title, said in after.items()]
    found += [Changes(title, list(_changes(said, []))) for title, said in before.items() if title not in after]
    return [one for one in found if one.changes]


def _changes(old: Sequence[Said], new: Sequence[Said]) -> Iterator[Change]:
    before = {said.key: said for said in old}
    for said in new:
        was = before.pop(said.key, None)
        if was is None:
            yield Change(ADDED, said.title, [], [(said.sentence, True)])
        elif was.sentence != said.sentence:
            yield Change(CHANGED, said.title, *marked(was.sentence, said.sentence))
        elif was.title != said.title:
            yield Change(CHANGED, said.title, *marked(was.title, said.title))
    for said in before.values():
        yield Change(REMOVED, said.title, [(said.sentence, True)], [])


def marked(old: str, new: str) -> tuple[Marked, Marked]:
    """Both sentences in pieces, word by word: what only one of them has is marked."""
    was, becomes = (re.findall(r"\s+|[^\s]+", text) for text in (old, new))
    left: Marked = []
    right: Marked = []
    for tag, i, j, k, m in SequenceMatcher(None, was, becomes, autojunk=False).get_opcodes():
        if i < j:
            left.append(("".join(was[i:j]), tag != "equal"))
        if k < m:
            right.append(("".join(becomes[k:m]), tag != "equal"))
    return left, right


def lines(old: str, new: str) -> list[Row]:
    """The lines that differ, with a few around them; empty when the texts are the same line by line."""
    before, after = split_lines(old), split_lines(new)
    rows: list[Row] = []
    for group in SequenceMatcher(None, before, after).get_grouped_opcodes(AROUND):
        if group[0][1] > 0:
            rows.append(Row("gap", None, None, ""))
        for tag, i, j, k, m in group:
            if tag == "equal":
                rows += [Row("same", i + n + 1, k + n + 1, before[i + n]) for n in range(j - i)]
            else:
                rows += [Row(REMOVED, n + 1, None, before[n]) for n in range(i, j)]
                rows += [Row(ADDED, None, n + 1, after[n]) for n in range(k, m)]
    return rows
