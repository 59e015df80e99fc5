"""Skimming: an ordinary purchase is read in one go; `judging` looks at every column of every row for what is wrong.

It says nothing of what it does not take: whatever is unusual in an event is left to be unfolded and judged. What it
takes it reads as they do; a property test holds them together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from regulars.engine.events import PURCHASE
from regulars.ground.activity import contract
from regulars.ground.activity.cells import FIRST_US, Unreadable, read_cell
from regulars.ground.activity.contract import LINE_COLUMNS, ORDER, Declared, Incoming, Kind, Terms
from regulars.ground.activity.judging import fill, line_order
from regulars.kit.texts import composed

_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3}|\.[0-9]{6})?(Z|[+-](0[0-9]|1[0-5]):[0-5][0-9])"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
#: An amount with all of its decimals, by how many a currency has.
_AMOUNTS: Final = [
    re.compile(rf"[0-9]{{1,{contract.MAX_WHOLE_DIGITS}}}" + (rf"\.[0-9]{{{digits}}}" if digits else ""))
    for digits in range(10)
]
#: What an ordinary purchase says of itself.
_OF_EVENT: Final = {"member", "event", "at", "type", "source", "currency", "store", "channel", "attributes", "lines"}
_NUMBERS: Final = tuple(str(number) for number in range(1, contract.MAX_LINES + 1))
Row = Mapping[str, Any]


class _Unusual(Exception):
    """This is left to others."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What lines and events may say: the kind of each column by its name, in the order in which an event has them."""

    of_line: dict[str, Kind]
    own_of_line: frozenset[str]
    of_event: dict[str, Kind]


def skim(told: Row, source: str, terms: Terms, declared: Sequence[Declared]) -> Incoming | None:
    """The purchase that a decoded object tells to `source`; None for one that is not ordinary."""
    try:
        return _purchase(told, source, terms, _shape_of(tuple(declared)))
    except (_Unusual, Unreadable):
        return None


@lru_cache(maxsize=64)
def _shape_of(declared: tuple[Declared, ...]) -> _Shape:
    own = {one.name: one.kind for one in declared if one.on != ORDER}
    of_line = {name: kind for name, kind in LINE_COLUMNS.items() if name != "original_line"} | own
    return _Shape(of_line, frozenset(own), {one.name: one.kind for one in declared if one.on == ORDER})


def _purchase(told: Row, source: str, terms: Terms, shape: _Shape) -> Incoming:
    lines = told.get("lines")
    if (
        not lines or type(lines) is not list or len(lines) > contract.MAX_LINES or not _OF_EVENT.issuperset(told)
        or told.get("type", PURCHASE) != PURCHASE or told.get("source") not in (None, "", source)
        or told.get("currency", terms.money) != terms.money
    ):  # fmt: skip
        raise _Unusual
    columns = _columns(lines, terms, shape)
    ids, nets = columns.pop("line", None), columns.pop("net")
    quantities = columns.pop("quantity", None)
    member = _text(told.get("member"), contract.MAX_ID)
    return Incoming(
        member=member if member.isascii() else composed(member),
        id=_text(told.get("event"), contract.MAX_ID),
        type=PURCHASE,
        at=_instant(told.get("at"), terms),
        currency=terms.money,
        lines=list(_NUMBERS[: len(lines)]) if ids is None else ids,
        nets=nets,
        columns={"quantity": [1] * len(lines) if quantities is None else quantities, **columns},
        attributes=_attributes(told.get("attributes"), terms, shape.of_event),
        store=_text(told["store"]) if told.get("store") not in (None, "") else "",
        channel=_text(told["channel"]) if told.get("channel") not in (None, "") else "",
    )


def _columns(lines: Sequence[Any], terms: Terms, shape: _Shape) -> dict[str, list[Any]]:
    """What lines say, column by column; the ids, if there are any, are in their order."""
    told = [_flat(line, shape.own_of_line) for line in lines]
    names = set().union(*told)
    nets = [_read(Kind.MONEY, "net", line.get("net"), terms) for line in told]
    columns = {"net": nets}
    for name, kind in shape.of_line.items():
        if name in names and name != "net":
            values = [_read(kind, name, line[name], terms) if name in line else None for line in told]
            columns[name] = fill(name, values, nets)
    if len(columns) < len(names):
        raise _Unusual
    ids = columns.get("line")
    if ids is not None and (None in ids or any(line_order(one) >= line_order(other) for one, other in pairwise(ids))):
        raise _Unusual
    return columns


def _flat(line: Any, own: frozenset[str]) -> Row:
    """A line with its attributes beside the rest."""
    if type(line) is not dict:
        raise _Unusual
    attributes = line.get("attributes")
    if attributes is None:
        return line
    if type(attributes) is not dict or not own.issuperset(attributes):
        raise _Unusual
    flat = {**line, **attributes}
    del flat["attributes"]
    return flat


def _attributes(told: Any, terms: Terms, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    if told is None:
        return {}
    if type(told) is not dict or not kinds.keys() >= told.keys():
        raise _Unusual
    return {name: _read(kind, name, told[name], terms) for name, kind in kinds.items() if name in told}


def _read(kind: Kind, name: str, cell: Any, terms: Terms) -> Any:
    """The value of a cell, at once where it is written as most are."""
    if type(cell) is str:
        if kind is Kind.MONEY:
            if _AMOUNTS[terms.digits].fullmatch(cell):
                return int(cell.replace(".", ""))
        elif kind is Kind.TEXT:
            return _text(cell)
        elif kind is Kind.ID:
            return _text(cell, contract.MAX_ID)
    elif type(cell) is int and kind is Kind.QUANTITY and 0 <= cell <= contract.MAX_QUANTITY:
        return cell
    value = read_cell(kind, name, cell, terms)
    if value is None:
        raise _Unusual
    return value


def _text(cell: Any, limit: int = contract.MAX_TEXT) -> str:
    if type(cell) is str and cell.isprintable() and 0 < len(cell) <= limit and cell[0] != " " != cell[-1]:
        return cell
    raise _Unusual


def _instant(cell: Any, terms: Terms) -> int:
    if type(cell) is not str or not _INSTANT.fullmatch(cell):
        raise _Unusual
    try:
        at = (datetime.fromisoformat(cell) - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        raise _Unusual from None
    if not FIRST_US <= at <= terms.now + contract.AHEAD_US:
        raise _Unusual
    return at
