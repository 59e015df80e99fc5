"""Needing: which columns of a file a programme never asks for, so that a long history is not carried through with
them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final

from regulars.ground.activity.contract import LINE, LINE_COLUMNS, Declared, Kind
from regulars.kit.conditions import Condition
from regulars.programme.promise import Programme

#: What the reader itself needs of a line.
_ALWAYS: Final = ("line", "original_line")


def unread(programme: Programme, declared: Sequence[Declared]) -> frozenset[str]:
    """The texts of a line that no condition of the programme mentions: all that a fold can do with a text is to ask
    whether a condition holds. `declared` are the attributes of the file's map."""
    named = {name.name for condition in _conditions(programme) for name in condition.names}
    texts = [name for name, kind in LINE_COLUMNS.items() if kind is Kind.TEXT]
    texts += [one.name for one in declared if one.on == LINE and one.kind is Kind.TEXT]
    return frozenset(name for name in texts if name not in named and name not in _ALWAYS)


def _conditions(told: Any) -> Iterator[Condition]:
    """Every condition in a part of a programme, wherever it stands."""
    if isinstance(told, Condition):
        yield told
    elif is_dataclass(told):
        for field in fields(told):
            yield from _conditions(getattr(told, field.name))
    elif isinstance(told, Mapping):
        for value in told.values():
            yield from _conditions(value)
    elif isinstance(told, list | tuple | set | frozenset):
        for value in told:
            yield from _conditions(value)
