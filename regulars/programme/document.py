"""From the bytes of a programme file to nodes that know their place: the simple part of YAML, and no more.

A file is data that people review, so whatever could make it read other than it looks is refused: anchors and
aliases, tags, keys given twice, several documents, hidden characters. Every scalar stays the text that stands
in the file; what it means (a number, yes or no, a name) is decided by the reader that asks for it. So `on:`
is a key like any other, `no` can be a word of a language, and 0.1 is exactly a tenth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from regulars.kit.speaking import worded
from regulars.programme.problems import HIDDEN, Problem, ProgrammeError, shown, split_lines

MAX_BYTES = 1_000_000
MAX_DEPTH = 50
MAX_TWICE = 1_000  # keys given twice: a file with more of them is not read on

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml was built in
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: `line` and `column` from 1, `length` in characters on that line."""

    line: int
    column: int
    length: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as YAML folds it; its `style` ("" plain, or the character that opens it), and span."""

    text: str
    style: str
    place: Place
    start: int
    end: int

    @property
    def empty(self) -> bool:
        """Whether nothing was written: no value at all, or YAML's word for nothing."""
        return not self.style and self.text in _NULLS


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of nodes in the order of the file."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys, each once, with the scalar that names it and the node it names."""

    entries: dict[str, tuple[Scalar, Node]]
    place: Place


Node = Scalar | Listing | Mapping


@dataclass(frozen=True, slots=True)
class Document:
    """The file: `text` as it was given, `name` for messages, and the topmost node."""

    text: str
    name: str
    root: Node


def read(data: str | bytes, name: str) -> tuple[Document, list[Problem]]:
    """The document in `data`, and the keys in it that stand there twice (the first one is kept).

    Raises ProgrammeError when it cannot be read as YAML, or uses a part of YAML that is refused:
    `file_too_large`, `not_utf8`, `hidden_character`, `file_empty`, `yaml_syntax`, `tab_indentation`,
    `anchor_refused`, `tag_refused`, `several_documents`, `too_deep`, `key_not_text`.
    """
    text = _decoded(data, name)
    # Every place is counted without a byte order mark, as editors do not show it either.
    body = text.removeprefix("\ufeff")
    hidden = HIDDEN.search(body)
    if hidden:
        raise _refusal(
            body,
            name,
            hidden.start(),
            1,
            "hidden_character",
            worded(
                "The character U+{code} cannot be seen and is not allowed in the file.", code=f"{ord(hidden[0]):04X}"
            ),
            worded("Delete it; it often comes with text copied from elsewhere."),
        )
    composer = _Composer(body, name)
    try:
        root = composer.document()
    except yaml.MarkedYAMLError as error:
        raise ProgrammeError([_syntax(error, body)], body, name) from None
    return Document(body, name, root), composer.problems


def _decoded(data: str | bytes, name: str) -> str:
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        problem = Problem(
            "file_too_large", "", 1, 1, 1,
            worded("The file has more than {most} bytes, which is the most that is read.", most=MAX_BYTES),
            worded("Nobody can know a promise of this size: leave out what is not needed."),
        )  # fmt: skip
        raise ProgrammeError([problem], "", name)
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        shown = data.decode("utf-8", "replace")
        at = len(data[: error.start].decode("utf-8"))
        raise _refusal(
            shown,
            name,
            at,
            1,
            "not_utf8",
            worded(
                "Byte {start} of the file (0x{byte}) is not UTF-8.", start=error.start, byte=f"{data[error.start]:02x}"
            ),
            worded("Save the file in the encoding UTF-8."),
        ) from None


def _refusal(text: str, name: str, at: int, length: int, code: str, message: str, remedy: str) -> ProgrammeError:
    before = split_lines(text[:at])
    problem = Problem(code, "", len(before), len(before[-1]) + 1, length, message, remedy)
    return ProgrammeError([problem], text, name)


