"""The words in which a section declares its keys: records of fields, lists of them.

A section reads like its own documentation:

    PENDING = Record(Field("days", Integer(1, 365), "days until points can be spent"), into=Pending)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from regulars.kit.speaking import listed, phrase, worded
from regulars.programme import document
from regulars.programme.document import Listing, Node, Scalar
from regulars.programme.problems import shown
from regulars.programme.reading import BROKEN, Fields, Reading, misspelt
from regulars.programme.shapes import Shape, called, one_of

REQUIRED: Any = object()


@dataclass(frozen=True)
class OrWord(Shape):
    """One of a few words that stand for a value, or else what `shape` reads."""

    words: Mapping[str, Any]
    shape: Shape

    def wanted(self) -> str:
        return phrase("{first}, or {second}", first=one_of(self.words), second=self.shape.wanted())

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        if isinstance(node, Scalar):
            if node.text in self.words:
                return self.words[node.text]
            if isinstance(self.shape, Record) or node.text[:1].isalpha():
                return self.mismatch(node, path, reading)
        return self.shape.read(node, path, reading)


@dataclass(frozen=True)
class OrRecord(Shape):
    """One value as `shape` reads it, or a mapping as `record` reads it."""

    shape: Shape
    record: Record

    def wanted(self) -> str:
        return phrase("{first}, or {second}", first=self.shape.wanted(), second=self.record.wanted())

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        chosen = self.record if isinstance(node, document.Mapping) else self.shape
        return chosen.read(node, path, reading)


@dataclass(frozen=True)
class ListOf(Shape):
    """A list of at least `least` of one shape, read as a tuple; with `one`, a single one needs no list.

    The same text twice is a problem where `unique`. Items that could not be read, or come back, are left out.
    """

    shape: Shape
    least: int = 1
    unique: bool = False
    one: bool = False

    def wanted(self) -> str:
        return phrase("a list, each item {wanted}", wanted=self.shape.wanted())

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, Listing):
            if self.one:
                value = self.shape.read(node, path, reading)
                return BROKEN if value is BROKEN else (value,)
            if isinstance(node, Scalar) and not isinstance(self.shape, Record):
                remedy = worded("Write a list: `[{given}]`.", given=shown(node.text)[1:-1])
                return self.mismatch(node, path, reading, remedy=remedy)
            return self.mismatch(node, path, reading)
        if len(node.items) < self.least:
            message = worded(
                "{key} needs at least {least} in its list, and has {count}.",
                key=called(path),
                least=self.least,
                count=len(node.items),
            )
            reading.problem(
                "list_too_short", path, node.place, message, worded("Add {wanted}.", wanted=self.shape.wanted())
            )
            return BROKEN
        items = self._distinct(node, path, reading) if self.unique else list(enumerate(node.items))
        values = [self.shape.read(item, f"{path}[{index}]", reading) for index, item in items]
        return tuple(value for value in values if value is not BROKEN)

    def _distinct(self, node: Listing, path: str, reading: Reading) -> list[tuple[int, Node]]:
        """The items by position, each text once; one that comes back is noted once, however often it does."""
        found: list[tuple[int, Node]] = []
        seen: dict[str | int, int] = {}
        for index, item in enumerate(node.items):
            text = item.text if isinstance(item, Scalar) else index
            times = seen[text] = seen.get(text, 0) + 1
            if times == 1:
                found.append((index, item))
            elif times == 2:
                message = worded("{given} stands in this list twice.", given=shown(str(text)))
                remedy = worded("Leave it in one place only.")
                reading.problem("duplicate_item", f"{path}[{index}]", item.place, message, remedy)
        return found


@dataclass(frozen=True)
class Field:
    """A key of a record: its shape, what it means, and its value when it is not given.

    A value that is `shared` tells the rest of the file how to read (`languages`, `money`).
    """

    key: str
    shape: Shape
    meaning: str
    default: Any = REQUIRED
    shared: bool = False


class Record(Shape):
    """A mapping with these keys and no others; `into` makes a value of them, without it they stay Fields."""

    def __init__(self, *fields: Field, into: Callable[..., Any] | None = None) -> None:
        self.fields = fields
        self.into = into

    def names(self) -> frozenset[str]:
        """The keys it knows."""
        return frozenset(field.key for field in self.fields)

    def wanted(self) -> str:
        needed = [field.key for field in self.fields if field.default is REQUIRED]
        if needed:
            return phrase("a mapping `{keys}`", keys=f"{{{', '.join(f'{key}: ...' for key in needed)}}}")
        return phrase("a mapping of {keys}", keys=listed(field.key for field in self.fields))

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, document.Mapping):
            return self.mismatch(node, path, reading)
        fields = Fields(node, path, reading)
        known = self.names()
        unknown = [key for key in node.entries if key not in known]
        for field in self.fields:
            fields[field.key] = self._value(field, fields, unknown)
        for key in unknown:
            message = worded("{key} has no key {given}.", key=called(path), given=shown(key))
            remedy = reading.nearest(key, [field.key for field in self.fields])
            reading.problem("unknown_key", f"{path}.{shown(key)[1:-1]}", node.entries[key][0].place, message, remedy)
        return fields.build(self.into) if self.into else fields

    def _value(self, field: Field, fields: Fields, unknown: list[str]) -> Any:
        if not fields.given(field.key):
            return field.default if field.default is not REQUIRED else self._missing(field, fields, unknown)
        key, node = fields.node.entries[field.key]
        path = f"{fields.path}.{field.key}"
        if isinstance(node, Scalar) and node.empty:
            return field.shape.without_value(key.place, path, fields.reading)
        value = field.shape.read(node, path, fields.reading)
        if field.shared and value is not BROKEN:
            fields.reading.shared[field.key] = value
        return value

    def _missing(self, field: Field, fields: Fields, unknown: list[str]) -> Any:
        if not misspelt(field.key, unknown):
            message = worded("{record} has no `{key}`.", record=called(fields.path), key=field.key)
            remedy = worded(
                "Add `{key}:` {meaning} ({wanted}).",
                key=field.key,
                meaning=phrase(field.meaning),
                wanted=field.shape.wanted(),
            )
            fields.problem("missing_key", field.key, message, remedy)
        return BROKEN
