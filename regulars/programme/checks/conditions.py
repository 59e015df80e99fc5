"""Every condition of a programme, wherever a section keeps one, with its path in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from regulars.kit.conditions import Condition
from regulars.kit.conditions.tree import And, AnyLine, Compare, Count, EveryLine, Has, Literal, Node, Not, Or, Spend
from regulars.programme.promise import Programme


def conditions(programme: Programme) -> Iterator[tuple[str, Condition]]:
    """Each condition with its path, section after section."""
    for section in fields(programme):
        if section.name not in ("header", "text", "digest"):
            yield from _within(section.name, getattr(programme, section.name))


def segments_in(node: Node) -> Iterator[str]:
    """The segments that a condition asks a member for."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from segments_in(part)
        case Not(part):
            yield from segments_in(part)
        case Has(group, Literal(str() as word, _), _) if group.name == "segments":
            yield word
        case AnyLine(where) | EveryLine(where):
            yield from segments_in(where)
        case Compare(_, left, right):
            for side in (left, right):
                if isinstance(side, Count | Spend):
                    yield from segments_in(side.where)


def _within(path: str, value: Any) -> Iterator[tuple[str, Condition]]:
    if isinstance(value, Condition):
        yield path, value
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _within(f"{path}[{index}]", item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _within(f"{path}.{key}", item)
    elif is_dataclass(value) and type(value).__module__.startswith("regulars.programme."):
        for part in fields(value):
            yield from _within(f"{path}.{part.name}", getattr(value, part.name))