class _Composer:
    """Builds nodes from the events of YAML's parser, which stops at the first thing that is refused."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.lines = split_lines(text)
        self.problems: list[Problem] = []
        self._events: Iterator[Any] = yaml.parse(text, Loader=_Loader)

    def document(self) -> Node:
        next(self._events)  # the start of the stream
        if isinstance(next(self._events), yaml.StreamEndEvent):
            problem = Problem(
                "file_empty", "", 1, 1, 1, worded("The file is empty."),
                worded("Begin with `regulars: 1`, then the sections `programme`, `currencies` and `earn`."),
            )  # fmt: skip
            raise ProgrammeError([problem], self.text, self.name)
        root = self._node(next(self._events), 0)
        next(self._events)  # the end of the document
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._refused(
                after, 3, "several_documents", worded("A second document begins here."),
                worded("One file holds one programme: remove the line `---` or `...`, or what comes after it."),
            )  # fmt: skip
        return root

    def _node(self, event: Any, depth: int) -> Node:
        self._check(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._listing(event, depth)
        return self._mapping(event, depth)

    def _check(self, event: Any, depth: int) -> None:
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            raise self._refused(
                event, len(anchor) + 1, "anchor_refused",
                worded("Anchors (&) and aliases (*) are not used in a programme file."),
                worded("Write the value out in both places; to begin a text with & or *, put it in quotes."),
            )  # fmt: skip
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise self._refused(
                event, 1, "tag_refused", worded("The tag {given} is not used in a programme file.", given=shown(tag)),
                worded("Remove it; to begin a text with !, put it in quotes."),
            )  # fmt: skip
        if depth > MAX_DEPTH:
            raise self._refused(
                event, 1, "too_deep", worded("The file is nested more than {most} deep.", most=MAX_DEPTH),
                worded("No section needs this: look for an opening bracket too many."),
            )  # fmt: skip

    def _scalar(self, event: Any) -> Scalar:
        style = event.style or ""
        start, end = event.start_mark, event.end_mark
        return Scalar(event.value, style, self._place(start, end), start.index, end.index)

    def _listing(self, event: yaml.SequenceStartEvent, depth: int) -> Listing:
        items: list[Node] = []
        for inner in self._events:
            if isinstance(inner, yaml.SequenceEndEvent):
                return Listing(tuple(items), self._place(event.start_mark, inner.end_mark))
            items.append(self._node(inner, depth + 1))
        raise AssertionError("the parser ends every list")

    def _mapping(self, event: yaml.MappingStartEvent, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for inner in self._events:
            if isinstance(inner, yaml.MappingEndEvent):
                return Mapping(entries, self._place(event.start_mark, inner.end_mark))
            key = self._node(inner, depth + 1)
            if not isinstance(key, Scalar):
                raise self._refused(
                    inner, 1, "key_not_text", worded("A key must be a word."),
                    worded("Write `key: value`; braces and brackets stand only behind a colon or in a list."),
                )  # fmt: skip
            value = self._node(next(self._events), depth + 1)
            if key.text in entries:
                self.problems.append(self._twice(key, entries[key.text][0]))
                if len(self.problems) == MAX_TWICE:
                    raise ProgrammeError(self.problems, self.text, self.name)
            else:
                entries[key.text] = (key, value)
        raise AssertionError("the parser ends every mapping")

    def _twice(self, key: Scalar, first: Scalar) -> Problem:
        place = key.place
        return Problem(
            "duplicate_key",
            "",
            place.line,
            place.column,
            place.length,
            worded(
                "The key {given} stands here a second time; the first is on line {line}.",
                given=shown(key.text),
                line=first.place.line,
            ),
            worded("Keep one of the two."),
        )

    def _place(self, start: Any, end: Any) -> Place:
        """From `start` to `end`, or to the end of the first line."""
        if start.line >= len(self.lines):
            return Place(start.line + 1, 1, 1)
        line = self.lines[start.line]
        last = end.column if end.line == start.line else len(line.rstrip())
        return Place(start.line + 1, start.column + 1, max(1, last - start.column))

    def _refused(self, event: Any, length: int, code: str, message: str, remedy: str) -> ProgrammeError:
        mark = event.start_mark
        problem = Problem(code, "", mark.line + 1, mark.column + 1, length, message, remedy)
        return ProgrammeError([problem], self.text, self.name)


#: What YAML says; whether the place where it began tells more than the one where it noticed; our words.
_COMPLAINTS = (
    (
        "unexpected end of stream",
        True,
        worded("The quote that opens here is never closed."),
        worded("Close it; inside single quotes write '' for an apostrophe, inside double quotes \\\" for a quote."),
    ),
    (
        "escape",
        False,
        worded("A backslash inside double quotes begins a special character, and this is none."),
        worded("Write \\\\ for a backslash, or use single quotes."),
    ),
    (
        "flow",
        True,
        worded("The bracket that opens here is not closed, or a comma is missing inside it."),
        worded("Close the bracket, and put a comma between any two things inside it."),
    ),
    (
        "mapping values are not allowed",
        False,
        worded("A colon with a space behind it cannot stand here."),
        worded("Put a text with a colon in it in quotes, or look at the indentation of the line."),
    ),
    (
        "cannot start any token",
        False,
        worded("A value cannot begin with this character."),
        worded("Put the value in quotes."),
    ),
    (
        "simple key",
        True,
        worded("This line has no colon."),
        worded("Each line is `key: value` or `- item`."),
    ),
    (
        "while parsing a block",
        False,
        worded("This does not belong to the lines above it."),
        worded("The lines of one group begin in the same column; each is `key: value` or `- item`."),
    ),
)


def _syntax(error: yaml.MarkedYAMLError, text: str) -> Problem:
    """What YAML complains of in words for keepers, at the place that tells most."""
    said = " ".join(part for part in (error.context, error.problem) if part)
    known = next((complaint for complaint in _COMPLAINTS if complaint[0] in said), None)
    _, began, message, remedy = known or (
        "",
        False,
        worded("This cannot be read as YAML: {said}.", said=said),
        worded("Compare it with the lines around it: a bracket, a quote or the indentation is usually the reason."),
    )
    lines = split_lines(text)
    mark = (began and error.context_mark) or error.problem_mark or error.context_mark
    number, column = (mark.line, mark.column) if mark else (0, 0)
    if number >= len(lines) or (number and number == len(lines) - 1 and not lines[number]):
        # Noticed at the very end: point behind the last thing that was written.
        number = max((i for i, line in enumerate(lines) if line.strip()), default=0)
        column = len(lines[number].rstrip())
    tab = re.match(r"[ \t]*\t", lines[number])
    if tab and column <= tab.end():
        return Problem(
            "tab_indentation", "", number + 1, tab.end(), 1, worded("A tab stands where the line is indented."),
            worded("Indent with spaces; most editors can be told to do so for .yaml files."),
        )  # fmt: skip
    return Problem("yaml_syntax", "", number + 1, column + 1, 1, message, remedy)
