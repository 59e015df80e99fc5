"""Differing: what two programmes do not share, as sentences and as text, for reading side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from regulars.doors.console.wording import language, title_of
from regulars.kit.speaking import said_in
from regulars.programme import notice
from regulars.programme.comparing import ADDED, REMOVED, Difference, titles_stayed
from regulars.programme.header import LANGUAGES
from regulars.programme.problems import split_lines
from regulars.programme.promise import Programme

#: Languages as their own readers call them.
_CALLED = {"en": "English", "de": "Deutsch", "es": "Español", "da": "Dansk"}
#: Unchanged lines shown around a change of the text.
AROUND = 3

#: A sentence in pieces, each with whether the other version has it not.
Marked = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Change:
    """One clause that differs, in the reader's language: the side that has it not is empty. `effect` is what it does
    to members: `neutral`, `good`, `differs` (nobody can say which way), `adverse` or `devaluing` (of points earned
    already)."""

    title: str
    effect: str
    old: Marked
    new: Marked


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the text: `kind` is `same`, `added`, `removed` or `gap` (lines left out); numbers count from 1."""

    kind: str
    old: int | None
    new: int | None
    text: str


def said(found: Sequence[Difference]) -> dict[str, object]:
    """What differs as the pages show it: `changes` with the words marked that only one side has, and in `stayed` what
    is said once of those that changed under the title of before."""
    tongue = language()
    changes = []
    for one in found:
        old, new = one.old.get(tongue, ""), one.new.get(tongue, "")
        changes.append(Change(title_of(one.title, one.id), one.effect.name.lower(), *marked(old, new)))
    return {"changes": changes, "stayed": said_in(tongue, titles_stayed(found))}


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


def letters(
    found: Sequence[Difference], old: Programme, new: Programme, told: date, effective: date
) -> list[tuple[str, str, str]]:
    """Drafts of the notice that is owed, each with what its language is called and its code; none where none is."""
    if not notice.owed_for(found, old).notice_days:
        return []
    return [(_CALLED[one], one, notice.draft(found, old, new, told, effective, one)) for one in LANGUAGES]
