"""What a check looks at: the programme's values, and the nodes of the file that they were read from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from regulars.kit.conditions import Condition
from regulars.programme.checks.conditions import conditions
from regulars.programme.checks.lifetime import for_new, used_up
from regulars.programme.checks.occasions import early, staying
from regulars.programme.checks.offering import Offering
from regulars.programme.document import Document, Listing, Mapping, Node, Place, Scalar
from regulars.programme.promise import Programme

_STEP = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters `start` to `end` of the document's text by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is unfair, at `path` (`currencies[0].expiry.months`).

    `message` says what is unfair to whom, with figures; `example` shows it on a customer, where there is one;
    `remedy` says what to do, and `edit` does it, where that is mechanical. `undecided` findings are errors:
    the check would have had to guess; `mild` ones are never more than warnings.
    """

    path: str
    message: str
    remedy: str
    example: str = ""
    edit: Edit | None = None
    undecided: bool = False
    mild: bool = False


@dataclass(frozen=True)
class Subject:
    """A programme that loaded, with its document. Paths are those of problems: keys, and positions in lists."""

    programme: Programme
    document: Document

    @cached_property
    def conditions(self) -> list[tuple[str, Condition]]:
        """Every condition of the programme, with its path."""
        return list(conditions(self.programme))

    @cached_property
    def offering(self) -> Offering:
        """Its offers, ready to be compared, and what is a welcome by another name. Raises TooManyCells."""
        return Offering.of(for_new(self.programme), (*early(self.programme), *used_up(self.programme)))

    @cached_property
    def offering_with_thanks(self) -> Offering:
        """Its offers and what moments give to whoever stays. Raises TooManyCells."""
        return Offering.of(for_new(self.programme), staying(self.programme))

    @cached_property
    def compared(self) -> dict[Any, Any]:
        """What was found by comparing customers, by the comparison, so that checks that share one ask once."""
        return {}

    def node(self, path: str) -> Node | None:
        """The node at `path`, or None when nothing is written there."""
        found = self._along(path)
        return found[-1][1] if found is not None else None

    def place(self, path: str) -> Place:
        """Where `path` stands: its value if that is a text, else its key; the nearest thing around if absent."""
        place = self.document.root.place
        for key, node in self._steps(path):
            if node is None:
                break
            place = key.place if key and not (isinstance(node, Scalar) and not node.empty) else node.place
        return place

    def replacing(self, path: str, text: str) -> Edit | None:
        """The edit that writes `text` for the value at `path`; None when there is none, or not a plain one."""
        node = self.node(path)
        return Edit(node.start, node.end, text) if isinstance(node, Scalar) and not node.empty else None

    def adding(self, path: str, key: str, text: str) -> Edit | None:
        """The edit that writes `key: text` behind the first key of the mapping at `path`."""
        node = self.node(path)
        if not isinstance(node, Mapping) or not node.entries:
            return None
        name, value = next(iter(node.entries.values()))
        if not isinstance(value, Scalar) or value.style in ("|", ">"):
            return None
        whole, at = self.document.text, max(value.end, name.end)
        if _opens_with_brace(node, name):
            return Edit(at, at, f", {key}: {text}")
        ending = re.compile("\r\n|\r|\n|$").search(whole, at)
        at, newline = (ending.start(), ending[0] or "\n") if ending else (len(whole), "\n")
        return Edit(at, at, f"{newline}{' ' * (name.place.column - 1)}{key}: {text}")

    def texts(self, path: str = "") -> Iterator[tuple[str, Scalar]]:
        """Every scalar value at or below `path`, with its path, in the order of the file."""
        node = self.node(path) if path else self.document.root
        if node is not None:
            yield from _scalars(path, node)

    def _along(self, path: str) -> list[tuple[Scalar | None, Node]] | None:
        found: list[tuple[Scalar | None, Node]] = []
        for key, node in self._steps(path):
            if node is None:
                return None
            found.append((key, node))
        return found or [(None, self.document.root)]

    def _steps(self, path: str) -> Iterator[tuple[Scalar | None, Node | None]]:
        """The nodes on the way, each with the key that names it; None where the file has nothing."""
        node: Node = self.document.root
        for word, index in _STEP.findall(path):
            if isinstance(node, Mapping) and word in node.entries:
                key, node = node.entries[word]
                yield key, node
            elif isinstance(node, Listing) and index and int(index) < len(node.items):
                node = node.items[int(index)]
                yield None, node
            else:
                yield None, None
                return


def _opens_with_brace(node: Mapping, first: Scalar) -> bool:
    """Whether the mapping is written in braces: its place begins before its first key."""
    return (node.place.line, node.place.column) != (first.place.line, first.place.column)


def _scalars(path: str, node: Node) -> Iterator[tuple[str, Scalar]]:
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, Listing):
        for index, item in enumerate(node.items):
            yield from _scalars(f"{path}[{index}]", item)
    else:
        for key, (_, value) in node.entries.items():
            yield from _scalars(f"{path}.{key}" if path else key, value)
